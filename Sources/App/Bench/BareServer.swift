import Base
import Hummingbird
import Logging
import Registry
import Storage
import Work

/// The measure of what a page could cost at the least: Hummingbird's router, the reads of the page's own data through the
/// same storage, a string put together by hand. No session, no frame, no forms, no plots.
enum BareServer {
    static func run(_ place: Where, port: Int) async throws {
        let db = try await Installation.open(place, migrating: false).db
        let router = Router(context: BasicRequestContext.self)
        router.get("healthz") { _, _ in "ok" }
        router.get("home/:id") { _, context in try await home(id(context), db) }
        router.get("class/:id") { _, context in try await classPage(id(context), db) }
        router.get("students/:id") { _, context in try await list(id(context), db) }
        router.get("users") { _, _ in try await users(db) }
        router.post("write") { request, _ in try await write(request, db) }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: quiet)
        try await app.runService()
    }

    private static var quiet: Logger {
        var log = Logger(label: "bare")
        log.logLevel = .error
        return log
    }

    private static func id<Of>(_ context: BasicRequestContext) throws -> ID<Of> {
        guard let id = context.parameters.get("id").flatMap({ ID<Of>($0) }) else { throw HTTPError(.notFound) }
        return id
    }

    private static func home(_ id: ID<ClassGroup>, _ db: any Database) async throws -> Response {
        page(table(try await db.read { tx in try tx.roster(of: id, scope: .everything) }))
    }

    private static func classPage(_ id: ID<ClassGroup>, _ db: any Database) async throws -> Response {
        var filter = StudentFilter()
        filter.classGroup = id
        let found = try await db.read { [filter] tx in
            let record = try tx.classGroup(id, scope: .everything)
            return (
                record: record, lines: try tx.everyStudent(filter, scope: .everything),
                teachings: try tx.teachings(of: id, on: tx.today, scope: .everything),
                policies: try tx.policies(filter, on: tx.today, scope: .everything),
                path: try record.map { try tx.path(of: $0.org, on: tx.today, scope: .everything) } ?? []
            )
        }
        var body = "<h1>\(found.record?.name ?? "")</h1>"
        for org in found.path { body += "<a>\(org.name)</a>" }
        body += table(found.lines)
        for row in found.teachings { body += "<dl><dt>\(row.subject)</dt><dd>\(row.staffName)</dd></dl>" }
        for held in found.policies { body += "<i>\(held.student.code) \(held.kind)</i>" }
        return page(body)
    }

    private static func list(_ id: ID<Org>, _ db: any Database) async throws -> Response {
        var filter = StudentFilter()
        filter.org = id
        let found = try await db.read { [filter] tx in
            (
                path: try tx.path(of: id, on: tx.today, scope: .everything),
                classes: try tx.classes(of: id, year: SchoolYear(of: tx.today), scope: .everything),
                slice: try tx.students(filter, scope: .everything),
                count: try tx.countUpTo1000(filter, scope: .everything)
            )
        }
        var body = "<h1>\(found.count.shown)</h1>"
        for org in found.path { body += "<a>\(org.name)</a>" }
        for line in found.classes { body += "<option>\(line.name)</option>" }
        return page(body + table(found.slice.items))
    }

    /// The rows behind a page of the roster: learners, who answers for them, their units; JSON put together by hand.
    private static func users(_ db: any Database) async throws -> Response {
        let found = try await db.read { tx in try tx.bareUsers() }
        let body = found.map { user in
            """
            {"sourcedId":"\(user.id.code)","status":"active","dateLastModified":"\(user.changedAt)","enabledUser":"true","givenName":"\(user.given)",\
            "familyName":"\(user.family)","middleName":"\(user.middle)","identifier":"\(user.code)","email":"\(user.details["email"] ?? "")",\
            "roles":[{"roleType":"primary","role":"student","org":{"href":"http://127.0.0.1/orgs/\(user.org.code)","sourcedId":"\(user.org.code)","type":"org"}}],\
            "agents":[\(user.guardians.map { "{\"href\":\"http://127.0.0.1/users/\($0.code)\",\"sourcedId\":\"\($0.code)\",\"type\":\"user\"}" }.joined(separator: ","))],"grades":["\(user.grade)"]}
            """
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: "{\"users\":[\(body.joined(separator: ","))]}")))
    }

    private static func table(_ lines: [StudentLine]) -> String {
        var out = "<table>"
        for line in lines {
            out += """
                <tr><td>\(line.code)</td><td>\(line.name)</td><td>\(line.birthDate?.iso ?? "")</td><td>\(line.sex)</td>\
                <td>\(line.ethnicity)</td><td>\(line.className ?? "")</td></tr>
                """
        }
        return out + "</table>"
    }

    private static func page(_ body: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(
                byteBuffer: ByteBuffer(
                    string: "<!doctype html><html><head><title>bare</title></head><body>\(body)</body></html>")))
    }

    /// The same rows that the product writes: the request and its audit entry, in the same group commit.
    private static func write(_ request: Request, _ db: any Database) async throws -> HTTPResponse.Status {
        let body = try await request.body.collect(upTo: 4096)
        let text = String(buffer: body)
        let key = text.split(separator: "&").first { $0.hasPrefix("key=") }.map { String($0.dropFirst(4)) } ?? ""
        try await db.commit { tx in try tx.bareWrite(key) }
        return .created
    }
}
