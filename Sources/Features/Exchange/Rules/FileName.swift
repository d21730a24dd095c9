/// The names that files from outside bear on our disk.
enum FileName {
    /// Letters, digits, `.`, `-`, `_`, at most 100; never hidden, never a path.
    static func safe(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last ?? "tep"
        let bytes = last.utf8.suffix(100).map { isHarmless($0) ? $0 : UInt8(ascii: "_") }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasPrefix(".") || text.isEmpty ? "_" + text : text
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
