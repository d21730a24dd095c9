import Base
import HTTPTypes
import HummingbirdCore

/// What the head says of the caller: address, scheme, host, cookies.
struct Caller: Sendable {
    /// By what the log, the answer's head and the page of a defect know the request: a proxy's number where one is trusted.
    let number: String
    let address: String
    let isSecure: Bool
    let host: String
    private let cookies: String

    init(_ request: Request, peer: String, trusted: Set<String>, isTLS: Bool) {
        let byProxy = trusted.contains(peer)
        let forwarded =
            byProxy ? request.headers[.forwardedFor]?.split(separator: ",").last.map { String($0).trimmed } : nil
        let given = byProxy ? request.headers[.requestNumber] : nil
        number = given.flatMap { Self.isNumber($0) ? $0 : nil } ?? Crockford.encode(Secret.random(5))
        address = String((forwarded ?? peer).prefix(64))
        isSecure = byProxy ? request.headers[.forwardedProto] == "https" : isTLS
        host = request.head.authority ?? ""
        cookies = request.headers[values: .cookie].joined(separator: "; ")
    }

    private static func isNumber(_ text: String) -> Bool {
        (8...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
            }
    }

    /// The language asked for; compared byte by byte, before the head is checked.
    var language: Language { cookie("lang").map { $0.utf8.elementsEqual("en".utf8) } == true ? .en : .vi }

    var origin: String { "\(isSecure ? "https" : "http")://\(host)" }

    func cookie(_ name: String) -> String? { Self.cookie(name, of: cookies) }

    static func cookie(_ name: String, in headers: HTTPFields) -> String? {
        cookie(name, of: headers[values: .cookie].joined(separator: "; "))
    }

    private static func cookie(_ name: String, of cookies: String) -> String? {
        // Byte by byte: comparing texts would normalise what the caller sent.
        for pair in cookies.utf8.split(separator: UInt8(ascii: ";")) {
            let pair = pair.drop { $0 == UInt8(ascii: " ") }
            guard pair.starts(with: name.utf8), pair.dropFirst(name.utf8.count).first == UInt8(ascii: "=") else {
                continue
            }
            return String(pair.dropFirst(name.utf8.count + 1))
        }
        return nil
    }

    /// `__Host-session` over HTTPS, `session` on plain loopback.
    var sessionCookie: String? { cookie(Self.sessionName(isSecure: isSecure)) }

    static func sessionName(isSecure: Bool) -> String { isSecure ? "__Host-session" : "session" }
}

/// The checks of a request's head, before anything is decoded further.
enum Head {
    static let broken = Fault(.invalid, "Yêu cầu chứa ký tự không hợp lệ.")

    /// Fields whose names or values hold a run of combining marks never get as far as being compared.
    static func refuseMarks(_ fields: [(name: String, value: String)]) throws(Fault) {
        for field in fields {
            if Fold.hasTooManyMarks(field.name.utf8) || Fold.hasTooManyMarks(field.value.utf8) { throw broken }
        }
    }

    /// The decoded segments of the path and the fields of the query; throws for NUL, broken UTF-8, runs of combining marks, a missing Host.
    static func check(_ request: Request) throws -> (segments: [String], queries: [(name: String, value: String)]) {
        guard request.head.authority?.isEmpty == false else {
            throw Fault(.invalid, "Yêu cầu thiếu tên máy chủ (Host).")
        }
        guard request.headers[.transferEncoding].map({ $0.utf8.elementsEqual("chunked".utf8) }) ?? true else {
            throw broken
        }
        let target = Array((request.head.path ?? "/").utf8)
        guard target.count <= 8192, target.first == 47 else { throw broken }
        let sides = target.split(separator: 63, maxSplits: 1, omittingEmptySubsequences: false)
        let segments = try sides[0].split(separator: 47).map { segment in
            guard let text = Percent.decode(segment, plusIsSpace: false), text != "..", text != ".",
                !text.contains("/"),
                !text.contains("\\"), !Fold.hasTooManyMarks(text.utf8)
            else { throw broken }
            return text
        }
        let queries = sides.count > 1 ? try Percent.fields(sides[1], limit: 200, length: 8192) : []
        try refuseMarks(queries)
        for field in request.headers where Fold.hasTooManyMarks(field.value.utf8) { throw broken }
        return (segments, queries.map { ($0.name, $0.value.trimmed) })
    }
}
