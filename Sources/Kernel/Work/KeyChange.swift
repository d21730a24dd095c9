import Base
import Storage

/// How far the replacing of the master key has come, as all processes over one database see it.
public struct KeyState: Sendable {
    /// The key in use.
    public let mark: String?
    /// The key that was in use before, and the moment since which it is not.
    public let former: String?, since: Int64
}

extension Tx {
    /// How far the replacing of the master key has come.
    public func keyState() throws -> KeyState {
        KeyState(
            mark: try setting("key-mark"), former: try setting("key-former"),
            since: try setting("key-since").flatMap { Int64($0) } ?? 0)
    }

    /// Notes which key is in use where nobody has yet, and what this installation is called in its own exports, which outlives the
    /// key that it was first derived from. Answers the mark of the key in use.
    public func noteKey() throws -> String {
        if try setting("installation") == nil { try set("installation", to: installation()) }
        if let known = try setting("key-mark") { return known }
        try set("key-mark", to: keys.marks[0])
        return keys.marks[0]
    }

    /// A name of this installation that its own exports bear; it tells nothing of a key.
    public func installation() throws -> String {
        try setting("installation") ?? keys.blind("installation", "registry.exchange").prefix(8).hex
    }

    /// Puts another of the known keys in use. All processes over the database follow within seconds.
    public func useKey(_ mark: String) throws {
        guard keys.marks.contains(mark), let old = try setting("key-mark"), old != mark else { return }
        try set("key-mark", to: mark)
        try set("key-former", to: old)
        try set("key-since", to: String(now))
    }

    /// Data folders that are being served and whose program does not know a key.
    public func places(without mark: String) throws -> [String] {
        try all("SELECT place, keys FROM work_place WHERE seen_at > \(now - 150_000) ORDER BY place") {
            (place: try $0() as String, keys: try $0() as String)
        }.filter { !$0.keys.split(separator: " ").contains { $0 == mark } }.map(\.place)
    }
}

extension Sealing {
    /// The keys of persons.
    static let personKey = Sealing("person-keys", for: "person-key")
}
