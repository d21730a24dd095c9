import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Where the program gets its time: the system's in service, a set one in tests.
public struct Clock: Sendable {
    private let read: @Sendable () -> Int64

    public init(_ read: @escaping @Sendable () -> Int64) { self.read = read }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var now: Int64 { read() }
    public var today: Day { Day(at: now) }

    public static let system = Clock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Milliseconds that only go forward, whatever is done to the wall clock: for deadlines and durations.
    public static var monotonic: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// A clock that stands where it is put.
    public static func fixed(_ moment: SettableMoment) -> Clock { Clock { moment.value } }
}

/// The hand of a clock that a test moves.
public final class SettableMoment: Sendable {
    private let held: Mutex<Int64>
    public init(_ value: Int64) { held = Mutex(value) }
    public var value: Int64 {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

extension Int64 {
    /// This moment as `dd/MM/yyyy HH:mm` in Việt Nam.
    public var shownMoment: String {
        let seconds = self / 1000 + 7 * 3600
        let ofDay = ((seconds % 86_400) + 86_400) % 86_400
        let hour = ofDay / 3600, minute = ofDay / 60 % 60
        return "\(Day(at: self).shown) \(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// This moment as ISO 8601 in UTC, to the second.
    public var isoMoment: String {
        let seconds = self / 1000, ofDay = ((seconds % 86_400) + 86_400) % 86_400
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = Day(at: self - 7 * 3_600_000)
        return "\(day.iso)T\(two(ofDay / 3600)):\(two(ofDay / 60 % 60)):\(two(ofDay % 60))Z"
    }
}
