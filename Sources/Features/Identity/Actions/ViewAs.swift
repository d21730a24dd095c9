import Base
import Registry
import Storage
import Work

extension Entrance {
    /// Looks with another account's eyes, read-only, for at most half an hour; answers the session's new secret. Written down on both accounts' trail.
    public func viewAs(_ id: ID<Account>, cookie: String, address: String) async throws -> String {
        let state = try await own(cookie, address)
        try state.visitor.must(.viewAs)
        return try await turning(cookie, state, "identity.view-as.begin") { tx in
            let account = try tx.account(id, keptBy: state.visitor)
            guard id != state.account, try !tx.held(by: account, on: tx.today).isEmpty else { throw Fault.forbidden }
            tx.audit(subject: .account(id, org: account.org))
            try tx.set(viewing: id, until: tx.now + Lifetimes.viewAs, of: state.id)
        }
    }

    /// Goes back to one's own eyes; answers the session's new secret.
    public func endViewAs(cookie: String, address: String) async throws -> String {
        guard let state = try await session(cookie, address: address) else { throw Fault.unauthenticated }
        return try await turning(cookie, state, "identity.view-as.end") { tx in
            try tx.set(viewing: nil, until: nil, of: state.id)
        }
    }
}

extension SessionState {
    /// Throws while the visitor looks with another's eyes: nothing may be written then.
    public func mustOwnEyes() throws(Fault) { if isViewingAs { throw .readOnly } }
}
