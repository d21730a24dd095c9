import Base

/// Checks of fields as they are written.
enum FieldChecks {
    /// None of the fields is filled.
    static func missing(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        rule.list("fields").allSatisfy { profile[$0].isEmpty } ? "" : nil
    }

    /// A day of which only a part is known.
    static func partialDay(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        guard let day = PartialDay(profile[rule.parameters["field"] ?? ""]) else { return nil }
        return day.day == nil ? "" : nil
    }

    /// A code that should be so many digits and is something else.
    static func digits(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let value = profile[rule.parameters["field"] ?? ""]
        let isRight = value.utf8.count == rule.number("length") && value.utf8.allSatisfy { (48...57).contains($0) }
        return value.isEmpty || isRight ? nil : String(value.unicodeScalars.count)
    }

    /// A name with figures or signs in it; one word may be a whole name, as some peoples have it.
    static func nameForm(_ profile: Profile, _: Rule, _: Yardstick) -> String? {
        let parts = ["family_name", "middle_name", "given_name"].map { profile[$0] }.filter { !$0.isEmpty }
        let isClean = parts.joined().unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
                || " '’-.".unicodeScalars.contains($0)
        }
        return isClean ? nil : ""
    }

    /// Two fields of which only one is filled.
    static func together(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let filled = rule.list("fields").filter { !profile[$0].isEmpty }
        return filled.isEmpty || filled.count == rule.list("fields").count ? nil : ""
    }

    /// Nobody can be called: neither the learner nor anybody who answers for the learner.
    static func contact(_ profile: Profile, _: Rule, _: Yardstick) -> String? {
        profile["phone"].isEmpty && profile.kin.allSatisfy(\.phone.isEmpty) ? "" : nil
    }

    /// A value that another record of the unit bears too.
    static func repeated(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        let field = rule.parameters["field"] ?? "", value = profile[field]
        return !value.isEmpty && yardstick.shared[field]?.contains(value) == true ? "" : nil
    }
}
