import Base
import Storage

/// What a page of records will be asked about, read in a few statements: other systems' names, who is bound to whom, who learns where.
/// What is not here is asked for record by record.
struct RosterAhead {
    /// By entity and key; a record that is looked at and has no name is here with none.
    var namings: [String: [Int64: RosterNaming?]] = [:]
    var guardians: [Int64: [Int64]] = [:], children: [Int64: [Int64]] = [:]
    var places: [Int64: ID<Org>?] = [:], courses: [Int64: Int64?] = [:]
    var secondKinds: [RosterSecondKind]?
}

/// A person whose row in a file belongs to another kind of theirs.
struct RosterSecondKind {
    let entity: String, id: Int64, source: String, value: String
}

extension RosterBook {
    /// Reads how other systems name records of an entity.
    func expect(_ entity: String, _ ids: [Int64]) throws {
        guard !sources.isEmpty, !ids.isEmpty else { return }
        var found = ahead.namings[entity] ?? [:]
        let new = ids.filter { found[$0] == nil }
        for id in new { found[id] = .some(nil) }
        for (id, naming) in try tx.rosterNamings(of: entity, new, types: RosterBook.types[entity] ?? []) {
            found[id] = .some(naming)
        }
        ahead.namings[entity] = found
    }

    /// Reads what rows of learners need.
    func expect(students ids: [Int64]) throws {
        try expect("student", ids)
        ahead.guardians = try tx.bound(to: ids, .student)
        try expect("guardian", Set(ahead.guardians.values.joined()).sorted())
    }

    /// Reads what rows of guardians need.
    func expect(guardians ids: [Int64]) throws {
        try expect("guardian", ids)
        ahead.children = try tx.bound(to: ids, .guardian)
        let children = Set(ahead.children.values.joined()).sorted()
        try expect("student", children)
        ahead.places = try tx.places(of: children)
    }

    /// Persons of two kinds, read once.
    func secondKinds() throws -> [RosterSecondKind] {
        if let known = ahead.secondKinds { return known }
        let found = try tx.rosterSecondKinds()
        ahead.secondKinds = found
        return found
    }

    /// The record that a name of the roster means; nothing for a name that is nobody's first one.
    func found(_ entities: [String], _ name: String) throws -> (entity: String, id: Int64)? {
        if let id = ID<Org>(name), id.code == name {
            for entity in entities where try tx.exists(entity, id.raw) {
                if try self.name(entity, id.raw) == name { return (entity, id.raw) }
            }
        }
        for source in sources {
            for type in Set(entities.flatMap { RosterBook.types[$0] ?? [] }).sorted() {
                guard let entry = try tx.rosterEntry(source: source, type: type, value: name) else { continue }
                if entities.contains(entry.entity), try self.name(entry.entity, entry.id) == name {
                    return (entry.entity, entry.id)
                }
            }
        }
        return nil
    }

    /// The row kept verbatim that a name of the roster means.
    func kept(_ type: String, _ name: String) throws -> Int64? {
        if let id = ID<Org>(name), id.code == name, let entry = try tx.keptEntry(type: type, id.raw),
            try self.name(of: entry, type: type) == name
        {
            return id.raw
        }
        for source in sources {
            guard let entry = try tx.rosterEntry(source: source, type: type, value: name), entry.entity == "kept"
            else { continue }
            var named = entry
            named.name = name
            if try self.name(of: named, type: type) == name { return entry.id }
        }
        return nil
    }
}
