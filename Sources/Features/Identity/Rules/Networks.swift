#if canImport(Glibc)
import Glibc
#endif

/// How addresses are counted: IPv4 alone and by /24, IPv6 by /64 (one subscriber) and /48 (one site).
enum Networks {
    static func keys(of address: String) -> (address: String, network: String) {
        if let four = bytes(address, AF_INET, 4) {
            return ("i:\(text(four))", "n:\(text(four.dropLast()))")
        }
        guard let six = bytes(address, AF_INET6, 16) else { return ("i:?", "n:?") }
        // An IPv4 caller on an IPv6 socket: ::ffff:a.b.c.d.
        if six.prefix(10).allSatisfy({ $0 == 0 }), six[10] == 255, six[11] == 255 {
            return ("i:\(text(six.suffix(4)))", "n:\(text(six.suffix(4).dropLast()))")
        }
        return ("i:\(text(six.prefix(8)))", "n:\(text(six.prefix(6)))")
    }

    private static func bytes(_ address: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var out = [UInt8](repeating: 0, count: count)
        return inet_pton(family, address, &out) == 1 ? out : nil
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String { bytes.map(String.init).joined(separator: ".") }
}
