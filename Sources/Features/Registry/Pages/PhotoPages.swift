import Base
import Files
import Storage
import Web
import Work

/// The photo of a learner or member of staff: shown, set, replaced, taken away.
enum PhotoPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/photo", .holder(.viewStudent), scope: .student) { visit in
            try await Attachments.picture(try await StudentFile.read(visit).student.photo, visit)
        }
        routes.get("/students/{id}/photo/edit", .holder(.editContacts), scope: .student) { visit in
            page(try await person(ofStudent: visit), visit, nil)
        }
        routes.post("/students/{id}/photo/edit", .holder(.editContacts), scope: .student, body: Attachments.photoBody) {
            visit in
            try await save(try await person(ofStudent: visit), visit) { photo in
                try await Registry.setPhoto(
                    photo, of: try visit.id("id", Student.self), by: visit.visitor, in: visit.db)
            }
        }
        routes.get("/staff/{id}/photo", .holder(.viewStaff), scope: .staff) { visit in
            try await Attachments.picture(try await StaffFile.read(visit).staff.photo, visit)
        }
        routes.get("/staff/{id}/photo/edit", .holder(.editStaff), scope: .staff) { visit in
            page(try await person(ofStaff: visit), visit, nil)
        }
        routes.post("/staff/{id}/photo/edit", .holder(.editStaff), scope: .staff, body: Attachments.photoBody) {
            visit in
            try await save(try await person(ofStaff: visit), visit) { photo in
                try await Registry.setPhoto(photo, of: try visit.id("id", Staff.self), by: visit.visitor, in: visit.db)
            }
        }
    }

    /// Whose photo it is.
    private struct Person: Sendable {
        let name: String, base: String, head: HTML, crumbs: [(String, String?)], hasPhoto: Bool
    }

    private static func person(ofStudent visit: Visit) async throws -> Person {
        let file = try await StudentFile.read(visit)
        return Person(
            name: file.student.name.full, base: file.base, head: StudentView(file, visit).head,
            crumbs: file.crumbs(visit).dropLast() + [(file.student.name.full, file.base), (t("Ảnh"), nil)],
            hasPhoto: file.student.photo != nil)
    }

    private static func person(ofStaff visit: Visit) async throws -> Person {
        let file = try await StaffFile.read(visit)
        return Person(
            name: file.staff.name.full, base: file.base, head: StaffPage.head(file),
            crumbs: file.crumbs(visit, last: t("Ảnh")), hasPhoto: file.staff.photo != nil)
    }

    private static func page(_ person: Person, _ visit: Visit, _ fault: Fault?) -> Reply {
        let problems = fault?.problems ?? [], action = "\(person.base)/photo/edit"
        if visit.query("remove") == "1", person.hasPhoto {
            return .page(
                t("Bỏ ảnh"), crumbs: person.crumbs,
                person.head
                    + UI.confirm(
                        t("Bỏ ảnh của {}?", person.name),
                        consequence: .text(t("Hồ sơ và thẻ sẽ không còn ảnh. Lịch sử vẫn ghi việc này.")),
                        action: action, csrf: visit.csrf, verb: t("Bỏ ảnh"), cancel: person.base,
                        fields: [(name: "remove", value: "1")]))
        }
        let field = UI.file(
            "photo", t("Ảnh chân dung"), accept: "image/jpeg,image/png",
            hint: t("JPEG hoặc PNG, đến 2 MB. Nơi chụp và giờ chụp ghi trong ảnh không được lưu."), problems: problems,
            required: true)
        let content =
            person.head + Refusal.notice(fault)
            + UI.form(
                action, csrf: visit.csrf, field, submit: t("Lưu ảnh"), problems: problems, cancel: person.base,
                isMultipart: true, keepsDraft: false)
            + when(person.hasPhoto, "<p class=\"mt\">\(UI.link(t("Bỏ ảnh"), "\(action)?remove=1", icon: "trash"))</p>")
        let title = person.hasPhoto ? t("Thay ảnh") : t("Thêm ảnh")
        return fault == nil
            ? .page(title, crumbs: person.crumbs, content) : .redraw(title, crumbs: person.crumbs, content)
    }

    private static func save(
        _ person: Person, _ visit: Visit, _ set: (Blobs.Kept?) async throws -> Void
    ) async throws -> Reply {
        do {
            if visit.form.has("remove") {
                try await set(nil)
                return .redirect(person.base, flash: t("Đã bỏ ảnh."))
            }
            guard let photo = try await Attachments.keepPhoto(visit) else {
                throw Fault.invalid([Problem("photo", "Chưa chọn ảnh.")])
            }
            try await set(photo)
            return .redirect(person.base, flash: t("Đã lưu ảnh của {}.", person.name))
        } catch { return page(person, visit, try Refusal.fault(error)) }
    }
}
