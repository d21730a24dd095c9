import Base
import Storage

extension Tx {
    /// What a unit has said that its columns mean, by their headings.
    func headings(of org: Int64, kind: String) throws -> [String: String] {
        let rows = try all(
            "SELECT heading, meaning FROM exchange_heading WHERE org_id = \(org) AND kind = \(kind) ORDER BY heading LIMIT 5000"
        ) { (try $0(String.self), try $0(String.self)) }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    /// Remembers what headings mean for whoever sends a file of this kind from the unit again.
    func remember(_ map: [String: String], of org: Int64, kind: String) throws {
        for (heading, meaning) in map.sorted(by: { $0.key < $1.key }).prefix(500) {
            try exec(
                """
                INSERT INTO exchange_heading (org_id, kind, heading, meaning, at) VALUES (\(org), \(kind), \(heading), \(meaning), \(now))
                ON CONFLICT (org_id, kind, heading) DO UPDATE SET meaning = excluded.meaning, at = excluded.at
                """)
        }
    }
}
