import Storage

/// The tables of the kernel's work: audit, outbox, jobs, counters, requests seen, batches, blobs.
public enum WorkSchema {
    public static let migrations: [Migration] = [
        Migration(
            "work.1-audit",
            """
            CREATE TABLE work_audit_entry (
                id BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, account_id BIGINT, role TEXT, org_id BIGINT,
                address TEXT NOT NULL, verb TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT, subject_org_id BIGINT,
                note TEXT NOT NULL, hash BLOB NOT NULL
            ) STRICT;
            CREATE INDEX work_audit_entry_subject ON work_audit_entry (subject_kind, subject_id, id);
            CREATE INDEX work_audit_entry_org ON work_audit_entry (subject_org_id, id);
            CREATE TABLE work_audit_field (
                entry_id BIGINT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, field TEXT NOT NULL,
                old_value BLOB, new_value BLOB, PRIMARY KEY (entry_id, subject_kind, subject_id, field)
            ) STRICT;
            CREATE INDEX work_audit_field_subject ON work_audit_field (subject_kind, subject_id);
            CREATE TABLE work_person_key (
                subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (subject_kind, subject_id)
            ) STRICT;
            CREATE TABLE work_audit_seal (
                number BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, entries BIGINT NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL
            ) STRICT;
            CREATE TABLE work_audit_sealed (entry_id BIGINT NOT NULL PRIMARY KEY, seal BIGINT NOT NULL) STRICT;
            CREATE INDEX work_audit_sealed_seal ON work_audit_sealed (seal);
            """),
        Migration(
            "work.2-outbox",
            """
            CREATE TABLE work_outbox (
                id BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL
            ) STRICT;
            CREATE TABLE work_delivery (
                listener TEXT NOT NULL, fact_id BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (listener, fact_id)
            ) STRICT;
            """),
        Migration(
            "work.3-jobs",
            """
            CREATE TABLE work_job (
                id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, input TEXT NOT NULL, account_id BIGINT, org_id BIGINT,
                done BIGINT NOT NULL, total BIGINT NOT NULL, message TEXT NOT NULL, result TEXT, tries BIGINT NOT NULL,
                due_at BIGINT NOT NULL, lease_until BIGINT NOT NULL, created_at BIGINT NOT NULL, started_at BIGINT, ended_at BIGINT
            ) STRICT;
            CREATE INDEX work_job_due ON work_job (state, due_at);
            CREATE INDEX work_job_account ON work_job (account_id, id);
            CREATE TABLE work_counter (
                name TEXT NOT NULL, scope BIGINT NOT NULL, year BIGINT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (name, scope, year)
            ) STRICT;
            CREATE TABLE work_request (
                account_id BIGINT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, answer TEXT NOT NULL, at BIGINT NOT NULL,
                PRIMARY KEY (account_id, key)
            ) STRICT;
            CREATE INDEX work_request_at ON work_request (at);
            CREATE TABLE work_batch (
                id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, at BIGINT NOT NULL, account_id BIGINT, org_id BIGINT,
                undone_at BIGINT, report TEXT NOT NULL
            ) STRICT;
            CREATE TABLE work_blob (
                hash BLOB NOT NULL PRIMARY KEY, size BIGINT NOT NULL, type TEXT NOT NULL, at BIGINT NOT NULL
            ) STRICT;
            CREATE TABLE work_setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
            """),
        Migration(
            "work.4-places",
            """
            ALTER TABLE work_job ADD COLUMN place TEXT NOT NULL DEFAULT '';
            CREATE TABLE work_place (place TEXT NOT NULL PRIMARY KEY, seen_at BIGINT NOT NULL) STRICT;
            """),
        Migration(
            "work.5-audit-fields",
            """
            ALTER TABLE work_audit_entry ADD COLUMN fields BLOB;
            """),
        Migration(
            "work.6-rates",
            """
            CREATE TABLE work_rate (
                key TEXT NOT NULL, holder TEXT NOT NULL, start BIGINT NOT NULL, current BIGINT NOT NULL, previous BIGINT NOT NULL,
                PRIMARY KEY (key, holder)
            ) WITHOUT ROWID;
            CREATE INDEX work_rate_start ON work_rate (start);
            """),
        Migration(
            "work.7-keys",
            """
            CREATE TABLE work_process (id TEXT NOT NULL PRIMARY KEY, seen_at BIGINT NOT NULL, keys TEXT NOT NULL) STRICT;
            """),
    ]
}
