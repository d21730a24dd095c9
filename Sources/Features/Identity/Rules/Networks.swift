/// How addresses are counted: IPv4 alone and by /24, IPv6 by /64 (one subscriber) and /48 (one site).
enum Networks {
    static func keys(of address: String) -> (address: String, network: String) {
        if let four = four(address[...]) { return ("i:\(text(four))", "n:\(text(four.dropLast()))") }
        guard let six = six(address) else { return ("i:?", "n:?") }
        // An IPv4 caller on an IPv6 socket: ::ffff:a.b.c.d.
        if six.prefix(5).allSatisfy({ $0 == 0 }), six[5] == 0xFFFF {
            let four = six.suffix(2).flatMap { [$0 >> 8, $0 & 255] }
            return ("i:\(text(four))", "n:\(text(four.dropLast()))")
        }
        return ("i:\(text(six.prefix(4), 16))", "n:\(text(six.prefix(3), 16))")
    }

    private static func four(_ address: Substring) -> [Int]? {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { number($0, radix: 10, digits: 3, most: 255) }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    /// The eight groups of an IPv6 address (RFC 4291): `::` stands for as many zeros as are missing, the last two may be written as IPv4.
    private static func six(_ address: String) -> [Int]? {
        guard address.utf8.count <= 45, !address.contains(":::") else { return nil }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = halves.first.flatMap(groups) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count < 8 else { return nil }
        return head + [Int](repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func groups(_ text: Substring) -> [Int]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var out: [Int] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = four(part) {
                out += [four[0] << 8 | four[1], four[2] << 8 | four[3]]
            } else if let group = number(part, radix: 16, digits: 4, most: 0xFFFF) {
                out.append(group)
            } else {
                return nil
            }
        }
        return out
    }

    private static func number(_ text: Substring, radix: Int, digits: Int, most: Int) -> Int? {
        guard (1...digits).contains(text.utf8.count), text.first != "+", text.first != "-",
            let value = Int(text, radix: radix)
        else { return nil }
        return value <= most ? value : nil
    }

    private static func text(_ parts: some Sequence<Int>, _ radix: Int = 10) -> String {
        parts.map { String($0, radix: radix) }.joined(separator: radix == 16 ? ":" : ".")
    }
}
