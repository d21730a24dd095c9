import Synchronization

/// The language a page speaks: Vietnamese is written in the source, English comes from a catalogue.
public enum Language: String, Sendable, CaseIterable {
    case vi, en

    @TaskLocal public static var current: Language = .vi
}

/// The catalogue of English texts, keyed by the Vietnamese ones; filled once at start and read without a lock.
public enum Texts {
    private final class Catalogue: Sendable {
        let english: [String: String]

        init(_ english: [String: String]) { self.english = english }
    }

    private static let catalogue = AtomicLazyReference<Catalogue>()

    /// Takes the catalogue, Vietnamese text to English text; the first one stays.
    public static func use(_ english: [String: String]) { _ = catalogue.storeIfNil(Catalogue(english)) }

    static func english(_ text: String) -> String { catalogue.load()?.english[text] ?? text }
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
    return filled(pattern, values)
}

/// The values in the holes of a pattern, in order; holes without a value stay as they are.
private func filled(_ pattern: String, _ values: [String]) -> String {
    var pattern = pattern
    return pattern.withUTF8 { utf8 in
        let most = utf8.count + values.reduce(0) { $0 + $1.utf8.count }
        var out: [UInt8] = [], start = 0, used = 0
        out.reserveCapacity(most)
        for index in utf8.indices.dropLast() where used < values.count && utf8[index] == 123 && utf8[index + 1] == 125 {
            out.append(contentsOf: utf8[start..<index])
            out.append(contentsOf: values[used].utf8)
            (start, used) = (index + 2, used + 1)
        }
        out.append(contentsOf: utf8[start...])
        return String(decoding: out, as: UTF8.self)
    }
}
