/// Tells code, comments and string literals of a Swift source apart; enough of the language for the walls.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var code: [UInt8]
    private var found: [(text: [UInt8], at: Int, end: Int)] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes
    }

    mutating func run() { while at < bytes.count { step(until: nil) } }

    var literals: [Literal] {
        found.sorted { $0.at < $1.at }.map { piece in
            let call = self.call(around: piece.at)
            return Literal(
                text: String(decoding: piece.text, as: UTF8.self), line: 1 + bytes[..<piece.at].count { $0 == 10 },
                callee: call.name, argument: call.index, arguments: call.count,
                following: String(decoding: code[piece.end...].prefix(80), as: UTF8.self))
        }
    }

    private func starts(_ text: StaticString, at place: Int) -> Bool {
        text.withUTF8Buffer { wanted in
            place + wanted.count <= bytes.count && bytes[place..<place + wanted.count].elementsEqual(wanted)
        }
    }

    private mutating func blank(_ range: Range<Int>) {
        for index in range where bytes[index] != 10 { code[index] = 32 }
    }

    /// Passes one token; inside an interpolation `until` is the depth of its parentheses.
    private mutating func step(until depth: Int?) {
        if starts("//", at: at) { return lineComment() }
        if starts("/*", at: at) { return blockComment() }
        if bytes[at] == 35, let hashes = rawOpening() { return literal(hashes: hashes) }
        if bytes[at] == 34 { return literal(hashes: 0) }
        at += 1
    }

    private mutating func lineComment() {
        let start = at
        while at < bytes.count, bytes[at] != 10 { at += 1 }
        blank(start..<at)
    }

    private mutating func blockComment() {
        let start = at
        var depth = 0
        repeat {
            if starts("/*", at: at) {
                (depth, at) = (depth + 1, at + 2)
            } else if starts("*/", at: at) {
                (depth, at) = (depth - 1, at + 2)
            } else {
                at += 1
            }
        } while depth > 0 && at < bytes.count
        blank(start..<min(at, bytes.count))
    }

    private func rawOpening() -> Int? {
        var hashes = 0
        while at + hashes < bytes.count, bytes[at + hashes] == 35 { hashes += 1 }
        return at + hashes < bytes.count && bytes[at + hashes] == 34 ? hashes : nil
    }

    private mutating func literal(hashes: Int) {
        let start = at
        at += hashes
        let isLong = starts("\"\"\"", at: at)
        at += isLong ? 3 : 1
        let inside = at
        var text: [UInt8] = [], blankFrom = inside
        while at < bytes.count, !closes(isLong: isLong, hashes: hashes) {
            if bytes[at] == 92, escapes(hashes: hashes) {
                at += 1 + hashes
                if at < bytes.count, bytes[at] == 40 {
                    blank(blankFrom..<at)
                    interpolation()
                    text.append(0)
                    blankFrom = at
                } else {
                    escape(into: &text)
                }
            } else {
                text.append(bytes[at])
                at += 1
            }
        }
        blank(blankFrom..<min(at, bytes.count))
        at = min(at + (isLong ? 3 : 1) + hashes, bytes.count)
        found.append((isLong ? dedented(text) : text, start, at))
    }

    private func closes(isLong: Bool, hashes: Int) -> Bool {
        guard isLong ? starts("\"\"\"", at: at) : bytes[at] == 34 || bytes[at] == 10 else { return false }
        let end = at + (isLong ? 3 : 1)
        return end + hashes <= bytes.count && bytes[end..<end + hashes].allSatisfy { $0 == 35 }
    }

    private func escapes(hashes: Int) -> Bool {
        at + hashes < bytes.count && bytes[at + 1..<at + 1 + hashes].allSatisfy { $0 == 35 }
    }

    /// The value between `\(` and `)` is code, with literals of its own.
    private mutating func interpolation() {
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case 40: depth += 1
            case 41: depth -= 1
            default: break
            }
            if depth == 0 {
                at += 1
                return
            }
            step(until: depth)
        }
    }

    private mutating func escape(into text: inout [UInt8]) {
        guard at < bytes.count else { return }
        defer { at += 1 }
        switch bytes[at] {
        case 110: text.append(10)
        case 114: text.append(13)
        case 116: text.append(9)
        case 48: text.append(0)
        case 10: while at + 1 < bytes.count, bytes[at + 1] == 32 { at += 1 }
        case 117:
            guard let end = bytes[at...].firstIndex(of: 125) else { return }
            let digits = String(decoding: bytes[(at + 2)..<end], as: UTF8.self)
            if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
                text += Array(String(scalar).utf8)
            }
            at = end
        default: text.append(bytes[at])
        }
    }

    private func dedented(_ text: [UInt8]) -> [UInt8] {
        var lines = text.split(separator: 10, omittingEmptySubsequences: false)
        guard lines.count > 1 else { return text }
        let indent = lines.removeLast().count
        lines.removeFirst()
        return Array(lines.map { $0.dropFirst(min(indent, $0.prefix { $0 == 32 }.count)) }.joined(separator: [10]))
    }

    /// The call whose argument stands at a place.
    private func call(around place: Int) -> (name: String, index: Int, count: Int) {
        var depth = 0, index = 0, back = place - 1
        while back >= 0 {
            switch code[back] {
            case 41, 93, 125: depth += 1
            case 40 where depth == 0: return (name(before: back), index, index + 1 + commas(after: place))
            case 91 where depth == 0, 123 where depth == 0: return ("", 0, 0)
            case 40, 91, 123: depth -= 1
            case 44 where depth == 0: index += 1
            default: break
            }
            back -= 1
        }
        return ("", 0, 0)
    }

    private func name(before place: Int) -> String {
        var start = place
        while start > 0, isNameByte(code[start - 1]) { start -= 1 }
        return String(decoding: code[start..<place], as: UTF8.self)
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 46
    }

    private func commas(after place: Int) -> Int {
        var depth = 0, count = 0
        for byte in code[place...] {
            switch byte {
            case 40, 91, 123: depth += 1
            case 41 where depth == 0: return count
            case 41, 93, 125: depth -= 1
            case 44 where depth == 0: count += 1
            default: break
            }
        }
        return count
    }
}
