import Base

/// Checks of identity and of policy statuses.
enum StateChecks {
    /// What the register itself sees wrong with a personal number: its structure, sex, year, or that two people bear it.
    static func numberFlaw(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        profile.sets["number"]?.contains(rule.parameters["flaw"] ?? "") == true ? "" : nil
    }

    /// What the population database answered; `none` stands for no answer at all.
    static func idState(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let state = profile["personal_id_state"].isEmpty ? "none" : profile["personal_id_state"]
        return rule.list("states").contains(state) ? state : nil
    }

    /// A status that stands on a paper which nobody has noted.
    static func statusPaper(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let kinds = Set(rule.list("kinds"))
        return profile.statuses.contains { kinds.contains($0.kind) && !$0.hasPaper } ? "" : nil
    }

    /// A status and the field that tells more of it: one without the other.
    static func statusField(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let kinds = Set(rule.list("statuses"))
        let holds = profile.statuses.contains { kinds.contains($0.kind) }
        return holds == profile[rule.parameters["field"] ?? ""].isEmpty ? "" : nil
    }

    /// The status of a very small people held by somebody of another.
    static func verySmall(_ profile: Profile, _ rule: Rule, _ yardstick: Yardstick) -> String? {
        let holds = profile.statuses.contains { $0.kind == rule.parameters["status"] }
        return holds && !yardstick.verySmall.contains(profile["ethnicity"]) ? "" : nil
    }
}
