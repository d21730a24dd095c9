import Base
import Storage
import Web
import Work

/// A pair with all that is compared of the records within reach.
struct DuplicatePair: Sendable {
    /// One record as it is compared.
    struct Side: Sendable {
        let record: StudentRecord, className: String?, orgName: String
        let stays: [EnrolmentRecord], guardians: [GuardianLine]
        let policies: Int, documents: Int
        let rows: [String: Int]

        static func read(_ id: ID<Student>, _ visit: Visit, _ tx: Tx) throws -> Side? {
            let scope = visit.visitor.scope
            guard let record = try tx.student(id, scope: scope) else { return nil }
            let stays = try tx.enrolments(of: id, scope: scope)
            return Side(
                record: record, className: try record.classGroup.flatMap { try tx.className($0, scope: scope) },
                orgName: try record.org.flatMap { try tx.orgName($0) } ?? stays.first?.orgName ?? "", stays: stays,
                guardians: try tx.guardians(of: id, on: visit.today, scope: scope),
                policies: try tx.policies(of: id, scope: scope).count,
                documents: try tx.documents(of: id, scope: scope).count,
                rows: try visit.personTables.reduce(into: [:]) { $0[$1.name] = try tx.rows($1, of: id) })
        }

        var openStay: EnrolmentRecord? { stays.first { $0.isOpen && $0.kind == "main" } }
        var place: String {
            [className.map { t("Lớp {}", $0) } ?? Words.studentStatus(record.status), orgName].filter { !$0.isEmpty }
                .joined(separator: ", ")
        }
    }

    let line: DuplicateLine
    let first: Side?, second: Side?
    var base: String { "/duplicates/\(line.id.code)" }

    /// Reads the pair of the path; the addresses and telephones of both are read with it, which is noted.
    static func read(_ visit: Visit) async throws -> DuplicatePair {
        let id: ID<Duplicate> = try visit.id("id"), scope = visit.visitor.scope
        let pair = try await visit.db.read { tx -> DuplicatePair? in
            guard let line = try tx.duplicate(id, scope: scope) else { return nil }
            return DuplicatePair(
                line: line, first: try line.first.flatMap { try Side.read($0.id, visit, tx) },
                second: try line.second.flatMap { try Side.read($0.id, visit, tx) })
        }
        guard let pair else { throw Fault.notFound }
        if visit.visitor.may(.viewSensitive) {
            for side in [pair.first, pair.second].compactMap({ $0?.record }) {
                try await SensitiveReading.note(side.id, side.org, visit)
            }
        }
        return pair
    }
}

/// Two records side by side: what they say alike, what differently.
struct DuplicateView {
    let pair: DuplicatePair, visit: Visit

    init(_ pair: DuplicatePair, _ visit: Visit) { (self.pair, self.visit) = (pair, visit) }

    private struct Line {
        let label: String, first: String, second: String
        /// Whether a difference tells anything.
        var isCompared = true
    }

    private func sign(_ line: Line, _ isOther: Bool) -> HTML {
        guard pair.line.seesBoth, line.isCompared else { return HTML() }
        if isOther { return UI.badge(t("khác"), .warn) }
        return line.first == line.second ? UI.badge(t("giống"), .good) : UI.badge(t("một bên thiếu"), .plain)
    }

    var compared: HTML {
        let lines = (identity + details + history).filter { !$0.first.isEmpty || !$0.second.isEmpty }
        let rows = lines.map { line -> UI.Row in
            let isOther = !line.first.isEmpty && !line.second.isEmpty && line.first != line.second && line.isCompared
            func cell(_ text: String) -> HTML {
                isOther ? "<mark>\(text)</mark>" : text.isEmpty ? "<span class=\"muted\">–</span>" : .text(text)
            }
            return UI.Row([.text(line.label), cell(line.first), cell(line.second), sign(line, isOther)])
        }
        return UI.table(
            [
                UI.Column(t("Mục")), UI.Column(heading(pair.first, t("Hồ sơ thứ nhất"))),
                UI.Column(heading(pair.second, t("Hồ sơ thứ hai"))), UI.Column(t("So sánh")),
            ], rows, caption: t("Đối chiếu hai hồ sơ"), cards: true)
    }

    private func heading(_ side: DuplicatePair.Side?, _ label: String) -> String {
        side.map { "\(label): \($0.record.code)" } ?? label
    }

    private func line(_ label: String, _ value: (DuplicatePair.Side) -> String) -> Line {
        func words(_ side: DuplicatePair.Side?) -> String { side.map(value) ?? "" }
        return Line(label: label, first: words(pair.first), second: words(pair.second))
    }

    private var identity: [Line] {
        [
            line(t("Họ và tên")) { $0.record.name.full }, line(t("Ngày sinh")) { $0.record.birthDate?.shown ?? "" },
            line(t("Giới tính")) { Words.sex($0.record.sex) },
            line(t("Dân tộc")) { Words.ethnicity($0.record.ethnicity) },
            line(t("Mã định danh Bộ GD&ĐT")) { $0.record.moetCode ?? "" },
            line(t("Số định danh cá nhân")) {
                $0.record.hasPersonalID ? t("đã có ({})", Words.label($0.record.personalState, "id-states")) : ""
            },
            line(t("Đang học ở")) { $0.place },
            line(t("Cha mẹ, người giám hộ")) { side in
                side.guardians.map {
                    [$0.name, FieldText.shownPhone($0.phone)].filter { !$0.isEmpty }.joined(separator: " ")
                }
                .joined(separator: "; ")
            },
        ]
    }

    /// The other fields that one of both has; what is sensitive only for who may see it.
    private var details: [Line] {
        let sees = visit.visitor.may(.viewSensitive)
        return Words.catalogues.fields(of: "student").groups.flatMap(\.fields).filter { field in
            field.isDetail && field.key != "personal_id_state" && (sees || !field.isSensitive)
        }.compactMap { field in
            let line = line(translated(field.label)) { side in
                side.record.details[field.key].map { Words.catalogues.show($0, as: field) } ?? ""
            }
            return line.first.isEmpty && line.second.isEmpty ? nil : line
        }
    }

    private var entered: Line {
        var line = line(t("Ghi vào sổ lúc")) { $0.record.createdAt.shownMoment }
        line.isCompared = false
        return line
    }

    private var history: [Line] {
        [
            line(t("Quá trình học")) { side in
                side.stays.prefix(6).map { stay in
                    [t("Năm học {}", stay.year), stay.className ?? "", stay.orgName].filter { !$0.isEmpty }.joined(
                        separator: " ")
                }.joined(separator: "; ")
            },
            line(t("Diện chính sách")) { $0.policies == 0 ? "" : "\($0.policies)" },
            line(t("Giấy tờ")) { $0.documents == 0 ? "" : "\($0.documents)" },
            line(t("Ảnh")) { $0.record.photo == nil ? "" : t("có") },
            entered,
        ]
    }
}
