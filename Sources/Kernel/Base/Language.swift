import Synchronization

/// The language a page speaks: Vietnamese is written in the source, English comes from a catalogue.
public enum Language: String, Sendable, CaseIterable {
    case vi, en

    @TaskLocal public static var current: Language = .vi
}

/// The catalogue of English texts, keyed by the Vietnamese ones; filled once at start.
public enum Texts {
    private static let english = Mutex<[String: String]>([:])

    /// Adds a catalogue: Vietnamese text to English text.
    public static func load(_ texts: [String: String]) {
        english.withLock { $0.merge(texts) { _, new in new } }
    }

    static func english(_ text: String) -> String { english.withLock { $0[text] } ?? text }
}

/// A text of the screen in the visitor's language; `{}` takes the values in order.
public func t(_ text: StaticString, _ values: any CustomStringConvertible...) -> String {
    translated(text.description, values.map(\.description))
}

/// The same without values.
public func t(_ text: StaticString) -> String {
    Language.current == .vi ? text.description : Texts.english(text.description)
}

/// A text that came from data (a fault's sentence, a catalogue's label) in the visitor's language.
public func translated(_ text: String, _ values: [String] = []) -> String {
    let pattern = Language.current == .vi ? text : Texts.english(text)
    guard !values.isEmpty else { return pattern }
    var out = "", rest = pattern[...]
    for value in values {
        guard let hole = rest.firstRange(of: "{}") else { break }
        out += rest[..<hole.lowerBound]
        out += value
        rest = rest[hole.upperBound...]
    }
    return out + rest
}
