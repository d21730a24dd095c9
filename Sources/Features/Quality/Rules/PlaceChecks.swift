import Base

/// Checks of what hangs on a record: stays, posts, classes, subjects, campuses.
enum PlaceChecks {
    /// Too few or too many of what hangs on it.
    static func count(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        guard let name = rule.parameters["of"], let count = profile.counts[name] else { return nil }
        return count < rule.number("least") ?? 0 || count > rule.number("most") ?? .max ? String(count) : nil
    }

    /// A learner of a grade that the class does not have.
    static func gradeInClass(_ profile: Profile, _: Rule, _: Yardstick) -> String? {
        guard let own = profile.grades.first, let grades = profile.sets["class-grades"], !grades.isEmpty else {
            return nil
        }
        return grades.contains(own) ? nil : "\(own)|\(grades.joined(separator: ", "))"
    }

    /// A class larger than its charter allows; of several grades the smallest limit holds.
    static func classSize(_ profile: Profile, _: Rule, _ yardstick: Yardstick) -> String? {
        guard let level = profile.level else { return nil }
        let limits = profile.grades.compactMap { yardstick.sizes[Grade(level: level, code: $0)] }
        guard let most = limits.min() else { return nil }
        let size = profile.count("learners")
        return size > most ? "\(size)|\(most)" : nil
    }

    /// Several grades in a class that is not called a combined one.
    static func combined(_ profile: Profile, _: Rule, _: Yardstick) -> String? {
        profile.grades.count > 1 && profile.count("combined") == 0 ? profile.grades.joined(separator: ", ") : nil
    }

    /// Compulsory subjects that nobody teaches; a class with no teaching at all is another matter.
    static func subjects(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let taught = profile.sets["subjects"] ?? []
        guard let level = profile.level, !taught.isEmpty else { return nil }
        let missing = rule.list(level.rawValue).filter { !taught.contains($0) }
        return missing.isEmpty ? nil : missing.joined(separator: ",")
    }

    /// A professional title of a level that the unit does not teach.
    static func titleLevel(_ profile: Profile, _: Rule, _ yardstick: Yardstick) -> String? {
        guard let level = yardstick.titles[profile["professional_title"]], let levels = profile.sets["levels"],
            !levels.isEmpty
        else { return nil }
        return levels.contains(level.rawValue) ? nil : profile["professional_title"]
    }

    /// A teacher below the standard of training (Luật Giáo dục 43/2019/QH14, art. 72): of a unit of several levels, below the lowest.
    static func qualification(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let order = rule.list("order"), levels = profile.sets["levels"] ?? []
        guard let held = order.firstIndex(of: profile["qualification"]), !levels.isEmpty else { return nil }
        let standards = levels.compactMap { rule.parameters[$0] ?? rule.parameters["other"] }
        guard let least = standards.compactMap(order.firstIndex).min() else { return nil }
        return held < least ? "" : nil
    }

    /// Learners far more or fewer than the year before.
    static func outlier(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let now = profile.count("learners"), before = profile.count("learners-before")
        guard before > 0, max(now, before) >= rule.number("least") ?? 0 else { return nil }
        return abs(now - before) * 100 > before * (rule.number("percent") ?? 30) ? "\(now)|\(before)" : nil
    }

    /// The main campus among the satellites: by its name, or because it lies nowhere else.
    static func mainAsSite(_ profile: Profile, _ rule: Rule, _: Yardstick) -> String? {
        let words = rule.list("words")
        let named = (profile.sets["satellites"] ?? []).filter { name in words.contains { Fold.key(name).contains($0) } }
        return (named + (profile.sets["near"] ?? [])).first
    }
}
