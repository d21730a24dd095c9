import Foundation

/// A file of the tree with its comments and texts told apart from its code.
struct Source: Sendable {
    /// The path from the root: `Sources/Kernel/Base/ID.swift`.
    let path: String
    let text: String
    /// The same bytes with comments and the insides of string literals blanked, so that places and lines agree with `text`.
    let code: String
    let literals: [Literal]

    init(path: String, text: String) {
        (self.path, self.text) = (path, text)
        var lexer = Lexer(text)
        lexer.run()
        code = String(decoding: lexer.code, as: UTF8.self)
        literals = lexer.literals
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var lines: Int { text.utf8.count { $0 == 10 } }

    /// The room the file belongs to: `Identity` of `Sources/Features/Identity/Pages.swift`, `Base` of `Sources/Kernel/Base/…`.
    var room: String {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2 else { return "" }
        return ["Kernel", "Features", "C"].contains(parts[1]) ? parts[2] : parts[1]
    }

    /// The file or folder of the room that this is: `Store` of `Store.swift`, `Store+Orgs.swift` and `Store/Orgs.swift`.
    var part: String {
        let parts = path.split(separator: "/").map(String.init)
        guard let at = parts.firstIndex(of: room), at + 1 < parts.count else { return "" }
        return String(parts[at + 1].prefix { $0 != "+" && $0 != "." })
    }

    func line(at offset: Int) -> Int { 1 + text.utf8.prefix(offset).count { $0 == 10 } }

    /// Where a pattern stands in the code, as `path:line`.
    func places(of pattern: String) -> [String] { matches(of: pattern).map { "\(path):\($0.line)" } }

    /// What a pattern finds in the code: the line and the groups.
    func matches(of pattern: String) -> [(line: Int, groups: [String])] { found(pattern, in: code) }

    /// The groups a pattern finds in a text, with the line they stand on.
    private func found(_ pattern: String, in text: String) -> [(line: Int, groups: [String])] {
        matched(pattern, in: text).map { match in
            (1 + text.utf16.prefix(match.at).count { $0 == 10 }, match.groups)
        }
    }
}

/// A string literal of the source.
struct Literal: Sendable {
    /// What it says, with `\0` where a value is interpolated.
    let text: String
    let line: Int
    /// The function it is handed to, with its dots: `t`, `Fault`, `.conflict`; empty outside a call.
    let callee: String
    /// Which argument of the call it stands in, from 0, and how many arguments the call has.
    let argument: Int, arguments: Int
    /// The first of the code that follows it.
    let following: String

    var holes: Int { text.components(separatedBy: "{}").count - 1 }
    var isInterpolated: Bool { text.contains("\0") }
}

/// What a pattern finds in a text: where, in UTF-16 places, and the groups, the whole match first.
func matched(_ pattern: String, in text: String) -> [(at: Int, groups: [String])] {
    guard let expression = try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines]) else {
        return [(0, ["the pattern \(pattern) is broken"])]
    }
    let whole = text as NSString
    return expression.matches(in: text, range: NSRange(location: 0, length: whole.length)).map { match in
        let groups = (0..<match.numberOfRanges).map { index in
            let range = match.range(at: index)
            return range.location == NSNotFound ? "" : whole.substring(with: range)
        }
        return (match.range.location, groups)
    }
}
