import Base
import Storage

/// Values that are kept sealed or signed under the installation's key, and how to walk them: a former key can go when none is
/// left under it.
public struct SealedValues: Sendable {
    private let words: @Sendable () -> String
    /// What they are, in words.
    public var name: String { words() }
    /// Looks at the next rows after a cursor; answers the cursor of the following ones, nothing at the end.
    let page: @Sendable (_ tx: Tx, _ after: String, _ turn: inout SealedTurn) throws -> String?

    public init(
        _ name: @autoclosure @escaping @Sendable () -> String,
        _ page: @escaping @Sendable (Tx, String, inout SealedTurn) throws -> String?
    ) { (words, self.page) = (name, page) }

    /// A column of a table with one number as its key; `blind` is the index beside it, and what the index is for.
    public init(
        _ name: @autoclosure @escaping @Sendable () -> String, in table: SQL, key: SQL = "id", column: SQL,
        blind: (column: SQL, purpose: String)? = nil,
        _ sealing: @escaping @Sendable (_ key: Int64) -> Sealing
    ) {
        self.init(name()) { tx, after, turn in
            let rows = try tx.all(
                """
                SELECT \(sql: key), \(sql: column) FROM \(sql: table)
                WHERE \(sql: key) > \(Int64(after) ?? 0) AND \(sql: column) IS NOT NULL
                ORDER BY \(sql: key) LIMIT \(SealedTurn.most)
                """
            ) { (key: try $0() as Int64, sealed: try $0() as [UInt8]) }
            let keys = try tx.sealing()
            for row in rows {
                guard let bytes = turn.look(row.sealed, sealing(row.key), keys) else { continue }
                let index = blind.map {
                    ", \(sql: $0.column) = \(keys.blind(String(decoding: bytes, as: UTF8.self), $0.purpose))" as SQL
                }
                try tx.exec(
                    """
                    UPDATE \(sql: table) SET \(sql: column) = \(keys.seal(bytes, sealing(row.key)))\(sql: index ?? .none)
                    WHERE \(sql: key) = \(row.key) AND \(sql: column) = \(row.sealed)
                    """)
            }
            return rows.count == SealedTurn.most ? rows.last.map { String($0.key) } : nil
        }
    }

    /// The kernel's own: the keys of persons, which seal their histories, and the signatures under the audit chain.
    public static let kernel = [
        SealedValues(t("khóa riêng của từng người")) { tx, after, turn in try tx.turnPersonKeys(after, &turn) },
        SealedValues(t("chữ ký của nhật ký")) { tx, after, turn in try tx.turnSignatures(after, &turn) },
    ]
}

/// What a walk over sealed values found, and whether it seals them anew.
public struct SealedTurn: Sendable {
    /// Rows a transaction: few enough that other writers hardly wait.
    public static let most = 500
    let isSealing: Bool
    /// How many the key in use had sealed, how many a former one, and how many no key opens.
    public internal(set) var current = 0, former = 0, broken = 0

    /// Looks at a value; answers its bytes when it is to be sealed anew.
    public mutating func look(_ sealed: [UInt8], _ sealing: Sealing, _ keys: Keys) -> [UInt8]? {
        guard let opened = keys.opened(sealed, sealing) else {
            broken += 1
            return nil
        }
        return count(isInUse: opened.isInUse) ? opened.bytes : nil
    }

    /// Looks at a signature under some bytes; answers whether it is to be made anew.
    mutating func look(_ signature: [UInt8], under bytes: [UInt8], _ purpose: String, _ keys: Keys) -> Bool {
        guard keys.isSigned(bytes, signature, purpose) else {
            broken += 1
            return false
        }
        return count(isInUse: Secret.equal(keys.signature(bytes, purpose), signature))
    }

    private mutating func count(isInUse: Bool) -> Bool {
        if isInUse { current += 1 } else { former += 1 }
        return !isInUse && isSealing
    }
}

/// Codes on paper and the like, of which only an index under a key is kept: they cannot be brought over to another key, and end
/// with it.
public struct KeyedCodes: Sendable {
    private let words: @Sendable () -> String
    /// What they are, in words.
    public var name: String { words() }
    /// How many that were made before a moment are still good.
    public let count: @Sendable (_ tx: Tx, _ before: Int64) throws -> Int
    /// Ends them.
    public let end: @Sendable (_ tx: Tx, _ before: Int64) throws -> Void

    public init(
        _ name: @autoclosure @escaping @Sendable () -> String, count: @escaping @Sendable (Tx, Int64) throws -> Int,
        end: @escaping @Sendable (Tx, Int64) throws -> Void
    ) { (words, self.count, self.end) = (name, count, end) }
}

extension Database {
    /// Walks values of one kind, page by page in transactions of their own; `isSealing` seals those of a former key anew. With
    /// `isLast` it only looks, in transactions that no unfinished writer gets past.
    public func turn(_ values: SealedValues, isSealing: Bool = false, isLast: Bool = false) async throws -> SealedTurn {
        var turn = SealedTurn(isSealing: isSealing), cursor: String? = ""
        while let after = cursor {
            let sofar = turn
            let page: @Sendable (Tx) throws -> (String?, SealedTurn) = { tx in
                var turn = sofar
                return (try values.page(tx, after, &turn), turn)
            }
            (cursor, turn) = isSealing || isLast ? try await commit(page) : try await read(page)
        }
        return turn
    }
}

extension Tx {
    fileprivate func turnPersonKeys(_ after: String, _ turn: inout SealedTurn) throws -> String? {
        let last = after.split(separator: "/"), kind = String(last.first ?? ""),
            id = last.last.flatMap { Int64($0) } ?? 0
        let rows = try all(
            """
            SELECT subject_kind, subject_id, key FROM work_person_key WHERE (subject_kind, subject_id) > (\(kind), \(id))
            ORDER BY subject_kind, subject_id LIMIT \(SealedTurn.most)
            """
        ) { (kind: try $0() as String, id: try $0() as Int64, key: try $0() as [UInt8]) }
        let keys = try sealing()
        for row in rows {
            guard let bytes = turn.look(row.key, .personKey, keys) else { continue }
            try exec(
                """
                UPDATE work_person_key SET key = \(keys.seal(bytes, .personKey))
                WHERE subject_kind = \(row.kind) AND subject_id = \(row.id) AND key = \(row.key)
                """)
        }
        return rows.count == SealedTurn.most ? rows.last.map { "\($0.kind)/\($0.id)" } : nil
    }

    fileprivate func turnSignatures(_ after: String, _ turn: inout SealedTurn) throws -> String? {
        let rows = try all(
            """
            SELECT number, at, hash, signature FROM work_audit_seal WHERE number > \(Int64(after) ?? 0)
            ORDER BY number LIMIT \(SealedTurn.most)
            """
        ) { (head: SealedHead(number: try $0(), at: try $0(), hash: try $0()), signature: try $0() as [UInt8]) }
        let keys = try sealing()
        for row in rows where turn.look(row.signature, under: row.head.signed, SealedHead.purpose, keys) {
            try exec(
                "UPDATE work_audit_seal SET signature = \(try signature(of: row.head)) WHERE number = \(row.head.number)"
            )
        }
        return rows.count == SealedTurn.most ? rows.last.map { String($0.head.number) } : nil
    }
}
