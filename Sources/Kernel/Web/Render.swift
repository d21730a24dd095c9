import Base
import HTTPTypes
import HummingbirdCore
import NIOCore
import Storage

#if canImport(Glibc)
import Glibc
#endif

/// The headers that every answer carries.
enum Headers {
    static func safe(isSecure: Bool) -> HTTPFields { isSecure ? secure : plain }

    private static let plain = made(isSecure: false), secure = made(isSecure: true)

    private static func made(isSecure: Bool) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentSecurityPolicy] = """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
            form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; manifest-src 'self'
            """
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "same-origin"
        headers[.openerPolicy] = "same-origin"
        headers[.resourcePolicy] = "same-origin"
        headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
        if isSecure { headers[.strictTransportSecurity] = "max-age=63072000; includeSubDomains" }
        return headers
    }
}

enum Uploads {
    static func remove(_ path: String) { unlink(path) }
}

extension Gate {
    /// Turns a reply into the answer on the wire.
    func render(_ reply: Reply, _ visit: Visit, _ request: Request, _ caller: Caller) async throws -> Response {
        var headers = Headers.safe(isSecure: caller.isSecure)
        headers[.cacheControl] = "no-store"
        headers[.vary] = "Cookie, Accept-Encoding"
        for field in reply.headers { headers[values: field.name].append(field.value) }
        switch reply.body {
        case .empty:
            return Response(status: reply.status, headers: headers)
        case .bytes(let bytes, let type):
            headers[.contentType] = type
            return finish(bytes, reply.status, headers, request)
        case .page(let page):
            headers[.contentType] = "text/html; charset=utf-8"
            let flash = caller.cookie("flash").flatMap { Percent.decode($0.utf8, plusIsSpace: false) }
            if let guest = visit.freshGuest {
                headers[values: .setCookie].append(
                    "guest=\(guest); Path=/; HttpOnly; SameSite=Lax\(caller.isSecure ? "; Secure" : "")")
            }
            if flash != nil { headers[values: .setCookie].append("flash=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly") }
            return finish(house.draw(page, for: visit, flash: flash).bytes, reply.status, headers, request)
        case .stream(let type, let write):
            headers[.contentType] = type
            return Response(
                status: reply.status, headers: headers,
                body: ResponseBody { [log] out in
                    let (chunks, continuation) = AsyncThrowingStream.makeStream(
                        of: [UInt8].self, bufferingPolicy: .unbounded)
                    let gate = StreamPace()
                    let writer = StreamWriter { bytes in
                        try await gate.wait()
                        continuation.yield(bytes)
                    }
                    let work = Task(executorPreference: Threads.reports) {
                        do {
                            try await write(writer)
                            continuation.finish()
                        } catch {
                            if !(error is CancellationError) {
                                log.error("streamed answer failed: \(Swift.type(of: error))")
                            }
                            continuation.finish(throwing: error)
                        }
                    }
                    do {
                        for try await chunk in chunks {
                            try await out.write(ByteBuffer(bytes: chunk))
                            await gate.open()
                        }
                        try await out.finish(nil)
                    } catch {
                        // The reader left: whoever waits to write is let go, and closes what it holds.
                        work.cancel()
                        await gate.stop()
                        throw error
                    }
                })
        }
    }

    private func finish(_ bytes: [UInt8], _ status: HTTPResponse.Status, _ headers: HTTPFields, _ request: Request)
        -> Response
    {
        var headers = headers
        if let tag = tag(bytes, status, request) {
            headers[.eTag] = tag
            if request.headers[.ifNoneMatch]?.contains(tag) == true {
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers)
            }
        }
        if request.headers[.acceptEncoding]?.contains("gzip") == true, headers[.contentDisposition] == nil,
            let zipped = Gzip.compress(bytes)
        {
            headers[.contentEncoding] = "gzip"
            return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: zipped)))
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// By what a program knows that a short answer is still the same; longer ones cost more to digest than to send.
    private func tag(_ bytes: [UInt8], _ status: HTTPResponse.Status, _ request: Request) -> String? {
        guard status == .ok, request.method.isSafe, bytes.count <= 65_536, isForPrograms(request) else { return nil }
        return "W/\"\(Secret.sha256(bytes).prefix(12).hex)\""
    }

    /// Turns an error into the answer: a fault in the person's words, anything else a 500 with a number to quote.
    func refuse(_ error: any Error, _ request: Request, _ caller: Caller) async -> Response {
        let fault: Fault
        switch error {
        case let known as Fault: fault = known
        case let storage as StorageError where storage.fault != nil: fault = storage.fault ?? .notFound
        case let refused as MethodRefused:
            var response = problem(
                Fault(.unsupported, "Trang này không nhận kiểu yêu cầu đó."), .methodNotAllowed, request, caller)
            response.headers[.allow] = refused.allowed.joined(separator: ", ")
            return response
        default:
            let number = caller.number
            log.error(
                "defect in request \(number): \(type(of: error)) \(error is StorageError || error is RowMismatch ? "\(error)" : "")"
            )
            return problem(
                Fault(
                    .unavailable,
                    t("Hệ thống gặp lỗi (mã {}). Việc của bạn chưa được ghi. Hãy báo mã này cho quản trị.", number)),
                .internalServerError, request, caller)
        }
        if fault.kind == .unauthenticated, !isForPrograms(request), request.method.isSafe {
            var headers = Headers.safe(isSecure: caller.isSecure)
            headers[.location] = "/login?next=\(wayBack(request))"
            headers[.cacheControl] = "no-store"
            return Response(status: .seeOther, headers: headers)
        }
        return problem(fault, fault.status, request, caller)
    }

    /// Where to go after signing in, encoded: the page that was asked for, whole; without its query when that would not fit a head.
    private func wayBack(_ request: Request) -> String {
        let path = request.head.path ?? "/me"
        return [path, String(path.prefix { $0 != "?" })].map(Percent.encode).first { $0.utf8.count <= 8000 } ?? "%2Fme"
    }

    func isForPrograms(_ request: Request) -> Bool { ProgramShape(path: request.head.path ?? "") != nil }

    private func problem(_ fault: Fault, _ status: HTTPResponse.Status, _ request: Request, _ caller: Caller)
        -> Response
    {
        var headers = Headers.safe(isSecure: caller.isSecure)
        headers[.cacheControl] = "no-store"
        if let wait = fault.retryAfter { headers[.retryAfter] = String(wait) }
        if status == .requestTimeout || status == .contentTooLarge { headers[.connection] = "close" }
        let sentence = translated(fault.message)
        if let shape = ProgramShape(path: request.head.path ?? "") {
            headers[.contentType] = shape.type
            if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"HoaBan\"" }
            return finish(shape.body(sentence, status.code, fault.problems), status, headers, request)
        }
        headers[.contentType] = "text/html; charset=utf-8"
        var frame = Frame(
            status.code == 404 ? t("Không tìm thấy") : status.code == 403 ? t("Không được phép") : t("Chưa làm được"))
        frame.assetVersion = house.assets.version
        frame.isDemo = house.isDemo
        frame.orgName = house.houseName
        frame.content = """
            \(UI.notice("\(sentence)", .bad))
            \(problemList(fault))<p><a class="button" href="/me">\(t("Về trang chính"))</a></p>
            """
        return finish(UI.page(frame).bytes, status, headers, request)
    }

    private func problemList(_ fault: Fault) -> HTML {
        fault.problems.isEmpty
            ? HTML() : "<ul>\(fault.problems.map { "<li>\(translated($0.message))</li>" as HTML })</ul>"
    }
}

/// Keeps a streamed answer from running ahead of a slow reader: at most a few chunks wait.
private actor StreamPace {
    private var waiting = 0
    private var isOver = false
    private var held: CheckedContinuation<Void, Never>?

    func wait() async throws {
        waiting += 1
        if waiting > 8, !isOver { await withCheckedContinuation { held = $0 } }
        if isOver { throw CancellationError() }
    }

    func open() {
        waiting -= 1
        if waiting <= 8 { letGo() }
    }

    func stop() {
        isOver = true
        letGo()
    }

    private func letGo() {
        held?.resume()
        held = nil
    }
}

/// A JSON string with its quotes.
public func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case _ where scalar.value < 32: out += "\\u00" + [UInt8(scalar.value)].hex
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}

extension Fault {
    var status: HTTPResponse.Status {
        switch kind {
        case .invalid: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .gone: .gone
        case .tooLarge: .contentTooLarge
        case .unsupported: .unsupportedMediaType
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .full: .init(code: 507, reasonPhrase: "Insufficient Storage")
        case .timedOut: .requestTimeout
        }
    }
}
