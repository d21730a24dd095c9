import Storage

enum Schema {
    static let migrations: [Migration] = [
        // What a unit's senders call their columns, where the program did not know it by itself.
        Migration(
            "exchange.1-headings",
            """
            CREATE TABLE exchange_heading (
                org_id BIGINT NOT NULL, kind TEXT NOT NULL, heading TEXT NOT NULL, meaning TEXT NOT NULL, at BIGINT NOT NULL,
                PRIMARY KEY (org_id, kind, heading)
            ) WITHOUT ROWID;
            """)
    ]
}
