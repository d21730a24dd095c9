import Base
import Files
import Storage
import Work

// Units, sessions, courses.
extension Roster {
    mutating func writeOrg(_ row: OneRosterRow) throws -> Fate {
        guard let old = try find("orgs", row.sourcedId) else { return row.isGone ? .unchanged : try createOrg(row) }
        let id = ID<Org>(stored: old.id)
        if row.isGone { return try endOrg(id, old, row.sourcedId, row) }
        if try isKnown(row, old) { return .unchanged }
        guard let record = try tx.org(id, scope: .everything) else {
            throw row.error("sourcedId", t("Không tìm thấy đơn vị này trong sổ."))
        }
        if isBack(old), !record.isOpen {
            throw row.error("sourcedId", t("Đơn vị này đã đóng ngày {}.", record.closedOn.shown))
        }
        let changed = news(row, over: old, from: try book.org(record))
        guard !changed.isEmpty else { return .unchanged }
        try mustReach(id, row, "sourcedId")
        if changed.contains("parentsourcedid") { context.news.add(.orgs, row.sourcedId) }
        let name = Fold.compose(row["name"])
        if changed.contains("name"), name != record.name {
            try mayChangeTree(row)
            try tx.changed(.org(id), "name", from: record.name, to: name)
            try tx.changingOrg(id, in: &batch) { [tx] in try tx.rename(id, to: name, on: tx.today, basis: "") }
        }
        try remember(row, "org", id.raw, over: old)
        return .updated
    }

    private func mayChangeTree(_ row: OneRosterRow) throws {
        guard batch.visitor.may(.changeTree) else {
            throw row.error(
                "sourcedId", t("Đơn vị này chưa có trong sổ. Chỉ Sở và quản trị hệ thống được thêm đơn vị."))
        }
    }

    private mutating func createOrg(_ row: OneRosterRow) throws -> Fate {
        let name = Fold.compose(row["name"])
        if let same = try sameOrg(row, name) { return try adopt(same, row, name) }
        try mayChangeTree(row)
        var draft = OrgDraft(code: try freeCode(row), kind: kind(row, name), name: name)
        let item = context.catalogues["school-kinds"]?.item(draft.kind)
        draft.isInstitution = item?.institution ?? (row["type"] == "school")
        if draft.isInstitution { draft.levels = levels(row, item) }
        if let ownership = row.text("metadata.hoaban.ownership") { draft.ownership = ownership }
        draft.opened = context.since
        draft.parent =
            try row.text("parentSourcedId").flatMap { try org($0) }
            ?? (row.text("parentSourcedId") == nil ? context.request.org : nil)
        if batch.scope.reach != .everything { try mustReach(draft.parent, row, "parentSourcedId") }
        let id = try insert(draft)
        try remember(row, "org", id.raw)
        context.news.add(.orgs, row.sourcedId)
        return .created
    }

    /// A unit already here that the row means: by its code, or an office by its name at its place in the tree.
    private mutating func sameOrg(_ row: OneRosterRow, _ name: String) throws -> OrgRecord? {
        var found: OrgRecord?
        if let code = row.text("identifier"), let unit = try tx.org(code: code, scope: .everything),
            code.utf8.count >= 8 || Fold.key(unit.name) == Fold.key(name)
        {
            found = unit
        } else if row["type"] != "school", let office = try sameOffice(row, name) {
            found = try tx.org(office, scope: .everything)
        }
        guard let found, found.isOpen, found.isInstitution == (row["type"] == "school"), try reaches(found.id),
            try !tx.isNamed("org", found.id.raw, by: context.source, type: "orgs")
        else { return nil }
        return found
    }

    private func sameOffice(_ row: OneRosterRow, _ name: String) throws -> ID<Org>? {
        let kind = kind(row, name), parent = try row.text("parentSourcedId").flatMap { try org($0) }
        // There is one of these of a name in the country; communes share theirs.
        let isUnique = ["bo", "so", "ubnd-tinh"].contains(kind)
        let same = try tx.units(kinds: [kind]).filter {
            OfficeBook.key($0.name) == OfficeBook.key(name) && (isUnique || parent != nil && $0.parent == parent)
        }
        return same.count == 1 ? same[0].id : nil
    }

    /// Takes a unit for the row's own: its name and place in the tree are the register's.
    private mutating func adopt(_ same: OrgRecord, _ row: OneRosterRow, _ name: String) throws -> Fate {
        if name != same.name {
            warn(row, "name", t("đơn vị mã {} trong sổ có tên “{}”, được giữ.", same.code, same.name))
        }
        try remember(row, "org", same.id.raw)
        return .unchanged
    }

    private func kind(_ row: OneRosterRow, _ name: String) -> String {
        if let told = row.text("metadata.hoaban.kind"), context.catalogues["school-kinds"]?.item(told) != nil {
            return told
        }
        return book.kind(type: row["type"], name)
    }

    private func levels(_ row: OneRosterRow, _ item: CatalogueItem?) -> [Level] {
        let told = row.list("metadata.hoaban.levels").compactMap(Level.init)
        return told.isEmpty ? item?.levels ?? [] : told
    }

    /// The code of a unit that comes in: its identifier where it can serve as one, otherwise a new one.
    private func freeCode(_ row: OneRosterRow) throws -> String {
        for text in [row["identifier"], row.sourcedId] where (2...20).contains(text.utf8.count) {
            let isPlain = text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
            }
            if isPlain, try !tx.isTaken(orgCode: text) { return text }
        }
        return tx.newID(Org.self).code
    }

    /// Writes a unit and everything that comes with it into the ledger.
    mutating func insert(_ draft: OrgDraft) throws -> ID<Org> {
        let id = try tx.insert(draft, paths: false)
        try tx.madeOrg(id, draft, in: &batch)
        return id
    }

    /// Second passage over the units: parents that stand further down in the file.
    mutating func linkParent(org row: OneRosterRow) throws {
        guard let name = row.text("parentSourcedId"), !row.isGone, let found = try find("orgs", row.sourcedId),
            found.entity == "org"
        else { return }
        let id = ID<Org>(stored: found.id)
        guard let parent = try org(name) else {
            return warn(row, "parentSourcedId", t("không rõ đơn vị cấp trên “{}”.", name))
        }
        guard context.news.has(.orgs, row.sourcedId) || context.news.has(.orgs, name),
            let record = try tx.org(id, scope: .everything), record.parent != parent, try reaches(id),
            batch.visitor.may(.changeTree)
        else { return }
        let day = max(context.since, record.openedOn)
        guard let period = Period(day), try !tx.datedTree().closesCircle(id, under: parent, during: period) else {
            return warn(row, "parentSourcedId", t("đơn vị cấp trên “{}” làm cây thành vòng tròn, được bỏ qua.", name))
        }
        if let before = record.parent { try tx.changed(.org(id), "parent", from: before.code, to: parent.code) }
        try tx.changingOrg(id, in: &batch) { [tx] in
            try tx.setManaged(id, under: parent, on: record.parent == nil ? day : max(day, tx.today), basis: "")
            try tx.refreshToday(id)
        }
        batch.tally.touchesTree = true
    }
}

extension Roster {
    static let sessionKinds = [
        "schoolYear": "year", "term": "term", "semester": "semester", "gradingPeriod": "grading-period",
    ]

    mutating func writeSession(_ row: OneRosterRow) throws -> Fate {
        let old = try find("academicSessions", row.sourcedId)
        if row.isGone { return try forget(old, "academicSessions", row.sourcedId) }
        guard let first = row.day("startDate"), let last = row.day("endDate") else {
            throw row.error("startDate", t("Thiếu ngày."))
        }
        let kind = Roster.sessionKinds[row["type"]] ?? "term", title = Fold.compose(row["title"])
        let year = row.schoolYear ?? SchoolYear(of: first)
        guard let old else { return try createSession(row, kind, title, year, first, last) }
        if try isKnown(row, old) { return .unchanged }
        guard let record = try tx.session(old.id) else { throw row.error("sourcedId", t("Không tìm thấy trong sổ.")) }
        let changed = news(row, over: old, from: try book.session(record))
        guard !changed.isEmpty else { return .unchanged }
        if changed.contains("parentsourcedid") { context.news.add(.academicSessions, row.sourcedId) }
        // The calendar of the whole province is not changed by one school's file.
        if record.org != nil || batch.visitor.may(.editCatalogues) {
            try tx.changing(.session, old.id, in: &batch) { [tx] in
                try tx.update(session: old.id, title: title, kind: kind, year: year, first, last)
            }
        }
        try remember(row, "session", old.id, over: old)
        return .updated
    }

    private mutating func createSession(
        _ row: OneRosterRow, _ kind: String, _ title: String, _ year: SchoolYear, _ first: Day, _ last: Day
    ) throws -> Fate {
        for same in try tx.sameSession(kind: kind, year: year, first, last)
        where try !tx.isNamed("session", same, by: context.source, type: "academicSessions") {
            try remember(row, "session", same)
            context.news.add(.academicSessions, row.sourcedId)
            return .unchanged
        }
        let id = try tx.insertSession(
            kind, title, year, first, last, parent: nil, org: context.request.org ?? batch.visitor.org)
        try tx.made(.session, id, in: &batch)
        try remember(row, "session", id.raw)
        context.news.add(.academicSessions, row.sourcedId)
        return .created
    }

    /// Second passage over the sessions: what a term is part of.
    mutating func linkParent(session row: OneRosterRow) throws {
        guard let name = row.text("parentSourcedId"), !row.isGone,
            let found = try find("academicSessions", row.sourcedId), let record = try tx.session(found.id)
        else { return }
        guard let parent = try find("academicSessions", name) else {
            return warn(row, "parentSourcedId", t("không rõ kỳ học cấp trên “{}”.", name))
        }
        guard
            context.news.has(.academicSessions, row.sourcedId) || context.news.has(.academicSessions, name),
            record.parent?.raw != parent.id, parent.id != found.id, record.org != nil || record.parent == nil
        else { return }
        try tx.changing(.session, found.id, in: &batch) { [tx] in try tx.setParent(session: found.id, parent.id) }
    }

    mutating func writeCourse(_ row: OneRosterRow) throws -> Fate {
        let old = try find("courses", row.sourcedId)
        if row.isGone { return try forget(old, "courses", row.sourcedId) }
        if let old, try isKnown(row, old) { return .unchanged }
        let course = CourseRow(
            org: try row.text("orgSourcedId").flatMap { try org($0) }, title: Fold.compose(row["title"]),
            code: row.text("courseCode") ?? "",
            year: try row.text("schoolYearSourcedId").flatMap { try year(ofSession: $0) },
            grades: grades(row, levels: []).joined(separator: ","),
            subjects: row.text("subjects") ?? "")
        if let name = row.text("orgSourcedId"), course.org == nil {
            warn(row, "orgSourcedId", t("không rõ đơn vị “{}”.", name))
        }
        if let name = row.text("schoolYearSourcedId"), course.year == nil {
            warn(row, "schoolYearSourcedId", t("không rõ năm học “{}”.", name))
        }
        guard let old else {
            if batch.scope.reach != .everything { try mustReach(course.org, row, "orgSourcedId") }
            let id = try tx.insert(course)
            try tx.made(.course, id, in: &batch)
            try remember(row, "course", id)
            return .created
        }
        guard let record = try tx.course(old.id),
            !news(row, over: old, from: try book.course(old.id, record)).isEmpty
        else { return .unchanged }
        try mustReach(record.org, row, "orgSourcedId")
        try tx.changing(.course, old.id, in: &batch) { [tx] in try tx.update(course: old.id, course) }
        try remember(row, "course", old.id, over: old)
        return .updated
    }

    func year(ofSession name: String) throws -> SchoolYear? {
        try find("academicSessions", name).flatMap { try tx.session($0.id)?.year }
    }

    /// The grades of a row in the codes of the catalogue, those of the school's levels before others.
    func grades(_ row: OneRosterRow, levels: [Level]) -> [String] {
        let items = context.catalogues.items(in: "grades")
        let told = row.list("metadata.hoaban.grades").filter { code in items.contains { $0.code == code } }
        return told.isEmpty ? context.catalogues.grades(ceds: row.list("grades"), levels: levels) : told
    }
}

extension Catalogues {
    /// The grades of codes of CEDS, those of the levels given before others.
    func grades(ceds codes: [String], levels: [Level]) -> [String] {
        let items = items(in: "grades")
        return codes.compactMap { text -> String? in
            let code = text.utf8.count == 1 && Int(text) != nil ? "0\(text)" : text.uppercased()
            let same = items.filter { $0.ceds?.uppercased() == code || (code == "TK" && $0.ceds == "KG") }
            let near = same.filter { $0.level.map(levels.contains) ?? false }
            // Of the groups below three years, all with one code, the oldest is meant as a rule.
            return (near.isEmpty ? same : near).filter { $0.level == (near.isEmpty ? same : near).first?.level }.last?
                .code
        }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
