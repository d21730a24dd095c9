import Base
import Storage

/// How far the replacing of the master key has come, as all processes over one database see it.
public struct KeyState: Sendable {
    /// The key in use.
    public let mark: String?
    /// The key that was in use before, and the moment since which it is not.
    public let former: String?, since: Int64
    /// The key that was last given up: nothing is sealed under it again.
    public let forgotten: String?
}

extension Tx {
    /// How far the replacing of the master key has come.
    public func keyState() throws -> KeyState {
        KeyState(
            mark: try setting("key-mark"), former: try setting("key-former"),
            since: try setting("key-since").flatMap { Int64($0) } ?? 0, forgotten: try setting("key-forgotten"))
    }

    /// The keys with which this transaction seals, signs and hides what it keeps. The one in use is the one that the database names,
    /// read in the same transaction: a program that has not heard of a replacement yet, or a long import, seals nothing under a key
    /// that is about to go.
    public func sealing() throws -> Keys {
        let place = ObjectIdentifier(Keys.self)
        if let known = luggage[place] as? Keys { return known }
        guard let mark = try setting("key-mark") else { return keys }
        guard let found = keys.using(mark) else {
            throw Fault(.unavailable, "Khóa của hệ thống vừa được thay. Hãy làm lại sau giây lát.", retryAfter: 5)
        }
        luggage[place] = found
        return found
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

    /// Puts another of the known keys in use; false when it is, or was given up meanwhile. All processes over the database seal
    /// under it from now on.
    public func useKey(_ mark: String) throws -> Bool {
        let state = try keyState()
        guard keys.marks.contains(mark), let old = state.mark, old != mark, state.forgotten != mark else {
            return false
        }
        try set("key-mark", to: mark)
        try set("key-former", to: old)
        try set("key-since", to: String(now))
        return true
    }

    /// Gives up a key that is not in use, for good; false when it is in use.
    public func giveUpKey(_ mark: String) throws -> Bool {
        guard try keyState().mark != mark else { return false }
        try set("key-forgotten", to: mark)
        return true
    }

    /// Says that a program is running and which keys it knows.
    public func noteProcess(_ id: String) throws {
        try exec(
            """
            INSERT INTO work_process (id, seen_at, keys) VALUES (\(id), \(now), \(keys.marks.joined(separator: " ")))
            ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, keys = excluded.keys
            """)
        try exec("DELETE FROM work_process WHERE seen_at < \(now - 86_400_000)")
    }

    /// Says that a program has ended.
    public func forgetProcess(_ id: String) throws { try exec("DELETE FROM work_process WHERE id = \(id)") }

    /// How many running programs do not know a key.
    public func processes(without mark: String) throws -> Int {
        try all("SELECT keys FROM work_process WHERE seen_at > \(now - 150_000)", String.self)
            .count { !$0.split(separator: " ").contains { $0 == mark } }
    }
}

extension Sealing {
    /// The keys of persons.
    static let personKey = Sealing("person-keys", for: "person-key")
}
