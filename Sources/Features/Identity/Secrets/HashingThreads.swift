import Base
import Dispatch
import Synchronization

/// The threads that hash passwords: two, with a bounded line before them, so that a rush of sign-ins slows nothing else (fact 11).
public final class HashingThreads: Sendable {
    public let argon: Argon2
    private let lanes: [DispatchQueue]
    private let waiting: Mutex<[Int]>
    private let most: Int

    public init(_ argon: Argon2 = .standard, threads: Int = 2, most: Int = 64) {
        self.argon = argon
        self.most = most
        // Serial queues: private concurrent ones take their threads from the pool that Swift's own tasks run on.
        lanes = (0..<max(1, threads)).map { DispatchQueue(label: "hoaban.password.\($0)") }
        waiting = Mutex([Int](repeating: 0, count: max(1, threads)))
    }

    /// Hashes a new password.
    public func hash(_ password: [UInt8]) async throws -> String {
        let argon = argon
        guard let hash = try await run({ argon.hash(password) }) else { throw Self.busy }
        return hash
    }

    /// Tries a password against a hash, or against one that nothing opens; answers a fresh hash where the stored one is stale.
    public func verify(_ password: [UInt8], against hash: String?) async throws -> (isRight: Bool, fresh: String?) {
        let argon = argon
        return try await run {
            let isRight = Argon2.verify(password, against: hash ?? argon.dummy)
            guard let hash, isRight, argon.isStale(hash) else { return (isRight && hash != nil, nil) }
            return (true, argon.hash(password))
        }
    }

    private static let busy = Fault(
        .unavailable, "Nhiều người đang đăng nhập cùng lúc. Hãy thử lại sau giây lát.", retryAfter: 5)

    private func run<T: Sendable>(_ work: @escaping @Sendable () -> T) async throws -> T {
        guard let lane = take() else { throw Self.busy }
        return await withCheckedContinuation { continuation in
            lanes[lane].async {
                let value = work()
                self.waiting.withLock { $0[lane] -= 1 }
                continuation.resume(returning: value)
            }
        }
    }

    /// The shorter line; nothing when both are full.
    private func take() -> Int? {
        waiting.withLock { waiting in
            guard waiting.reduce(0, +) < most + lanes.count,
                let lane = waiting.indices.min(by: { waiting[$0] < waiting[$1] })
            else { return nil }
            waiting[lane] += 1
            return lane
        }
    }
}
