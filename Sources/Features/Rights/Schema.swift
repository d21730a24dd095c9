import Storage

/// What people ask about the data on them, and what they were answered.
enum Schema {
    static let migrations: [Migration] = [
        Migration(
            "rights.1-requests",
            """
            CREATE TABLE rights_request (
                id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL,
                org_id BIGINT, class_id BIGINT, level TEXT NOT NULL, words TEXT NOT NULL, asked_by BIGINT, asked_at BIGINT NOT NULL,
                answer_by TEXT NOT NULL, done_by TEXT NOT NULL, state TEXT NOT NULL, answer TEXT NOT NULL, answered_by BIGINT,
                answered_at BIGINT, ended_at BIGINT, CHECK (state IN ('open', 'taken', 'done', 'refused', 'withdrawn'))
            ) STRICT;
            CREATE INDEX rights_request_subject ON rights_request (subject_id, id);
            CREATE INDEX rights_request_state ON rights_request (state, done_by, id);
            """)
    ]
}
