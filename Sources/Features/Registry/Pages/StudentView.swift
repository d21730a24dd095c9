import Base
import Web

/// The page of one learner, drawn: for those who work with it, and for the family.
struct StudentView {
    let file: StudentFile, visit: Visit
    /// The 12-digit number, when it was asked for.
    let number: String?
    /// Whether what lists do not show was opened on purpose.
    let isOpened: Bool

    init(_ file: StudentFile, _ visit: Visit, number: String? = nil, isOpened: Bool = false) {
        (self.file, self.visit, self.number, self.isOpened) = (file, visit, number, isOpened)
    }

    private var student: StudentRecord { file.student }
    private var maySee: Bool { visit.visitor.may(.viewSensitive) }

    var desk: HTML {
        """
        \(head)\(tabs(.record))\(missing)\(buttons)
        \(UI.columns([
            UI.card(t("Thông tin chính"), UI.facts(mainFacts)), UI.card(t("Gia đình"), family(isDesk: true)),
            UI.card(t("Quá trình học"), path),
        ]))
        \(when(!groups.isEmpty, "<section class=\"card mt\"><h2>\(t("Các mục khác"))</h2>\(groups)</section>"))
        """
    }

    /// What a family reads of its child: no codes, no tools.
    var family: HTML {
        """
        \(head)
        <div class="stack">\(UI.card(t("Thông tin chính"), UI.facts(mainFacts)))\(UI.card(t("Người liên hệ với nhà trường"), family(isDesk: false)))\
        \(UI.card(t("Quá trình học"), path))\
        <p class="buttons">\(UI.link(t("Chính sách, sức khỏe, giấy tờ"), file.sensitive, icon: "lock"))\
        \(visit.links(of: .student, below: file.base))</p>\
        \(UI.notice(.text(t("Thấy mục nào chưa đúng, hãy báo giáo viên chủ nhiệm hoặc văn thư của trường."))))</div>
        """
    }

    /// Health, policy statuses, addresses, telephones, papers.
    var opened: HTML {
        let mayEdit = visit.mayChange(.editStudents)
        let papers: HTML = """
            \(PaperPages.list(file.documents, below: file.base, mayEdit: mayEdit))\
            \(when(mayEdit, "<p class=\"buttons mt\">\(UI.link(t("Thêm giấy tờ"), "\(file.base)/documents", icon: "plus"))</p>"))
            """
        return """
            \(head)\(when(!visit.isFamily, tabs(.sensitive)))\
            \(UI.notice(.text(t("Mỗi lần mở trang này đều được ghi vào nhật ký."))))
            \(UI.columns([
                UI.card(t("Chính sách"), policies), UI.card(t("Gia đình"), family(isDesk: !visit.isFamily)),
                UI.card(t("Giấy tờ"), papers), UI.card(t("Quá trình học"), path),
            ]))
            \(when(!groups.isEmpty, "<section class=\"card mt\"><h2>\(t("Các mục khác"))</h2>\(groups)</section>"))
            """
    }

    var head: HTML {
        let place = [file.className.map { t("Lớp {}", $0) } ?? "", file.orgName].filter { !$0.isEmpty }.joined(
            separator: " · ")
        return """
            <p>\(UI.person(student.name.full, born: student.birthDate?.shown ?? "", place: place, photo: file.photo, isLarge: true)) \
            \(Words.badge(studentStatus: student.status))</p>
            """
    }

    enum Leaf { case record, sensitive, history }

    func tabs(_ leaf: Leaf) -> HTML {
        var tabs = [UI.Tab(t("Hồ sơ"), file.base, isCurrent: leaf == .record)]
        if maySee { tabs.append(UI.Tab(t("Thông tin riêng"), file.sensitive, isCurrent: leaf == .sensitive)) }
        tabs.append(UI.Tab(t("Lịch sử thay đổi"), "\(file.base)/history", isCurrent: leaf == .history))
        if visit.visitor.may(.editContacts) { tabs.append(UI.Tab(t("Ai xem được hồ sơ này"), "\(file.base)/viewers")) }
        return UI.tabs(tabs, label: student.name.full)
    }

    /// What every record should have and this one lacks.
    private var missing: HTML {
        guard visit.mayChange(.editStudents), file.isLearning else { return HTML() }
        let lacks = [
            student.birthDate == nil ? t("ngày sinh") : nil, student.sex.isEmpty ? t("giới tính") : nil,
            student.ethnicity.isEmpty ? t("dân tộc") : nil, student.hasPersonalID ? nil : t("số định danh cá nhân"),
            student.classGroup == nil ? t("lớp") : nil, file.guardians.isEmpty ? t("cha mẹ hoặc người giám hộ") : nil,
        ].compactMap { $0 }
        return lacks.isEmpty
            ? HTML() : UI.notice(.text(t("Hồ sơ còn thiếu: {}.", lacks.joined(separator: ", "))), .warn)
    }

    private var buttons: HTML {
        var out: [HTML] = []
        if visit.mayChange(.enrol) {
            if file.isLearning {
                out.append(UI.link(t("Chuyển lớp"), "\(file.base)/move", icon: "class"))
                out.append(UI.link(t("Chuyển trường"), "\(file.base)/transfer", icon: "org"))
                out.append(UI.link(t("Thôi học, chuyển đi"), "\(file.base)/leave", icon: "exit"))
            } else {
                out.append(UI.link(t("Nhận lại"), "\(file.base)/return", icon: "plus"))
            }
        }
        if visit.visitor.may(.exportLists) {
            let hasPapers = file.documents.contains { $0.type == Registry.confirmation }
            if file.isLearning || hasPapers, visit.mayChange(.editStudents) {
                out.append(UI.link(t("Giấy xác nhận"), "\(file.base)/confirmation", icon: "file"))
            }
            out.append(UI.link(t("Thẻ học sinh"), "/prints/cards?id=\(student.id.code)", icon: "qr"))
        }
        if visit.mayChange(.editContacts) {
            let label = student.photo == nil ? t("Thêm ảnh") : t("Thay ảnh")
            out.append(UI.link(label, "\(file.base)/photo/edit", icon: "account"))
        }
        if visit.mayChange(.mergeStudents) {
            out.append(UI.link(t("Gộp, tách hồ sơ"), "\(file.base)/records", icon: "people"))
        }
        if file.isLearning { out += visit.links(of: .student, below: file.base) }
        return out.isEmpty ? HTML() : "<p class=\"buttons\">\(out)</p>"
    }

    private var mainFacts: [(term: String, value: HTML)] {
        var facts: [(term: String, value: HTML)] = [(t("Mã học sinh"), .text(student.code))]
        if !visit.isFamily { facts.append((t("Mã định danh Bộ GD&ĐT"), .text(student.moetCode ?? ""))) }
        facts += [
            (t("Ngày sinh"), .text(student.birthDate?.shown ?? "")), (t("Giới tính"), .text(Words.sex(student.sex))),
            (t("Dân tộc"), .text(Words.ethnicity(student.ethnicity))),
        ]
        if maySee, !visit.isFamily { facts.append((t("Số định danh cá nhân"), personalID)) }
        facts += [
            (t("Trường"), orgLink), (t("Lớp"), classLink),
            (t("Khối"), .text(Words.grade(student.grade, student.level))),
        ]
        return facts
    }

    private var orgLink: HTML {
        guard let org = student.org, !visit.isFamily else { return .text(file.orgName) }
        return "<a href=\"/orgs/\(org.code)\">\(file.orgName)</a>"
    }

    private var classLink: HTML {
        if let id = student.classGroup { return "<a href=\"/classes/\(id.code)\">\(file.className ?? "")</a>" }
        if file.isLearning { return .text(t("Chưa xếp lớp")) }
        // Who has left is in no class and waits for none: the last one is what people ask for.
        let last = file.enrolments.lazy.compactMap(\.className).first
        return .text(last.map { t("Không còn học (lớp gần nhất: {})", $0) } ?? t("Không còn học"))
    }

    private var personalID: HTML {
        if let number { return .text(number) }
        guard student.hasPersonalID else { return HTML() }
        guard visit.visitor.may(.viewPersonalID), visit.session?.isViewingAs != true else {
            return .text(HistoryTable.masked)
        }
        return "\(HistoryTable.masked) \(UI.post(t("Xem"), to: "\(file.base)/personal-id", csrf: visit.csrf))"
    }

    private func family(isDesk: Bool) -> HTML {
        let lines = file.guardians.map { guardian -> (term: String, value: HTML) in
            let phone: HTML =
                guardian.phone.isEmpty || !isOpened
                ? HTML()
                : "<br><a href=\"tel:\(guardian.phone)\">\(FieldText.shownPhone(guardian.phone))</a>"
            let rest = [guardian.birthDate?.shown, guardian.job].compactMap { $0 }.filter { !$0.isEmpty }.joined(
                separator: " · ")
            let edit: HTML =
                isDesk && visit.mayChange(.editContacts)
                ? " <a href=\"\(file.base)/guardians?guardian=\(guardian.id.code)\">\(t("Sửa"))</a>" : HTML()
            return (
                Words.label(guardian.relation, "relations"),
                """
                <strong>\(guardian.name)</strong>\(when(guardian.isContact, " " + UI.badge(t("liên hệ chính"), .info)))\(edit)\
                \(when(!rest.isEmpty, "<br><small class=\"muted\">\(rest)</small>"))\(phone)
                """
            )
        }
        let add: HTML =
            isDesk && visit.mayChange(.editContacts)
            ? "<p class=\"buttons mt\">\(UI.link(t("Thêm người thân"), "\(file.base)/guardians", icon: "plus"))</p>"
            : HTML()
        return (lines.isEmpty ? "<p class=\"muted\">\(t("Chưa ghi ai."))</p>" : UI.facts(lines)) + add
    }

    private var policies: HTML {
        let today = visit.today
        let lines = file.policies.map { policy -> HTML in
            let paper = [policy.basis, policy.document].filter { !$0.isEmpty }.joined(separator: ", ")
            let end: HTML =
                visit.mayChange(.editStudents) && policy.period.contains(today)
                ? " <a href=\"\(file.base)/policies?end=\(policy.id.code)\">\(t("Kết thúc"))</a>" : HTML()
            let name: HTML =
                policy.period.contains(today)
                ? "<strong>\(Words.label(policy.kind, "policy-statuses"))</strong>"
                : "<span class=\"muted\">\(Words.label(policy.kind, "policy-statuses"))</span>"
            return """
                <li>\(name)\(end)<br><small class="muted">\(Words.period(policy.period))\
                \(when(!paper.isEmpty, " · \(paper)"))</small></li>
                """
        }
        let add: HTML =
            visit.mayChange(.editStudents)
            ? "<p class=\"buttons mt\">\(UI.link(t("Thêm diện chính sách"), "\(file.base)/policies", icon: "plus"))</p>"
            : HTML()
        return (lines.isEmpty ? "<p class=\"muted\">\(t("Không thuộc diện nào."))</p>" : "<ul>\(lines)</ul>") + add
    }

    private var path: HTML {
        UI.timeline(
            file.enrolments.map { stay in
                let ended = [Words.leaving(stay.leaving), isOpened ? Words.label(stay.reason, "leaving-reasons") : ""]
                    .filter { !$0.isEmpty }
                let detail = [
                    t("Năm học {}", stay.year), Words.grade(stay.grade, stay.level),
                    Words.label(stay.entry, "entry-forms"),
                ]
                .filter { !$0.isEmpty }.joined(separator: " · ")
                let place = [stay.className.map { t("Lớp {}", $0) }, stay.orgName].compactMap { $0 }.joined(
                    separator: " · ")
                return UI.Event(
                    Words.period(stay.period), place,
                    detail: "\(detail)\(when(!ended.isEmpty, "<br>\(ended.joined(separator: ": "))"))",
                    isNow: stay.isOpen)
            })
    }

    /// The other groups of the catalogue, each folded, with what is filled in: the plain fields, or those opened on purpose.
    private var groups: HTML {
        let list = Words.catalogues.fields(of: "student")
        return UI.each(list.groups) { group in
            let facts = group.fields.filter { $0.isDetail && $0.isSensitive == isOpened }.compactMap { field in
                student.details[field.key].map {
                    (term: translated(field.label), value: HTML.text(Words.catalogues.show($0, as: field)))
                }
            }
            return when(!facts.isEmpty, UI.fold(t("{} ({} mục)", translated(group.name), facts.count), UI.facts(facts)))
        }
    }
}
