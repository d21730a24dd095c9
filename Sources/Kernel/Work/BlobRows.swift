import Base
import Storage

/// What is known of the files beside the database: one row for each content.
extension Tx {
    /// Notes a file that is kept beside the database; in the same transaction as the record that names it.
    public func note(blob hash: [UInt8], size: Int, type: String) throws {
        try exec(
            """
            INSERT INTO work_blob (hash, size, type, at) VALUES (\(hash), \(size), \(type), \(now))
            ON CONFLICT (hash) DO UPDATE SET type = excluded.type
            """)
    }

    /// What a file is: its media type.
    public func blobType(_ hash: [UInt8]) throws -> String? {
        try value("SELECT type FROM work_blob WHERE hash = \(hash)")
    }

    /// The files that must be there.
    public func blobHashes() throws -> [[UInt8]] { try all("SELECT hash FROM work_blob ORDER BY hash") }
}
