import Base

/// The clock of a request: working days for the first answer, days for all of it.
enum Deadlines {
    /// The day after so many working days: Saturdays, Sundays and holidays do not count.
    static func working(_ days: Int, after day: Day, isHoliday: (Day) -> Bool) -> Day {
        var last = day, left = max(0, min(days, 100)), walked = 0
        while left > 0, walked < 400 {
            last = last.adding(1)
            walked += 1
            if !isWeekend(last), !isHoliday(last) { left -= 1 }
        }
        return last
    }

    /// Day 0, the first of 1970, was a Thursday.
    static func isWeekend(_ day: Day) -> Bool {
        let ofWeek = ((Int(day.number) + 3) % 7 + 7) % 7
        return ofWeek >= 5
    }
}
