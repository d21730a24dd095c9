import Base
import Storage
import Web
import Work

#if canImport(Glibc)
import Glibc
#endif

/// A finished export of one person: only whoever ordered it may take it.
enum ParcelPages {
    static func mount(_ routes: Routes) {
        routes.get("/rights/exports/{id}", .holder(.takeOwn), scope: .job) { visit in try await show(visit) }
        routes.get("/rights/exports/{id}/file", .holder(.takeOwn), scope: .job, load: .report) { visit in
            try await file(visit)
        }
    }

    private static func find(_ visit: Visit) async throws -> (job: JobRow, order: ParcelOrder) {
        let id: ID<JobRun> = try visit.id("id")
        guard let job = try await visit.db.read({ tx in try tx.job(id) }), job.kind == Jobs.kind, job.account != nil,
            job.account == visit.visitor.account
        else { throw Fault.notFound }
        return (job, try ParcelOrder(job.input))
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let (job, order) = try await find(visit)
        let title = t("Dữ liệu về {}", order.name)
        let crumbs: [(String, String?)] = [
            (order.name, back(order)), (title, nil),
        ]
        if ["queued", "running"].contains(job.state) {
            let progress = UI.progress(
                t("Đang gom dữ liệu"), done: job.done, total: job.total, poll: "/rights/exports/\(job.id.code)")
            return Reply.page(title, crumbs: crumbs, progress).refreshing(5)
        }
        guard let parcel = Parcel(result: job.result) else {
            return .page(title, crumbs: crumbs, UI.notice("\(translated(job.message))", .bad))
        }
        return .page(
            title, crumbs: crumbs,
            """
            <p>\(t("Có {} mục trong {} phần. Tệp được giữ một tuần.", UI.grouped(parcel.rows), parcel.parts))</p>\
            <p><a class="button primary" href="/rights/exports/\(job.id.code)/file">\(UI.icon("export"))\(t("Tải {}", parcel.name))</a></p>
            """)
    }

    private static func back(_ order: ParcelOrder) -> String? {
        let code = ID<Student>(stored: order.person.id).code
        return switch order.person.kind {
        case .student: "/students/\(code)/rights"
        case .staff: "/staff/\(code)/rights"
        case .guardian: nil
        }
    }

    private static func file(_ visit: Visit) async throws -> Reply {
        let (job, order) = try await find(visit)
        guard let parcel = Parcel(result: job.result) else { throw Fault.notFound }
        guard access(parcel.path, R_OK) == 0 else { throw Fault(.gone, "Tệp này đã được dọn. Hãy xuất lại.") }
        try await visit.db.noteRead(
            as: visit.visitor, "rights.person.download", on: order.person.subject(org: order.org.map(ID.init(stored:))))
        return .stream(name: parcel.name, type: "application/zip", path: parcel.path)
    }
}

/// Where archives wait: a folder of its own for each, swept with the uploads.
enum Shelf {
    static func make(in parent: String) throws -> String {
        let folder = "\(parent)/order-\(Secret.random(12).hex)"
        guard mkdir(folder, 0o700) == 0 else {
            throw Fault(.full, "Máy chủ chưa giữ được tệp. Hãy thử lại.", retryAfter: 30)
        }
        return folder
    }
}
