import Base
import Files
import Web

/// One object to be told: the register's row in the words of OneRoster, and what stands beside it.
struct RosterItem: Sendable {
    let name: String
    let row: RosterBook.Row
    /// When it was changed last, and whether it is gone.
    let moment: Int64, isGone: Bool
    /// The rows of a user's roles.
    var roles: [RosterBook.Row] = []
    /// The names of the units or sessions below it.
    var children: [String] = []

    /// What it has in a field that a filter asks about.
    func value(_ path: String, _ noun: RosterNoun) -> RosterCondition.Value {
        switch path {
        case "sourcedId": return .texts([name])
        case "status": return .texts([status])
        case "dateLastModified": return .moment(moment)
        default: break
        }
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init), below = parts.count > 1 ? parts[1] : ""
        if parts[0] == "metadata" { return .texts(row[path.lowercased()].map { [$0] } ?? []) }
        guard let field = noun.fields.first(where: { $0.json == parts[0] }) else { return .texts([]) }
        return .texts(texts(field, below))
    }

    var status: String { isGone ? "tobedeleted" : "active" }

    private func texts(_ field: RosterField, _ below: String) -> [String] {
        switch field.shape {
        case .text, .demanded: (row[field.column] ?? "").isEmpty ? [] : [row[field.column] ?? ""]
        case .word(let known): row[field.column].map { [RosterItem.word($0, known)] } ?? []
        case .flag: RosterItem.flag(row[field.column]).map { [$0] } ?? []
        case .day: row[field.column].flatMap(RosterItem.day).map { [$0] } ?? []
        case .list: OneRosterValue.list(row[field.column] ?? "")
        case .reference(let noun), .references(let noun):
            below == "type" ? [noun.single] : OneRosterValue.list(row[field.column] ?? "")
        case .resources: OneRosterValue.list(row[field.column] ?? "")
        case .children: children
        case .roles: roles.compactMap { $0[RosterItem.roleColumns[below] ?? below.lowercased()] }
        case .identifiers:
            OneRosterValue.list(row[field.column] ?? "").map(OneRosterValue.typed).map {
                below == "type" ? $0.type : $0.id
            }
        }
    }

    private static let roleColumns = ["org.sourcedId": "orgsourcedid"]

    // MARK: values as JSON has them

    static func flag(_ text: String?) -> String? { text.flatMap(OneRosterValue.flag).map { $0 ? "true" : "false" } }
    static func day(_ text: String) -> String? { OneRosterValue.day(text)?.day.iso }

    /// A word of the standard in its spelling; another as an extension of it.
    static func word(_ text: String, _ known: [String]) -> String {
        if let exact = known.first(where: { $0.lowercased() == text.lowercased() }) { return exact }
        if text.hasPrefix("ext:") { return text }
        let plain = Fold.key(text).split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
        return "ext:\(plain.isEmpty ? "other" : plain)"
    }
}

extension RosterItem {
    /// Where objects are found, for references to them.
    struct Places: Sendable {
        let base: String, resources: String
        /// The columns of files by their names in small letters: metadata go out under the names they came with.
        var spellings: [String: String] = [:]

        /// `origin` is scheme, host and port.
        init(origin: String) {
            base = "\(origin)\(RosterEndpoint.root)"
            resources = "\(origin)/ims/oneroster/resources/v1p2/resources"
        }
    }

    /// Writes the object; `only` are the members asked for, all where there are none.
    func write(_ noun: RosterNoun, _ places: Places, only: Set<String>, into json: inout JSONBytes) {
        func wants(_ name: String) -> Bool { only.isEmpty || only.contains(name) }
        json.object { json in
            if wants("sourcedId") { json.member("sourcedId", name) }
            if wants("status") { json.member("status", status) }
            if wants("dateLastModified") { json.member("dateLastModified", moment.preciseMoment) }
            for field in noun.fields where wants(field.json) { write(field, places, &json) }
            if wants("metadata") { writeMetadata(places, &json) }
        }
    }

    private func write(_ field: RosterField, _ places: Places, _ json: inout JSONBytes) {
        let text = row[field.column] ?? ""
        switch field.shape {
        case .text: if !text.isEmpty { json.member(field.json, text) }
        case .demanded: json.member(field.json, text)
        case .word(let known): if !text.isEmpty { json.member(field.json, RosterItem.word(text, known)) }
        case .flag: if let flag = RosterItem.flag(text) { json.member(field.json, flag) }
        case .day: if let day = RosterItem.day(text) { json.member(field.json, day) }
        case .list: if !text.isEmpty { json.member(field.json, OneRosterValue.list(text)) }
        case .reference(let noun):
            guard !text.isEmpty else { return }
            json.name(field.json)
            places.write(text, noun, &json)
        case .references(let noun): write(OneRosterValue.list(text), of: field, noun, places, &json)
        case .children: write(children, of: field, field.json == "children" ? nil : .orgs, places, &json)
        case .resources: writeResources(OneRosterValue.list(text), field, places, &json)
        case .roles: writeRoles(places, &json)
        case .identifiers: writeIdentifiers(text, &json)
        }
    }

    private func write(
        _ names: [String], of field: RosterField, _ noun: RosterNoun?, _ places: Places, _ json: inout JSONBytes
    ) {
        guard !names.isEmpty else { return }
        // Children are of their parents' kind: sessions have a school year, units have none.
        let noun = noun ?? (row["schoolyear"] == nil ? .orgs : .academicSessions)
        json.name(field.json)
        json.array { json in for name in names { places.write(name, noun, &json) } }
    }

    private func writeResources(_ names: [String], _ field: RosterField, _ places: Places, _ json: inout JSONBytes) {
        guard !names.isEmpty else { return }
        json.name(field.json)
        json.array { json in
            for name in names { places.write(name, "resource", at: places.resources, &json) }
        }
    }

    private func writeRoles(_ places: Places, _ json: inout JSONBytes) {
        json.name("roles")
        json.array { json in
            for role in roles {
                json.object { json in
                    json.member("roleType", role["roletype"] == "secondary" ? "secondary" : "primary")
                    json.member("role", RosterItem.word(role["role"] ?? "", RosterField.roleWords))
                    json.name("org")
                    places.write(role["orgsourcedid"] ?? "", .orgs, &json)
                    if let profile = role["userprofilesourcedid"], !profile.isEmpty {
                        json.member("userProfile", profile)
                    }
                    if let day = role["begindate"].flatMap(RosterItem.day) { json.member("beginDate", day) }
                    if let day = role["enddate"].flatMap(RosterItem.day) { json.member("endDate", day) }
                }
            }
        }
    }

    private func writeIdentifiers(_ text: String, _ json: inout JSONBytes) {
        guard !text.isEmpty else { return }
        json.name("userIds")
        json.array { json in
            for known in OneRosterValue.list(text).map(OneRosterValue.typed) {
                json.object { json in
                    json.member("type", known.type.isEmpty ? "unknown" : known.type)
                    json.member("identifier", known.id)
                }
            }
        }
    }

    /// What has no member of the standard's: `metadata.…` without its first part, other columns under their own names.
    private func writeMetadata(_ places: Places, _ json: inout JSONBytes) {
        let own = row.filter { !$0.value.isEmpty && RosterItem.isMetadata($0.key) }.sorted { $0.key < $1.key }
        guard !own.isEmpty else { return }
        json.name("metadata")
        json.object { json in
            for (key, value) in own {
                let name = places.spellings[key] ?? RosterItem.spellings[key] ?? key
                json.member(name.hasPrefix("metadata.") ? String(name.dropFirst(9)) : name, value)
            }
        }
    }

    private static func isMetadata(_ column: String) -> Bool {
        column.hasPrefix("metadata.") || !standard.contains(column) && !column.contains("password")
    }

    /// Every column of the standard's files, in small letters.
    private static let standard: Set<String> = Set(
        OneRosterFile.allCases.flatMap { $0.headers(.v12) + $0.headers(.v11) }.map { $0.lowercased() })

    private static let spellings = ["metadata.hoaban.birthdate": "metadata.hoaban.birthDate"]
}

extension RosterItem.Places {
    /// A reference to an object: where it is, its name, its kind.
    func write(_ name: String, _ noun: RosterNoun, _ json: inout JSONBytes) {
        write(name, noun.single, at: "\(base)/\(noun.rawValue)", &json)
    }

    func write(_ name: String, _ type: String, at place: String, _ json: inout JSONBytes) {
        json.object { json in
            json.member("href", "\(place)/\(Percent.encode(name))")
            json.member("sourcedId", name)
            json.member("type", type)
        }
    }
}
