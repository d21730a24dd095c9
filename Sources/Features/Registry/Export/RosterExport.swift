import Base
import Files
import FoundationEssentials
import Storage
import Work

extension ExportKind {
    /// The register as a OneRoster bundle, edition 1.2 or, where asked, 1.1: a zip where the path ends so, else a folder.
    static let oneRoster = ExportKind("oneroster", label: "OneRoster 1.2 (CSV, ZIP)") { request, db, progress in
        try request.visitor.must(.exportLists)
        guard let version = OneRosterVersion(rawValue: request.edition ?? OneRosterVersion.v12.rawValue) else {
            throw Fault(
                .unsupported,
                t(
                    "OneRoster phiên bản “{}” chưa ghi được, chỉ ghi 1.1 và 1.2.",
                    String((request.edition ?? "").prefix(40))))
        }
        let folder = try WorkFolder()
        defer { folder.remove() }
        let isZip = request.path.lowercased().hasSuffix(".zip"), target = isZip ? folder.path : request.path
        let total = try await db.read { try $0.rosterSize() }, ticker = Ticker(total: total), now = db.clock.now
        let counts = try await ticker.show(progress) {
            try await db.read { tx in
                var export = try RosterExport(tx, request, version, folder: target, ticker)
                try export.write()
                try export.finish(zip: isZip ? request.path : nil, moment: now)
                return export.counts
            }
        }
        try await db.noteRead(
            as: request.visitor, "registry.export", on: Subject("export", org: request.org ?? request.visitor.org),
            note: "oneroster \(counts.values.reduce(0, +))")
        return counts
    }
}

/// Writes what a visitor may see of the register, file by file, from one moment's state.
struct RosterExport {
    private let tx: Tx
    private let request: ExportRequest
    private let book: RosterBook
    private let writer: OneRosterWriter
    private let ticker: Ticker
    private let filter: RosterFilter
    /// The units that go out, where not all do.
    private var units: Set<ID<Org>>?
    private(set) var counts: [String: Int] = [:]

    /// The manifest's word for a bundle that leaves out what its units have: it replaces nothing.
    static let partProperty = "hoaban.part"

    init(_ tx: Tx, _ request: ExportRequest, _ version: OneRosterVersion, folder: String, _ ticker: Ticker) throws {
        (self.tx, self.request, self.ticker) = (tx, request, ticker)
        book = try RosterBook(tx, .current)
        writer = try OneRosterWriter(version: version, folder: folder)
        filter = RosterFilter(org: request.org, year: request.year, scope: request.visitor.scope)
        let isWhole = request.year == nil && request.visitor.scope.reach == .everything
        if !isWhole { writer.properties.append((RosterExport.partProperty, request.year?.description ?? "reach")) }
    }

    func finish(zip: String?, moment: Int64) throws {
        let code = try tx.installation()
        if let zip {
            try writer.finish(systemName: "HoaBan", systemCode: code, zip: zip, moment: moment)
        } else {
            try writer.finish(systemName: "HoaBan", systemCode: code)
        }
    }

    mutating func write() throws {
        try writeUnits()
        try writeUsers()
        try writeEnrolments()
        try writeKept()
    }

    // MARK: a sheet

    /// One file being written: its columns by their names in small letters.
    private struct Page {
        let sheet: OneRosterSheet
        let columns: [String]

        func write(_ name: String, _ row: RosterBook.Row) throws {
            var row = row
            row["sourcedid"] = name
            try sheet.write(columns.map { $0.contains("password") ? "" : row[$0] ?? "" })
        }
    }

    private func page(_ file: OneRosterFile, own: [String] = []) throws -> Page {
        let known = Set((file.headers(.v12) + file.headers(.v11) + own).map { $0.lowercased() })
        let foreign = try tx.rosterExtras(file.rawValue).filter { !known.contains($0.lowercased()) }
        let sheet = try writer.sheet(file, extra: own + foreign)
        return Page(sheet: sheet, columns: sheet.header.map { $0.lowercased() })
    }

    private mutating func wrote(_ file: OneRosterFile) throws {
        counts[file.rawValue, default: 0] += 1
        try ticker.add(1)
    }

    // MARK: units, sessions, courses, classes

    private mutating func writeUnits() throws {
        let orgs = try page(
            .orgs, own: ["metadata.hoaban.kind", "metadata.hoaban.ownership", "metadata.hoaban.levels"])
        let found = try tx.rosterOrgs(filter)
        if filter.org != nil || filter.scope.reach != .everything { units = Set(found.map(\.id)) }
        for org in found {
            try orgs.write(book.name("org", org.id.raw), book.org(org))
            try wrote(.orgs)
        }
        let sessions = try page(.academicSessions)
        for session in try tx.sessions(year: request.year) {
            try sessions.write(book.name("session", session.id.raw), book.session(session))
            try wrote(.academicSessions)
        }
        let courses = try page(.courses)
        for id in try tx.rosterCourses(filter) {
            guard let course = try tx.course(id) else { continue }
            try courses.write(book.name("course", id), book.course(id, course))
            try wrote(.courses)
        }
        let classes = try page(.classes, own: ["metadata.hoaban.level", "metadata.hoaban.grades"])
        try tx.inPages(tx.rosterClasses(filter)) { group in
            try classes.write(book.name("class", group.id.raw), book.classGroup(group))
            try wrote(.classes)
        }
    }

    // MARK: people

    private mutating func writeUsers() throws {
        let users = try page(.users)
        let roles = writer.version == .v11 ? nil : try page(.roles, own: ["metadata.hoaban.position"])
        let people = try page(.demographics, own: ["metadata.hoaban.birthDate", "metadata.hoaban.ethnicity"])
        for id in try tx.rosterStudents(filter) {
            guard let student = try tx.student(id, scope: .everything) else { continue }
            let name = try write("student", id.raw, book.student(student), users)
            try write(role: "student", "student", id.raw, student.org, roles)
            try describe("student", id.raw, name, student.birthDate, student.sex, student.ethnicity, people)
        }
        for id in try tx.rosterStaff(filter) {
            guard let staff = try tx.staff(id, scope: .everything) else { continue }
            let name = try write("staff", id.raw, book.staff(staff), users)
            try write(posts: staff, roles)
            try describe("staff", id.raw, name, staff.birthDate, staff.sex, staff.ethnicity, people)
        }
        for id in try tx.rosterGuardians(filter) {
            guard let guardian = try tx.guardian(id) else { continue }
            let name = try write("guardian", id, book.guardian(guardian), users)
            let org = try tx.linked(guardian: id).lazy.compactMap { [tx] in try tx.placeOf(student: ID(stored: $0))?.org
            }.first
            try write(role: "guardian", "guardian", id, org, roles)
            try describe("guardian", id, name, guardian.birthDate, guardian.sex, "", people)
        }
        try writeKept(.users, users)
        try writeKept(.demographics, people)
    }

    /// A person of two kinds is one user: the row belongs to the kind that a file named first.
    private mutating func write(_ entity: String, _ id: Int64, _ row: RosterBook.Row, _ users: Page) throws -> String? {
        let entry = try book.entry(entity, id)
        guard entry.type == "users" else { return nil }
        try users.write(entry.name, row)
        try wrote(.users)
        return entry.name
    }

    private mutating func write(role: String, _ entity: String, _ id: Int64, _ org: ID<Org>?, _ roles: Page?) throws {
        guard let roles else { return }
        let named = try tx.rosterNames(of: entity, id, type: "roles")
        for (name, record) in named {
            try roles.write(name, RosterBook.row(record))
            try wrote(.roles)
        }
        guard named.isEmpty, let org else { return }
        try roles.write(ID<Org>(stored: id).code, book.role(entity, id, role, org: org))
        try wrote(.roles)
    }

    private mutating func write(posts staff: StaffRecord, _ roles: Page?) throws {
        guard let roles else { return }
        let posts = try tx.rosterPosts(of: staff.id)
        for id in posts {
            guard let post = try tx.post(id), units?.contains(post.org) ?? true else { continue }
            try roles.write(book.name("post", id), book.post(id, post, group: staff.group))
            try wrote(.roles)
        }
        guard posts.isEmpty else { return }
        try write(
            role: RosterBook.role12(staff.group, staff.position, book.catalogues), "staff", staff.id.raw, staff.org,
            roles)
    }

    private mutating func describe(
        _ entity: String, _ id: Int64, _ name: String?, _ birth: PartialDay?, _ sex: String, _ ethnicity: String,
        _ people: Page
    ) throws {
        guard let name else { return }
        let kept = try tx.rosterNames(of: entity, id, type: "demographics").first?.record
        guard kept != nil || birth != nil || !sex.isEmpty || !ethnicity.isEmpty else { return }
        try people.write(
            name, book.demographics(birth, sex: sex, ethnicity: ethnicity, record: RosterBook.row(kept ?? Details())))
        try wrote(.demographics)
    }

    // MARK: enrolments

    private mutating func writeEnrolments() throws {
        let page = try page(
            .enrollments, own: ["metadata.hoaban.grade", "metadata.hoaban.main", "metadata.hoaban.subject"])
        try tx.inPages(tx.rosterStays(filter)) { stay in
            try page.write(book.name("enrolment", stay.id.raw), book.enrolment(stay))
            try wrote(.enrollments)
        }
        for (id, org) in try tx.rosterTeachings(filter) {
            guard let teaching = try tx.teaching(id) else { continue }
            try page.write(book.name("teaching", id), book.teaching(teaching, org: org))
            try wrote(.enrollments)
        }
        try writeKept(.enrollments, page)
    }

    // MARK: what the register has no place for

    /// Rows kept verbatim go out to those alone who see the whole register: nothing says whose they are.
    private mutating func writeKept() throws {
        for file in OneRosterFile.allCases where file.isVerbatim && file.exists(in: writer.version) {
            guard try tx.hasKept(file.rawValue), request.visitor.scope.reach == .everything, request.org == nil else {
                continue
            }
            let columns = try tx.keptColumns(file.rawValue), sheet = try writer.sheet(file, header: columns)
            try writeKept(file, Page(sheet: sheet, columns: RosterRow.keys(of: columns)))
        }
    }

    private mutating func writeKept(_ file: OneRosterFile, _ page: Page) throws {
        guard request.visitor.scope.reach == .everything, request.org == nil else { return }
        try tx.inPages(tx.keptRows(file.rawValue)) { kept in
            let row = RosterBook.Row(
                kept.record.values.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            try page.write(row["sourcedid"] == nil ? "" : book.name(of: kept, type: file.rawValue), row)
            try wrote(file)
        }
    }
}
