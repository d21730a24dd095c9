import Base

/// What holds by default when two records of one learner become one.
enum Merging {
    /// The record that stays: the one with a verified number, then the one that learns, then the one with more history, then the older.
    static func keepsFirst(
        _ first: StudentRecord, _ second: StudentRecord, stays: (first: Int, second: Int)
    ) -> Bool {
        func rank(_ record: StudentRecord, _ stays: Int) -> [Int] {
            [
                record.hasPersonalID && record.personalState == "matched" ? 1 : 0,
                StudentStatus.open.contains(record.status) ? 1 : 0, record.hasPersonalID ? 1 : 0,
                record.moetCode == nil ? 0 : 1, stays,
            ]
        }
        let (one, other) = (rank(first, stays.first), rank(second, stays.second))
        return one == other ? first.id < second.id : other.lexicographicallyPrecedes(one)
    }

    /// The keys of fields in which two records say different things: only there somebody must choose.
    static func clashes(_ kept: [String: String], _ given: [String: String]) -> [String] {
        Set(kept.keys).intersection(given.keys).filter { kept[$0] != given[$0] }.sorted()
    }

    /// The fields that the given-up record knows better: what the kept one lacks, a name with its marks, a whole date of birth.
    static func defaults(_ kept: [String: String], _ given: [String: String]) -> Set<String> {
        var out = Set(given.keys.filter { kept[$0] == nil })
        func marks(_ values: [String: String]) -> Int {
            nameKeys.compactMap { values[$0] }.joined().utf8.count { $0 >= 0x80 }
        }
        if marks(kept) == 0, marks(given) > 0 { out.formUnion(nameKeys) }
        if let one = kept["birth_date"], let other = given["birth_date"], other.utf8.count > one.utf8.count {
            out.insert("birth_date")
        }
        return out
    }

    /// The parts of a name are one choice.
    static let nameKeys = ["family_name", "middle_name", "given_name"]

    /// The changes of the kept record's fields; the parts of a name go together, empty ones too.
    static func changes(_ kept: [String: String], _ given: [String: String], taking keys: Set<String>) -> [Change] {
        var keys = keys.intersection(Set(given.keys).union(nameKeys))
        let takesName = !keys.isDisjoint(with: nameKeys)
        if takesName { keys.formUnion(nameKeys) }
        return keys.sorted().compactMap { key in
            let (old, new) = (kept[key] ?? "", given[key] ?? "")
            return old == new ? nil : Change(key: key, old: old, new: new)
        }
    }
}
