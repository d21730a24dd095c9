/// A piece of a page. Interpolation **escapes** whatever is not a piece of a page itself.
public struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// A literal and a text stay as they came until they are written into something larger: most pieces are never bytes of
    /// their own.
    private enum Content: Sendable {
        case bytes([UInt8]), markup(String), text(String)
    }

    private var content: Content

    public init() { content = .markup("") }
    /// An empty piece with room for so many bytes: what grows by many small pieces.
    init(capacity: Int) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(capacity)
        content = .bytes(bytes)
    }
    public init(stringLiteral text: String) { content = .markup(text) }
    public init(stringInterpolation pieces: Pieces) { content = .bytes(pieces.bytes) }

    /// Markup made by this program itself, taken as it is: never anything typed by a person.
    public static func trusted(_ markup: String) -> HTML { HTML(.markup(markup)) }
    /// Text, escaped.
    @_disfavoredOverload
    public static func text(_ text: some StringProtocol) -> HTML { .text(String(text)) }

    /// Text, escaped.
    public static func text(_ text: String) -> HTML { HTML(.text(text)) }

    private init(_ content: Content) { self.content = content }

    public var isEmpty: Bool {
        switch content {
        case .bytes(let bytes): bytes.isEmpty
        case .markup(let text), .text(let text): text.isEmpty
        }
    }

    /// The piece as it goes out.
    public var bytes: [UInt8] {
        if case .bytes(let bytes) = content { return bytes }
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    public var string: String { String(decoding: bytes, as: UTF8.self) }

    public static func + (left: HTML, right: HTML) -> HTML {
        var out = left
        out += right
        return out
    }

    public static func += (left: inout HTML, right: HTML) {
        var bytes = left.takeBytes()
        right.write(to: &bytes)
        left.content = .bytes(bytes)
    }

    /// Gives the bytes away, so that they can grow where they are.
    private mutating func takeBytes() -> [UInt8] {
        let bytes = bytes
        content = .markup("")
        return bytes
    }

    fileprivate func write(to out: inout [UInt8]) {
        switch content {
        case .bytes(let bytes): out.append(contentsOf: bytes)
        case .markup(let text): HTML.add(text, to: &out)
        case .text(let text): HTML.escape(text, to: &out)
        }
    }

    fileprivate static func add(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { out.append(contentsOf: $0) }
    }

    fileprivate static func escape(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { escape($0, to: &out) }
    }

    private static func escape(_ utf8: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        var start = 0
        for index in utf8.indices {
            let entity: StaticString
            switch utf8[index] {
            case 38: entity = "&amp;"
            case 60: entity = "&lt;"
            case 62: entity = "&gt;"
            case 34: entity = "&quot;"
            case 39: entity = "&#39;"
            default: continue
            }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
            entity.withUTF8Buffer { out.append(contentsOf: $0) }
            start = index + 1
        }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }

    /// What a literal with `\(…)` in it is made of: texts are escaped, HTML goes in as it is.
    public struct Pieces: StringInterpolationProtocol, Sendable {
        var bytes: [UInt8] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        public mutating func appendLiteral(_ literal: String) { HTML.add(literal, to: &bytes) }
        public mutating func appendInterpolation(_ piece: HTML) { piece.write(to: &bytes) }
        public mutating func appendInterpolation(_ piece: HTML?) { piece?.write(to: &bytes) }
        public mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { piece.write(to: &bytes) }
        }
        public mutating func appendInterpolation(_ number: Int) { HTML.add(String(number), to: &bytes) }
        @_disfavoredOverload
        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            HTML.add(String(number), to: &bytes)
        }

        public mutating func appendInterpolation(_ text: String) { HTML.escape(text, to: &bytes) }
        public mutating func appendInterpolation(_ text: Substring) { appendInterpolation(String(text)) }
        public mutating func appendInterpolation(_ text: String?) { if let text { appendInterpolation(text) } }
        @_disfavoredOverload
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            appendInterpolation(value.description)
        }
    }
}

extension Sequence where Element == HTML {
    /// The pieces one after the other.
    public func joined(_ separator: HTML = HTML()) -> HTML {
        var out = HTML(), first = true
        for piece in self {
            if !first { out += separator }
            out += piece
            first = false
        }
        return out
    }
}

/// An attribute that is present or absent: `\(when(isOpen, " open"))`.
public func when(_ condition: Bool, _ piece: @autoclosure () -> HTML) -> HTML { condition ? piece() : HTML() }
