import Base
import Synchronization

/// Sessions seen a moment ago, so that a page costs no session query; none is older than four seconds.
final class SessionCache: Sendable {
    private struct Kept {
        let state: SessionState, at: Int64
    }

    private let kept = Mutex<[[UInt8]: Kept]>([:])
    private let monotonic: @Sendable () -> Int64
    private static let most = 20_000

    init(_ monotonic: @escaping @Sendable () -> Int64) { self.monotonic = monotonic }

    func find(_ hash: [UInt8]) -> SessionState? {
        let now = monotonic()
        return kept.withLock { kept in
            guard let found = kept[hash] else { return nil }
            if now - found.at < Lifetimes.cached { return found.state }
            kept[hash] = nil
            return nil
        }
    }

    func keep(_ state: SessionState, _ hash: [UInt8]) {
        let now = monotonic()
        kept.withLock { kept in
            if kept.count >= Self.most {
                kept = kept.filter { now - $0.value.at < Lifetimes.cached }
                if kept.count >= Self.most { kept.removeAll(keepingCapacity: true) }
            }
            kept[hash] = Kept(state: state, at: now)
        }
    }

    func drop(_ hash: [UInt8]) { kept.withLock { $0[hash] = nil } }

    /// Forgets every session of an account, and every session that looks with its eyes.
    func drop(_ account: ID<Account>) {
        kept.withLock { kept in kept = kept.filter { $0.value.state.account != account && !$0.value.state.isViewingAs }
        }
    }
}
