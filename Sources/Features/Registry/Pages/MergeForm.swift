import Base
import Storage
import Web
import Work

/// The choices of one merge, drawn and read: which record stays, which value of each clash holds, what becomes of the rest.
struct MergeForm {
    let pair: DuplicatePair, visit: Visit
    let kept: DuplicatePair.Side, given: DuplicatePair.Side

    init(_ pair: DuplicatePair, _ first: DuplicatePair.Side, _ second: DuplicatePair.Side, _ visit: Visit) {
        (self.pair, self.visit) = (pair, visit)
        let asked = visit.form.has("keep") ? visit.form.text("keep") : visit.query("keep")
        let keepsFirst =
            asked.isEmpty
            ? Merging.keepsFirst(
                first.record, second.record, stays: (first: first.stays.count, second: second.stays.count))
            : asked != second.record.id.code
        (kept, given) = keepsFirst ? (first, second) : (second, first)
    }

    // MARK: the choices

    private var keptValues: [String: String] { values(kept) }
    private var givenValues: [String: String] { values(given) }

    /// What is chosen field by field: the state follows the place, and how a number stands follows the number.
    private func values(_ side: DuplicatePair.Side) -> [String: String] {
        side.record.values.filter { $0.key != "status" && $0.key != "personal_id_state" }
    }
    private var defaults: Set<String> { Merging.defaults(keptValues, givenValues) }

    /// What must be chosen: a key, its label, both values in words.
    private var clashes: [(key: String, label: String, kept: String, given: String)] {
        var out: [(key: String, label: String, kept: String, given: String)] = []
        if kept.record.name != given.record.name {
            out.append(("name", t("Họ và tên"), kept.record.name.full, given.record.name.full))
        }
        let fields = Words.catalogues.fields(of: "student"), sees = visit.visitor.may(.viewSensitive)
        for key in Merging.clashes(keptValues, givenValues) where !Merging.nameKeys.contains(key) {
            guard let field = fields[key], sees || !field.isSensitive else { continue }
            func words(_ values: [String: String]) -> String { Words.catalogues.show(values[key] ?? "", as: field) }
            out.append((key, translated(field.label), words(keptValues), words(givenValues)))
        }
        if kept.record.hasPersonalID, given.record.hasPersonalID {
            out.append(("personal_id", t("Số định danh cá nhân"), number(kept.record), number(given.record)))
        }
        if kept.record.photo != nil, given.record.photo != nil, kept.record.photo != given.record.photo {
            out.append(("photo", t("Ảnh"), t("ảnh của hồ sơ giữ lại"), t("ảnh của hồ sơ kia")))
        }
        return out
    }

    private func number(_ record: StudentRecord) -> String {
        t("số của hồ sơ {} ({})", record.code, Words.label(record.personalState, "id-states"))
    }

    /// Which side is chosen for a clash: what the form says, else what is sensible.
    private func side(_ key: String) -> MergeSide {
        if let typed = MergeSide(rawValue: visit.form.text("f.\(key)")) { return typed }
        let keys = key == "name" ? Set(Merging.nameKeys) : [key]
        if key == "personal_id", given.record.personalState == "matched", kept.record.personalState != "matched" {
            return .given
        }
        return defaults.isDisjoint(with: keys) ? .kept : .given
    }

    private var bothLearn: Bool { kept.openStay != nil && given.openStay != nil }
    private var isSameClass: Bool {
        kept.openStay?.classGroup != nil && kept.openStay?.classGroup == given.openStay?.classGroup
    }

    /// The guardians of the given-up record who seem to be the kept one's too.
    private var sameGuardians: Set<ID<Guardian>> {
        Set(
            given.guardians.filter { one in
                kept.guardians.contains { other in
                    other.id != one.id && Fold.key(other.name) == Fold.key(one.name)
                        && (other.phone == one.phone || other.phone.isEmpty || one.phone.isEmpty)
                }
            }.map(\.id))
    }

    /// Reads what was chosen; a record that changed since it was shown is a conflict.
    func plan() throws -> MergePlan {
        let form = visit.form
        guard form.text("versions") == versions else {
            throw Fault.conflict("Một trong hai hồ sơ vừa được người khác sửa. Hãy xem lại rồi gộp.")
        }
        var plan = MergePlan(kept: kept.record.id, given: given.record.id)
        let chosen = clashes.filter { side($0.key) == .given }.flatMap {
            $0.key == "name" ? Merging.nameKeys : [$0.key]
        }
        let silent = defaults.subtracting(clashes.map(\.key)).subtracting(Merging.nameKeys)
        plan.fromGiven = silent.union(chosen)
        let takesNumber = given.record.hasPersonalID && (!kept.record.hasPersonalID || chosen.contains("personal_id"))
        if takesNumber { plan.fromGiven.insert("personal_id_state") }
        plan.place = MergeSide(rawValue: form.text("place")) ?? .kept
        plan.stay = StayFate(rawValue: form.text("stay")) ?? (isSameClass ? .drop : .end)
        let taken = Set(form.all("guardian"))
        plan.leaving = Set(given.guardians.map(\.id).filter { !taken.contains($0.code) })
        plan.reason = form.text("reason")
        return plan
    }

    private var versions: String { "\(kept.record.version).\(given.record.version)" }

    // MARK: drawn

    func drawn(_ problems: [Problem]) -> HTML {
        let fields: HTML = """
            \(UI.group(t("Giá trị được giữ ở mục hai hồ sơ ghi khác nhau"), choices))\
            \(when(bothLearn, UI.group(t("Em đang học ở đâu"), places(problems))))\
            \(when(!given.guardians.isEmpty, UI.group(t("Cha mẹ, người giám hộ"), family)))\
            \(UI.group(t("Sẽ chuyển sang hồ sơ giữ lại"), consequences))\
            \(UI.text(
                "reason", t("Lý do gộp"), value: visit.form.text("reason"), hint: t("Ví dụ: nhập hai lần; đã đối chiếu giấy khai sinh."),
                problems: problems, required: true, maxLength: 500, isWide: true))
            """
        return choosing
            + UI.form(
                "\(pair.base)/merge", csrf: visit.csrf, fields, submit: t("Gộp hai hồ sơ"), problems: problems,
                cancel: pair.base,
                hidden: [(name: "keep", value: kept.record.id.code), (name: "versions", value: versions)])
    }

    /// Which of the two stays: a link turns it round.
    private var choosing: HTML {
        func card(_ side: DuplicatePair.Side, _ title: String, _ link: HTML) -> HTML {
            UI.card(
                title,
                """
                <p>\(UI.person(side.record.name.full, born: side.record.birthDate?.shown ?? "", place: side.place))</p>\
                <p class="muted">\(t("Mã {} · {} quá trình học · ghi vào sổ {}", side.record.code, side.stays.count, Day(at: side.record.createdAt).shown))</p>\(link)
                """)
        }
        let turn: HTML = """
            <p class="buttons">\(UI.link(t("Giữ hồ sơ này thay vì hồ sơ kia"), "\(pair.base)/merge?keep=\(given.record.id.code)"))</p>
            """
        return UI.columns([
            card(kept, t("Hồ sơ giữ lại"), HTML()), card(given, t("Hồ sơ gộp vào"), turn),
        ])
    }

    private var choices: HTML {
        let clashes = self.clashes
        if clashes.isEmpty { return "<p>\(t("Hai hồ sơ không có mục nào ghi khác nhau."))</p>" }
        return UI.grid(
            UI.each(clashes) { clash in
                UI.radios(
                    "f.\(clash.key)", clash.label,
                    [(value: "kept", label: clash.kept), (value: "given", label: clash.given)],
                    value: side(clash.key).rawValue)
            })
    }

    private func places(_ problems: [Problem]) -> HTML {
        let chosen = visit.form.has("place") ? visit.form.text("place") : MergeSide.kept.rawValue
        let fate = visit.form.has("stay") ? visit.form.text("stay") : (isSameClass ? StayFate.drop : .end).rawValue
        return """
            \(UI.radios("place", t("Lớp hiện tại đúng"), [
                (value: "kept", label: kept.place), (value: "given", label: given.place),
            ], value: chosen, problems: problems))\
            \(UI.radios("stay", t("Quá trình học còn lại"), [
                (value: "drop", label: t("Bỏ: là một lần nhập thừa, em chưa từng học ở đó")),
                (value: "end", label: t("Kết thúc từ hôm qua: em đã chuyển sang lớp đúng")),
                (value: "second", label: t("Giữ song song: em học hai cơ sở cùng lúc")),
            ], value: fate, problems: problems))
            """
    }

    private var family: HTML {
        let same = sameGuardians
        let values =
            visit.form.has("reason")
            ? Set(visit.form.all("guardian"))
            : Set(given.guardians.map(\.id).filter { !same.contains($0) }.map(\.code))
        let options = given.guardians.map { one -> (value: String, label: String) in
            let words = [Words.label(one.relation, "relations"), one.name, FieldText.shownPhone(one.phone)]
            return (
                value: one.id.code,
                label: words.filter { !$0.isEmpty }.joined(separator: " ")
                    + (same.contains(one.id) ? " " + t("(hồ sơ giữ lại đã có)") : "")
            )
        }
        return UI.checkboxes(
            "guardian", t("Người thân của hồ sơ gộp vào được chuyển sang"), options, values: values,
            hint: t(
                "Bỏ đánh dấu người đã có trong hồ sơ giữ lại. Người không được chuyển không còn xem được hồ sơ của em.")
        )
    }

    /// What goes over, what is filled in, who will see the learner no more.
    private var consequences: HTML {
        var lines: [String] = [t("{} quá trình học", given.stays.count)]
        if given.policies > 0 { lines.append(t("{} diện chính sách", given.policies)) }
        if given.documents > 0 { lines.append(t("{} giấy tờ", given.documents)) }
        for table in visit.personTables {
            let count = given.rows[table.name] ?? 0
            if count == 0 { continue }
            let isLost = table.isSingle && (kept.rows[table.name] ?? 0) > 0
            lines.append(
                isLost
                    ? t("{} không còn mở được hồ sơ nào, vì hồ sơ giữ lại đã có", table.label(count))
                    : table.label(count))
        }
        let filled = defaults.subtracting(clashes.map(\.key)).subtracting(Merging.nameKeys).compactMap { key in
            Words.catalogues.fields(of: "student")[key].map { translated($0.label) }
        }.sorted()
        if !filled.isEmpty { lines.append(t("điền thêm mục còn thiếu: {}", filled.joined(separator: ", "))) }
        lines.append(t("mã {} tiếp tục dẫn tới hồ sơ giữ lại", given.record.code))
        if given.record.org != kept.record.org, !given.orgName.isEmpty {
            lines.append(
                t("nơi không phải lớp hiện tại ({} hoặc {}) không còn thấy hồ sơ của em", kept.orgName, given.orgName))
        }
        return "<ul>\(UI.each(lines) { "<li>\($0)</li>" })</ul>"
    }
}
