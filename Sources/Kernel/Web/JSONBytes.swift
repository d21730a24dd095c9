/// JSON written piece by piece, as bytes: what programs are answered. Commas come by themselves.
///
///     var json = JSONBytes()
///     json.object { $0.member("name", "Lò Thị Hoa") }
public struct JSONBytes: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// An object, whose members the body writes.
    public mutating func object(_ body: (inout JSONBytes) throws -> Void) rethrows {
        try enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// An array, whose elements the body writes.
    public mutating func array(_ body: (inout JSONBytes) throws -> Void) rethrows {
        try enclosed(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    private mutating func enclosed(
        _ open: UInt8, _ close: UInt8, _ body: (inout JSONBytes) throws -> Void
    ) rethrows {
        separate()
        bytes.append(open)
        needsComma = false
        try body(&self)
        bytes.append(close)
        needsComma = true
    }

    /// The name of a member; its value comes next.
    public mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A text.
    public mutating func text(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// A whole number.
    public mutating func number(_ number: Int) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    /// A number with a fraction; one that JSON cannot write is nothing known.
    public mutating func decimal(_ number: Double) {
        separate()
        bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        needsComma = true
    }

    /// True or false.
    public mutating func flag(_ isTrue: Bool) {
        separate()
        bytes.append(contentsOf: (isTrue ? "true" : "false").utf8)
        needsComma = true
    }

    /// Nothing known.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    /// A member that is a text.
    public mutating func member(_ name: String, _ text: String) {
        self.name(name)
        self.text(text)
    }

    /// A member that is a whole number.
    public mutating func member(_ name: String, _ number: Int) {
        self.name(name)
        self.number(number)
    }

    /// A member that is an array of texts.
    public mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        array { json in for text in texts { json.text(text) } }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    /// RFC 8259, section 7.
    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices where utf8[index] < 32 || utf8[index] == 34 || utf8[index] == 92 {
                bytes.append(contentsOf: utf8[start..<index])
                escape(utf8[index])
                start = index + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 34, 92: bytes += [92, byte]
        case 10: bytes += Array("\\n".utf8)
        case 13: bytes += Array("\\r".utf8)
        case 9: bytes += Array("\\t".utf8)
        default: bytes += Array("\\u00\([byte].hex)".utf8)
        }
    }
}
