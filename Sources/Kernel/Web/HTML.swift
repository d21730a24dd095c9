/// A piece of a page. Interpolation **escapes** whatever is not a piece of a page itself.
public struct HTML: Sendable, ExpressibleByStringInterpolation {
    public private(set) var bytes: [UInt8]

    public init() { bytes = [] }
    public init(stringLiteral text: String) { bytes = Array(text.utf8) }
    public init(stringInterpolation pieces: Pieces) { bytes = pieces.bytes }
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Markup made by this program itself, taken as it is: never anything typed by a person.
    public static func trusted(_ markup: String) -> HTML { HTML(bytes: Array(markup.utf8)) }
    /// Text, escaped.
    @_disfavoredOverload
    public static func text(_ text: some StringProtocol) -> HTML { .text(String(text)) }

    /// Text, escaped.
    public static func text(_ text: String) -> HTML {
        var pieces = Pieces(literalCapacity: 0, interpolationCount: 1)
        pieces.appendInterpolation(text)
        return HTML(stringInterpolation: pieces)
    }

    public var isEmpty: Bool { bytes.isEmpty }
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    public static func + (left: HTML, right: HTML) -> HTML { HTML(bytes: left.bytes + right.bytes) }
    public static func += (left: inout HTML, right: HTML) { left.bytes += right.bytes }

    /// What a literal with `\(…)` in it is made of: texts are escaped, HTML goes in as it is.
    public struct Pieces: StringInterpolationProtocol, Sendable {
        var bytes: [UInt8] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        public mutating func appendLiteral(_ literal: String) { bytes.append(contentsOf: literal.utf8) }
        public mutating func appendInterpolation(_ piece: HTML) { bytes.append(contentsOf: piece.bytes) }
        public mutating func appendInterpolation(_ piece: HTML?) {
            if let piece { bytes.append(contentsOf: piece.bytes) }
        }
        public mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { bytes.append(contentsOf: piece.bytes) }
        }
        public mutating func appendInterpolation(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }
        @_disfavoredOverload
        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            bytes.append(contentsOf: String(number).utf8)
        }

        public mutating func appendInterpolation(_ text: String) {
            var text = text
            text.withUTF8 { utf8 in
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
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
                    entity.withUTF8Buffer { bytes.append(contentsOf: $0) }
                    start = index + 1
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
            }
        }

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
