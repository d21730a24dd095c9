import Base
import HTTPTypes
import Storage
import Work

/// One request, as rooms see it: who asks, what, and where the data are.
public struct Visit: Sendable {
    public let visitor: Visitor
    public let session: SessionView?
    public let db: any Database
    public let path: String
    public let parameters: [String: String]
    public let queries: [(name: String, value: String)]
    public let form: Form
    public let headers: HTTPFields
    public let address: String
    /// Whether the request came over HTTPS (or a trusted proxy says so).
    public let isSecure: Bool
    /// Scheme, host and port as the visitor's browser knows them: where links on paper lead.
    public let origin: String
    let house: HouseFrame
    /// Where files wait that came with a form or are to be fetched.
    public let uploadFolder: String
    /// Where photos and scanned papers are kept.
    public let blobFolder: String

    /// The token that this visitor's forms carry.
    public let csrf: String
    /// The cookie to give to somebody without a session, so that their forms carry a token too.
    let freshGuest: String?
    /// What the room of sessions handed to the gate, for its own pages.
    public let entrance: (any Sendable)?

    public var today: Day { db.clock.today }
    public var now: Int64 { db.clock.now }

    /// The school year the visitor is looking at: the one chosen, else the current one.
    public var year: SchoolYear { SchoolYear(query("year")) ?? session?.year ?? SchoolYear(of: today) }

    /// The cards that all rooms offer this visitor's home page.
    public func homeCards() async throws -> [HTML] { try await house.cards(for: self) }

    /// A count of staff that some room offers; nothing where no room keeps it.
    public func staffCount(_ name: StaticString) -> StaffCount? {
        house.staffCounts.first { $0.name == name.description }
    }

    /// The tables of all rooms that refer to learners.
    public var personTables: [PersonTable] { house.personTables }

    /// The names of the people behind accounts, as the room that keeps accounts tells them.
    public func names(of accounts: Set<ID<Account>>, _ tx: Tx) throws -> [ID<Account>: String] {
        guard let name = house.accountName else { return [:] }
        return try accounts.reduce(into: [:]) { out, id in out[id] = try name(tx, id) }
    }

    /// What other rooms offer about one thing: their own pages below its address.
    public func links(of kind: ScopeRule, below base: String) -> [HTML] {
        guard session?.isViewingAs != true else { return [] }
        return house.links.filter { $0.kind == kind && visitor.may($0.right) }.map {
            UI.link(translated($0.label.description), "\(base)/\($0.page)", icon: $0.icon)
        }
    }

    /// The key in the path; a broken one answers like a missing record.
    public func id<Of>(_ name: StaticString, _: Of.Type = Of.self) throws -> ID<Of> {
        guard let text = parameters[name.description], let id = ID<Of>(text) else { throw Fault.notFound }
        return id
    }

    /// The value of a cookie, as sent.
    public func cookie(_ name: String) -> String? { Caller.cookie(name, in: headers) }

    /// The session's secret: `__Host-session` over HTTPS, `session` on plain loopback.
    public var sessionCookie: String? { cookie(Caller.sessionName(isSecure: isSecure)) }

    /// A part of the path, by its name in the route.
    public func parameter(_ name: StaticString) -> String { parameters[name.description] ?? "" }

    /// A value of the query string, trimmed, empty when it is missing.
    public func query(_ name: StaticString) -> String {
        queries.first { $0.name == name.description }?.value ?? ""
    }

    /// The values of a name that may stand several times in the query string.
    public func queries(_ name: StaticString) -> [String] {
        queries.filter { $0.name == name.description && !$0.value.isEmpty }.map(\.value)
    }

    /// A key in the query string, when there is a whole one.
    public func queryID<Of>(_ name: StaticString, _: Of.Type = Of.self) -> ID<Of>? { ID<Of>(query(name)) }

    /// Whether the page should come with the frame or, for a script that replaces a list, without.
    public var isPartial: Bool { headers[.requestedWith] == "hoaban" }

    /// The same page with one value of the query changed: filters, sorting and columns stay.
    public func link(_ changes: (String, String?)...) -> String {
        var kept = queries.filter { query in !changes.contains { $0.0 == query.name } && !query.value.isEmpty }
        for (name, value) in changes { if let value, !value.isEmpty { kept.append((name, value)) } }
        let text = kept.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }.joined(separator: "&")
        return text.isEmpty ? path : "\(path)?\(text)"
    }
}

extension HTTPField.Name {
    static let requestedWith = HTTPField.Name("X-Requested-With") ?? .userAgent
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .userAgent
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .userAgent
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto") ?? .userAgent
    static let requestNumber = HTTPField.Name("X-Request-ID") ?? .userAgent
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .userAgent
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy") ?? .userAgent
    static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .userAgent
    static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .userAgent
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .userAgent
}

/// The session as pages see it.
public struct SessionView: Sendable {
    public let id: ID<Session>
    public let csrf: String
    public let year: SchoolYear?
    public let roles: [(key: String, label: String, isCurrent: Bool)]
    /// Set while an account must first do one thing (change its password, enter its second factor): every other page leads there.
    public let mustVisit: String?
    /// Set while the visitor looks with another's eyes: nothing may be written.
    public let isViewingAs: Bool

    public init(
        id: ID<Session>, csrf: String, year: SchoolYear?, roles: [(key: String, label: String, isCurrent: Bool)],
        mustVisit: String? = nil, isViewingAs: Bool = false
    ) {
        (self.id, self.csrf, self.year, self.roles) = (id, csrf, year, roles)
        (self.mustVisit, self.isViewingAs) = (mustVisit, isViewingAs)
    }
}

/// The fields of a posted form, bounded, in order.
public struct Form: Sendable {
    public let fields: [(name: String, value: String)]
    public let files: [Upload]
    /// What a program sent instead of a form.
    public let json: JSONValue?

    public init(fields: [(name: String, value: String)] = [], files: [Upload] = [], json: JSONValue? = nil) {
        (self.fields, self.files, self.json) = (fields, files, json)
    }

    /// A field's text, trimmed; empty when it is missing.
    public func text(_ name: String) -> String {
        fields.first { $0.name == name }?.value.trimmed ?? ""
    }

    /// A field's text exactly as sent: passwords.
    public func raw(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

    /// The texts of a field that may stand several times, trimmed.
    public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value.trimmed) }
    public func has(_ name: String) -> Bool { fields.contains { $0.name == name } }
    public func file(_ name: String) -> Upload? { files.first { $0.field == name } }
    public func id<Of>(_ name: String, _: Of.Type = Of.self) -> ID<Of>? { ID<Of>(text(name)) }
}

/// A file that came with a form: on disk under a name of ours, removed when the request ends.
public struct Upload: Sendable {
    public let field: String
    /// The sender's name for it, for showing only.
    public let name: String
    public let path: String
    public let size: Int
}

extension String {
    /// Without white space at either end.
    public var trimmed: String {
        guard let first = unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}

/// Percent encoding of RFC 3986, and the form's variant of it.
public enum Percent {
    /// Encodes all but unreserved characters.
    public static func encode(_ text: String) -> String {
        if text.utf8.allSatisfy(isUnreserved) { return text }
        var out: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) { out.append(byte) } else { out += [37, hex[Int(byte >> 4)], hex[Int(byte & 15)]] }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Decodes what stands form-encoded in a head; nothing when it is broken.
    public static func decoded(_ bytes: some Sequence<UInt8>) -> String? { decode(bytes, plusIsSpace: true) }

    private static let hex = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 46, 95, 126: true
        default: false
        }
    }

    /// Decodes to text; nothing when an escape is broken, the bytes are not UTF-8, or a NUL or other control stands among them.
    static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
        var out: [UInt8] = [], iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case 37:
                guard let high = iterator.next(), let low = iterator.next(),
                    let value = Base.bytes(hex: String(decoding: [high, low], as: UTF8.self))
                else { return nil }
                out += value
            case 43 where plusIsSpace: out.append(32)
            default: out.append(byte)
            }
        }
        guard !out.contains(where: { $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 }) else { return nil }
        return String(validating: out, as: UTF8.self)
    }

    /// Decodes `a=1&b=2`; throws when it is broken or has too many or too long fields.
    static func fields(_ bytes: some Collection<UInt8>, limit: Int = 2000, length: Int = 65_536) throws(Fault) -> [(
        name: String, value: String
    )] {
        guard !bytes.isEmpty else { return [] }
        var out: [(name: String, value: String)] = []
        for pair in bytes.split(separator: 38) {
            guard out.count < limit, pair.count <= length else {
                throw Fault(.tooLarge, "Biểu mẫu có quá nhiều mục hoặc mục quá dài.")
            }
            let sides = pair.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            guard sides[0].count <= 600, let name = decode(sides[0], plusIsSpace: true), name.utf8.count <= 200,
                let value = sides.count > 1 ? decode(sides[1], plusIsSpace: true) : ""
            else { throw Fault(.invalid, "Yêu cầu chứa ký tự không hợp lệ.") }
            out.append((name, value))
        }
        return out
    }
}
