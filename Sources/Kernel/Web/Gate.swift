import Base
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import Storage

/// How the gate learns who asks: given by the Identity room.
public struct SessionGate: Sendable {
    public typealias Found = (visitor: Visitor, session: SessionView)
    /// Who holds this cookie, from this address.
    public let find: @Sendable (_ cookie: String, _ address: String) async throws -> Found?
    /// Who holds this bearer token.
    public let token: @Sendable (_ token: String, _ address: String) async throws -> Visitor?
    /// The form of the sign-in page's CSRF token, for those without a session.
    public let guestToken: @Sendable (_ cookie: String) -> String
    /// What the room of sessions wants back at its own pages.
    let entrance: (any Sendable)?

    public init(
        find: @escaping @Sendable (String, String) async throws -> Found?,
        token: @escaping @Sendable (String, String) async throws -> Visitor?,
        guestToken: @escaping @Sendable (String) -> String, entrance: (any Sendable)? = nil
    ) { (self.find, self.token, self.guestToken, self.entrance) = (find, token, guestToken, entrance) }
}

/// The front gate: every request passes through it, in one order, and nothing reaches a room by another way.
public struct Gate: Sendable {
    public struct Settings: Sendable {
        public var rateLimits = true
        /// Addresses of proxies whose word on the caller's address and scheme is taken.
        public var trustedProxies: Set<String> = []
        public var uploadFolder = "/tmp"
        public var requestSeconds = 15
        public var uploadSeconds = 600
        /// Whether the server itself speaks TLS.
        public var isTLS = false
        public init() {}
    }

    let db: any Database
    let tree: RouteTree
    let sessions: SessionGate
    let house: HouseFrame
    let settings: Settings
    let metrics: Metrics
    let log: Logger
    private let rates = RateLimit()
    private let load = LoadGauge(limit: 512)

    public init(
        db: any Database, routes: [Route], sessions: SessionGate, house: HouseFrame, settings: Settings,
        metrics: Metrics, log: Logger
    ) {
        (self.db, self.sessions, self.house, self.settings) = (db, sessions, house, settings)
        (self.metrics, self.log) = (metrics, log)
        tree = RouteTree(routes)
    }

    /// Answers one request, whatever comes: faults become pages or problem details, defects a 500 with a number to quote.
    public func answer(_ request: Request, peer: String) async -> Response {
        let start = Clock.monotonic
        let caller = Caller(request, peer: peer, trusted: settings.trustedProxies, isTLS: settings.isTLS)
        var label = "none"
        let language: Language = caller.cookie("lang") == "en" ? .en : .vi
        let response = await Language.$current.withValue(language) {
            do {
                return try await pass(request, caller, &label)
            } catch {
                return await refuse(error, request, caller)
            }
        }
        metrics.note(route: label, status: response.status.code, milliseconds: Clock.monotonic - start)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func pass(_ request: Request, _ caller: Caller, _ label: inout String) async throws -> Response {
        let (segments, queries) = try Head.check(request)
        if segments.first == "assets", segments.count == 2, request.method == .get || request.method == .head {
            label = "/assets"
            return try asset(segments[1], request)
        }
        let (route, parameters) = try find(request, segments)
        label = route.pattern
        guard load.enter(route.load) else {
            throw Fault(.unavailable, "Hệ thống đang quá tải. Hãy thử lại sau giây lát.", retryAfter: 3)
        }
        defer { load.leave() }
        let (visitor, session) = try await identify(request, caller)
        try limit(route, visitor, caller)
        let form = try await readForm(request, route, caller)
        defer { for file in form.files { Uploads.remove(file.path) } }
        if !request.method.isSafe { try checkForgery(request, caller, visitor, session, form) }
        let guest = caller.cookie("guest") ?? Secret.random(16).hex
        let visit = Visit(
            visitor: visitor, session: session, db: db, path: "/" + segments.joined(separator: "/"),
            parameters: parameters,
            queries: queries, form: form, headers: request.headers, address: caller.address, isSecure: caller.isSecure,
            origin: caller.origin, house: house, uploadFolder: settings.uploadFolder,
            csrf: session?.csrf ?? sessions.guestToken(guest),
            freshGuest: session == nil && caller.cookie("guest") == nil ? guest : nil, entrance: sessions.entrance)
        if let reply = try admit(route, visit) { return try await render(reply, visit, request, caller) }
        return try await render(try await route.handle(visit), visit, request, caller)
    }

    private func find(_ request: Request, _ segments: [String]) throws -> (Route, [String: String]) {
        switch tree.find(request.method, segments) {
        case .route(let route, let parameters): return (route, parameters)
        case .nothing:
            throw request.method == .trace || request.method == .connect
                ? MethodRefused(allowed: ["GET", "POST"]) : Fault.notFound
        case .otherMethods(let allowed): throw MethodRefused(allowed: allowed)
        }
    }

    private func identify(_ request: Request, _ caller: Caller) async throws -> (Visitor, SessionView?) {
        if let bearer = request.headers[.authorization], bearer.lowercased().hasPrefix("bearer ") {
            guard let visitor = try await sessions.token(String(bearer.dropFirst(7)), caller.address) else {
                throw Fault.unauthenticated
            }
            return (visitor, nil)
        }
        guard let cookie = caller.sessionCookie, let found = try await sessions.find(cookie, caller.address) else {
            return (Visitor(kind: .anonymous, address: caller.address), nil)
        }
        return (found.visitor, found.session)
    }

    private func limit(_ route: Route, _ visitor: Visitor, _ caller: Caller) throws {
        guard settings.rateLimits else { return }
        let (key, most) =
            switch (visitor.account, route.load) {
            case (let account?, .report): ("r\(account.raw)", 120)
            case (let account?, _): ("a\(account.raw)", 1200)
            case (nil, _): ("i\(caller.address)", 1200)
            }
        if let wait = rates.take(key, limit: most) {
            throw Fault(.tooMany, "Bạn gửi quá nhiều yêu cầu. Hãy chờ một lát rồi thử lại.", retryAfter: wait)
        }
    }

    private func readForm(_ request: Request, _ route: Route, _ caller: Caller) async throws -> Form {
        guard !request.method.isSafe else { return Form() }
        let type = request.headers[.contentType] ?? ""
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        let isUpload = type.lowercased().hasPrefix("multipart/")
        let seconds = isUpload ? settings.uploadSeconds : settings.requestSeconds
        let reader = BodyReader(deadline: Clock.monotonic + Int64(seconds) * 1000, limit: route.bodyLimit)
        if isUpload {
            guard let boundary = MultipartReader.boundary(of: type) else {
                throw Fault(.invalid, "Biểu mẫu gửi lên bị hỏng. Hãy gửi lại.")
            }
            let form = try await MultipartReader(boundary: boundary, folder: settings.uploadFolder, reader: reader)
                .read(request.body, declared: declared)
            for field in form.fields where Fold.hasTooManyMarks(field.value.utf8) { throw Head.broken }
            return form
        }
        let bytes = try await reader.bytes(request.body, declared: declared)
        guard !bytes.isEmpty else { return Form() }
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
            throw Fault(.unsupported, "Kiểu nội dung gửi lên không được hỗ trợ.")
        }
        let fields = try Percent.fields(bytes)
        for field in fields where Fold.hasTooManyMarks(field.value.utf8) { throw Head.broken }
        return Form(fields: fields)
    }

    /// A foreign or `null` Origin, or a missing or foreign token, is 403; an absent Origin with a good token passes.
    private func checkForgery(
        _ request: Request, _ caller: Caller, _ visitor: Visitor, _ session: SessionView?, _ form: Form
    ) throws {
        if visitor.kind == .token { return }
        let refused = Fault(.forbidden, "Biểu mẫu đã cũ hoặc không phải của trang này. Tải lại trang rồi gửi lại.")
        if let origin = request.headers[.origin], origin != caller.origin { throw refused }
        let sent = form.raw("csrf")
        let wanted = session?.csrf ?? caller.cookie("guest").map(sessions.guestToken)
        guard let wanted, !sent.isEmpty, Secret.equal(Array(sent.utf8), Array(wanted.utf8)) else { throw refused }
    }

    /// The route's right. Answers a reply instead of the room's when the visitor must first go elsewhere.
    private func admit(_ route: Route, _ visit: Visit) throws -> Reply? {
        if case .everyone = route.right { return nil }
        guard visit.visitor.kind != .anonymous else { throw Fault.unauthenticated }
        if let must = visit.session?.mustVisit, visit.path != must, visit.path != "/logout" { return .redirect(must) }
        if visit.session?.isViewingAs == true, route.method != .get, !Self.ownEyes.contains(visit.path) {
            throw Fault.forbidden
        }
        switch route.right {
        case .everyone, .signedIn: break
        case .holder(let right): try visit.visitor.must(right)
        case .anyOf(let rights): guard rights.contains(where: visit.visitor.may) else { throw Fault.forbidden }
        }
        return nil
    }

    /// What somebody who looks with another's eyes may still send.
    private static let ownEyes: Set<String> = ["/view-as/end", "/logout"]

    private func asset(_ name: String, _ request: Request) throws -> Response {
        guard let file = house.assets.files[name] else { throw Fault.notFound }
        var headers = Headers.safe(isSecure: false)
        headers[.contentType] = file.type
        // Pictures are asked for without the version in their address.
        headers[.cacheControl] =
            name.hasSuffix(".svg") ? "public, max-age=86400" : "public, max-age=31536000, immutable"
        headers[.vary] = "Accept-Encoding"
        guard let zipped = file.zipped, request.headers[.acceptEncoding]?.contains("gzip") == true else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: zipped)))
    }
}

/// The route is there, but not for this method.
struct MethodRefused: Error {
    let allowed: [String]
}

extension HTTPRequest.Method {
    var isSafe: Bool { self == .get || self == .head || self == .options }
}
