import Base
import Demo
import HTTPTypes
import House
import HummingbirdCore
import Identity
import Logging
import NIOCore
import Registry
import Storage
import Synchronization
import TestSupport
import Web
import Work

/// What came back through the door.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var location: String { headers[.location] ?? "" }

    /// The value of a cookie that the answer sets.
    func cookie(_ name: String) -> String? {
        for line in headers[values: .setCookie] where line.hasPrefix("\(name)=") {
            return line.dropFirst(name.utf8.count + 1).split(separator: ";").first.map(String.init)
        }
        return nil
    }

    /// The CSRF token of the page's first form.
    var token: String? {
        guard let mark = text.firstRange(of: "name=\"csrf\" value=\"") else { return nil }
        return text[mark.upperBound...].split(separator: "\"").first.map(String.init)
    }
}

/// The front gate of a small sample province, asked without a socket.
final class Door: Sendable {
    let gate: Gate
    let db: any Database
    let demo: DemoResult
    let folder: String
    let routes: [Route]

    private init(gate: Gate, db: any Database, demo: DemoResult, folder: String, routes: [Route]) {
        (self.gate, self.db, self.demo, self.folder, self.routes) = (gate, db, demo, folder, routes)
    }

    /// Opens a sample province of one school of each level on the backend given.
    static func open(
        _ backend: Backend, at moment: SettableMoment = SettableMoment(testMoment), _ body: (Door) async throws -> Void
    ) async throws {
        guard let resources = Resources.folder() ?? Door.resourcesOfSource else {
            throw StorageError(.io, "no Resources")
        }
        try Catalogues.use(resources + "/catalogues")
        try await withDatabase(backend, House.migrations, at: moment) { db in
            let folder = try temporaryFolder()
            defer { removeFolder(folder) }
            let demo = try await Demo.fill(db, scale: .school, seed: 1, argon: Argon2(passes: 1, bytes: 1 << 20)) {
                _, _ in
            }
            var settings = Gate.Settings()
            (settings.uploadFolder, settings.blobFolder) = (folder, folder)
            settings.rateLimits = false
            var log = Logger(label: "test")
            log.logLevel = .critical
            let gate = try await House.gate(
                db: db, resources: resources, settings: settings, metrics: Metrics(), log: log)
            try await body(Door(gate: gate, db: db, demo: demo, folder: folder, routes: House.routes()))
        }
    }

    /// The same house behind a gate with other settings.
    func reopened(_ settings: Gate.Settings) async throws -> Door {
        guard let resources = Resources.folder() ?? Door.resourcesOfSource else {
            throw StorageError(.io, "no Resources")
        }
        var log = Logger(label: "test")
        log.logLevel = .critical
        let gate = try await House.gate(db: db, resources: resources, settings: settings, metrics: Metrics(), log: log)
        return Door(gate: gate, db: db, demo: demo, folder: folder, routes: routes)
    }

    private static var resourcesOfSource: String? {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/Resources"
    }

    /// Asks for a page.
    func get(_ path: String, _ guest: Guest = Guest(), headers: HTTPFields = [:]) async -> Answer {
        await ask(.get, path, guest, body: nil, headers: headers)
    }

    /// Sends a form.
    func post(_ path: String, _ fields: [(String, String)], _ guest: Guest = Guest(), headers: HTTPFields = [:]) async
        -> Answer
    {
        let text = fields.map { "\(Percent.encode($0.0))=\(Percent.encode($0.1))" }.joined(separator: "&")
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return await ask(.post, path, guest, body: Array(text.utf8), headers: headers)
    }

    func ask(_ method: HTTPRequest.Method, _ path: String, _ guest: Guest, body: [UInt8]?, headers: HTTPFields = [:])
        async -> Answer
    {
        var fields = headers
        if let body, fields[.transferEncoding] == nil { fields[.contentLength] = String(body.count) }
        if !guest.cookies.isEmpty { fields[.cookie] = guest.cookies }
        if let body, fields[.contentLength] == nil { fields[.contentLength] = String(body.count) }
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "127.0.0.1:8080", path: path, headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body ?? [])))
        let response = await gate.answer(request, peer: guest.address)
        let box = Collected()
        try? await response.body.write(CollectingWriter(box: box))
        return Answer(status: response.status.code, headers: response.headers, bytes: box.bytes)
    }

    /// Signs a role of the sample in, through the sign-in form as a person would.
    func signIn(_ role: Role) async throws -> Guest {
        guard let account = demo.accounts.first(where: { $0.role == role.rawValue }) else { throw Fault.notFound }
        return try await signIn(account.username, account.password)
    }

    func signIn(_ username: String, _ password: String, address: String = "127.0.0.1") async throws -> Guest {
        let form = await get("/login", Guest(address: address))
        guard let guest = form.cookie("guest"), let token = form.token else {
            throw Fault.invalid("no sign-in form: \(form.status)")
        }
        let answer = await post(
            "/login", [("csrf", token), ("username", username), ("password", password)],
            Guest(cookies: "guest=\(guest)", address: address))
        guard answer.status == 303, let session = answer.cookie("session") else {
            throw Fault(.unauthenticated, "\(answer.status)")
        }
        return Guest(cookies: "session=\(session)", address: address)
    }
}

/// Somebody at the door: their cookies and their address.
struct Guest: Sendable {
    var cookies = ""
    var address = "127.0.0.1"
}

private final class Collected: Sendable {
    private let held = Mutex<[UInt8]>([])
    var bytes: [UInt8] { held.withLock { $0 } }
    func add(_ more: some Sequence<UInt8>) { held.withLock { $0.append(contentsOf: more) } }
}

private struct CollectingWriter: ResponseBodyWriter {
    let box: Collected
    mutating func write(_ buffer: ByteBuffer) async throws { box.add(buffer.readableBytesView) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
