import Base
import Facts
import Storage
import Work

/// Who may come in, as whom, and how far they see.
public enum IdentityRoom {
    public static let migrations: [Migration] = Schema.migrations
    public static let permissions: [Permission] = Permission.identity

    /// What this process forgets when rights change; every other process forgets within five seconds by itself.
    public static func listeners(_ entrance: Entrance) -> [Listener] {
        [
            Listener("identity.sessions", to: RightsChanged.self) { fact, _ in entrance.forget(fact.account) },
            Listener("identity.places", to: EnrolmentChanged.self) { fact, tx in try tx.follow(fact) },
        ]
    }
}

extension Tx {
    /// A pupil's account is looked after where the pupil learns.
    fileprivate func follow(_ fact: EnrolmentChanged) throws {
        try exec("""
            UPDATE identity_account SET org_id = \(fact.org), updated_at = \(now) WHERE person_id = \(fact.student) AND person_kind = 'student'
            """)
    }
}
