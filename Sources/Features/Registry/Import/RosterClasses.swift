import Base
import Files
import Storage
import Work

// Classes.
extension Roster {
    static func kind(_ text: String) -> ClassKind { text.lowercased() == "homeroom" ? .homeroom : .scheduled }

    mutating func writeClass(_ row: OneRosterRow) throws -> Fate {
        let old = try find("classes", row.sourcedId)
        if let old, row.isGone { return try endClass(ID(stored: old.id), old, row.sourcedId, row) }
        if row.isGone { return .unchanged }
        if let old, try isKnown(row, old) { return .unchanged }
        guard let name = row.text("schoolSourcedId"), let school = try org(name),
            let unit = try tx.org(school, scope: .everything)
        else {
            throw row.error(
                "schoolSourcedId", t("Không rõ đơn vị mang mã này: không có trong tệp orgs.csv và chưa có trong sổ."))
        }
        try mustReach(school, row, "schoolSourcedId")
        guard let old else { return try createClass(row, unit) }
        return try updateClass(row, unit, old)
    }

    private mutating func createClass(_ row: OneRosterRow, _ unit: OrgRecord) throws -> Fate {
        let course = try course(of: row), draft = try draft(row, unit, course)
        let id = try tx.insert(draft)
        if let course { try tx.setCourse(course, of: id) }
        try tx.made(.classGroup, id, in: &batch)
        batch.tally.schools.insert(Tally.SchoolOfYear(org: unit.id, year: draft.year))
        try remember(row, "class", id.raw)
        return .created
    }

    private mutating func updateClass(_ row: OneRosterRow, _ unit: OrgRecord, _ old: RosterEntry) throws -> Fate {
        let id = ID<ClassGroup>(stored: old.id)
        guard let record = try tx.classGroup(id, scope: .everything) else {
            throw row.error("sourcedId", t("Không tìm thấy trong sổ."))
        }
        let changed = news(row, over: old, from: try book.classGroup(record)),
            isBack = isBack(old) && record.closedOn != nil
        guard !changed.isEmpty || isBack else { return .unchanged }
        var draft = try draft(row, unit, course(of: row))
        try mustStay(record, draft, row, changed)
        if !changed.contains("grades"), !changed.contains("metadata.hoaban.grades") {
            (draft.grades, draft.level) = (record.grades, record.level)
        }
        if !changed.contains("title") { draft.name = record.name }
        if !changed.contains("classtype") { draft.kind = record.kind }
        (draft.site, draft.details) = (record.site, record.details)
        let shape = draft, course = try course(of: row), subject = Subject.classGroup(id, org: record.org)
        let (before, after) = (record.values, shape.values)
        for key in ["name", "kind", "level", "grades"] {
            try tx.changed(subject, key, from: before[key], to: after[key])
        }
        if isBack { try tx.changed(subject, "closed_on", from: record.closedOn?.iso, to: nil) }
        if changed.contains("coursesourcedid") {
            let code: (Int64?) -> String? = { $0.map { ID<CourseRow>(stored: $0).code } }
            try tx.changed(subject, "course", from: code(tx.courseOf(class: id)), to: code(course))
        }
        try tx.changing(.classGroup, id, in: &batch) { [tx] in
            if isBack { try tx.reopen(class: id) }
            if record.name != shape.name || record.kind != shape.kind || record.grades != shape.grades {
                try tx.update(id, shape)
            }
            if changed.contains("coursesourcedid") { try tx.setCourse(course, of: id) }
        }
        batch.tally.classes.insert(id)
        try remember(row, "class", id.raw, over: old)
        return .updated
    }

    /// A class is of one school and one year: another is another class.
    private func mustStay(_ record: ClassRecord, _ new: ClassDraft, _ row: OneRosterRow, _ changed: Set<String>) throws
    {
        if changed.contains("schoolsourcedid"), new.org != record.org {
            throw row.error(
                "schoolSourcedId", t("Lớp không chuyển sang trường khác được. Hãy mở lớp mới với mã khác ở trường đó."))
        }
        if changed.contains("termsourcedids"), new.year != record.year {
            throw row.error(
                "termSourcedIds", t("Lớp không chuyển sang năm học khác được. Hãy mở lớp mới với mã khác ở năm đó."))
        }
    }

    private mutating func draft(_ row: OneRosterRow, _ unit: OrgRecord, _ course: Int64?) throws -> ClassDraft {
        let grades = grades(row, levels: unit.levels), year = try year(of: row, course)
        var level = row.text("metadata.hoaban.level").flatMap(Level.init) ?? level(of: grades, in: unit)
        if level == nil {
            level = .continuing
            warn(row, "grades", t("không rõ cấp học của lớp “{}”, tạm ghi là GDTX.", row["title"]))
        }
        var draft = ClassDraft(
            org: unit.id, year: year, name: Fold.compose(row["title"]), level: level ?? .continuing, grades: grades)
        draft.kind = Roster.kind(row["classType"])
        return draft
    }

    private func level(of grades: [String], in unit: OrgRecord) -> Level? {
        let items = context.catalogues.items(in: "grades")
        let levels = grades.flatMap { code in items.filter { $0.code == code }.compactMap(\.level) }
        return levels.first(where: unit.levels.contains) ?? levels.first ?? unit.levels.first
    }

    private mutating func year(of row: OneRosterRow, _ course: Int64?) throws -> SchoolYear {
        var found: SchoolYear?
        for name in row.list("termSourcedIds") {
            if let year = try year(ofSession: name) {
                found = found ?? year
            } else {
                warn(row, "termSourcedIds", t("không rõ kỳ học “{}”.", name))
            }
        }
        if let found { return found }
        return try context.request.year ?? course.flatMap { try tx.course($0)?.year } ?? SchoolYear(of: tx.today)
    }

    private mutating func course(of row: OneRosterRow) throws -> Int64? {
        guard let name = row.text("courseSourcedId") else { return nil }
        if let found = try find("courses", name) { return found.id }
        warn(row, "courseSourcedId", t("không rõ môn học “{}”.", name))
        return nil
    }
}
