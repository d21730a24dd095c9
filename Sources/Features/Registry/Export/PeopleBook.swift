import Base
import Files
import Storage
import Work

extension ExportKind {
    /// Learners with all that is known of them, in the columns that the importer reads; Excel or CSV by the file's name.
    static let students: ExportKind = {
        var kind = ExportKind("students", label: "Danh sách học sinh (Excel)") { request, db, progress in
            try await PeopleBook(request, "student", StudentRows.layout).write("students", db, progress) {
                book, places, put in
                for id in try places.tx.rosterStudents(book.filter) {
                    guard let record = try places.tx.student(id, scope: book.filter.scope) else { continue }
                    try put(book.student(record, places))
                }
            }
        }
        kind.file = "hoc-sinh.xlsx"
        return kind
    }()

    /// Staff in the same way.
    static let staff: ExportKind = {
        var kind = ExportKind("staff", label: "Danh sách cán bộ, giáo viên (Excel)") { request, db, progress in
            try await PeopleBook(request, "staff", StaffRows.layout).write("staff", db, progress) { book, places, put in
                for id in try places.tx.rosterStaff(book.filter) {
                    guard let record = try places.tx.staff(id, scope: book.filter.scope) else { continue }
                    try put(book.staff(record, places))
                }
            }
        }
        kind.file = "can-bo-giao-vien.xlsx"
        return kind
    }()
}

/// People as rows under the headings by which an import finds them again.
struct PeopleBook: Sendable {
    let filter: RosterFilter
    private let request: ExportRequest, columns: [(key: String, title: String)], keys: Set<String>
    private let fields: FieldList, catalogues: Catalogues

    init(_ request: ExportRequest, _ entity: String, _ layout: TableLayout, _ catalogues: Catalogues = .current) throws
    {
        guard let fields = catalogues.fields[entity] else { throw CatalogueError(description: "no \(entity) fields") }
        try request.visitor.must(.exportLists)
        self.request = request
        filter = RosterFilter(org: request.org, year: request.year, scope: request.visitor.scope)
        (self.fields, self.catalogues) = (fields, catalogues)
        let seesNumbers = request.visitor.may(.viewPersonalID)
        let seesAll = request.visitor.may(entity == "staff" ? .viewStaffSensitive : .viewSensitive)
        let own = fields.fields.filter { field in
            !["family_name", "middle_name", "given_name"].contains(field.key) && !field.isComputed
                && (!field.isDated || field.key == "policy_kinds") && (seesAll || !field.isSensitive)
                && (seesNumbers || field.type != .personalID)
        }
        let front = ["code", "full_name", "school_code", "school"] + (entity == "student" ? ["class", "grade"] : [])
        columns = front.map { ($0, layout.label(of: $0)) } + own.map { ($0.key, translated($0.label)) }
        keys = Set(columns.map(\.key))
    }

    /// Writes the file; the rows come from `each`, in one reading of the register.
    func write(
        _ entity: String, _ db: any Database, _ progress: @escaping ImportKind.Progress,
        _ each: @escaping @Sendable (PeopleBook, KnownPlaces, ([String: String]) throws -> Void) throws -> Void
    ) async throws -> [String: Int] {
        try await progress(0, 1)
        let count = try await db.read { tx in
            let sink = try TableSink(
                request.path, titles: columns.map(\.title), isDemo: tx.setting("demo") != nil)
            try each(self, KnownPlaces(tx)) { values in
                try Task.checkCancellation()
                try sink.write(columns.map { values[$0.key] ?? "" })
            }
            try sink.finish()
            return sink.rows
        }
        try await db.noteRead(
            as: request.visitor, "registry.export", on: Subject("export", org: request.org ?? request.visitor.org),
            note: "\(entity) \(count)")
        try await progress(1, 1)
        return [entity: count]
    }

    func student(_ record: StudentRecord, _ places: KnownPlaces) throws -> [String: String] {
        let tx = places.tx
        var out = shown(record.values)
        (out["code"], out["full_name"], out["grade"]) = (record.code, record.name.full, record.grade)
        try place(record.org, &out, places)
        out["class"] = try record.classGroup.flatMap { try places.classGroup($0) }
        if has("personal_id"), record.hasPersonalID { out["personal_id"] = try tx.personalID(ofStudent: record.id) }
        if has("policy_kinds") {
            out["policy_kinds"] = try tx.openPolicies(of: record.id).sorted().joined(separator: "; ")
        }
        if has("father_name") { try relatives(of: record.id, &out, tx) }
        return out
    }

    func staff(_ record: StaffRecord, _ places: KnownPlaces) throws -> [String: String] {
        var out = shown(record.values)
        (out["code"], out["full_name"]) = (record.code, record.name.full)
        try place(record.org, &out, places)
        if has("personal_id"), record.hasPersonalID {
            out["personal_id"] = try places.tx.personalID(ofStaff: record.id)
        }
        return out
    }

    private func has(_ key: String) -> Bool { keys.contains(key) }

    private func place(_ org: ID<Org>?, _ out: inout [String: String], _ places: KnownPlaces) throws {
        guard let unit = try org.flatMap({ try places.org($0) }) else { return }
        (out["school_code"], out["school"]) = (unit.code, unit.name)
    }

    private func shown(_ values: [String: String]) -> [String: String] {
        var out: [String: String] = [:]
        for (key, value) in values { if let field = fields[key], has(key) { out[key] = text(value, field) } }
        return out
    }

    /// A value as people read it; of several codes those whose words have a comma stay codes.
    private func text(_ value: String, _ field: FieldDefinition) -> String {
        guard field.type == .code, let list = field.catalogue else { return catalogues.show(value, as: field) }
        let codes = field.isMany ? value.split(separator: ",").map(String.init) : [value]
        return codes.map { code in
            let words = catalogues.label(of: code, in: list)
            // Words that mean another entry, or stand for a list, are no use to whoever reads the file back.
            let isClear = catalogues.code(matching: words, in: list) == code
            return isClear && !(field.isMany && words.contains { ",;".contains($0) }) ? words : code
        }.joined(separator: "; ")
    }

    private func relatives(of student: ID<Student>, _ out: inout [String: String], _ tx: Tx) throws {
        for line in try tx.guardians(of: student, on: tx.today, scope: filter.scope) {
            let prefix = ["father", "mother"].contains(line.relation) ? line.relation : "guardian"
            guard out["\(prefix)_name"] == nil, let record = try tx.guardian(line.id.raw) else { continue }
            out["\(prefix)_name"] = record.name
            if prefix == "guardian", line.relation != "guardian" {
                out["guardian_relation"] = catalogues.label(of: line.relation, in: "relations")
            }
            let own = [
                "birth_year": record.birthDate?.iso, "phone": record.phone, "job": record.details["job"],
                "ethnicity": record.details["ethnicity"],
            ]
            for (key, value) in own {
                guard let value, !value.isEmpty, let field = fields["\(prefix)_\(key)"], has(field.key) else {
                    continue
                }
                out[field.key] = text(value, field)
            }
        }
    }
}

/// The units and classes of the people in a list, read once each.
final class KnownPlaces {
    let tx: Tx
    private var orgs: [ID<Org>: OrgRecord] = [:], classes: [ID<ClassGroup>: String] = [:]

    init(_ tx: Tx) { self.tx = tx }

    func org(_ id: ID<Org>) throws -> OrgRecord? {
        if let known = orgs[id] { return known }
        orgs[id] = try tx.org(id, scope: .everything)
        return orgs[id]
    }

    /// The name of a class.
    func classGroup(_ id: ID<ClassGroup>) throws -> String? {
        if let known = classes[id] { return known }
        classes[id] = try tx.classGroup(id, scope: .everything)?.name
        return classes[id]
    }
}

/// A list being written, as a workbook or as CSV by the name of the file.
final class TableSink {
    private let sheet: Spreadsheet.Sheet?, book: Spreadsheet?, writer: CSVWriter?
    private(set) var rows = 0

    init(_ path: String, titles: [String], isDemo: Bool) throws {
        guard path.lowercased().hasSuffix(".xlsx") else {
            let writer = try CSVWriter(path: path, style: .list)
            try writer.write(titles)
            (self.writer, sheet, book) = (writer, nil, nil)
            return
        }
        let book = try Spreadsheet(path: path, isDemo: isDemo)
        sheet = try book.sheet(t("Danh sách"), columns: titles.map { Spreadsheet.Column($0, width: 18) })
        (self.book, writer) = (book, nil)
    }

    func write(_ cells: [String]) throws {
        try sheet?.write(cells.map { .text($0) })
        try writer?.write(cells)
        rows += 1
    }

    func finish() throws {
        try book?.finish()
        try writer?.finish()
    }
}
