import Storage

/// What was found, by rule and record, and the kept counts of it: of now, and of each week for the trend.
enum Schema {
    static let migrations: [Migration] = [
        Migration(
            "quality.1-findings",
            """
            CREATE TABLE quality_finding (
                id BIGINT NOT NULL PRIMARY KEY, rule TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL,
                org_id BIGINT NOT NULL, class_id BIGINT NOT NULL, level TEXT NOT NULL, severity TEXT NOT NULL, detail TEXT NOT NULL,
                since TEXT NOT NULL, state TEXT NOT NULL, ended_at BIGINT, reason TEXT NOT NULL, until TEXT, account_id BIGINT,
                CHECK (state IN ('open', 'mended', 'waived')), UNIQUE (rule, subject_kind, subject_id)
            ) STRICT;
            CREATE INDEX quality_finding_list ON quality_finding (state, org_id, class_id, subject_id, id, rule, severity, level);
            CREATE INDEX quality_finding_class ON quality_finding (class_id, state, subject_id, id);
            CREATE INDEX quality_finding_subject ON quality_finding (subject_id);
            CREATE TABLE quality_unit (org_id BIGINT NOT NULL PRIMARY KEY, checked_at BIGINT NOT NULL) STRICT;
            CREATE TABLE quality_size (
                org_id BIGINT NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL, records BIGINT NOT NULL, PRIMARY KEY (org_id, kind, level)
            ) STRICT;
            CREATE TABLE quality_tally (
                org_id BIGINT NOT NULL, rule TEXT NOT NULL, level TEXT NOT NULL, open BIGINT NOT NULL, waived BIGINT NOT NULL,
                PRIMARY KEY (org_id, rule, level)
            ) STRICT;
            CREATE TABLE quality_share (
                org_id BIGINT NOT NULL, week TEXT NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL, records BIGINT NOT NULL,
                faulty BIGINT NOT NULL, open BIGINT NOT NULL, PRIMARY KEY (org_id, week, kind, level)
            ) STRICT;
            """)
    ]
}
