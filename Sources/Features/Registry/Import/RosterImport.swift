import Base
import Files
import FoundationEssentials
import Storage
import Web
import Work

extension ImportKind {
    /// OneRoster CSV 1.1 and 1.2 as folder, zip or single files.
    static let oneRoster = ImportKind("oneroster", label: "OneRoster 1.1, 1.2 (CSV, ZIP)") { request, db, progress in
        try await RosterImport(request, db).run(progress)
    }
}

/// Brings a bundle in: looks it over first, then writes file by file in the order in which they lean on one another.
struct RosterImport: Sendable {
    /// The program that unpacks zips; tests name another than themselves.
    @TaskLocal static var executable = Resources.executable()

    let request: ImportRequest
    let db: any Database

    init(_ request: ImportRequest, _ db: any Database) { (self.request, self.db) = (request, db) }

    func run(_ progress: @escaping ImportKind.Progress) async throws -> ImportReport {
        let folder = try WorkFolder()
        defer { folder.remove() }
        return try await ImportRun(kind: "oneroster", request: request, db: db, progress: progress).run {
            try await plan(in: folder.path)
        }
    }

    private func plan(in folder: String) async throws -> ImportPlan {
        let reader = try await OneRosterReader.open(
            request.files, workFolder: folder, executable: RosterImport.executable)
        let installation = try await db.read { try $0.installation() }, survey = try RosterSurvey(reader)
        let own = reader.properties["source.systemcode"] == installation
        let context = RosterContext(
            reader: reader, source: own ? "hoaban" : source(of: reader), isOwn: own,
            isPart: own || reader.properties[RosterExport.partProperty.lowercased()] != nil, roles: survey.roles,
            named: survey.named,
            extras: survey.extras, since: since(survey), request: request, catalogues: .current)
        var plan = ImportPlan(total: survey.total, chunks: { try RosterImport.chunks(context) })
        plan.warnings = (reader.warnings.map { "\($0.file): \($0.message)" }) + survey.warnings
        let units = survey.units.sorted()
        plan.finish = { tx, batch in try RosterImport.finish(context, units, tx, &batch) }
        return plan
    }

    /// The system that a bundle names as its own; without one all files of this kind are of one source.
    private func source(of reader: OneRosterReader) -> String {
        let words = ["source.systemname", "source.systemcode"].compactMap { reader.properties[$0] }.map(\.unpadded)
        let named = words.filter { !$0.isEmpty && $0.lowercased() != "absent" }.joined(separator: ":")
        return named.isEmpty ? "oneroster" : String(named.prefix(200))
    }

    /// Units and relations hold from the start of the earliest year that the bundle speaks of.
    private func since(_ survey: RosterSurvey) -> Day {
        let today = db.clock.today,
            year = request.year ?? survey.first.map(SchoolYear.init(of:)) ?? SchoolYear(of: today)
        return min(year.firstDay, today)
    }

    // MARK: the pieces

    private enum Passage: Sendable { case rows, orgParents, sessionParents, agents, gone }

    /// Files whose things others hang on: what they take away is taken last.
    private static let holders: Set<OneRosterFile> = [.orgs, .classes]

    private static func chunks(_ context: RosterContext) throws -> ChunkSource {
        var passages = context.reader.files.flatMap { file -> [(OneRosterFile, Passage)] in
            switch file {
            case .orgs: [(file, .rows), (file, .orgParents)]
            case .academicSessions: [(file, .rows), (file, .sessionParents)]
            default: [(file, .rows)]
            }
        }
        if context.reader.files.contains(.users) { passages.append((.users, .agents)) }
        for file in [OneRosterFile.classes, .orgs] where context.reader.files.contains(file) {
            passages.append((file, .gone))
        }
        let order = passages
        var place = 0, rows: OneRosterRows?
        return ChunkSource {
            while place < order.count {
                let (file, passage) = order[place], current = try rows ?? context.reader.rows(of: file)
                rows = current
                let some = try read(current)
                if let some { return chunk(some, passage, context) }
                (place, rows) = (place + 1, nil)
            }
            return nil
        }
    }

    private static func read(_ rows: OneRosterRows) throws -> [OneRosterOutcome]? {
        var some: [OneRosterOutcome] = []
        while some.count < ImportPlan.chunkSize, let outcome = try rows.next() { some.append(outcome) }
        return some.isEmpty ? nil : some
    }

    private static func chunk(_ some: [OneRosterOutcome], _ passage: Passage, _ context: RosterContext) -> Chunk {
        Chunk(rows: passage == .rows ? some.count : 0) { tx, batch in
            var roster = try Roster(tx, context, batch)
            for outcome in some {
                switch (outcome, passage) {
                case (.row(let row, _), .gone):
                    if row.isGone { try roster.take(row) }
                case (.row(let row, _), .rows) where row.isGone && holders.contains(row.file): break
                case (.row(let row, let doubts), .rows):
                    for doubt in doubts { roster.batch.tally.warn("\(doubt.file).\(doubt.column)", doubt.sentence) }
                    try roster.take(row)
                case (.rejected(let errors), .rows):
                    roster.batch.tally.count(.rejected(Rejected(errors)), of: "")
                case (.row(let row, _), .orgParents): try roster.linkParent(org: row)
                case (.row(let row, _), .sessionParents): try roster.linkParent(session: row)
                case (.row(let row, _), .agents): try roster.linkAgents(row)
                case (.rejected, _): break
                }
            }
            batch = roster.batch
        }
    }

    // MARK: the end

    private static let endings: [OneRosterFile] =
        OneRosterFile.allCases.reversed().filter { !$0.isRostering } + [
            .userProfiles, .enrollments, .demographics, .roles, .users, .classes, .courses, .academicSessions, .orgs,
        ]

    private static func finish(_ context: RosterContext, _ units: [String], _ tx: Tx, _ batch: inout ImportBatch) throws
    {
        var roster = try Roster(tx, context, batch)
        let known = Set(try units.compactMap { try roster.org($0) })
        for file in context.isPart ? [] : endings {
            if let named = context.named[file] { try roster.endMissing(file, named: named, units: known) }
        }
        for (file, columns) in context.extras.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try roster.note(columns: columns, of: file)
        }
        batch = roster.batch
        if batch.tally.touchesTree { try tx.rebuildPaths() }
    }
}

/// What one reading of a whole bundle tells: that it can be read to its end, how many rows, who is what.
struct RosterSurvey {
    private(set) var total = 0
    private(set) var roles: [UInt64: RosterRoles] = [:]
    private(set) var named: [OneRosterFile: Set<UInt64>] = [:]
    private(set) var extras: [OneRosterFile: [String]] = [:]
    private(set) var units: Set<String> = []
    private(set) var first: Day?
    private(set) var warnings: [String] = []

    init(_ reader: OneRosterReader) throws {
        for file in reader.files { try look(at: file, reader) }
    }

    private mutating func look(at file: OneRosterFile, _ reader: OneRosterReader) throws {
        let rows = try reader.rows(of: file), isBulk = reader.mode(of: file) == .bulk
        let learnsRoles =
            file == .roles || file == .enrollments && !reader.files.contains(.roles) && reader.version == .v12
        var seen: Set<UInt64> = [], rejected = 0, columns: [String]?
        warnings += rows.warnings.map(\.sentence)
        while let outcome = try rows.next() {
            guard case .row(let row, _) = outcome else {
                rejected += 1
                continue
            }
            if columns == nil { columns = row.extras.map(\.header) }
            if isBulk { seen.insert(RosterContext.hash(row.sourcedId)) }
            if learnsRoles, let user = row.text("userSourcedId") {
                roles[RosterContext.hash(user), default: []].formUnion(RosterRoles(word: row["role"]))
            }
            if !row.isGone { units.formUnion(RosterSurvey.units(of: row)) }
            if file == .academicSessions, let day = row.day("startDate") { first = min(first ?? day, day) }
        }
        total += rows.read
        extras[file] = file.isVerbatim ? rows.header.names : (columns ?? []).filter { !$0.isEmpty }
        guard isBulk else { return }
        if rejected == 0 {
            named[file] = seen
        } else if file.isRostering {
            warnings.append(
                t("{}: có dòng bị từ chối nên không kết thúc bản ghi nào vắng mặt trong tệp.", file.fileName))
        }
    }
}

extension RosterSurvey {
    /// The units that a row speaks of: theirs is what a full replacement may end.
    private static func units(of row: OneRosterRow) -> [String] {
        switch row.file {
        case .orgs: [row.sourcedId]
        case .classes, .enrollments: row.list("schoolSourcedId")
        case .courses, .roles: row.list("orgSourcedId")
        case .users: row.list("orgSourcedIds") + row.list("primaryOrgSourcedId")
        default: []
        }
    }
}

extension OneRosterFile {
    /// Whether the register has no place for the rows: they come back as they were sent.
    var isVerbatim: Bool { !isRostering || self == .userProfiles }
}

extension RowError {
    /// The doubt with its place, as one sentence.
    var sentence: String {
        row == 0 ? "\(file): \(message)" : t("{}, dòng {}, cột {}: {}", file, row, column, message)
    }
}

/// A folder for what is unpacked, gone with the work.
struct WorkFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/hoaban-\(Secret.random(12).hex)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
