import Storage

/// The accounts' tables. Periods are inclusive ISO days, moments milliseconds; of every secret only a hash or a seal is here.
enum Schema {
    static let migrations: [Migration] = [
        Migration(
            "identity.1-accounts",
            """
            CREATE TABLE identity_account (
                id BIGINT NOT NULL PRIMARY KEY, username TEXT NOT NULL, username_key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_key TEXT NOT NULL,
                person_kind TEXT, person_id BIGINT, org_id BIGINT, state TEXT NOT NULL, language TEXT NOT NULL, version BIGINT NOT NULL,
                created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, seen_at BIGINT,
                CHECK (state IN ('not-activated', 'active', 'suspended')), CHECK (person_kind IN ('student', 'staff', 'guardian'))
            ) STRICT;
            CREATE UNIQUE INDEX identity_account_person ON identity_account (person_id, person_kind);
            CREATE INDEX identity_account_org ON identity_account (org_id, username);
            CREATE TABLE identity_password (
                account_id BIGINT NOT NULL PRIMARY KEY REFERENCES identity_account (id), hash TEXT NOT NULL, must_change BIGINT NOT NULL, set_at BIGINT NOT NULL
            ) STRICT;
            CREATE TABLE identity_grant (
                id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES identity_account (id), role TEXT NOT NULL, org_id BIGINT,
                levels TEXT, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, given_by BIGINT, given_at BIGINT NOT NULL, ended_by BIGINT, ended_at BIGINT
            ) STRICT;
            CREATE INDEX identity_grant_account ON identity_grant (account_id);
            CREATE INDEX identity_grant_org ON identity_grant (org_id, role);
            CREATE TABLE identity_child (
                account_id BIGINT NOT NULL REFERENCES identity_account (id), student_id BIGINT NOT NULL, relation TEXT NOT NULL, slip_id BIGINT,
                valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, PRIMARY KEY (account_id, student_id)
            ) STRICT;
            CREATE INDEX identity_child_student ON identity_child (student_id);
            """),
        Migration(
            "identity.2-sessions",
            """
            CREATE TABLE identity_session (
                id BIGINT NOT NULL PRIMARY KEY, hash BLOB NOT NULL UNIQUE, account_id BIGINT NOT NULL REFERENCES identity_account (id),
                held TEXT NOT NULL, duty TEXT, year BIGINT, is_staff BIGINT NOT NULL, created_at BIGINT NOT NULL, touched_at BIGINT NOT NULL,
                ends_at BIGINT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL, viewing_id BIGINT, viewing_until BIGINT,
                ended_at BIGINT, ended_why TEXT
            ) STRICT;
            CREATE INDEX identity_session_account ON identity_session (account_id, ended_at);
            CREATE INDEX identity_session_ended ON identity_session (ended_at);
            CREATE TABLE identity_device (
                hash BLOB NOT NULL, account_id BIGINT NOT NULL REFERENCES identity_account (id), seen_at BIGINT NOT NULL, PRIMARY KEY (hash, account_id)
            ) WITHOUT ROWID;
            CREATE TABLE identity_attempt (
                key TEXT NOT NULL, at BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (key, at, id)
            ) WITHOUT ROWID;
            CREATE INDEX identity_attempt_at ON identity_attempt (at);
            """),
        Migration(
            "identity.3-factors",
            """
            CREATE TABLE identity_factor (
                account_id BIGINT NOT NULL PRIMARY KEY REFERENCES identity_account (id), seed BLOB NOT NULL, confirmed_at BIGINT, last_step BIGINT NOT NULL
            ) STRICT;
            CREATE TABLE identity_recovery (
                account_id BIGINT NOT NULL REFERENCES identity_account (id), hash BLOB NOT NULL, used_at BIGINT, PRIMARY KEY (account_id, hash)
            ) WITHOUT ROWID;
            CREATE TABLE identity_code (
                id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES identity_account (id), hash BLOB NOT NULL UNIQUE, kind TEXT NOT NULL,
                created_at BIGINT NOT NULL, created_by BIGINT, expires_at BIGINT NOT NULL, used_at BIGINT, revoked_at BIGINT,
                CHECK (kind IN ('activation', 'reset'))
            ) STRICT;
            CREATE INDEX identity_code_account ON identity_code (account_id);
            """),
        Migration(
            "identity.4-slips",
            """
            CREATE TABLE identity_slip (
                id BIGINT NOT NULL PRIMARY KEY, student_id BIGINT NOT NULL, class_id BIGINT, org_id BIGINT, hash BLOB NOT NULL UNIQUE, state TEXT NOT NULL,
                issued_by BIGINT, issued_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, account_id BIGINT REFERENCES identity_account (id),
                claimant TEXT NOT NULL, relation TEXT NOT NULL, phone BLOB, claimed_at BIGINT, decided_by BIGINT, decided_at BIGINT, reason TEXT NOT NULL,
                CHECK (state IN ('issued', 'pending', 'approved', 'refused', 'revoked', 'expired'))
            ) STRICT;
            CREATE INDEX identity_slip_student ON identity_slip (student_id);
            CREATE INDEX identity_slip_class ON identity_slip (class_id, state);
            CREATE INDEX identity_slip_org ON identity_slip (org_id, state);
            CREATE INDEX identity_slip_account ON identity_slip (account_id);
            CREATE TABLE identity_slip_step (
                slip_id BIGINT NOT NULL REFERENCES identity_slip (id), at BIGINT NOT NULL, state TEXT NOT NULL, account_id BIGINT, note TEXT NOT NULL,
                PRIMARY KEY (slip_id, at, state)
            ) WITHOUT ROWID;
            CREATE TABLE identity_token (
                id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES identity_account (id), hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL,
                held TEXT NOT NULL, scopes TEXT NOT NULL, created_at BIGINT NOT NULL, created_by BIGINT, expires_at BIGINT NOT NULL,
                used_at BIGINT, revoked_at BIGINT
            ) STRICT;
            CREATE INDEX identity_token_account ON identity_token (account_id);
            """),
        Migration(
            "identity.5-staff-in-use",
            """
            CREATE INDEX identity_account_staff ON identity_account (person_id) WHERE person_kind = 'staff' AND state = 'active';
            """),
        Migration(
            "identity.6-shared-addresses",
            """
            CREATE TABLE identity_sharer (
                key TEXT NOT NULL, account_id BIGINT NOT NULL REFERENCES identity_account (id), seen_at BIGINT NOT NULL, PRIMARY KEY (key, account_id)
            ) WITHOUT ROWID;
            CREATE INDEX identity_sharer_seen ON identity_sharer (seen_at);
            """),
        Migration(
            "identity.7-claimants",
            """
            ALTER TABLE identity_slip ADD COLUMN claimant_key TEXT NOT NULL DEFAULT '';
            """),
        Migration(
            "identity.8-recovery-age",
            """
            ALTER TABLE identity_recovery ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;
            """),
        Migration(
            "identity.9-consumers",
            """
            CREATE TABLE identity_consumer (
                id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, contact TEXT NOT NULL, org_id BIGINT NOT NULL,
                levels TEXT, scopes TEXT NOT NULL, per_minute BIGINT NOT NULL, expires_on TEXT NOT NULL, state TEXT NOT NULL,
                version BIGINT NOT NULL, created_at BIGINT NOT NULL, created_by BIGINT, updated_at BIGINT NOT NULL, used_at BIGINT,
                CHECK (state IN ('active', 'paused', 'revoked'))
            ) STRICT;
            CREATE INDEX identity_consumer_name ON identity_consumer (name_key, id);
            CREATE INDEX identity_consumer_org ON identity_consumer (org_id);
            CREATE TABLE identity_consumer_secret (
                hash BLOB NOT NULL PRIMARY KEY, consumer_id BIGINT NOT NULL REFERENCES identity_consumer (id), created_at BIGINT NOT NULL,
                created_by BIGINT, ends_at BIGINT
            ) WITHOUT ROWID;
            CREATE INDEX identity_consumer_secret_consumer ON identity_consumer_secret (consumer_id);
            CREATE TABLE identity_access (
                hash BLOB NOT NULL PRIMARY KEY, consumer_id BIGINT NOT NULL REFERENCES identity_consumer (id), scopes TEXT NOT NULL,
                created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX identity_access_consumer ON identity_access (consumer_id);
            CREATE INDEX identity_access_expires ON identity_access (expires_at);
            CREATE TABLE identity_consumer_day (
                consumer_id BIGINT NOT NULL REFERENCES identity_consumer (id), day TEXT NOT NULL, calls BIGINT NOT NULL, refused BIGINT NOT NULL,
                PRIMARY KEY (consumer_id, day)
            ) WITHOUT ROWID;
            """),
    ]
}
