import Base
import Hummingbird
import Logging
import Registry
import Storage
import Work

/// The measure of what a page could cost at the least: Hummingbird's router, the product's own query, a string put together by hand.
enum BareServer {
    static func run(_ place: Where, port: Int) async throws {
        let db = try await Installation.open(place, migrating: false).db
        let router = Router(context: BasicRequestContext.self)
        router.get("healthz") { _, _ in "ok" }
        router.get("class/:id") { _, context in try await rows(db, "s.class_id = \(id(context))") }
        router.get("home/:id") { _, context in try await rows(db, "s.class_id = \(id(context))") }
        router.get("students/:id") { _, context in try await rows(db, "s.org_id = \(id(context))") }
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

    private static func id(_ context: BasicRequestContext) -> Int64 {
        context.parameters.get("id").flatMap { ID<Org>($0) }?.raw ?? 0
    }

    private static func rows(_ db: any Database, _ condition: SQL) async throws -> Response {
        let lines = try await db.read { tx in try tx.bareStudents(where: condition) }
        var page = "<!doctype html><html><head><title>bare</title></head><body><table>"
        for line in lines {
            page +=
                "<tr><td>\(line.code)</td><td>\(line.name)</td><td>\(line.birth ?? "")</td><td>\(line.sex)</td><td>\(line.ethnicity)</td></tr>"
        }
        page += "</table></body></html>"
        return Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: page)))
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
