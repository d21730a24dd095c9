import Base
import Facts
import Storage

extension Tx {
    /// A pupil's account is looked after where the pupil learns.
    func follow(_ fact: EnrolmentChanged) throws {
        try exec(
            """
            UPDATE identity_account SET org_id = \(fact.org), updated_at = \(now) WHERE person_id = \(fact.student) AND person_kind = 'student'
            """)
    }
}
