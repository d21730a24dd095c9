import Base
import Work

/// An entry of the trail with the names to show.
struct AuditLine: Sendable {
    let row: AuditRow, who: String, what: String
}
