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
    /// The CSRF tokens by which forms of a cookie are known, that of new forms first; a guest has no session.
    public let formTokens: @Sendable (_ cookie: String, _ isGuest: Bool) -> [String]
    /// Whether a cookie was a session of ours, however long ago it ended.
    let wasOpen: @Sendable (_ cookie: String) async throws -> Bool
    /// The page for a form of ours whose session is over: signing in, and then the same form again.
    let late: @Sendable (_ visit: Visit) async throws -> Reply
    /// What the room of sessions wants back at its own pages.
    let entrance: (any Sendable)?
    /// Counts a call of a program, answered with this status; and puts the counts down.
    let used: @Sendable (_ visitor: Visitor, _ status: Int) -> Void
    let settle: @Sendable () async throws -> Void

    public init(
        find: @escaping @Sendable (String, String) async throws -> Found?,
        token: @escaping @Sendable (String, String) async throws -> Visitor?,
        formTokens: @escaping @Sendable (String, Bool) -> [String],
        wasOpen: @escaping @Sendable (String) async throws -> Bool,
        late: @escaping @Sendable (Visit) async throws -> Reply, entrance: (any Sendable)? = nil,
        used: @escaping @Sendable (Visitor, Int) -> Void = { _, _ in },
        settle: @escaping @Sendable () async throws -> Void = {}
    ) {
        (self.find, self.token, self.formTokens) = (find, token, formTokens)
        (self.wasOpen, self.late, self.entrance) = (wasOpen, late, entrance)
        (self.used, self.settle) = (used, settle)
    }
}

/// The front gate: every request passes through it, in one order, and nothing reaches a room by another way.
public struct Gate: Sendable {
    public struct Settings: Sendable {
        public var rateLimits = true
        /// Addresses of proxies whose word on the caller's address and scheme is taken.
        public var trustedProxies: Set<String> = []
        public var uploadFolder = "/tmp"
        /// Where photos and scanned papers are kept.
        public var blobFolder = "/tmp"
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
    private let arriving = ArrivalGauge(limit: 4000, ofOneAddress: 400)

    public init(
        db: any Database, routes: [Route], sessions: SessionGate, house: HouseFrame, settings: Settings,
        metrics: Metrics, log: Logger
    ) {
        (self.db, self.sessions, self.house, self.settings) = (db, sessions, house, settings)
        (self.metrics, self.log) = (metrics, log)
        tree = RouteTree(routes)
    }

    /// Keeps what this gate counts.
    public var rateKeeper: RateKeeper {
        RateKeeper(rates: rates, db: db, log: log, isLimiting: settings.rateLimits, settle: sessions.settle)
    }

    /// Answers one request, whatever comes: faults become pages or problem details, defects a 500 with a number to quote.
    public func answer(_ request: Request, peer: String) async -> Response {
        let start = Clock.monotonic
        let caller = Caller(request, peer: peer, trusted: settings.trustedProxies, isTLS: settings.isTLS)
        var trace = Trace(), arrival = Arrival(request)
        var response = await Language.$current.withValue(caller.language) {
            do {
                return try await pass(request, caller, &trace, &arrival)
            } catch {
                return await refuse(error, request, caller)
            }
        }
        let rest = await arrival.rest(request)
        if rest == .broken { response = await refuse(Head.broken, request, caller) }
        if rest != .over { response.headers[.connection] = "close" }
        response.headers[.requestNumber] = caller.number
        note(request, caller, trace.label, response.status.code, Clock.monotonic - start)
        if let visitor = trace.visitor { sessions.used(visitor, response.status.code) }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Counts the answer, and writes a line of it where it went wrong or took long; at level debug of every one. The line names the
    /// route and never the address, which may hold a name that was searched for.
    private func note(_ request: Request, _ caller: Caller, _ label: String, _ status: Int, _ milliseconds: Int64) {
        metrics.note(route: label, status: status, milliseconds: milliseconds)
        let isOdd = status >= 500 || milliseconds >= Self.long
        log.log(
            level: isOdd ? .notice : .debug,
            "request \(caller.number): \(request.method.rawValue.prefix(10)) \(label) \(status) in \(milliseconds) ms")
    }

    /// From how many milliseconds on an answer is worth a line.
    private static let long: Int64 = 1000

    /// What is known of a request when it ends, however it ends: its route, and the program that made it.
    private struct Trace {
        var label = "none", visitor: Visitor?
    }

    private func pass(
        _ request: Request, _ caller: Caller, _ trace: inout Trace, _ arrival: inout Arrival
    ) async throws -> Response {
        let (segments, queries) = try Head.check(request)
        if segments.first == "assets", segments.count == 2, request.method == .get || request.method == .head {
            trace.label = "/assets"
            return try asset(segments[1], request)
        }
        let (route, parameters) = try find(request, segments)
        trace.label = route.pattern
        let (visitor, session) = try await identify(request, caller)
        if visitor.program != nil { trace.visitor = visitor }
        try limit(route, visitor, caller)
        let path = "/" + segments.joined(separator: "/")
        // Nobody's body is read before the right to send it is seen.
        let isLate = try await mayBeLate(route, request, caller, visitor)
        let elsewhere = isLate ? nil : try admit(route, request, path, visitor, session)
        let form = elsewhere == nil ? try await readForm(request, route, caller, &arrival) : Form()
        defer { for file in form.files { Uploads.remove(file.path) } }
        let isFresh =
            try elsewhere != nil || request.method.isSafe || isOfThisSession(request, caller, visitor, session, form)
        // A place is taken once everything has arrived, so that slow senders hold none.
        guard load.enter(route.load) else {
            throw Fault(.unavailable, "Hệ thống đang quá tải. Hãy thử lại sau giây lát.", retryAfter: 3)
        }
        defer { load.leave() }
        let guest = caller.cookie("guest") ?? Secret.random(16).hex
        let visit = Visit(
            visitor: visitor, session: session, db: db, path: path, parameters: parameters,
            queries: queries, form: form, headers: request.headers, address: caller.address, isSecure: caller.isSecure,
            origin: caller.origin, house: house, uploadFolder: settings.uploadFolder, blobFolder: settings.blobFolder,
            csrf: session?.csrf ?? sessions.formTokens(guest, true).first ?? "",
            freshGuest: session == nil && caller.cookie("guest") == nil ? guest : nil, entrance: sessions.entrance)
        let reply: Reply =
            if let elsewhere {
                elsewhere
            } else if isLate || !isFresh {
                try await late(route, visit)
            } else if route.load == .report || route.load == .program {
                try await withTaskExecutorPreference(Threads.reports) { try await route.handle(visit) }
            } else {
                try await route.handle(visit)
            }
        return try await render(reply, visit, request, caller)
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
                throw isForPrograms(request) ? Fault.noToken : Fault.unauthenticated
            }
            return (visitor, nil)
        }
        // A cookie opens pages alone: what is for programs is asked for with a token.
        guard !isForPrograms(request), let cookie = caller.sessionCookie,
            let found = try await sessions.find(cookie, caller.address)
        else {
            return (Visitor(kind: .anonymous, address: caller.address), nil)
        }
        return (found.visitor, found.session)
    }

    private func limit(_ route: Route, _ visitor: Visitor, _ caller: Caller) throws {
        guard settings.rateLimits else { return }
        let (key, most) =
            switch (visitor.program, visitor.account, route.load) {
            case (let program?, _, _): ("p\(program.id)", program.perMinute)
            case (nil, let account?, .report): ("r\(account.raw)", 120)
            case (nil, let account?, _): ("a\(account.raw)", 1200)
            case (nil, nil, _): ("i\(caller.address)", 1200)
            }
        if let wait = rates.take(key, limit: most) {
            throw Fault(.tooMany, "Bạn gửi quá nhiều yêu cầu. Hãy chờ một lát rồi thử lại.", retryAfter: wait)
        }
    }

    private func readForm(
        _ request: Request, _ route: Route, _ caller: Caller, _ arrival: inout Arrival
    ) async throws -> Form {
        guard !request.method.isSafe, arrival.hasBody else { return Form() }
        let type = request.headers[.contentType] ?? ""
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        let isUpload = type.lowercased().hasPrefix("multipart/") && !route.takesJSON
        let wanted = route.takesJSON ? "application/json" : "application/x-www-form-urlencoded"
        guard isUpload || type.lowercased().hasPrefix(wanted) else {
            throw Fault(.unsupported, "Kiểu nội dung gửi lên không được hỗ trợ.")
        }
        guard arriving.enter(caller.address) else {
            throw Fault(.unavailable, "Hệ thống đang quá tải. Hãy thử lại sau giây lát.", retryAfter: 3)
        }
        defer { arriving.leave(caller.address) }
        arrival.begin()
        let form =
            isUpload
            ? try await readParts(request, type, declared, route) : try await readFields(request, declared, route)
        arrival.end()
        return form
    }

    private func readParts(_ request: Request, _ type: String, _ declared: Int?, _ route: Route) async throws -> Form {
        guard let boundary = MultipartReader.boundary(of: type) else {
            throw Fault(.invalid, "Biểu mẫu gửi lên bị hỏng. Hãy gửi lại.")
        }
        let reader = BodyReader(seconds: settings.uploadSeconds, limit: route.bodyLimit)
        let form = try await MultipartReader(boundary: boundary, folder: settings.uploadFolder, reader: reader)
            .read(request.body, declared: declared)
        do {
            try Head.refuseMarks(form.fields + form.files.map { ($0.field, $0.name) })
        } catch {
            for file in form.files { Uploads.remove(file.path) }
            throw error
        }
        return form
    }

    /// Fields alone stay small: files come in parts.
    private func readFields(_ request: Request, _ declared: Int?, _ route: Route) async throws -> Form {
        let reader = BodyReader(seconds: settings.requestSeconds, limit: min(route.bodyLimit, 1 << 20))
        let bytes = try await reader.bytes(request.body, declared: declared)
        if route.takesJSON { return Form(json: try JSONValue(Array(bytes))) }
        let fields = try Percent.fields(bytes)
        try Head.refuseMarks(fields)
        return Form(fields: fields)
    }

    private static let stale = Fault(
        .forbidden, "Biểu mẫu đã cũ hoặc không phải của trang này. Tải lại trang rồi gửi lại.")

    /// Whether a form carries this session's token. A foreign or `null` Origin and a form without any token are 403 at once;
    /// an absent Origin with a good token passes.
    private func isOfThisSession(
        _ request: Request, _ caller: Caller, _ visitor: Visitor, _ session: SessionView?, _ form: Form
    ) throws -> Bool {
        // No browser sends a token by itself, and cookies count for nothing here.
        if isForPrograms(request) { return true }
        if let origin = request.headers[.origin], origin != caller.origin { throw Self.stale }
        if let site = request.headers[.fetchSite], site == "cross-site" || site == "same-site" { throw Self.stale }
        let sent = form.raw("csrf")
        guard !sent.isEmpty else { throw Self.stale }
        guard let cookie = session == nil ? caller.cookie("guest") : caller.sessionCookie else { return false }
        return sessions.formTokens(cookie, session == nil).contains { Secret.equal(Array(sent.utf8), Array($0.utf8)) }
    }

    /// Whether a form comes from somebody whose session is over: it is read, though nothing is done with it, so that it can be
    /// sent again after signing in. A large one is read only for a browser that had a session here.
    private func mayBeLate(_ route: Route, _ request: Request, _ caller: Caller, _ visitor: Visitor) async throws
        -> Bool
    {
        if case .everyone = route.right { return false }
        guard visitor.kind == .anonymous, !request.method.isSafe, !isForPrograms(request),
            request.headers[.origin].map({ $0 == caller.origin }) ?? true
        else { return false }
        let isSmall = request.headers[.contentLength].flatMap { Int($0) }.map { $0 <= Self.mostLate } ?? false
        if isSmall { return true }
        guard let cookie = caller.sessionCookie else { return false }
        return try await sessions.wasOpen(cookie)
    }

    private static let mostLate = 65_536

    /// The offer to send a form of ours again. With a session of another secret it needs the browser's own word that the
    /// form came from our page.
    private func late(_ route: Route, _ visit: Visit) async throws -> Reply {
        if case .everyone = route.right { throw Self.stale }
        guard visit.visitor.kind == .anonymous || visit.headers[.origin] != nil, visit.session?.mustVisit == nil,
            visit.session?.isViewingAs != true
        else { throw Self.stale }
        return try await sessions.late(visit)
    }

    /// The route's right. Answers a reply instead of the room's when the visitor must first go elsewhere.
    private func admit(
        _ route: Route, _ request: Request, _ path: String, _ visitor: Visitor, _ session: SessionView?
    ) throws -> Reply? {
        if case .everyone = route.right { return nil }
        guard visitor.kind != .anonymous else {
            throw isForPrograms(request) ? Fault.noToken : Fault.unauthenticated
        }
        // Pages and their forms are for people: a program's token reaches what is made for programs alone.
        if case .program(let scopes) = route.right {
            guard visitor.program?.has(oneOf: scopes) ?? false else { throw Fault.forbidden }
            return nil
        }
        if case .interface(let right, let scope) = route.right {
            guard visitor.program?.has(oneOf: [scope]) ?? false else { throw Fault.forbidden }
            try visitor.must(right)
            return nil
        }
        guard visitor.program == nil else { throw Fault.forbidden }
        if let must = session?.mustVisit, path != must, path != "/logout" { return .redirect(must) }
        if session?.isViewingAs == true, route.method != .get, !Self.ownEyes.contains(path) { throw Fault.forbidden }
        switch route.right {
        case .everyone, .signedIn, .program, .interface: break
        case .holder(let right): try visitor.must(right)
        case .anyOf(let rights): guard rights.contains(where: visitor.may) else { throw Fault.forbidden }
        }
        return nil
    }

    /// What somebody who looks with another's eyes may still send.
    private static let ownEyes: Set<String> = ["/view-as/end", "/logout", "/session/year"]

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
