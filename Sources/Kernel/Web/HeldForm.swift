import Base

/// A form that came when its session was over: carried through the sign-in as hidden fields, so that the same can be sent again.
public struct HeldForm: Sendable {
    /// Where it was sent: a path of our own.
    public let target: String
    public let fields: [UI.Pair]
    /// The names of its fields with files: a file is not kept, it must be chosen again.
    public let files: [String]
    /// The house's own hand, which says from whose session it came; empty when nobody knows.
    public var mark = ""

    private static let mostBytes = 65_536, mostPacked = 14_000, mostFields = 1000, longest = 60_000

    /// What a late form held, without its secrets; nothing when it is too much to carry in a page.
    public init?(late visit: Visit) {
        let path = visit.path.split(separator: "/").map { Percent.encode(String($0)) }.joined(separator: "/")
        let query = visit.link().dropFirst(visit.path.count)
        target = "/\(path)\(query)"
        fields = visit.form.fields.filter { !Self.isSecret($0.name) }.map { ($0.name, $0.value) }
        files = Set(visit.form.files.map(\.field)).sorted()
        guard Self.isOurs(target), isLight else { return nil }
    }

    /// The form that a sign-in carries; nothing when it carries none.
    public init?(carried form: Form) {
        target = form.raw("held-target")
        mark = String(form.raw("held-mark").prefix(100))
        files = Set(form.all("held-file").prefix(20)).sorted()
        fields = form.fields.compactMap { field in
            guard field.name.hasPrefix(Self.prefix) else { return nil }
            let name = String(field.name.dropFirst(Self.prefix.utf8.count))
            return Self.isSecret(name) ? nil : (name, field.value)
        }
        guard Self.isOurs(target), isLight else { return nil }
    }

    /// The fields that carry it through another form.
    public var hidden: [UI.Pair] {
        [("held-target", target), ("held-mark", mark)] + files.map { ("held-file", $0) }
            + fields.map { (Self.prefix + $0.name, $0.value) }
    }

    /// All that is sent again, in one text: what the mark is made of.
    public var text: String {
        let sent = fields.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value.replacing("\r\n", with: "\n")))" }
        return "\(target)\n\(sent.joined(separator: "&"))\n\(files.map(Percent.encode).joined(separator: "&"))"
    }

    private static let prefix = "held."

    private static func isSecret(_ name: String) -> Bool {
        name == "csrf" || name.lowercased().contains("password") || name.hasPrefix("held")
    }

    private static func isOurs(_ target: String) -> Bool {
        target.hasPrefix("/") && !target.hasPrefix("//") && target.utf8.count <= 8000
            && target.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 92 }
    }

    /// Whether it fits a page of the size that pages may have.
    private var isLight: Bool {
        let size = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard size <= Self.mostBytes, fields.count <= Self.mostFields, files.count <= 20 else { return false }
        guard fields.allSatisfy({ Percent.encode($0.name + $0.value).utf8.count <= Self.longest }) else { return false }
        let bytes = fields.flatMap { Array(($0.name + "=" + $0.value + "\n").utf8) }
        return (Gzip.compress(bytes)?.count ?? 0) <= Self.mostPacked
    }
}
