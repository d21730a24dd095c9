import Base
import Storage

/// The keys of a list in its order, its filter applied: by what is read cheaply of each object where that is enough, else by the objects.
struct RosterList {
    let finder: RosterFinder
    private let drawer: RosterDrawer

    init(_ finder: RosterFinder) {
        self.finder = finder
        drawer = RosterDrawer(finder)
    }

    func keys(_ asked: RosterQuestion, _ ask: RosterAsk) throws -> [RosterKey] {
        guard let question = try narrowed(asked, ask.condition) else { return [] }
        let wanted = (ask.condition?.fields ?? []).union(ask.sort.map { [$0] } ?? [])
        let depth = depth(wanted, question)
        let marks = try mainKinds(try finder.tx.rosterMarks(question, depth ?? .keys), question)
        if wanted.isEmpty { return marks.map(\.key) }
        let kept = try depth == nil ? drawn(marks, question, ask) : sifted(marks, question, ask)
        guard ask.sort != nil else { return kept.map(\.key) }
        return sorted(kept, isFalling: ask.isFalling)
    }

    // MARK: what a filter says of every object

    /// The question with what the filter demands of every object; nothing where it demands what is not there.
    private func narrowed(_ asked: RosterQuestion, _ condition: RosterCondition?) throws -> RosterQuestion? {
        var question = asked
        for part in condition?.always ?? [] {
            switch (part.field, part.comparison) {
            case ("dateLastModified", .greater), ("dateLastModified", .greaterOrEqual):
                if question.noun.isPersonal { question.since = max(question.since ?? 0, part.moment ?? 0) }
            case ("sourcedId", .equal):
                guard let key = try found({ try finder.key(question.noun, question.choice, part.value) }) else {
                    return question.since == nil ? nil : question
                }
                question.only = key
            case ("user.sourcedId", .equal):
                guard let key = try found({ try finder.key(.users, .all, part.value) }) else { return nil }
                question.user = key
            case ("class.sourcedId", .equal) where question.classGroup == nil:
                guard let key = try found({ try finder.key(.classes, .all, part.value) }) else { return nil }
                question.classGroup = ID(stored: key.id)
            default: break
            }
        }
        return question
    }

    private func found(_ find: () throws -> RosterKey) throws -> RosterKey? {
        do { return try find() } catch let fault as Fault where fault.kind == .notFound { return nil }
    }

    /// How much is to be read of each to judge by these fields; nothing where the objects themselves are needed.
    private func depth(_ fields: Set<String>, _ question: RosterQuestion) -> RosterQuestion.Depth? {
        if fields.isEmpty { return .keys }
        guard question.noun.isPersonal else { return nil }
        if fields.isSubset(of: Self.moments) { return .moments }
        // Guardians' names are kept whole: how another system parted them is known from its row alone.
        let isPlain = finder.book.sources.isEmpty || question.choice != .all
        guard question.noun == .users, isPlain, fields.isSubset(of: Self.moments.union(Self.names)) else { return nil }
        return fields.contains("email") ? .emails : .names
    }

    private static let moments: Set<String> = ["dateLastModified", "status"]
    private static let names: Set<String> = ["familyName", "middleName", "givenName", "email"]

    /// Leaves out persons who are told under another kind of theirs.
    private func mainKinds(_ marks: [RosterMark], _ question: RosterQuestion) throws -> [RosterMark] {
        guard [.users, .demographics].contains(question.noun), question.choice == .all, !finder.book.sources.isEmpty
        else { return marks }
        let hidden = try Set(
            finder.book.secondKinds().filter { try finder.book.entry($0.entity, $0.id).type != "users" }
                .map { "\($0.entity) \($0.id)" })
        return hidden.isEmpty ? marks : marks.filter { !hidden.contains("\($0.key.kind.entity) \($0.key.id)") }
    }

    // MARK: judging

    private struct Kept { let key: RosterKey, order: RosterCondition.Value }

    private func sifted(_ marks: [RosterMark], _ question: RosterQuestion, _ ask: RosterAsk) throws -> [Kept] {
        try marks.compactMap { mark in
            if mark.key.kind == .kept { return try drawn([mark], question, ask).first }
            guard ask.condition?.holds(mark.value) ?? true else { return nil }
            return Kept(key: mark.key, order: mark.value(ask.sort ?? "status"))
        }
    }

    private func drawn(_ marks: [RosterMark], _ question: RosterQuestion, _ ask: RosterAsk) throws -> [Kept] {
        var kept: [Kept] = []
        for start in stride(from: 0, to: marks.count, by: 500) {
            let keys = marks[start..<min(start + 500, marks.count)].map(\.key)
            for (key, item) in try drawer.items(keys, question.noun) {
                guard ask.condition?.holds({ item.value($0, question.noun) }) ?? true else { continue }
                kept.append(Kept(key: key, order: item.value(ask.sort ?? "status", question.noun)))
            }
        }
        return kept
    }

    /// By the values' code points, those alike by their keys.
    private func sorted(_ kept: [Kept], isFalling: Bool) -> [RosterKey] {
        func isBefore(_ left: Kept, _ right: Kept) -> Bool? {
            switch (left.order, right.order) {
            case (.moment(let one), .moment(let other)): return one == other ? nil : one < other
            case (.texts(let one), .texts(let other)):
                let (one, other) = (one.first ?? "", other.first ?? "")
                return one.utf8.elementsEqual(other.utf8) ? nil : one.utf8.lexicographicallyPrecedes(other.utf8)
            case (.moment, .texts): return true
            case (.texts, .moment): return false
            }
        }
        return kept.sorted { left, right in
            guard let before = isBefore(left, right) else { return left.key.id < right.key.id }
            return before != isFalling
        }.map(\.key)
    }
}

extension RosterMark {
    /// What the mark has in a field.
    fileprivate func value(_ field: String) -> RosterCondition.Value {
        switch field {
        case "dateLastModified": .moment(moment)
        case "familyName": .texts(family.isEmpty ? [] : [family])
        case "middleName": .texts(middle.isEmpty ? [] : [middle])
        case "givenName": .texts(given.isEmpty ? [] : [given])
        case "email": .texts(email.isEmpty ? [] : [email])
        default: .texts([isGone ? "tobedeleted" : "active"])
        }
    }
}
