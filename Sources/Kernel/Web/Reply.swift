import Base
import HTTPTypes
import HummingbirdCore
import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// What a room answers.
public struct Reply: Sendable {
    enum Body: Sendable {
        case page(PageContent)
        case bytes([UInt8], type: String)
        case stream(type: String, @Sendable (StreamWriter) async throws -> Void)
        case empty
    }

    var status: HTTPResponse.Status
    var headers: HTTPFields = [:]
    var body: Body

    /// A page inside the frame.
    public static func page(
        _ title: String, crumbs: [(String, String?)] = [], primary: HTML? = nil, status: HTTPResponse.Status = .ok,
        wide: Bool = false,
        _ content: HTML
    ) -> Reply {
        Reply(
            status: status, body: .page(PageContent(title: title, crumbs: crumbs, primary: primary, content: content)))
    }

    /// The page of a form that has problems: status 422, so that nothing takes it for a success.
    public static func redraw(_ title: String, crumbs: [(String, String?)] = [], _ content: HTML) -> Reply {
        page(title, crumbs: crumbs, status: .unprocessableContent, content)
    }

    /// A whole document of its own: prints.
    public static func document(_ html: HTML) -> Reply {
        Reply(status: .ok, body: .bytes(html.bytes, type: "text/html; charset=utf-8"))
    }

    /// Where to go after a change: always 303, so that a reload does not send the form again. Only paths of our own.
    public static func redirect(_ path: String, flash: String? = nil) -> Reply {
        var reply = Reply(status: .seeOther, body: .empty)
        let isOurs =
            path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
            && path.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        reply.headers[.location] = isOurs ? path : "/me"
        if let flash {
            reply.headers[values: .setCookie].append(
                "flash=\(Percent.encode(flash)); Path=/; Max-Age=20; SameSite=Lax; HttpOnly")
        }
        return reply
    }

    /// An answer for programs.
    public static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, type: String = "application/json")
        -> Reply
    {
        Reply(status: status, body: .bytes(bytes, type: type))
    }

    /// A plain text.
    public static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Reply {
        Reply(status: status, body: .bytes(Array(text.utf8), type: type))
    }

    /// A file to keep: sent as an attachment under an ASCII name with the real one beside it.
    public static func file(_ bytes: [UInt8], name: String, type: String) -> Reply {
        var reply = Reply(status: .ok, body: .bytes(bytes, type: type))
        reply.headers[.contentDisposition] = disposition(name)
        return reply
    }

    /// A picture of a page: shown where it stands, named by nobody.
    public static func picture(_ bytes: [UInt8], type: String) -> Reply {
        Reply(status: .ok, body: .bytes(bytes, type: type))
    }

    /// A file written as it goes: exports of any size in constant memory.
    public static func stream(
        name: String, type: String, _ write: @escaping @Sendable (StreamWriter) async throws -> Void
    ) -> Reply {
        var reply = Reply(status: .ok, body: .stream(type: type, write))
        reply.headers[.contentDisposition] = disposition(name)
        return reply
    }

    /// A file of the program's own, sent as it is read.
    public static func stream(name: String, type: String, path: String) -> Reply {
        stream(name: name, type: type) { out in
            guard let file = fopen(path, "rb") else { throw Fault(.gone, "Tệp này đã được dọn. Hãy xuất lại.") }
            defer { fclose(file) }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = fread(&buffer, 1, buffer.count, file)
                if count == 0 { return }
                try await out.write(Array(buffer[..<count]))
            }
        }
    }

    /// The same page in the width of a letter.
    public var narrow: Reply { changed { $0.isNarrow = true } }

    /// The same page, asking again by itself after some seconds where there is no script: a job is on its way.
    public func refreshing(_ seconds: Int) -> Reply { changed { $0.refresh = seconds } }

    /// The same page without the header's way to the sign-in: the page itself is one, or comes right after it.
    public var withoutDoor: Reply { changed { $0.offersSignIn = false } }

    private func changed(_ change: (inout PageContent) -> Void) -> Reply {
        guard case .page(var page) = body else { return self }
        change(&page)
        var reply = self
        reply.body = .page(page)
        return reply
    }

    /// The same answer with a cookie.
    public func setting(cookie: String) -> Reply {
        var reply = self
        reply.headers[values: .setCookie].append(cookie)
        return reply
    }

    /// The same answer under another status.
    public func status(_ status: HTTPResponse.Status) -> Reply {
        var reply = self
        reply.status = status
        return reply
    }

    /// The same answer with a header.
    public func setting(_ name: HTTPField.Name, _ value: String) -> Reply {
        var reply = self
        reply.headers[name] = value
        return reply
    }

    private static func disposition(_ name: String) -> String {
        let plain = name.utf8.map {
            ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 45 || $0 == 46
                ? $0 : 95
        }
        return
            "attachment; filename=\"\(String(decoding: plain, as: UTF8.self))\"; filename*=UTF-8''\(Percent.encode(name))"
    }
}

/// The inside of a page, before the frame is put around it.
public struct PageContent: Sendable {
    let title: String
    let crumbs: [(String, String?)]
    let primary: HTML?
    let content: HTML
    /// Drawn in the width of a letter, for those who are not signed in.
    var isNarrow = false
    /// Seconds after which the page asks again without script.
    var refresh: Int?
    var offersSignIn = true
}

/// Where a streamed answer is written.
public final class StreamWriter: Sendable {
    private let send: @Sendable ([UInt8]) async throws -> Void
    init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) { self.send = send }

    /// Sends a piece; waits while the other side is slow.
    public func write(_ bytes: [UInt8]) async throws { try await send(bytes) }
}
