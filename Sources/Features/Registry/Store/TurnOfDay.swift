import Base
import Storage
import Work

extension Tx {
    /// Makes today's copies of names, managing bodies and places follow what was dated for a day that has come since the last turn.
    func turnDay() throws {
        let last = try setting("registry-day").flatMap { Day(iso: $0) }
        guard last != today else { return }
        try turnDay(since: last ?? today.adding(-1))
        try set("registry-day", to: today.iso)
    }
}
