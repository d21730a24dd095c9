import Storage

/// The register's tables. Periods are inclusive ISO days; an open one ends on 2200-12-31 (`Day.forever`).
enum Schema {
    static let migrations: [Migration] = [
        Migration(
            "registry.1-places",
            """
            CREATE TABLE registry_place (
                id BIGINT NOT NULL PRIMARY KEY, code TEXT NOT NULL, tier TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
                name_key TEXT NOT NULL, parent_code TEXT, province_code TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
                latitude DOUBLE PRECISION, longitude DOUBLE PRECISION, is_border BIGINT NOT NULL, area TEXT NOT NULL,
                CHECK (tier IN ('province', 'district', 'commune')), UNIQUE (tier, code, valid_from)
            ) STRICT;
            CREATE INDEX registry_place_name ON registry_place (name_key);
            CREATE INDEX registry_place_parent ON registry_place (parent_code, tier);
            CREATE TABLE registry_place_alias (
                place_id BIGINT NOT NULL REFERENCES registry_place (id), alias TEXT NOT NULL, alias_key TEXT NOT NULL, PRIMARY KEY (place_id, alias)
            ) STRICT;
            CREATE INDEX registry_place_alias_key ON registry_place_alias (alias_key);
            CREATE TABLE registry_place_succession (
                from_id BIGINT NOT NULL REFERENCES registry_place (id), to_id BIGINT NOT NULL REFERENCES registry_place (id),
                on_day TEXT NOT NULL, PRIMARY KEY (from_id, to_id)
            ) STRICT;
            """),
        Migration(
            "registry.2-orgs",
            """
            CREATE TABLE registry_org (
                id BIGINT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, moet_code TEXT, kind TEXT NOT NULL, ownership TEXT NOT NULL,
                name TEXT NOT NULL, name_key TEXT NOT NULL, is_institution BIGINT NOT NULL, levels TEXT NOT NULL,
                parent_id BIGINT, place_id BIGINT, opened_on TEXT NOT NULL, closed_on TEXT NOT NULL,
                details TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
            ) STRICT;
            CREATE INDEX registry_org_parent ON registry_org (parent_id);
            CREATE INDEX registry_org_name_key ON registry_org (name_key);
            CREATE UNIQUE INDEX registry_org_moet ON registry_org (moet_code);
            CREATE TABLE registry_org_name (
                org_id BIGINT NOT NULL REFERENCES registry_org (id), name TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
                basis TEXT NOT NULL, PRIMARY KEY (org_id, valid_from)
            ) STRICT;
            CREATE TABLE registry_org_managed (
                org_id BIGINT NOT NULL REFERENCES registry_org (id), parent_id BIGINT NOT NULL REFERENCES registry_org (id),
                valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, basis TEXT NOT NULL, PRIMARY KEY (org_id, valid_from)
            ) STRICT;
            CREATE INDEX registry_org_managed_parent ON registry_org_managed (parent_id);
            CREATE TABLE registry_org_located (
                org_id BIGINT NOT NULL REFERENCES registry_org (id), place_id BIGINT NOT NULL REFERENCES registry_place (id),
                valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, PRIMARY KEY (org_id, valid_from)
            ) STRICT;
            CREATE TABLE registry_org_path (
                org_id BIGINT NOT NULL, ancestor_id BIGINT NOT NULL, depth BIGINT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
                PRIMARY KEY (ancestor_id, valid_to, org_id, valid_from)
            ) WITHOUT ROWID;
            CREATE INDEX registry_org_path_org ON registry_org_path (org_id, valid_to);
            CREATE TABLE registry_org_level (
                org_id BIGINT NOT NULL REFERENCES registry_org (id), level TEXT NOT NULL, PRIMARY KEY (org_id, level)
            ) STRICT;
            CREATE TABLE registry_org_event (
                id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL REFERENCES registry_org (id), kind TEXT NOT NULL, on_day TEXT NOT NULL,
                other_id BIGINT, basis TEXT NOT NULL, at BIGINT NOT NULL
            ) STRICT;
            CREATE INDEX registry_org_event_org ON registry_org_event (org_id, on_day);
            CREATE TABLE registry_site (
                id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL REFERENCES registry_org (id), code TEXT NOT NULL, name TEXT NOT NULL,
                is_main BIGINT NOT NULL, distance_km DOUBLE PRECISION, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, details TEXT NOT NULL
            ) STRICT;
            CREATE INDEX registry_site_org ON registry_site (org_id);
            CREATE TABLE registry_charge (
                id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL REFERENCES registry_org (id), staff_id BIGINT, name TEXT NOT NULL,
                phone TEXT NOT NULL, duty TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL
            ) STRICT;
            CREATE INDEX registry_charge_org ON registry_charge (org_id, duty);
            """),
        Migration(
            "registry.3-years",
            """
            CREATE TABLE registry_session (
                id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, year BIGINT NOT NULL, first_day TEXT NOT NULL,
                last_day TEXT NOT NULL, parent_id BIGINT, org_id BIGINT, CHECK (kind IN ('year', 'term', 'semester', 'grading-period'))
            ) STRICT;
            CREATE INDEX registry_session_year ON registry_session (year, kind);
            CREATE TABLE registry_holiday (
                id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT, first_day TEXT NOT NULL, last_day TEXT NOT NULL, name TEXT NOT NULL
            ) STRICT;
            CREATE TABLE registry_subject (
                code TEXT NOT NULL, level TEXT NOT NULL, name TEXT NOT NULL, assessed TEXT NOT NULL, grades TEXT NOT NULL,
                periods BIGINT, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, PRIMARY KEY (code, level, valid_from)
            ) STRICT;
            CREATE TABLE registry_course (
                id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT, title TEXT NOT NULL, code TEXT NOT NULL, year BIGINT, grades TEXT NOT NULL,
                subjects TEXT NOT NULL
            ) STRICT;
            CREATE TABLE registry_class (
                id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL REFERENCES registry_org (id), site_id BIGINT REFERENCES registry_site (id),
                year BIGINT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, sort_key TEXT NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL,
                grades TEXT NOT NULL, is_combined BIGINT NOT NULL, homeroom_id BIGINT, course_id BIGINT, details TEXT NOT NULL,
                version BIGINT NOT NULL, closed_on TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
                CHECK (kind IN ('homeroom', 'scheduled'))
            ) STRICT;
            CREATE INDEX registry_class_org ON registry_class (org_id, year, sort_key);
            CREATE INDEX registry_class_homeroom ON registry_class (homeroom_id, year);
            CREATE TABLE registry_teaching (
                id BIGINT NOT NULL PRIMARY KEY, class_id BIGINT NOT NULL REFERENCES registry_class (id), staff_id BIGINT NOT NULL,
                subject TEXT NOT NULL, duty TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL
            ) STRICT;
            CREATE INDEX registry_teaching_staff ON registry_teaching (staff_id, valid_to);
            CREATE INDEX registry_teaching_class ON registry_teaching (class_id);
            """),
        Migration(
            "registry.4-people",
            """
            CREATE TABLE registry_student (
                id BIGINT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, moet_code TEXT, personal_blind BLOB, personal_sealed BLOB,
                personal_state TEXT NOT NULL, family_name TEXT NOT NULL, middle_name TEXT NOT NULL, given_name TEXT NOT NULL,
                name TEXT NOT NULL, name_key TEXT NOT NULL, sort_key TEXT NOT NULL, birth_date TEXT, sex TEXT NOT NULL, ethnicity TEXT NOT NULL,
                status TEXT NOT NULL, org_id BIGINT REFERENCES registry_org (id), class_id BIGINT REFERENCES registry_class (id),
                level TEXT NOT NULL, grade TEXT NOT NULL, residence_id BIGINT REFERENCES registry_place (id), photo BLOB, details TEXT NOT NULL, version BIGINT NOT NULL,
                created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX registry_student_moet ON registry_student (moet_code);
            CREATE UNIQUE INDEX registry_student_personal ON registry_student (personal_blind);
            CREATE INDEX registry_student_class ON registry_student (class_id, sort_key, id);
            CREATE INDEX registry_student_org ON registry_student (org_id, sort_key, id);
            CREATE INDEX registry_student_sort ON registry_student (sort_key, id);
            CREATE INDEX registry_student_residence ON registry_student (residence_id);
            CREATE TABLE registry_enrolment (
                id BIGINT NOT NULL PRIMARY KEY, student_id BIGINT NOT NULL REFERENCES registry_student (id),
                org_id BIGINT NOT NULL REFERENCES registry_org (id), class_id BIGINT REFERENCES registry_class (id), year BIGINT NOT NULL,
                level TEXT NOT NULL, grade TEXT NOT NULL, kind TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
                entry TEXT NOT NULL, leaving TEXT NOT NULL, reason TEXT NOT NULL
            ) STRICT;
            CREATE INDEX registry_enrolment_student ON registry_enrolment (student_id, valid_from);
            CREATE INDEX registry_enrolment_class ON registry_enrolment (class_id, valid_to, student_id);
            CREATE INDEX registry_enrolment_org ON registry_enrolment (org_id, year, valid_to);
            CREATE TABLE registry_policy (
                id BIGINT NOT NULL PRIMARY KEY, student_id BIGINT NOT NULL REFERENCES registry_student (id), kind TEXT NOT NULL,
                valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, basis TEXT NOT NULL, document TEXT NOT NULL
            ) STRICT;
            CREATE INDEX registry_policy_student ON registry_policy (student_id, kind);
            CREATE TABLE registry_guardian (
                id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, sort_key TEXT NOT NULL, sex TEXT NOT NULL,
                birth_date TEXT, phone TEXT NOT NULL, personal_blind BLOB, personal_sealed BLOB, details TEXT NOT NULL,
                version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
            ) STRICT;
            CREATE TABLE registry_guardianship (
                guardian_id BIGINT NOT NULL REFERENCES registry_guardian (id), student_id BIGINT NOT NULL REFERENCES registry_student (id),
                relation TEXT NOT NULL, is_contact BIGINT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
                PRIMARY KEY (guardian_id, student_id)
            ) STRICT;
            CREATE INDEX registry_guardianship_student ON registry_guardianship (student_id);
            CREATE TABLE registry_staff (
                id BIGINT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, moet_code TEXT, personal_blind BLOB, personal_sealed BLOB,
                personal_state TEXT NOT NULL, family_name TEXT NOT NULL, middle_name TEXT NOT NULL, given_name TEXT NOT NULL,
                name TEXT NOT NULL, name_key TEXT NOT NULL, sort_key TEXT NOT NULL, birth_date TEXT, sex TEXT NOT NULL, ethnicity TEXT NOT NULL,
                status TEXT NOT NULL, org_id BIGINT REFERENCES registry_org (id), staff_group TEXT NOT NULL, position TEXT NOT NULL,
                photo BLOB, details TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX registry_staff_moet ON registry_staff (moet_code);
            CREATE UNIQUE INDEX registry_staff_personal ON registry_staff (personal_blind);
            CREATE INDEX registry_staff_org ON registry_staff (org_id, sort_key, id);
            CREATE INDEX registry_staff_sort ON registry_staff (sort_key, id);
            CREATE TABLE registry_post (
                id BIGINT NOT NULL PRIMARY KEY, staff_id BIGINT NOT NULL REFERENCES registry_staff (id), org_id BIGINT NOT NULL REFERENCES registry_org (id),
                position TEXT NOT NULL, is_main BIGINT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, basis TEXT NOT NULL
            ) STRICT;
            CREATE INDEX registry_post_staff ON registry_post (staff_id, valid_from);
            CREATE INDEX registry_post_org ON registry_post (org_id, valid_to);
            CREATE TABLE registry_document (
                id BIGINT NOT NULL PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
                number TEXT NOT NULL, issued_on TEXT, expires_on TEXT, blob BLOB, added_at BIGINT NOT NULL, removed_at BIGINT
            ) STRICT;
            CREATE INDEX registry_document_subject ON registry_document (subject_kind, subject_id);
            CREATE TABLE registry_identifier (
                source TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, entity TEXT NOT NULL, entity_id BIGINT NOT NULL,
                record TEXT NOT NULL, digest BLOB NOT NULL, batch_id BIGINT, PRIMARY KEY (source, type, value)
            ) STRICT;
            CREATE INDEX registry_identifier_entity ON registry_identifier (entity, entity_id);
            """),
        Migration(
            "registry.5-totals",
            """
            CREATE TABLE registry_total (
                org_id BIGINT NOT NULL, year BIGINT NOT NULL, dimension TEXT NOT NULL, class_id BIGINT NOT NULL, level TEXT NOT NULL,
                value TEXT NOT NULL, total BIGINT NOT NULL, female BIGINT NOT NULL,
                PRIMARY KEY (org_id, year, dimension, class_id, level, value)
            ) WITHOUT ROWID;
            CREATE INDEX registry_total_class ON registry_total (class_id);
            CREATE TABLE registry_freeze (
                id BIGINT NOT NULL PRIMARY KEY, title TEXT NOT NULL, on_day TEXT NOT NULL, org_id BIGINT, filter TEXT NOT NULL, body TEXT NOT NULL,
                at BIGINT NOT NULL, account_id BIGINT
            ) STRICT;
            CREATE TABLE registry_batch_change (
                batch_id BIGINT NOT NULL, number BIGINT NOT NULL, entity TEXT NOT NULL, entity_id BIGINT NOT NULL, kind TEXT NOT NULL,
                before TEXT NOT NULL, after_version BIGINT NOT NULL, PRIMARY KEY (batch_id, number)
            ) WITHOUT ROWID;
            """),
        Migration(
            "registry.6-search", only: .sqlite,
            """
            CREATE VIRTUAL TABLE registry_search USING fts5 (
                words, accents, marks, kind UNINDEXED, org_id UNINDEXED, name UNINDEXED,
                prefix = '1 2 3', detail = 'column', tokenize = 'ascii'
            );
            """),
        Migration(
            "registry.6-search-postgres", only: .postgres,
            """
            CREATE TABLE registry_search (
                id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, org_id BIGINT, name TEXT NOT NULL, words TSVECTOR NOT NULL
            );
            CREATE INDEX registry_search_words ON registry_search USING gin (words);
            """),
        Migration(
            "registry.7-staff-public",
            """
            CREATE VIEW registry_staff_public AS
            SELECT s.id, s.code, s.name, s.sort_key, s.org_id, s.staff_group, s.position, o.name AS org_name
            FROM registry_staff s LEFT JOIN registry_org o ON o.id = s.org_id
            WHERE s.status IN ('working', 'maternity', 'studying', 'seconded', 'seconded-in', 'sick');
            """),
        Migration(
            "registry.8-papers",
            """
            ALTER TABLE registry_document ADD COLUMN body TEXT NOT NULL DEFAULT '{}';
            """),
        // Lists are walked and counted in these alone, without looking at each record.
        Migration(
            "registry.9-list-indexes",
            """
            DROP INDEX registry_student_org;
            DROP INDEX registry_student_class;
            DROP INDEX registry_student_sort;
            CREATE INDEX registry_student_org ON registry_student (org_id, sort_key, id, status, level, grade);
            CREATE INDEX registry_student_class ON registry_student (class_id, sort_key, id, status, level);
            CREATE INDEX registry_student_sort ON registry_student (sort_key, id, org_id, status, level);
            """),
        // SQLite before 3.42 takes a plain column in front of key columns of such a table for NULL when it checks itself.
        Migration(
            "registry.10-path-order",
            """
            CREATE TABLE registry_org_path_ordered (
                ancestor_id BIGINT NOT NULL, valid_to TEXT NOT NULL, org_id BIGINT NOT NULL, valid_from TEXT NOT NULL, depth BIGINT NOT NULL,
                PRIMARY KEY (ancestor_id, valid_to, org_id, valid_from)
            ) WITHOUT ROWID;
            INSERT INTO registry_org_path_ordered (ancestor_id, valid_to, org_id, valid_from, depth)
            SELECT ancestor_id, valid_to, org_id, valid_from, depth FROM registry_org_path;
            DROP TABLE registry_org_path;
            ALTER TABLE registry_org_path_ordered RENAME TO registry_org_path;
            CREATE INDEX registry_org_path_org ON registry_org_path (org_id, valid_to);
            """),
        // Lists say how many they hold, classes which statuses their learners have: read off these indexes alone.
        Migration(
            "registry.11-counts",
            """
            CREATE INDEX registry_student_counts ON registry_student (org_id, status, level, grade);
            DROP INDEX registry_policy_student;
            CREATE INDEX registry_policy_student ON registry_policy (student_id, kind, valid_from, valid_to);
            """),
        // The parent of a brother or sister is found by telephone or number.
        Migration(
            "registry.12-guardian-finds",
            """
            CREATE INDEX registry_guardian_phone ON registry_guardian (phone, name_key);
            CREATE INDEX registry_guardian_personal ON registry_guardian (personal_blind);
            """),
        // Pairs of records that may be of one learner. Candidates are found by the date, the name, the telephones.
        Migration(
            "registry.13-duplicates",
            """
            CREATE TABLE registry_duplicate (
                id BIGINT NOT NULL PRIMARY KEY, first_id BIGINT NOT NULL, second_id BIGINT NOT NULL, score BIGINT NOT NULL, signs TEXT NOT NULL,
                state TEXT NOT NULL, digest BIGINT NOT NULL, reason TEXT NOT NULL, found_at BIGINT NOT NULL, sent_at BIGINT,
                decided_by BIGINT, decided_at BIGINT, CHECK (state IN ('open', 'merged', 'different')), CHECK (first_id < second_id),
                UNIQUE (first_id, second_id)
            ) STRICT;
            CREATE INDEX registry_duplicate_second ON registry_duplicate (second_id);
            CREATE INDEX registry_duplicate_state ON registry_duplicate (state, score, id);
            CREATE INDEX registry_student_birth ON registry_student (birth_date);
            CREATE INDEX registry_student_name ON registry_student (name_key);
            CREATE INDEX registry_student_updated ON registry_student (updated_at);
            CREATE INDEX registry_guardian_updated ON registry_guardian (updated_at);
            """),
        // What was merged or split, by whom and why; what stood before is kept as for an import (registry_batch_change).
        // The codes of given-up records go on leading to the one that was kept.
        Migration(
            "registry.14-merges",
            """
            CREATE TABLE registry_merge (
                id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, kept_id BIGINT NOT NULL, other_id BIGINT NOT NULL, other_code TEXT NOT NULL,
                other_name TEXT NOT NULL, org_id BIGINT, reason TEXT NOT NULL, at BIGINT NOT NULL, account_id BIGINT, moved TEXT NOT NULL,
                undone_at BIGINT, undone_by BIGINT, CHECK (kind IN ('merge', 'split'))
            ) STRICT;
            CREATE INDEX registry_merge_kept ON registry_merge (kept_id);
            CREATE INDEX registry_merge_other ON registry_merge (other_id);
            CREATE INDEX registry_merge_org ON registry_merge (org_id, id);
            CREATE TABLE registry_former (
                id BIGINT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, moet_code TEXT, student_id BIGINT NOT NULL, at BIGINT NOT NULL
            ) STRICT;
            CREATE INDEX registry_former_student ON registry_former (student_id);
            CREATE INDEX registry_former_moet ON registry_former (moet_code);
            """),
        // Learners on their way from one school to another; one at a time for each.
        Migration(
            "registry.15-transfers",
            """
            CREATE TABLE registry_transfer (
                id BIGINT NOT NULL PRIMARY KEY, student_id BIGINT NOT NULL, from_org BIGINT NOT NULL REFERENCES registry_org (id),
                to_org BIGINT REFERENCES registry_org (id), outside TEXT NOT NULL, from_class TEXT NOT NULL, class_id BIGINT, grade TEXT NOT NULL,
                day TEXT NOT NULL, reason TEXT NOT NULL, papers TEXT NOT NULL, state TEXT NOT NULL, asked_side TEXT NOT NULL,
                asked_at BIGINT NOT NULL, asked_by BIGINT, given_at BIGINT, given_by BIGINT, taken_at BIGINT, taken_by BIGINT,
                ended_at BIGINT, ended_by BIGINT, ended_reason TEXT NOT NULL,
                CHECK (state IN ('asked', 'agreed', 'given', 'approved', 'done', 'refused', 'withdrawn', 'lapsed')),
                CHECK (asked_side IN ('giving', 'receiving'))
            ) STRICT;
            CREATE UNIQUE INDEX registry_transfer_open ON registry_transfer (student_id)
            WHERE state IN ('asked', 'agreed', 'given', 'approved');
            CREATE INDEX registry_transfer_student ON registry_transfer (student_id);
            CREATE INDEX registry_transfer_from ON registry_transfer (from_org, state);
            CREATE INDEX registry_transfer_to ON registry_transfer (to_org, state);
            CREATE INDEX registry_transfer_state ON registry_transfer (state, day);
            """),
    ]
}
