import Base
import Files
import Storage
import Work

/// What is known of a OneRoster bundle before its first row is written.
struct RosterContext: Sendable {
    let reader: OneRosterReader
    /// The name under which the rows are remembered.
    let source: String
    /// Whether this installation wrote the bundle itself: then identifiers of every system and our own codes are understood.
    let isOwn: Bool
    let roles: [UInt64: RosterRoles]
    /// Where a full replacement may be carried out, and what it names.
    let named: [OneRosterFile: Set<UInt64>]
    let extras: [OneRosterFile: [String]]
    /// The day from which units and relations of the bundle hold.
    let since: Day
    let request: ImportRequest
    let catalogues: Catalogues

    static func hash(_ text: String) -> UInt64 {
        var hasher = Hasher(), text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return UInt64(UInt(bitPattern: hasher.finalize()))
    }
}

/// What a user is, seen from the register: one person may be several.
struct RosterRoles: OptionSet, Sendable {
    let rawValue: UInt8
    static let student = RosterRoles(rawValue: 1), staff = RosterRoles(rawValue: 2), guardian = RosterRoles(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(word: String) {
        switch word {
        case "student": self = .student
        case "guardian", "parent", "relative": self = .guardian
        case "": self = []
        default: self = .staff
        }
    }

    /// The entities of the register, the one that bears the row first.
    var entities: [String] {
        [
            contains(.student) ? "student" : nil, contains(.staff) ? "staff" : nil,
            contains(.guardian) ? "guardian" : nil,
        ].compactMap { $0 }
    }
}

/// Writes rows of a bundle into the register within one transaction.
struct Roster {
    let tx: Tx
    let context: RosterContext
    let book: RosterBook
    var batch: ImportBatch
    private var reached: [ID<Org>: Bool] = [:]
    private var sources: [String]

    init(_ tx: Tx, _ context: RosterContext, _ batch: ImportBatch) throws {
        (self.tx, self.context, self.batch) = (tx, context, batch)
        book = try RosterBook(tx, context.catalogues)
        sources = context.isOwn ? try tx.rosterSources() : [context.source]
    }

    /// Writes one row and counts what became of it.
    mutating func take(_ row: OneRosterRow) throws {
        let fate: Fate
        do { fate = try write(row) } catch let refusal as RowError {
            fate = .rejected(Rejected([refusal]))
        } catch let fault as Fault where fault.kind == .invalid || fault.kind == .conflict || fault.kind == .notFound {
            let problem = fault.problems.first
            fate = .rejected(
                Rejected([
                    row.error(
                        problem.map { Roster.columns[$0.field] ?? $0.field } ?? "", problem?.message ?? fault.message)
                ]))
        }
        batch.tally.count(fate, of: row.file.rawValue)
    }

    private static let columns = ["given_name": "givenName", "family_name": "familyName"]

    private mutating func write(_ row: OneRosterRow) throws -> Fate {
        switch row.file {
        case .orgs: try writeOrg(row)
        case .academicSessions: try writeSession(row)
        case .courses: try writeCourse(row)
        case .classes: try writeClass(row)
        case .users: try writeUser(row)
        case .roles: try writeRole(row)
        case .demographics: try writeDemographics(row)
        case .enrollments: try writeEnrolment(row)
        default: try keep(row)
        }
    }

    // MARK: what is known

    /// The record that a bundle's identifier stands for.
    func find(_ type: String, _ value: String) throws -> RosterEntry? {
        for source in sources {
            if let found = try tx.rosterEntry(source: source, type: type, value: value) { return found }
        }
        guard context.isOwn, let id = ID<Org>(value) else { return nil }
        for entity in Roster.entities[type] ?? [] where try tx.exists(entity, id.raw) {
            return RosterEntry(entity: entity, id: id.raw, source: nil, digest: [], record: Details())
        }
        return nil
    }

    private static let entities = [
        "orgs": ["org"], "academicSessions": ["session"], "courses": ["course"], "classes": ["class"],
        "users": ["student", "staff", "guardian"],
        "roles": ["post", "student", "staff", "guardian"], "enrollments": ["enrolment", "teaching"],
        "demographics": ["student", "staff", "guardian"],
    ]

    /// The person of a kind behind a user's identifier.
    func person(_ user: String, as entity: String) throws -> Int64? {
        if let found = try find("users", user), found.entity == entity { return found.id }
        for source in sources {
            if let found = try tx.rosterEntry(source: source, type: "users/\(entity)", value: user) { return found.id }
        }
        return nil
    }

    func org(_ value: String) throws -> ID<Org>? {
        try find("orgs", value).flatMap { $0.entity == "org" ? ID(stored: $0.id) : nil }
    }

    /// Whether the visitor may write into a unit.
    mutating func reaches(_ org: ID<Org>) throws -> Bool {
        if batch.scope.reach == .everything { return true }
        if let known = reached[org] { return known }
        let reaches = try tx.org(org, scope: batch.scope) != nil
        reached[org] = reaches
        return reaches
    }

    mutating func mustReach(_ org: ID<Org>?, _ row: OneRosterRow, _ column: String) throws {
        if batch.scope.reach == .everything { return }
        guard let org, try reaches(org) else {
            throw row.error(column, t("Đơn vị này ở ngoài phạm vi quản lý của bạn."))
        }
    }

    // MARK: what is remembered

    /// Remembers a row beside the record that came of it.
    mutating func remember(_ row: OneRosterRow, _ entity: String, _ id: Int64, over old: RosterEntry? = nil) throws {
        let kept = row.kept(over: old?.record ?? Details())
        // Our own record needs no memory of a row that says nothing beyond it.
        if context.isOwn, old != nil, old?.source == nil { return }
        try identify(old?.source ?? context.source, row.file.rawValue, row.sourcedId, entity, id, kept)
    }

    mutating func identify(
        _ source: String, _ type: String, _ value: String, _ entity: String, _ id: Int64, _ record: Details? = nil
    ) throws {
        let text = record?.json ?? ""
        try tx.changing(.identifier, source, type, value, in: &batch) { [batch, tx] in
            try tx.identify(
                entity, id, source: source, type: type, value: value, record: text,
                digest: record.map { Secret.sha256(Array($0.json.utf8)) } ?? [],
                batch: batch.id)
        }
    }

    /// Whether the row is the very one that was taken in last.
    func isKnown(_ row: OneRosterRow, _ entry: RosterEntry) -> Bool {
        !entry.digest.isEmpty && entry.digest == Secret.sha256(Array(row.kept(over: entry.record).json.utf8))
    }

    /// Keeps a row verbatim: what the register has no place for comes back at the next export.
    mutating func keep(_ row: OneRosterRow) throws -> Fate {
        let value =
            row.sourcedId.isEmpty ? Secret.sha256(Array(row.kept(over: Details()).json.utf8)).hex : row.sourcedId
        let old = try find(row.file.rawValue, value)
        if let old, isKnown(row, old) { return .unchanged }
        if row.isGone { return try forget(old, row.file.rawValue, value) }
        try identify(old?.source ?? context.source, row.file.rawValue, value, "kept", 0, row.kept(over: Details()))
        return old == nil ? .created : .updated
    }

    mutating func forget(_ old: RosterEntry?, _ type: String, _ value: String) throws -> Fate {
        guard let old, let source = old.source, !old.digest.isEmpty else { return .unchanged }
        try tx.changing(.identifier, source, type, value, in: &batch) { [tx] in
            try tx.forgetDigest(source: source, type: type, value: value)
        }
        return .updated
    }

    mutating func warn(_ row: OneRosterRow, _ column: String, _ sentence: String) {
        batch.tally.warn("\(row.file.rawValue).\(column)", t("{}, dòng {}: {}", row.file.fileName, row.row, sentence))
    }
}

extension OneRosterRow {
    /// Whether the row takes its thing away.
    var isGone: Bool { isToBeDeleted || self["status"] == "inactive" }

    /// A refusal of the row at one of its columns.
    func error(_ column: String, _ message: String) -> RowError {
        RowError(
            file: file.fileName, row: row, line: line, column: column, value: String(self[column].prefix(200)),
            message: message)
    }

    /// The row for keeping: columns of an earlier file that this one lacks stay, and nobody's password is kept.
    func kept(over old: Details) -> Details {
        var kept = old
        for (name, value) in fields where !name.isEmpty {
            kept[name] = name.lowercased().contains("password") ? nil : value
        }
        return kept
    }
}

extension Rejected {
    /// One refused row with all that is wrong with it.
    init(_ errors: [RowError]) {
        let first = errors.first,
            rest = errors.dropFirst().map { $0.column.isEmpty ? $0.message : "\($0.column): \($0.message)" }
        self.init(
            file: first?.file ?? "", row: first?.row ?? 0, column: first?.column ?? "", value: first?.value ?? "",
            message: ([first?.message ?? ""] + rest).joined(separator: " "))
    }
}
