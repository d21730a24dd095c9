import Base
import Storage
import Web
import Work

/// One class: where homeroom teachers and parents arrive.
enum ClassPage {
    static func mount(_ routes: Routes) {
        routes.get("/classes/{id}", .holder(.viewStudent), scope: .classGroup) { visit in try await show(visit) }
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let file = try await ClassFile.read(visit)
        let title = t("Lớp {}", file.record.name)
        let content: HTML =
            visit.isFamily
            ? """
            <div class="stack">\(UI.card(t("Về lớp"), UI.facts(facts(file, visit))))\(UI.card(t("Học sinh"), roster(file, visit)))\
            \(UI.card(t("Giáo viên"), teachers(file, visit)))</div>
            """
            : """
            \(numbers(file))\(buttons(file, visit))<section id="roster">\(roster(file, visit))</section>
            <div class="mt">\(UI.columns([
                    UI.card(t("Về lớp"), UI.facts(facts(file, visit))), UI.card(t("Giáo viên"), teachers(file, visit)),
                ]))</div><div class="mt">\(bars(file, visit))</div>
            """
        return .page(title, crumbs: crumbs(file, visit), primary: primary(file, visit), content)
    }

    static func crumbs(_ file: ClassFile, _ visit: Visit, last: String? = nil) -> [(String, String?)] {
        let own = (t("Lớp {}", file.record.name), last == nil ? nil : Optional("/classes/\(file.record.id.code)"))
        return (visit.isFamily ? [] : Crumbs.orgs(file.path, visit)) + [own] + (last.map { [($0, nil)] } ?? [])
    }

    private static func primary(_ file: ClassFile, _ visit: Visit) -> HTML? {
        guard visit.mayChange(.editClasses) else { return nil }
        return UI.link(t("Sửa lớp"), "/classes/\(file.record.id.code)/edit", icon: "edit", isPrimary: true)
    }

    private static func numbers(_ file: ClassFile) -> HTML {
        let total = file.students.count, female = file.students.count { $0.sex == Sex.female }
        let ethnic = file.students.count { !$0.ethnicity.isEmpty && $0.ethnicity != "01" }
        var stats = [
            UI.stat(t("Sĩ số"), UI.grouped(total)),
            UI.stat(t("Nữ"), UI.grouped(female), unit: UI.percent(female, of: total)),
            UI.stat(t("Dân tộc thiểu số"), UI.grouped(ethnic), unit: UI.percent(ethnic, of: total)),
        ]
        if !file.policies.isEmpty {
            stats.append(UI.stat(t("Thuộc diện chính sách"), UI.grouped(Set(file.policies.map(\.student)).count)))
        }
        return UI.stats(stats)
    }

    private static func buttons(_ file: ClassFile, _ visit: Visit) -> HTML {
        let base = "/classes/\(file.record.id.code)"
        var links: [HTML] = []
        if visit.mayChange(.enrol), visit.isCurrentYear {
            links.append(UI.link(t("Thêm học sinh"), "/students/new?class=\(file.record.id.code)", icon: "plus"))
        }
        if visit.visitor.may(.exportLists) {
            links += [
                UI.link(t("In danh sách lớp"), "\(base)/list", icon: "print"),
                UI.link(t("Sổ đăng bộ"), "\(base)/register", icon: "file"),
                UI.link(t("Thẻ học sinh"), "/prints/cards?class=\(file.record.id.code)", icon: "qr"),
                UI.link(t("Excel"), "/students.xlsx?class=\(file.record.id.code)&sort=name", icon: "excel"),
            ]
        }
        // Those who keep a class's contacts also hand out its first sign-ins (Identity serves the sheet).
        if visit.mayChange(.editContacts), visit.isCurrentYear {
            links.append(UI.link(t("Phiếu đăng nhập lần đầu"), "\(base)/sign-in-sheets", icon: "key"))
        }
        if visit.mayChange(.editClasses) {
            links.append(UI.link(t("Phân công giảng dạy"), "\(base)/teachings", icon: "staff"))
        }
        return links.isEmpty ? HTML() : "<p class=\"buttons\">\(links)</p>"
    }

    private static func facts(_ file: ClassFile, _ visit: Visit) -> [(term: String, value: HTML)] {
        let record = file.record, list = Words.catalogues.fields(of: "class")
        var facts: [(term: String, value: HTML)] = [
            (t("Trường"), .text(file.path.last?.name ?? "")), (t("Năm học"), .text(record.year.description)),
            (
                t("Khối"),
                "\(record.grades.map { Words.grade($0, record.level) }.joined(separator: ", "))\(when(record.isCombined, " " + UI.badge(t("lớp ghép"), .info)))"
            ),
            (t("Giáo viên chủ nhiệm"), person(record.homeroom, file.homeroomName, visit)),
        ]
        if let site = file.siteName { facts.append((t("Điểm trường"), .text(site))) }
        if let closed = record.closedOn { facts.append((t("Đã kết thúc"), .text(closed.shown))) }
        facts += list.fields.compactMap { field in
            guard field.isDetail, let value = record.details[field.key] else { return nil }
            return (term: translated(field.label), value: .text(Words.catalogues.show(value, as: field)))
        }
        return facts
    }

    private static func person(_ id: ID<Staff>?, _ name: String?, _ visit: Visit) -> HTML {
        guard let id, let name else { return .text(t("Chưa phân công")) }
        return visit.visitor.may(.viewStaff) ? "<a href=\"/staff/\(id.code)\">\(name)</a>" : .text(name)
    }

    private static func roster(_ file: ClassFile, _ visit: Visit) -> HTML {
        let columns: [StudentColumn] = visit.isFamily ? [.birth, .sex] : [.birth, .sex, .ethnicity, .code]
        let kinds = Dictionary(grouping: file.policies, by: \.student)
        let rows = file.students.enumerated().map { index, line in
            var cells: [HTML] =
                ["<span class=\"nowrap\">\(index + 1). \(line.name)</span>"] + columns.map { $0.cell(line) }
            if file.showsPolicies {
                cells.append(
                    .text(
                        (kinds[line.id] ?? []).map { Words.label($0.kind, "policy-statuses") }.joined(separator: ", ")))
            }
            if file.record.isCombined { cells.append(.text(Words.grade(line.grade, line.level))) }
            return UI.Row(
                cells, href: "/students/\(line.id.code)", key: line.id.code, name: line.name,
                isFaded: !StudentStatus.open.contains(line.status))
        }
        var heads = [UI.Column(t("Họ và tên"))] + columns.map { UI.Column($0.label) }
        if file.showsPolicies { heads.append(UI.Column(t("Diện chính sách"), isHiddenOnPhone: true)) }
        if file.record.isCombined { heads.append(UI.Column(t("Khối"))) }
        return UI.table(
            heads, rows, caption: t("Học sinh lớp {}", file.record.name),
            bulk: visit.isFamily ? nil : StudentTable.bulk(visit),
            empty: UI.empty(
                t("Lớp chưa có học sinh"), t("Thêm học sinh mới, hoặc chuyển các em từ lớp khác sang."), icon: "student"
            ),
            cards: true, panel: !visit.isFamily)
    }

    private static func teachers(_ file: ClassFile, _ visit: Visit) -> HTML {
        let lines = Dictionary(grouping: file.teachings, by: \.staff).values.sorted {
            ($0.first?.staffName ?? "") < ($1.first?.staffName ?? "")
        }
        guard !lines.isEmpty else { return "<p class=\"muted\">\(t("Chưa phân công ai."))</p>" }
        return UI.facts(
            lines.compactMap { rows in
                guard let first = rows.first else { return nil }
                let subjects = rows.map {
                    $0.duty == "homeroom" ? t("Chủ nhiệm") : Words.subject($0.subject, file.record.level)
                }
                return (term: subjects.joined(separator: ", "), value: person(first.staff, first.staffName, visit))
            })
    }

    /// The class in small bars: sexes, peoples, policy statuses.
    private static func bars(_ file: ClassFile, _ visit: Visit) -> HTML {
        guard !file.students.isEmpty else { return HTML() }
        func bars(_ values: [String], _ name: String, _ label: (String) -> String) -> [UI.Bar] {
            Dictionary(grouping: values, by: { $0 }).sorted { $0.key < $1.key }.map { code, all in
                UI.Bar(code.isEmpty ? t("Chưa ghi") : label(code), Double(all.count), href: link(file, name, code))
            }
        }
        var plots = [
            UI.bars(t("Theo giới tính"), bars(file.students.map(\.sex), "sex", Words.sex)),
            UI.bars(t("Theo dân tộc"), bars(file.students.map(\.ethnicity), "ethnicity", Words.ethnicity)),
        ]
        if file.showsPolicies, !file.policies.isEmpty {
            plots.append(
                UI.bars(
                    t("Theo diện chính sách"),
                    bars(file.policies.map(\.kind), "policy") { Words.label($0, "policy-statuses") }))
        }
        return UI.columns(plots)
    }

    private static func link(_ file: ClassFile, _ name: String, _ code: String) -> String? {
        code.isEmpty ? nil : "/students?class=\(file.record.id.code)&\(name)=\(code)"
    }
}

/// All that the page of one class reads, within the visitor's reach.
struct ClassFile: Sendable {
    let record: ClassRecord
    let path: [OrgLine]
    let siteName: String?
    let homeroomName: String?
    let students: [StudentLine]
    let teachings: [TeachingRecord]
    let policies: [(student: ID<Student>, kind: String)]
    let showsPolicies: Bool

    /// Reads the class of the path; one out of reach answers like a missing one.
    static func read(_ visit: Visit) async throws -> ClassFile {
        let id: ID<ClassGroup> = try visit.id("id"), scope = visit.visitor.scope, today = visit.today
        let sees = visit.visitor.may(.viewSensitive) && !visit.isFamily
        let found = try await visit.db.read { tx -> ClassFile? in
            guard let record = try tx.classGroup(id, scope: scope) else { return nil }
            let isNow = record.year == SchoolYear(of: today)
            var filter = StudentFilter()
            (filter.classGroup, filter.year) = (id, isNow ? nil : record.year)
            var students: [StudentLine] = []
            try tx.eachStudent(filter, scope: scope) { students.append($0) }
            let day = min(max(today, record.year.firstDay), record.year.lastDay)
            return ClassFile(
                record: record, path: try tx.path(of: record.org, on: today, scope: scope),
                siteName: try record.site.flatMap { site in
                    try tx.sites(of: record.org, on: day, scope: scope).first { $0.id == site }?.name
                },
                homeroomName: try record.homeroom.flatMap { try tx.personName(kind: "staff", id: $0.raw) },
                students: students,
                teachings: try tx.teachings(of: id, on: day, scope: scope),
                policies: sees && isNow ? try tx.policies(in: id, on: today, scope: scope) : [],
                showsPolicies: sees && isNow)
        }
        guard let found else { throw Fault.notFound }
        return found
    }
}
