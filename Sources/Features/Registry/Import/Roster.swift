import Base
import Files
import Storage
import Synchronization
import Work

/// What is known of a OneRoster bundle before its first row is written.
struct RosterContext: Sendable {
    let reader: OneRosterReader
    /// The name under which the rows are remembered.
    let source: String
    /// Whether this installation wrote the bundle itself: then identifiers of every system and our own codes are understood.
    let isOwn: Bool
    /// Whether it is a part of another register by its own word, so that what it leaves out is not gone.
    let isPart: Bool
    let roles: [UInt64: RosterRoles]
    /// Where a full replacement may be carried out, and what it names.
    let named: [OneRosterFile: Set<UInt64>]
    let extras: [OneRosterFile: [String]]
    /// The day from which units and relations of the bundle hold.
    let since: Day
    let request: ImportRequest
    let catalogues: Catalogues
    /// What this run says anew: only that is linked in the second passages.
    let news = RosterNews()

    static func hash(_ text: String) -> UInt64 {
        var hasher = Hasher(), text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return UInt64(UInt(bitPattern: hasher.finalize()))
    }
}

/// The rows of a run whose relations are new: created, or naming another parent than the time before.
///
/// A transaction that is tried again may leave a row too many here; linking it once more changes nothing.
final class RosterNews: Sendable {
    private let rows = Mutex<Set<UInt64>>([])

    func add(_ file: OneRosterFile, _ name: String) {
        _ = rows.withLock { $0.insert(RosterContext.hash("\(file.rawValue) \(name)")) }
    }

    func has(_ file: OneRosterFile, _ name: String) -> Bool {
        rows.withLock { $0.contains(RosterContext.hash("\(file.rawValue) \(name)")) }
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
        batch.tally.count(fate, of: row.file.rawValue, (row.file.fileName, row.row), Roster.gist(row))
    }

    /// What a row is about, in a few of its own words.
    private static func gist(_ row: OneRosterRow) -> String {
        let columns = [
            "familyName", "middleName", "givenName", "name", "title", "userSourcedId", "classSourcedId", "role",
            "birthDate", "sourcedId",
        ]
        return columns.compactMap(row.text).prefix(4).joined(separator: " ")
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
        return try tx.keptEntry(type: type, id.raw)
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

    /// Whether the row is the very one that was taken in last, and about what the visitor reaches: of the rest nothing is told.
    mutating func isKnown(_ row: OneRosterRow, _ entry: RosterEntry) throws -> Bool {
        guard !entry.digest.isEmpty, entry.digest == Secret.sha256(Array(row.kept(over: entry.record).json.utf8)) else {
            return false
        }
        return try isWithinReach(entry)
    }

    private mutating func isWithinReach(_ entry: RosterEntry) throws -> Bool {
        if batch.scope.reach == .everything { return true }
        switch entry.entity {
        case "org": return try reaches(ID(stored: entry.id))
        case "class": return try tx.classGroup(ID(stored: entry.id), scope: batch.scope) != nil
        case "student": return try tx.student(ID(stored: entry.id), scope: batch.scope) != nil
        case "staff": return try tx.staff(ID(stored: entry.id), scope: batch.scope) != nil
        default: return true
        }
    }

    /// Whether a row comes again that a file had taken away; our own exports bring nothing back, they tell what is.
    func isBack(_ old: RosterEntry) -> Bool { !context.isOwn && old.digest.isEmpty && old.source != nil }

    /// Whether a column of the row says something else than when the row was taken in last.
    func isNew(_ column: String, _ row: OneRosterRow, over old: RosterEntry) -> Bool {
        guard row.header.has(column) else { return false }
        let key = column.lowercased(), before = old.record.values.first { $0.key.lowercased() == key }?.value ?? ""
        return OneRosterValue.list(row[column]) != OneRosterValue.list(before)
    }

    /// The columns in which the row says something new: other than the register, and other than the file did before.
    ///
    /// A change made on screen stays when the same file comes again with another column or another date changed.
    func news(_ row: OneRosterRow, over old: RosterEntry?, from current: RosterBook.Row) -> Set<String> {
        let columns = RosterBook.differences(row, from: current)
        guard let old, old.source != nil, !old.digest.isEmpty else { return columns }
        return columns.filter { isNew($0, row, over: old) }
    }

    /// Keeps a row verbatim: what the register has no place for comes back at the next export.
    mutating func keep(_ row: OneRosterRow) throws -> Fate {
        let type = row.file.rawValue, record = row.kept(over: Details())
        let value = row.sourcedId.isEmpty ? Secret.sha256(Array(record.json.utf8)).hex : row.sourcedId
        let old = try find(type, value)
        if row.isToBeDeleted { return try forget(old, type, old?.name ?? value) }
        if let old, !old.digest.isEmpty, record.isSameRow(as: old.record) { return .unchanged }
        // The key keeps the order in which the rows came.
        let id = old.flatMap { $0.entity == "kept" && $0.id != 0 ? $0.id : nil } ?? tx.newID(Details.self).raw
        try identify(old?.source ?? context.source, type, old?.name ?? value, "kept", id, record)
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
        var kept = old, unnamed = 0
        let spelled = Dictionary(old.values.keys.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        for (name, value) in fields {
            if name.isEmpty { unnamed += 1 }
            let key = name.isEmpty ? RosterRow.unnamed(unnamed) : name
            if let other = spelled[key.lowercased()], other != key { kept[other] = nil }
            kept[key] = name.lowercased().contains("password") ? nil : value
        }
        return kept
    }
}

/// The names of columns that bear none.
enum RosterRow {
    static func unnamed(_ number: Int) -> String { "#\(number)" }

    /// The keys of a header's columns, in small letters: those without a name by their number.
    static func keys(of header: [String]) -> [String] {
        var unnamed = 0
        return header.map { name in
            if name.isEmpty { unnamed += 1 }
            return name.isEmpty ? RosterRow.unnamed(unnamed) : name.lowercased()
        }
    }
}

extension Details {
    /// Whether two rows say the same, however their columns are spelled.
    func isSameRow(as other: Details) -> Bool {
        func told(_ row: Details) -> [String: String] {
            var told = Dictionary(
                row.values.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            told["sourcedid"] = nil
            return told
        }
        let (mine, its) = (told(self), told(other))
        return mine.count == its.count
            && mine.allSatisfy { key, value in its[key].map { $0.utf8.elementsEqual(value.utf8) } ?? false }
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
