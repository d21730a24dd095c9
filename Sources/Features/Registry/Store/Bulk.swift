import Base
import Storage

/// Who answers for a duty of a unit, to be written.
public struct ChargeDraft: Sendable {
    /// The duty that the plan asks of every unit: a person in charge of digital transformation.
    public static let digital = "digital-transformation"

    public var org: ID<Org>
    public var duty: String
    public var name: String
    public var staff: ID<Staff>?
    public var phone = ""
    public var period: Period

    public init(org: ID<Org>, duty: String, name: String, period: Period) {
        (self.org, self.duty, self.name, self.period) = (org, duty, name, period)
    }
}

extension Tx {
    /// Writes who answers for a duty of a unit.
    @discardableResult
    public func insert(_ draft: ChargeDraft) throws -> ID<Charge> {
        let id = newID(Charge.self)
        try exec(
            """
            INSERT INTO registry_charge (id, org_id, staff_id, name, phone, duty, valid_from, valid_to)
            VALUES (\(id), \(draft.org), \(draft.staff), \(draft.name), \(draft.phone), \(draft.duty),
            \(draft.period.first), \(draft.period.last))
            """)
        return id
    }

    /// Tells in a unit's history that it went over to another managing body on a day; the periods themselves are written apart.
    public func noteMove(of org: ID<Org>, under parent: ID<Org>, on day: Day, basis: String) throws {
        try insertEvent(.moved, of: org, on: day, other: parent, basis: basis)
    }
}
