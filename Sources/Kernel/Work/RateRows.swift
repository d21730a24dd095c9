import Storage

/// How much one process has counted for a caller: the minute that runs since `start` (milliseconds since 1970), and the
/// one before.
public struct RateRow: Sendable {
    public let key: String, start: Int64, current: Int, previous: Int

    public init(key: String, start: Int64, current: Int, previous: Int) {
        (self.key, self.start, self.current, self.previous) = (key, start, current, previous)
    }
}

extension Tx {
    /// Puts down what this process has counted, and answers what others have: those beside it, and the one that served
    /// before it was started. Rows of more than two minutes ago are dropped.
    public func exchangeRates(_ rows: [RateRow], of holder: String) throws -> [RateRow] {
        try exec("DELETE FROM work_rate WHERE start < \(now - 120_000)")
        for row in rows {
            try exec(
                """
                INSERT INTO work_rate (key, holder, start, current, previous)
                VALUES (\(row.key), \(holder), \(row.start), \(row.current), \(row.previous))
                ON CONFLICT (key, holder) DO UPDATE SET start = excluded.start, current = excluded.current,
                previous = excluded.previous
                """)
        }
        return try otherRates(than: holder)
    }

    /// What others than this process have counted.
    public func otherRates(than holder: String) throws -> [RateRow] {
        try all("SELECT key, start, current, previous FROM work_rate WHERE holder <> \(holder) LIMIT 50000") { row in
            RateRow(key: try row(), start: try row(), current: try row(), previous: try row())
        }
    }
}
