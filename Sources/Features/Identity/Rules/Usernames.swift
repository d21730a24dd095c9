import Base

/// How sign-in names are made, folded and refused.
public enum Usernames {
    public static let shortest = 3
    public static let longest = 40

    /// The form under which a name is unique and found: separators and case fall away, look-alikes become one
    /// (`0` and `o`, `1` and `l`, `rn` and `m`, `vv` and `w`), Vietnamese letters lose their marks.
    public static func key(_ typed: String) -> String {
        guard typed.utf8.count <= 160 else { return "" }
        var out: [UInt8] = []
        for byte in Fold.key(typed).utf8 where isLetter(byte) || isDigit(byte) {
            out.append(byte == 48 ? 111 : byte == 49 ? 108 : byte)
            join(&out)
        }
        return out.count <= longest ? String(decoding: out, as: UTF8.self) : ""
    }

    /// What is wrong with a name that somebody chose.
    public static func problem(with name: String) -> Problem? {
        let bytes = Array(name.utf8)
        guard (shortest...longest).contains(bytes.count) else {
            return Problem("username", "Tên đăng nhập dài từ 3 đến 40 ký tự.")
        }
        guard bytes.allSatisfy({ isLetter($0) || isDigit($0) || isSeparator($0) }) else {
            return Problem(
                "username", "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch ngang và gạch dưới.")
        }
        guard isLetter(bytes[0]), let last = bytes.last, !isSeparator(last), !hasPair(bytes), !key(name).isEmpty else {
            return Problem(
                "username", "Tên đăng nhập bắt đầu bằng chữ cái, không kết thúc bằng dấu và không có hai dấu liền nhau."
            )
        }
        return reserved.contains(key(name)) ? taken : nil
    }

    static let taken = Problem("username", "Tên đăng nhập này đã có người dùng hoặc quá giống một tên đã có.")

    /// The first name to try for a person: `Giàng A Sinh` gives `giang.a.sinh`.
    public static func base(for name: String) -> String {
        var out: [UInt8] = []
        for byte in Fold.key(name).utf8 {
            if isLetter(byte) || isDigit(byte) {
                out.append(byte)
            } else if byte == 32, !out.isEmpty {
                out.append(46)
            }
            if out.count == longest - 8 { break }
        }
        while let last = out.last, isSeparator(last) { out.removeLast() }
        guard let first = out.first, isLetter(first), out.count >= shortest else {
            return "nd." + String(decoding: out, as: UTF8.self)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The name of a person known by a code, such as a school's own: `hs0012345`.
    public static func base(forCode code: String) -> String {
        let plain = String(
            decoding: Fold.key(code).utf8.filter { isLetter($0) || isDigit($0) }.prefix(longest - 8), as: UTF8.self)
        return plain.utf8.first.map(isLetter) == true && plain.utf8.count >= shortest ? plain : "nd\(plain)"
    }

    /// The candidate number so: the base itself, then `base2`, `base3`.
    public static func candidate(_ base: String, _ number: Int) -> String {
        guard number > 1 else { return base }
        let endsInDigit = base.utf8.last.map(isDigit) ?? false
        return "\(base)\(endsInDigit ? "." : "")\(number)"
    }

    /// Names that would pass for the house itself.
    private static let reserved: Set<String> = Set(
        [
            "admin", "administrator", "root", "system", "hethong", "quantri", "quantrivien", "hoaban", "support",
            "hotro",
            "sogddt", "bogddt", "security", "webmaster", "hostmaster", "postmaster", "anonymous", "guest", "khach",
            "null", "test",
        ].map(key))

    private static func join(_ out: inout [UInt8]) {
        guard out.count > 1 else { return }
        switch (out[out.count - 2], out[out.count - 1]) {
        case (114, 110): out.replaceSubrange((out.count - 2)..., with: [109])
        case (118, 118): out.replaceSubrange((out.count - 2)..., with: [119])
        default: break
        }
    }

    private static func hasPair(_ bytes: [UInt8]) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { isSeparator($0) && isSeparator($1) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte >= 97 && byte <= 122 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isSeparator(_ byte: UInt8) -> Bool { byte == 46 || byte == 45 || byte == 95 }
}
