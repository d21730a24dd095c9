import Base

/// The bounds of what a connected system is given.
enum ConsumerTerms {
    /// Calls a minute.
    static let perMinute = 1...6000
    /// Days until it must be renewed.
    static let days = 1...1100
    /// How long a token opens, and how long a secret may go on beside its successor.
    static let access: Int64 = 3_600_000, overlapHours = [0, 24, 72, 168]
    /// How long calls are counted by day.
    static let counted = 30

    /// The scopes a token gets: those asked for that are held, all held where none is asked for; nothing when none is left.
    static func granted(_ asked: String, of held: [String]) -> [String]? {
        let wanted = asked.split(separator: " ").map(String.init)
        let given = wanted.isEmpty ? held : held.filter(wanted.contains)
        return given.isEmpty ? nil : given
    }

    /// Whether a secret, id or token can be one of ours at all: `hbs_` or `hba_` and 64 hexadecimal digits.
    static func isSecret(_ text: String, _ prefix: String) -> Bool {
        text.utf8.count == prefix.utf8.count + 64 && text.hasPrefix(prefix)
            && text.utf8.dropFirst(prefix.utf8.count).allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
