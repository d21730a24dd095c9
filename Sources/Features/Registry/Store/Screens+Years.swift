import Base
import Storage

extension Tx {
    /// One year or term.
    func session(_ id: ID<Session>) throws -> SessionRecord? { try sessions().first { $0.id == id } }

    func setDays(of session: ID<Session>, _ period: Period) throws {
        try exec(
            "UPDATE registry_session SET first_day = \(period.first), last_day = \(period.last) WHERE id = \(session)")
    }

    /// Whether there was such a holiday.
    func removeHoliday(_ id: Int64) throws -> Bool { try exec("DELETE FROM registry_holiday WHERE id = \(id)") > 0 }
}
