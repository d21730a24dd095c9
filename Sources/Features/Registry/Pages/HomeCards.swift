import Base
import Storage
import Web

/// What the register shows on the home page of each role: figures, what is still to be put in order, one's own classes.
enum HomeCards {
    static let cards: [HomeCard] = [
        HomeCard(
            order: 10, right: .viewFigures,
            roles: [.administrator, .department, .commune, .inspector, .principal, .deputy], figures),
        HomeCard(
            order: 20, right: .viewFigures,
            roles: [.administrator, .department, .commune, .principal, .deputy, .clerk], gaps),
        HomeCard(order: 10, right: .viewStudents, roles: [.homeroom, .subjectTeacher], classes),
        HomeCard(order: 20, right: .viewStudents, roles: [.homeroom], ownGaps),
        HomeCard(order: 10, right: .viewStudent, roles: [.student, .guardian], family),
    ]

    /// The unit whose figures are the visitor's own.
    private static func unit(_ visit: Visit) async throws -> ID<Org>? {
        let scope = visit.visitor.scope
        if let org = visit.visitor.org ?? scope.orgs.first { return org }
        return try await visit.db.read { tx in try tx.roots(scope: scope).first?.id }
    }

    // MARK: figures

    private static func figures(_ visit: Visit) async throws -> HTML? {
        guard let id = try await unit(visit) else { return nil }
        let scope = visit.visitor.scope, year = visit.year, day = min(year.lastDay, visit.today)
        let accounts = visit.staffCount("accounts")
        let found = try await visit.db.read { tx in
            guard let org = try tx.org(id, scope: scope) else { return nil as (OrgRecord, FigureSet, Int)? }
            var set = try tx.keptFigures(of: id, year: year, filter: FigureFilter(), scope: scope, on: day)
            set.institutions = try tx.institutionCounts(of: id, on: day, scope: scope)
            if day == visit.today, let inUse = try OrgUse.read(tx, accounts, id, scope) {
                try tx.addUse(inUse, to: &set, of: id, year: year, scope: scope)
            }
            let before = try tx.keptFigures(of: id, year: year.previous, filter: FigureFilter(), scope: scope, on: day)
            return (org, set, before.all.total)
        }
        guard let (org, set, before) = found else { return nil }
        let href = "/orgs/\(org.id.code)", levels = org.isInstitution ? org.levels : []
        let rest = "?org=\(org.id.code)&year=\(year)"
        var tiles: [HTML] =
            org.isInstitution
            ? []
            : [
                UI.stat(
                    t("Cơ sở giáo dục"), UI.grouped(set.institutions.institutions), href: "/orgs\(rest)&institutions=1")
            ]
        tiles += [
            UI.stat(Words.classes(of: levels), UI.grouped(set.sum(.classes)), href: "/classes\(rest)"),
            UI.stat(
                Words.learners(of: levels), UI.grouped(set.all.total), href: href,
                fresh: FigureTiles.change(set.all.total, before)),
            UI.stat(
                t("Nữ"), UI.grouped(set.all.female), unit: UI.percent(set.all.female, of: set.all.total),
                href: "/students\(rest)&sex=female"),
            UI.stat(
                t("Nhân sự"), UI.grouped(set.sum(.staff)),
                href: visit.visitor.may(.viewStaff) ? "/staff?org=\(org.id.code)" : nil),
        ]
        tiles += OrgUse.tiles(set.use, org)
        return UI.card(org.isInstitution ? t("Trường hôm nay") : t("Đơn vị hôm nay"), UI.stats(tiles))
    }

    // MARK: what is still to be put in order

    private static func gaps(_ visit: Visit) async throws -> HTML? {
        guard let id = try await unit(visit) else { return nil }
        let scope = visit.visitor.scope, year = SchoolYear(of: visit.today)
        let mayMerge = visit.visitor.may(.mergeStudents)
        let mayEnrol = visit.visitor.may(.enrol)
        let (gaps, pairs, transfers) = try await visit.db.read { tx in
            (
                try tx.gaps(under: id, year: year, duty: OrgEdit.digitalDuty, scope: scope),
                mayMerge ? try tx.countDuplicates(DuplicateFilter(), scope: scope).count : 0,
                mayEnrol ? try tx.transfersWaiting(scope: scope).count : 0
            )
        }
        let path = "/orgs/\(id.code)"
        var lines: [(String, Int, String)] = [
            (t("Hồ sơ học sinh thiếu mã định danh"), gaps.studentFiles, "\(path)/gaps"),
            (
                t("Hồ sơ giáo viên thiếu mã định danh"), gaps.staffFiles,
                visit.visitor.may(.viewStaff) ? "/staff?org=\(id.code)&missing=1" : ""
            ),
            (t("Lớp chưa có giáo viên chủ nhiệm"), gaps.classes, "/classes?org=\(id.code)&homeroom=none"),
        ]
        lines.append(
            (
                t("Đơn vị chưa phân công phụ trách chuyển đổi số"), gaps.charges,
                gaps.units == 1 ? "\(path)/charge" : "\(path)/gaps"
            ))
        lines.append((t("Yêu cầu chuyển trường chờ duyệt"), transfers, "/transfers"))
        lines.append((t("Cặp hồ sơ nghi trùng chờ đối chiếu"), pairs, "/duplicates"))
        let open = lines.filter { $0.1 > 0 }
        guard !open.isEmpty else {
            return UI.card(
                t("Việc cần hoàn thiện"), UI.notice(.text(t("Hồ sơ đủ mã, lớp đủ giáo viên chủ nhiệm.")), .good))
        }
        let rows = open.map { UI.Row([.text($0.0), .text(UI.grouped($0.1))], href: $0.2.isEmpty ? nil : $0.2) }
        return UI.card(
            t("Việc cần hoàn thiện"),
            UI.table(
                [UI.Column(t("Việc")), UI.Column(t("Còn"), isNumeric: true)], rows, caption: t("Việc cần hoàn thiện")))
    }

    // MARK: teachers

    private static func staff(_ visit: Visit) -> ID<Staff>? { visit.visitor.person.flatMap { ID<Staff>(raw: $0) } }

    private static func classes(_ visit: Visit) async throws -> HTML? {
        guard let staff = staff(visit) else { return nil }
        let scope = visit.visitor.scope, year = visit.year
        let classes = try await visit.db.read { tx in try tx.ownClasses(of: staff, year: year, scope: scope) }
        let rows = classes.map { one in
            UI.Row(
                [
                    .text(one.name), one.isHomeroom ? UI.badge(t("Chủ nhiệm"), .info) : .text(subjects(one)),
                    .text(UI.grouped(one.total)),
                    .text(UI.grouped(one.female)),
                ], href: "/classes/\(one.id.code)")
        }
        let columns = [
            UI.Column(t("Lớp")), UI.Column(t("Việc")), UI.Column(t("Học sinh"), isNumeric: true),
            UI.Column(t("Nữ"), isNumeric: true),
        ]
        return UI.card(
            t("Lớp của tôi"),
            UI.table(
                columns, rows, caption: t("Lớp của tôi"),
                empty: UI.empty(
                    t("Chưa được phân công lớp"), t("Văn thư hoặc hiệu trưởng phân công trong trang của lớp."),
                    icon: "class")))
    }

    private static func subjects(_ one: OwnClass) -> String {
        one.subjects.split(separator: ",").map { Words.subject(String($0)) }.joined(separator: ", ")
    }

    /// The learners of the own class whose files lack an identifier.
    private static func ownGaps(_ visit: Visit) async throws -> HTML? {
        guard let staff = staff(visit) else { return nil }
        let scope = visit.visitor.scope, today = visit.today
        let lines = try await visit.db.read { tx in
            try tx.classesLed(by: staff, on: today).flatMap {
                try tx.gapLines(of: $0.org, classGroup: $0.id, scope: scope, limit: 60)
            }
        }
        guard !lines.isEmpty else { return nil }
        return UI.card(t("Hồ sơ cần bổ sung"), OrgGaps.people(lines, showsClass: false))
    }

    // MARK: families

    private static func family(_ visit: Visit) async throws -> HTML? {
        let scope = visit.visitor.scope
        let lines = try await visit.db.read { tx in try tx.family(scope: scope) }
        guard !lines.isEmpty else { return nil }
        return UI.columns(
            lines.map { line in
                UI.card(
                    line.name,
                    UI.facts([
                        (t("Lớp"), .text(line.className ?? "")), (t("Trường"), .text(line.orgName ?? "")),
                        (t("Giáo viên chủ nhiệm"), .text(line.homeroomName ?? "")),
                        (t("Điện thoại trường"), .text(FieldText.shownPhone(line.orgPhone))),
                    ]) + "<p>\(UI.link(t("Xem hồ sơ"), "/students/\(line.id.code)", icon: "student"))</p>")
            })
    }
}
