import Base
import Testing

@Suite struct DayTests {
    @Test func everyDayOfThreeCenturiesReadsBackAsItself() {
        var day: Day? = .first, count = 0
        while let here = day, here < .forever {
            if Day(iso: here.iso) != here { Issue.record("\(here.iso)") }
            let next = here.adding(1)
            #expect(next > here)
            day = next
            count += 1
        }
        #expect(count == 109_937)
        #expect(Day.first.iso == "1900-01-01")
        #expect(Day.forever.iso == "2200-12-31")
    }

    @Test(arguments: [
        "2025-02-29", "31/02/2014", "2014-13-01", "1899-12-31", "2201-01-01", "2014-1-1", "", "29/2/1900", "0/5/2014",
        "5/9", "20140-01-01",
    ])
    func daysThatTheCalendarDoesNotHaveAreRefused(_ text: String) {
        #expect(Day(typed: text) == nil)
    }

    @Test(arguments: [
        ("5/9/2026", "2026-09-05"), ("05-09-2026", "2026-09-05"), ("5.9.2026", "2026-09-05"),
        ("05092026", "2026-09-05"), ("29/2/2024", "2024-02-29"),
    ])
    func daysArePutDownAsPeopleTypeThem(_ typed: String, _ iso: String) {
        #expect(Day(typed: typed)?.iso == iso)
    }

    @Test func aDayWithoutItsYearTakesTheOneGiven() {
        #expect(Day(typed: "5/9", year: 2026)?.iso == "2026-09-05")
    }

    @Test(arguments: [("2014", "2014"), ("5/2014", "05/2014"), ("31/5/2014", "31/05/2014"), ("2014-05", "05/2014")])
    func aBirthMayBeKnownByItsYearAlone(_ typed: String, _ shown: String) {
        #expect(PartialDay(typed)?.shown == shown)
    }

    @Test(arguments: ["13/2014", "2014-00", "14", "abcd", "1/1/1"])
    func aBrokenBirthIsRefused(_ typed: String) {
        #expect(PartialDay(typed) == nil)
    }

    @Test func weekdaysAndAges() {
        #expect(Day(iso: "2026-11-23")?.weekday == 1)
        #expect(Day(iso: "1969-12-28")?.weekday == 7)
        let born = Day(iso: "2012-02-29"), then = Day(iso: "2026-02-28")
        #expect(born.flatMap { born in then.map { born.age(on: $0) } } == 13)
    }

    @Test func theSchoolYearTurnsOnTheFirstOfJuly() {
        #expect(Day(iso: "2026-06-30").map(SchoolYear.init(of:))?.description == "2025-2026")
        #expect(Day(iso: "2026-07-01").map(SchoolYear.init(of:))?.description == "2026-2027")
        #expect(SchoolYear("2026-2028") == nil)
        #expect(SchoolYear("2026-2027")?.start == 2026)
    }

    @Test func aMomentIsShownInVietnamAndExchangedInUTC() {
        let moment: Int64 = 1_795_395_600_000
        #expect(moment.isoMoment == "2026-11-23T01:00:00Z")
        #expect(moment.shownMoment == "23/11/2026 08:00")
        #expect(Day(at: 1_795_453_199_000).iso == "2026-11-23")
        #expect(Day(at: 1_795_453_200_000).iso == "2026-11-24")
    }
}
