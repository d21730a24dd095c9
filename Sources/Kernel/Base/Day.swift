/// A calendar day from 1900-01-01 to 2200-12-31 (proleptic Gregorian), with no clock and no zone.
public struct Day: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// Days since 1970-01-01.
    public let number: Int32

    init(unchecked number: Int32) { self.number = number }

    /// Makes a day from its year, month and day of the month; nothing when the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1900...2200).contains(year), (1...12).contains(month), day >= 1, day <= Day.length(of: month, in: year)
        else {
            return nil
        }
        // Days from civil, Howard Hinnant's algorithm.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400, yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `yyyy-MM-dd`, and nothing else.
    public init?(iso text: some StringProtocol) { self.init(iso: String(text)) }

    /// The same for a whole text: what every row with a day in it goes through.
    public init?(iso text: String) {
        var text = text
        let read = text.withUTF8 { bytes -> Day? in
            guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45,
                let year = Day.digits(bytes[0..<4]), let month = Day.digits(bytes[5..<7]),
                let day = Day.digits(bytes[8..<10])
            else { return nil }
            return Day(year: year, month: month, day: day)
        }
        guard let read else { return nil }
        self = read
    }

    /// Reads what a person types: `5/9/2026`, `05-09-2026`, `5.9.2026`, `05092026`, `2026-09-05`; `5/9` takes the year given.
    public init?(typed text: some StringProtocol, year: Int? = nil) {
        if let day = Day(iso: text) {
            self = day
            return
        }
        let trimmed = text.utf8.filter { $0 != 32 && $0 != 9 }
        guard trimmed.count <= 10 else { return nil }
        if trimmed.count == 8, let day = Day.digits(trimmed[0..<2]), let month = Day.digits(trimmed[2..<4]),
            let year = Day.digits(trimmed[4..<8])
        {
            self.init(year: year, month: month, day: day)
            return
        }
        let parts = trimmed.split(omittingEmptySubsequences: false) { $0 == 47 || $0 == 45 || $0 == 46 }
        guard parts.count == 3 || (parts.count == 2 && year != nil),
            (1...2).contains(parts[0].count), let day = Day.digits(parts[0]),
            (1...2).contains(parts[1].count), let month = Day.digits(parts[1])
        else { return nil }
        if parts.count == 2 {
            self.init(year: year ?? 0, month: month, day: day)
        } else {
            guard parts[2].count == 4, let year = Day.digits(parts[2]) else { return nil }
            self.init(year: year, month: month, day: day)
        }
    }

    /// The day in Việt Nam (UTC+7, no summer time since 1975) at a moment in milliseconds since 1970.
    public init(at moment: Int64) {
        let day = (moment / 1000 + 7 * 3600) / 86_400
        number = Int32(clamping: min(max(day, -25_567), 84_370))
    }

    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = shifted / 146_097, dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// `yyyy-MM-dd`, as stored and exchanged.
    public var iso: String {
        let (year, month, day) = parts
        return String(unsafeUninitializedCapacity: 10) { out in
            Day.put(year / 100, into: out, at: 0)
            Day.put(year % 100, into: out, at: 2)
            out[4] = 45
            Day.put(month, into: out, at: 5)
            out[7] = 45
            Day.put(day, into: out, at: 8)
            return 10
        }
    }

    /// `dd/MM/yyyy`, as people read it.
    public var shown: String {
        let (year, month, day) = parts
        return String(unsafeUninitializedCapacity: 10) { out in
            Day.put(day, into: out, at: 0)
            out[2] = 47
            Day.put(month, into: out, at: 3)
            out[5] = 47
            Day.put(year / 100, into: out, at: 6)
            Day.put(year % 100, into: out, at: 8)
            return 10
        }
    }

    public var description: String { iso }

    /// 1 is Monday, 7 Sunday.
    public var weekday: Int { (Int(number) + 3) % 7 + (Int(number) + 3 < 0 ? 7 : 0) + 1 }

    /// The day so many days later (or earlier), held inside the calendar's range.
    public func adding(_ days: Int) -> Day {
        let (sum, overflow) = Int(number).addingReportingOverflow(days)
        return Day(unchecked: Int32(overflow ? Int(number) : min(max(sum, -25_567), 84_370)))
    }

    /// Whole years lived on the day given; negative before birth.
    public func age(on day: Day) -> Int {
        let born = parts, then = day.parts
        return then.year - born.year - ((then.month, then.day) < (born.month, born.day) ? 1 : 0)
    }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// The far end of an open period: 9999-12-31 cannot be a day here, so this stands for "until further notice".
    public static let forever = Day(unchecked: 84_370)
    public static let first = Day(unchecked: -25_567)

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let day = Day(iso: text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a day"))
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso)
    }

    static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func digits(_ bytes: some Collection<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 9 else { return nil }
        var value = 0
        for byte in bytes {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }

    private static func put(_ value: Int, into out: UnsafeMutableBufferPointer<UInt8>, at index: Int) {
        out[index] = UInt8(48 + value / 10)
        out[index + 1] = UInt8(48 + value % 10)
    }
}

/// A date of birth of which the day, or the day and month, may be unknown: `2014`, `2014-05`, `2014-05-31`.
public struct PartialDay: Hashable, Sendable, CustomStringConvertible {
    /// `yyyy`, `yyyy-MM` or `yyyy-MM-dd`.
    public let iso: String

    /// Reads the stored form, or what a person types (`31/5/2014`, `5/2014`, `2014`).
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8.filter { $0 != 32 }
        if let day = Day(typed: text) {
            iso = day.iso
        } else if bytes.count == 4, let year = Day.digits(bytes), (1900...2200).contains(year) {
            iso = String(decoding: bytes, as: UTF8.self)
        } else {
            let parts = bytes.split(omittingEmptySubsequences: false) { $0 == 47 || $0 == 45 }
            guard parts.count == 2 else { return nil }
            let (yearPart, monthPart) = parts[0].count == 4 ? (parts[0], parts[1]) : (parts[1], parts[0])
            guard yearPart.count == 4, (1...2).contains(monthPart.count), let year = Day.digits(yearPart),
                let month = Day.digits(monthPart), let day = Day(year: year, month: month, day: 1)
            else { return nil }
            iso = String(day.iso.prefix(7))
        }
    }

    public init(_ day: Day) { iso = day.iso }

    /// Reads the stored form, most often a whole day.
    public init?(stored text: String) {
        if Day(iso: text) != nil {
            iso = text
        } else if let day = PartialDay(text) {
            self = day
        } else {
            return nil
        }
    }

    /// The whole day, when it is known.
    public var day: Day? { Day(iso: iso) }
    public var year: Int { Day.digits(iso.utf8.prefix(4)) ?? 1900 }
    public var description: String { iso }

    /// `31/05/2014`, `05/2014` or `2014`.
    public var shown: String {
        if let day { return day.shown }
        let bytes = Array(iso.utf8)
        return bytes.count == 7 ? "\(iso.suffix(2))/\(iso.prefix(4))" : iso
    }
}
