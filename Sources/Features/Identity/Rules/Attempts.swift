/// How wrong attempts slow the next ones down (bar E2). Windows slide; every wrong attempt is a row.
enum Attempts {
    static let window: Int64 = 15 * 60_000
    static let day: Int64 = 24 * 3_600_000
    /// Wrong passwords of one account within the window before delays begin, and within a day before it waits for tomorrow.
    static let perAccount = 10, perAccountDay = 50
    static let perAddress = 100, perNetwork = 500
    /// Wrong ones from an address or a network that many people share, as a school does: so many accounts signed in there lately.
    static let perShared = 2000, sharers = 20, sharing: Int64 = 30 * day
    /// Wrong second factors of one account within the window.
    static let perFactor = 5

    /// The earliest moment of the next attempt on an account, from the moments of the wrong ones of the last day, newest first.
    static func next(after wrong: [Int64], now: Int64) -> Int64 {
        guard let last = wrong.first else { return now }
        let today = wrong.filter { $0 > now - day }
        if today.count >= perAccountDay { return today[perAccountDay - 1] + day }
        guard wrong.count(where: { $0 > now - window }) >= perAccount else { return now }
        return last + delay(today.count - perAccount)
    }

    /// One minute, two, four, eight, then fifteen.
    static func delay(_ beyond: Int) -> Int64 { min(15, 1 << Int64(min(max(beyond, 0), 4))) * 60_000 }

    /// The earliest moment of the next attempt where so many are taken in a window.
    static func next(after wrong: [Int64], limit: Int, now: Int64) -> Int64 {
        wrong.count >= limit ? wrong[limit - 1] + window : now
    }
}
