import Base
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Chains the audit entries a second after they are written, so that no writer waits for the chain, and writes each sealed head down
/// outside the database: whoever cuts the end off the trail cannot cut it off there as well.
public struct Sealer: Service {
    let db: any Database
    let heads: SealedHeads?
    let log: Logger

    public init(db: any Database, heads: SealedHeads? = nil, log: Logger) {
        (self.db, self.heads, self.log) = (db, heads, log)
    }

    public func run() async throws {
        let strays = Pace(every: 3_600_000), telling = Pace(every: 600_000)
        try await every(.seconds(1)) {
            do {
                try await db.sealWaiting(writing: heads)
                if strays.isDue { try await db.sealStrays(writing: heads) }
                if telling.isDue, let head = try await db.read({ tx in try tx.sealedHead() }) {
                    log.info("audit sealed to \(head.line)")
                }
            } catch is CancellationError {} catch { log.error("sealing failed: \(error)") }
        }
    }
}

/// Says yes at most once in a while.
public final class Pace: Sendable {
    private let pause: Int64
    private let last: Mutex<Int64>

    /// `pause` is in milliseconds; it says yes at once, and then not before the pause is over.
    public init(every pause: Int64) {
        self.pause = pause
        last = Mutex(Clock.monotonic - pause)
    }

    /// Whether the pause is over; a new one then begins.
    public var isDue: Bool {
        last.withLock { last in
            guard Clock.monotonic - last >= pause else { return false }
            last = Clock.monotonic
            return true
        }
    }
}

/// One link of the chain: a batch of entries under one hash.
enum Seal {
    static let most = 1000
    /// How far back an entry may appear late (many writers on PostgreSQL), in the time part of a key.
    static let window: Int64 = 600_000 << 21

    static func hash(previous: [UInt8], rows: [[UInt8]]) -> [UInt8] { Secret.sha256(previous + rows.flatMap { $0 }) }
}

/// An entry that waits for its seal.
struct Unsealed: Sendable {
    let id: Int64, hash: [UInt8]

    init(_ row: inout Row) throws { (id, hash) = (try row(), try row()) }
}

extension Database {
    /// Seals the entries that are not sealed yet, at most a batch; answers how many.
    @discardableResult
    public func sealAudit(writing heads: SealedHeads? = nil) async throws -> Int {
        try await sealBatch(writing: heads, after: nil).count
    }

    /// Seals all that waits. After a full batch it goes on from the last entry sealed and does not walk the window again; what
    /// came late below it waits for the next round.
    public func sealWaiting(writing heads: SealedHeads? = nil) async throws {
        var after: Int64?
        while true {
            let batch = try await sealBatch(writing: heads, after: after)
            guard batch.count == Seal.most, let last = batch.last else { return }
            after = last
        }
    }

    private func sealBatch(writing heads: SealedHeads?, after: Int64?) async throws -> (count: Int, last: Int64?) {
        // The walk to the first one is a reader's: writers wait for the batch alone.
        guard let first = try await read({ tx in try tx.unsealed(after: after, limit: 1).first?.id }) else {
            return (0, nil)
        }
        return try await seal(writing: heads) { tx in try tx.unsealed(after: first - 1, limit: Seal.most) }
    }

    /// Seals entries of the last two days that came so late that the running seal had passed them; `check` names older ones.
    func sealStrays(writing heads: SealedHeads? = nil) async throws {
        let strays = try await read { tx in
            try tx.strays(since: (tx.now - IDSource.epoch - 2 * 86_400_000) << 21, limit: Seal.most).map(\.id)
        }
        if !strays.isEmpty { try await seal(writing: heads) { tx in try tx.unsealed(strays) } }
    }

    @discardableResult
    private func seal(writing heads: SealedHeads?, _ find: @escaping @Sendable (Tx) throws -> [Unsealed]) async throws
        -> (count: Int, last: Int64?)
    {
        do {
            let sealed = try await commit { tx in
                try find(tx).nilIfEmpty.map { (head: try tx.seal($0), count: $0.count, last: $0.last?.id) }
            }
            if let sealed { try heads?.append(sealed.head) }
            return (sealed?.count ?? 0, sealed?.last)
        } catch let error as StorageError where [.unique, .serialization].contains(error.kind) {
            // Another process sealed them at the same moment; what is left waits a second.
            return (0, nil)
        }
    }
}

extension Array {
    fileprivate var nilIfEmpty: Self? { isEmpty ? nil : self }
}

extension Tx {
    /// The newest link of the chain.
    func sealedHead() throws -> SealedHead? {
        try one("SELECT number, at, hash FROM work_audit_seal ORDER BY number DESC LIMIT 1") {
            SealedHead(number: try $0(), at: try $0(), hash: try $0())
        }
    }

    fileprivate func seal(_ rows: [Unsealed]) throws -> SealedHead {
        let last = try sealedHead()
        let hash = Seal.hash(previous: last?.hash ?? [], rows: rows.map(\.hash))
        let head = SealedHead(number: (last?.number ?? 0) + 1, at: now, hash: hash)
        try exec(
            """
            INSERT INTO work_audit_seal (number, at, entries, hash, signature) VALUES
            (\(head.number), \(now), \(rows.count), \(hash), \(try signature(of: head)))
            """)
        for row in rows {
            try exec("INSERT INTO work_audit_sealed (entry_id, seal) VALUES (\(row.id), \(head.number))")
        }
        return head
    }

    /// The installation's word for a link.
    func signature(of head: SealedHead) throws -> [UInt8] { try sealing().signature(head.signed, SealedHead.purpose) }

    fileprivate func unsealed(after: Int64?, limit: Int) throws -> [Unsealed] {
        try all(
            """
            SELECT e.id, e.hash FROM work_audit_entry e
            WHERE e.id > \(try after ?? sealWindow()) AND NOT EXISTS (SELECT 1 FROM work_audit_sealed s WHERE s.entry_id = e.id)
            ORDER BY e.id LIMIT \(limit)
            """, Unsealed.init)
    }

    fileprivate func unsealed(_ ids: [Int64]) throws -> [Unsealed] {
        try all(
            """
            SELECT e.id, e.hash FROM work_audit_entry e WHERE e.id IN \(list: ids)
            AND NOT EXISTS (SELECT 1 FROM work_audit_sealed s WHERE s.entry_id = e.id) ORDER BY e.id
            """, Unsealed.init)
    }

    /// Entries that the running seal has passed without sealing them.
    func strays(since first: Int64 = 0, limit: Int) throws -> [Unsealed] {
        try all(
            """
            SELECT e.id, e.hash FROM work_audit_entry e WHERE e.id > \(first) AND e.id <= \(try sealWindow())
            AND NOT EXISTS (SELECT 1 FROM work_audit_sealed s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT \(limit)
            """, Unsealed.init)
    }

    /// The key after which the running seal looks.
    private func sealWindow() throws -> Int64 {
        let newest: Int64 = try value("SELECT entry_id FROM work_audit_sealed ORDER BY entry_id DESC LIMIT 1") ?? 0
        return max(0, newest - Seal.window)
    }
}
