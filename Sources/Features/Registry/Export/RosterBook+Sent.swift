import Base
import Files
import Storage

// What a file sent goes out in its own words as long as they still say what the register says.
extension RosterBook {
    func says(_ sent: String?, _ isTrue: (String) throws -> Bool) rethrows -> Bool {
        guard let sent, !sent.unpadded.isEmpty else { return false }
        return try isTrue(sent)
    }

    /// The kind of unit that a name and a type of OneRoster stand for.
    func kind(type: String, _ name: String) -> String {
        if let known = SchoolName.kind(of: name),
            (catalogues["school-kinds"]?.item(known)?.institution ?? true) == (type == "school")
        {
            return known
        }
        return ["national": "bo", "state": "so", "district": "phong", "local": "ubnd-xa"][type] ?? "khac"
    }

    func parsed(_ grades: String, level: Level?) -> [String] {
        catalogues.grades(ceds: OneRosterValue.list(grades), levels: [level].compactMap { $0 })
    }

    func year(ofSession name: String) throws -> SchoolYear? {
        for source in sources {
            if let found = try tx.rosterEntry(source: source, type: "academicSessions", value: name) {
                return try tx.session(found.id)?.year
            }
        }
        return nil
    }

    func org(_ name: String) throws -> ID<Org>? {
        for source in sources {
            if let found = try tx.rosterEntry(source: source, type: "orgs", value: name), found.entity == "org" {
                return ID(stored: found.id)
            }
        }
        return nil
    }

    /// The group of staff that a role stands for at a unit.
    func group(ofRole role: String, at org: ID<Org>?) throws -> StaffGroup {
        try StaffGroup(roster: role, isOffice: org.map(isOffice) ?? false)
    }

    private func isOffice(_ org: ID<Org>) throws -> Bool {
        if let known = offices[org] { return known }
        let isOffice = try tx.org(org, scope: .everything)?.isInstitution == false
        offices[org] = isOffice
        return isOffice
    }
}
