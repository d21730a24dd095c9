import Base
import Storage
import Web
import Work

/// One learner: who it is, what is known, the way through the schools, every change.
enum StudentPage {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}", .holder(.viewStudent), scope: .student) { visit in
            try await show(visit, number: nil)
        }
        routes.get("/students/{id}/sensitive", .holder(.viewSensitive), scope: .student) { visit in
            try await sensitive(visit)
        }
        routes.post("/students/{id}/personal-id", .holder(.viewPersonalID), scope: .student) { visit in
            try await reveal(visit)
        }
        routes.get("/students/{id}/history", .holder(.viewStudent), scope: .student) { visit in try await history(visit)
        }
    }

    private static func show(_ visit: Visit, number: String?) async throws -> Reply {
        if let other = try await successor(visit) { return other }
        let file = try await StudentFile.read(visit)
        let content = visit.isFamily ? StudentView(file, visit).family : StudentView(file, visit, number: number).desk
        return .page(file.student.name.full, crumbs: file.crumbs(visit), primary: primary(file, visit), content)
    }

    /// The record that a given-up one leads to, where that one was asked for and the other is within reach.
    private static func successor(_ visit: Visit) async throws -> Reply? {
        let id: ID<Student> = try visit.id("id"), scope = visit.visitor.scope
        let next = try await visit.db.read { tx -> ID<Student>? in
            guard let next = try tx.successor(of: id) else { return nil }
            return try tx.student(next, scope: scope)?.id
        }
        return next.map {
            .redirect("/students/\($0.code)", flash: t("Hồ sơ này đã được gộp; đây là hồ sơ đang dùng của em."))
        }
    }

    /// What lists and the first page do not show, opened on purpose: each opening is noted before anything is drawn.
    private static func sensitive(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit), title = t("Thông tin riêng")
        try await SensitiveReading.note(file.student.id, file.student.org, visit)
        let crumbs = file.crumbs(visit).dropLast() + [(file.student.name.full, Optional(file.base)), (title, nil)]
        return .page(title, crumbs: Array(crumbs), StudentView(file, visit, isOpened: true).opened)
    }

    private static func primary(_ file: StudentFile, _ visit: Visit) -> HTML? {
        guard visit.mayChange(.editStudents) else { return nil }
        return UI.link(t("Sửa hồ sơ"), "/students/\(file.student.id.code)/edit", icon: "edit", isPrimary: true)
    }

    /// Shows the 12-digit number once; the reading is noted.
    private static func reveal(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id")
        let number = try await Registry.readPersonalID(of: id, by: visit.visitor, in: visit.db)
        return try await show(visit, number: number ?? "")
    }

    private static func history(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit)
        guard !visit.isFamily else { throw Fault.notFound }
        let sees = visit.visitor.may(.viewSensitive)
        if sees { try await SensitiveReading.note(file.student.id, file.student.org, visit) }
        let changes = try await visit.db.read { tx in try History.read(tx, .student(file.student.id), visit) }
        let list = Words.catalogues.fields(of: "student")
        let content =
            StudentView(file, visit).head + StudentView(file, visit).tabs(.history)
            + HistoryTable.drawn(changes, list, showsSensitive: sees)
        return .page(t("Lịch sử thay đổi"), crumbs: file.crumbs(visit), content)
    }
}

/// All that the page of one learner reads, within the visitor's reach.
struct StudentFile: Sendable {
    let student: StudentRecord
    let className: String?
    let path: [OrgLine]
    let enrolments: [EnrolmentRecord]
    let policies: [PolicyRecord]
    let guardians: [GuardianLine]
    let documents: [DocumentRecord]

    /// Reads the learner of the path; one out of reach answers like a missing one.
    static func read(_ visit: Visit) async throws -> StudentFile {
        let id: ID<Student> = try visit.id("id"), scope = visit.visitor.scope, today = visit.today
        let found = try await visit.db.read { tx -> StudentFile? in
            guard let student = try tx.student(id, scope: scope) else { return nil }
            return StudentFile(
                student: student, className: try student.classGroup.flatMap { try tx.className($0, scope: scope) },
                path: try student.org.map { try tx.path(of: $0, on: today, scope: scope) } ?? [],
                enrolments: try tx.enrolments(of: id, scope: scope), policies: try tx.policies(of: id, scope: scope),
                guardians: try tx.guardians(of: id, on: today, scope: scope),
                documents: try tx.documents(of: id, scope: scope))
        }
        guard let found else { throw Fault.notFound }
        return found
    }

    var orgName: String { path.last?.name ?? enrolments.first?.orgName ?? "" }
    var isLearning: Bool { StudentStatus.open.contains(student.status) }
    var base: String { "/students/\(student.id.code)" }
    var sensitive: String { "\(base)/sensitive" }
    var photo: String? { student.photo == nil ? nil : "\(base)/photo" }

    /// The way from the visitor's part of the tree to the learner.
    func crumbs(_ visit: Visit) -> [(String, String?)] {
        let suffix = FigureQuery.suffix(visit, year: visit.year)
        let way = visit.isFamily ? [] : Crumbs.orgs(path, visit, suffix)
        // Who came from a class of an earlier year goes back to it.
        let past = enrolments.first { $0.classGroup != nil && $0.classGroup == visit.queryID("class") }
        let classCrumb = (past?.classGroup ?? student.classGroup).map {
            (t("Lớp {}", past?.className ?? className ?? ""), Optional("/classes/\($0.code)\(suffix)"))
        }
        return way + [classCrumb].compactMap { $0 } + [(student.name.full, nil)]
    }
}

/// The upper part of the way to a page: units from where the visitor stands.
enum Crumbs {
    static func orgs(_ path: [OrgLine], _ visit: Visit, _ suffix: String = "") -> [(String, String?)] {
        let own = Set(visit.visitor.scope.orgs)
        let start = path.firstIndex { own.contains($0.id) } ?? 0
        return path[start...].map { ($0.name, "/orgs/\($0.id.code)\(suffix)") }
    }
}
