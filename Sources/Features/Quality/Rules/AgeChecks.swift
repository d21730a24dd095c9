import Base

/// Checks of ages and days.
enum AgeChecks {
    /// Born on a day that has not come, or longer ago than anybody of the kind.
    static func birthRange(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        guard let birth = PartialDay(profile["birth_date"]) else { return nil }
        let age = yardstick.today.parts.year - birth.year
        let isPossible = age >= rule.number("least") ?? 0 && age <= rule.number("most") ?? 150
        return isPossible && birth.iso <= yardstick.today.iso ? nil : String(age)
    }

    /// Younger by year than the grade is for: the first grade begins in the year of the sixth birthday.
    static func tooYoung(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        guard let (age, meant) = ages(profile, yardstick) else { return nil }
        return age >= 0 && age <= meant - (rule.number("years") ?? 1) ? "\(age)|\(meant)" : nil
    }

    /// Older by year than the grade is for, with what the law allows: a year repeated, and three years for the disabled, orphans,
    /// minorities and the poorest places (TT 28/2020, art. 33; TT 32/2020, art. 33).
    static func tooOld(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        guard let (age, meant) = ages(profile, yardstick) else { return nil }
        let people = profile["ethnicity"], statuses = Set(rule.list("statuses"))
        let isMinority = !people.isEmpty && people != rule.parameters["majority"]
        let isExempt =
            isMinority || profile.statuses.contains { statuses.contains($0.kind) } || isOn(profile["disability_type"])
        let years = isExempt ? rule.number("exempt") ?? 3 : rule.number("years") ?? 1
        return age > meant + years + (isOn(profile["repeating"]) ? 1 : 0) ? "\(age)|\(meant)" : nil
    }

    private static func isOn(_ value: String) -> Bool { !value.isEmpty && value != "0" && value != "false" }

    private static func ages(_ profile: Profile, _ yardstick: Yardstick) -> (age: Int, meant: Int)? {
        guard let birth = PartialDay(profile["birth_date"]), let level = profile.level, let code = profile.grades.first,
            let meant = yardstick.ages[Grade(level: level, code: code)]
        else { return nil }
        return (yardstick.year.start - birth.year, meant)
    }

    /// A day in the future, or at an age at which it cannot be.
    static func dayRange(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        guard let day = Day(iso: profile[rule.parameters["field"] ?? ""]) else { return nil }
        if day > yardstick.today { return "" }
        guard let birth = PartialDay(profile["birth_date"]) else { return nil }
        let age = day.parts.year - birth.year
        return age < rule.number("least") ?? 0 || age > rule.number("most") ?? 150 ? "" : nil
    }

    /// A father or mother hardly older than the child.
    static func kinAge(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        guard let birth = PartialDay(profile["birth_date"]) else { return nil }
        let years = profile.kin.filter { ["father", "mother"].contains($0.relation) }
            .compactMap { kin in kin.birthYear.map { birth.year - $0 } }
        return years.filter { $0 < rule.number("years") ?? 0 }.min().map { String($0) }
    }

    /// Past the age of retirement in normal conditions of work, which grows by some months a year (NĐ 135/2020, art. 4).
    static func pension(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        guard let birth = PartialDay(profile["birth_date"])?.day,
            let sex = ["male", "female"].first(where: { $0 == profile["sex"] }),
            let start = rule.number(sex), let step = rule.number("\(sex)_step"), let most = rule.number("\(sex)_most")
        else { return nil }
        let (year, month, _) = yardstick.today.parts, born = birth.parts
        // The age that counts is that of the year in which it is reached: no later than the running one.
        let limit = min(start + max(0, year - (rule.number("from") ?? year)) * step, most)
        let months = (year - born.year) * 12 + month - born.month
        return months > limit ? "\(months / 12)" : nil
    }
}
