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
        let query = FigureQuery(visit), file = try await ClassFile.read(visit, query)
        if file.namesPolicies { try await file.note(visit) }
        let title = t("Lớp {}", file.record.name)
        let content: HTML =
            visit.isFamily
            ? """
            <div class="stack">\(UI.card(t("Về lớp"), UI.facts(facts(file, visit))))\(UI.card(t("Học sinh"), roster(file, visit)))\
            \(UI.card(t("Giáo viên"), teachers(file, visit)))</div>
            """
            : """
            \(numbers(file))\(buttons(file, query, visit))\(UI.chips(query.chips(visit)))<section id="roster">\(roster(file, visit))</section>
            <div class="mt">\(UI.columns([
                    UI.card(t("Về lớp"), UI.facts(facts(file, visit))), UI.card(t("Giáo viên"), teachers(file, visit)),
                ]))</div><div class="mt">\(plots(file, query, visit))</div>
            """
        return .page(title, crumbs: crumbs(file, visit), primary: primary(file, visit), content)
    }

    static func crumbs(_ file: ClassFile, _ visit: Visit, last: String? = nil) -> [(String, String?)] {
        let own = (
            t("Lớp {}", file.record.name),
            last == nil ? nil : Optional("/classes/\(file.record.id.code)\(file.suffix(visit))")
        )
        return (visit.isFamily ? [] : Crumbs.orgs(file.path, visit, file.suffix(visit))) + [own]
            + (last.map { [($0, nil)] } ?? [])
    }

    private static func primary(_ file: ClassFile, _ visit: Visit) -> HTML? {
        guard visit.mayChange(.editClasses) else { return nil }
        return UI.link(t("Sửa lớp"), "/classes/\(file.record.id.code)/edit", icon: "edit", isPrimary: true)
    }

    private static func numbers(_ file: ClassFile) -> HTML {
        let total = file.students.count, female = file.students.count { $0.sex == Sex.female }
        let ethnic = file.students.count { !$0.ethnicity.isEmpty && $0.ethnicity != "01" }
        var stats = [
            file.isNarrowed
                ? UI.stat(t("Học sinh"), UI.grouped(total), unit: t("trên {} của lớp", UI.grouped(file.size)))
                : UI.stat(t("Sĩ số"), UI.grouped(total)),
            UI.stat(t("Nữ"), UI.grouped(female), unit: UI.percent(female, of: total)),
            UI.stat(t("Dân tộc thiểu số"), UI.grouped(ethnic), unit: UI.percent(ethnic, of: total)),
        ]
        if file.countsPolicies {
            stats.append(
                UI.stat(
                    t("Thuộc diện chính sách"),
                    UI.grouped(Set(file.policies.map(\.student)).intersection(file.students.map(\.id)).count)))
        }
        return UI.stats(stats)
    }

    private static func buttons(_ file: ClassFile, _ query: FigureQuery, _ visit: Visit) -> HTML {
        let code = file.record.id.code, base = "/classes/\(code)", year = "year=\(file.record.year)"
        var links: [HTML] = []
        if visit.mayChange(.enrol), file.isOpen {
            links.append(UI.link(t("Thêm học sinh"), "/students/new?class=\(code)&\(year)", icon: "plus"))
        }
        if visit.visitor.may(.exportLists) {
            let narrowed =
                query.filter.pairs.filter { $0.name != "site" }
                .map { "&\($0.name)=\(Percent.encode($0.value))" }.joined() + (query.on.map { "&on=\($0.iso)" } ?? "")
            links += [
                UI.link(t("In danh sách lớp"), "\(base)/list", icon: "print"),
                UI.link(t("Sổ đăng bộ"), "\(base)/register", icon: "file"),
                UI.link(t("Thẻ học sinh"), "/prints/cards?class=\(code)", icon: "qr"),
                UI.link(t("Excel"), "/students.xlsx?class=\(code)&\(year)\(narrowed)", icon: "excel"),
            ]
        }
        if file.countsPolicies, !file.namesPolicies {
            links.append(UI.link(t("Xem diện chính sách"), visit.link(("policies", "1")), icon: "lock"))
        }
        if file.isOpen { links += visit.links(of: .classGroup, below: base) }
        if visit.mayChange(.editStudents), file.isOpen {
            links.append(UI.link(t("Điền cho cả lớp"), "\(base)/fill", icon: "edit"))
        }
        if visit.mayChange(.editClasses), file.isOpen {
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
        // A learner's page leads back to this class, whatever its year.
        let suffix = file.suffix(visit),
            way = "?class=\(file.record.id.code)\(suffix.isEmpty ? "" : "&\(suffix.dropFirst())")"
        let rows = file.students.enumerated().map { index, line in
            let code = line.id.code
            var cells: [HTML] =
                ["<span class=\"nowrap\">\(index + 1). \(StudentTable.named(line))</span>"]
                + columns.map { $0.cell(line) }
            if file.namesPolicies {
                cells.append(
                    .text(
                        (kinds[line.id] ?? []).map { Words.label($0.kind, "policy-statuses") }.joined(separator: ", ")))
            }
            if file.record.isCombined { cells.append(.text(Words.grade(line.grade, line.level))) }
            return UI.Row(
                cells, href: "/students/" + code + way, key: code, name: line.name,
                isFaded: !StudentStatus.open.contains(line.status))
        }
        var heads = [UI.Column(t("Họ và tên"))] + columns.map { UI.Column($0.label) }
        if file.namesPolicies { heads.append(UI.Column(t("Diện chính sách"), isHiddenOnPhone: true)) }
        if file.record.isCombined { heads.append(UI.Column(t("Khối"))) }
        return UI.table(
            heads, rows, caption: t("Học sinh lớp {}", file.record.name),
            bulk: visit.isFamily
                ? nil
                : StudentTable.bulk(
                    visit, isCurrent: file.isOpen, fields: [(name: "year", value: file.record.year.description)]),
            empty: UI.empty(
                file.size > 0 ? t("Không có em nào khớp") : t("Lớp chưa có học sinh"),
                file.size > 0
                    ? t("Bỏ bớt điều kiện lọc ở trên để xem cả lớp.")
                    : t("Thêm học sinh mới, hoặc chuyển các em từ lớp khác sang."), icon: "student"),
            cards: true, panel: !visit.isFamily)
    }

    private static func teachers(_ file: ClassFile, _ visit: Visit) -> HTML {
        guard !file.teachings.isEmpty else { return "<p class=\"muted\">\(t("Chưa phân công ai."))</p>" }
        // In the order they were read: the homeroom teacher, then by subject.
        var people: [[TeachingRecord]] = []
        for row in file.teachings {
            if let index = people.firstIndex(where: { $0.first?.staff == row.staff }) {
                people[index].append(row)
            } else {
                people.append([row])
            }
        }
        return UI.facts(
            people.compactMap { rows in
                guard let first = rows.first else { return nil }
                let subjects = rows.map {
                    $0.duty == "homeroom" ? t("Chủ nhiệm") : Words.subject($0.subject, file.record.level)
                }
                return (term: subjects.joined(separator: ", "), value: person(first.staff, first.staffName, visit))
            })
    }

    /// The class in the plots of a unit, each bar the way to the same page narrowed to it.
    private static func plots(_ file: ClassFile, _ query: FigureQuery, _ visit: Visit) -> HTML {
        guard !file.students.isEmpty else { return HTML() }
        return FigurePlots(figures: file.figures(query), before: nil, query: query, visit: visit).drawn
    }
}
