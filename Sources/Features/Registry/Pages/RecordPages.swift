import Base
import Storage
import Web
import Work

/// What concerns the record of one learner as such: pairs it may be one of, merges and splits it went through.
enum RecordPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/records", .holder(.mergeStudents), scope: .student) { visit in
            try await show(visit, nil)
        }
        routes.post("/students/{id}/records", .holder(.mergeStudents), scope: .student) { visit in
            try await propose(visit)
        }
    }

    private static func show(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StudentFile.read(visit), scope = visit.visitor.scope, id = file.student.id
        let (pairs, merges, codes) = try await visit.db.read { tx in
            (
                try tx.duplicates(of: id, scope: scope), try tx.merges(scope: scope, of: id).items,
                try tx.formerCodes(of: id)
            )
        }
        return StudentMoves.page(
            file, t("Gộp, tách hồ sơ"), fault, visit,
            """
            \(when(!codes.isEmpty, UI.notice(.text(t("Hồ sơ này mang thêm các mã cũ: {}. Tra mã cũ vẫn ra hồ sơ này.", codes.joined(separator: ", "))))))\
            \(UI.columns([
                UI.card(t("Hồ sơ có thể trùng"), open(pairs)), UI.card(t("Đối chiếu với một hồ sơ khác"), naming(file, visit, fault)),
                UI.card(t("Hai em chung một hồ sơ"), splitting(file)),
            ]))\
            \(when(!merges.isEmpty, "<div class=\"mt\">\(MergePages.table(merges, visit))</div>"))
            """)
    }

    private static func open(_ pairs: [DuplicateLine]) -> HTML {
        let lines = pairs.map { line -> HTML in
            "<li>\(DuplicateWords.badge(line)) <a href=\"/duplicates/\(line.id.code)\">\(t("Đối chiếu"))</a><br><small class=\"muted\">\(DuplicateWords.reasons(line.signs))</small></li>"
        }
        return lines.isEmpty ? "<p class=\"muted\">\(t("Không thấy hồ sơ nào giống."))</p>" : "<ul>\(lines)</ul>"
    }

    private static func naming(_ file: StudentFile, _ visit: Visit, _ fault: Fault?) -> HTML {
        UI.form(
            "\(file.base)/records", csrf: visit.csrf,
            UI.text(
                "code", t("Mã của hồ sơ kia"), value: visit.form.text("code"),
                hint: t("Mã học sinh hoặc mã định danh Bộ GD&ĐT."), problems: fault?.problems ?? [], required: true,
                autocomplete: "off", maxLength: 40), submit: t("Đối chiếu"))
    }

    private static func splitting(_ file: StudentFile) -> HTML {
        """
        <p>\(t("Nếu hồ sơ này lẫn dữ liệu của hai em, tách phần của em thứ hai ra một hồ sơ mới."))</p>\
        <p class="buttons">\(UI.link(t("Tách hồ sơ"), "\(file.base)/split", icon: "people"))</p>
        """
    }

    private static func propose(_ visit: Visit) async throws -> Reply {
        do {
            let pair = try await Registry.propose(
                try visit.id("id"), and: visit.form.text("code"), by: visit.visitor, in: visit.db)
            return .redirect("/duplicates/\(pair.code)")
        } catch { return try await show(visit, try Refusal.fault(error)) }
    }
}
