import Base

/// What a password must be (bar E8): long enough, short enough, and not among the first that anybody would try. Nothing about its composition.
public enum Passwords {
    public static let most = 128

    /// How many characters the holder of such roles needs at least.
    public static func least(for roles: some Sequence<Role>) -> Int {
        roles.contains { Role.workers.contains($0) } ? 12 : 8
    }

    /// What the holder is known by: none of it may be the password.
    public struct Holder: Sendable {
        public var username: String, name: String, roles: [Role], birthYear: Int?
        public init(username: String, name: String = "", roles: [Role] = [], birthYear: Int? = nil) {
            (self.username, self.name, self.roles, self.birthYear) = (username, name, roles, birthYear)
        }
    }

    /// The bytes that are hashed: Vietnamese marks joined to their letters whichever keyboard made them, all else as typed.
    public static func bytes(_ typed: String) -> [UInt8]? {
        guard typed.utf8.count <= 4 * most else { return nil }
        let parts = typed.utf8.split(separator: 32, omittingEmptySubsequences: false).map { part in
            part.allSatisfy { $0 < 128 } ? Array(part) : Array(Fold.compose(String(decoding: part, as: UTF8.self)).utf8)
        }
        return Array(parts.joined(separator: [32]))
    }

    /// What is wrong with a new password; nothing when it may be used.
    public static func problem(with typed: String, for holder: Holder, field: String = "password") -> Problem? {
        let least = least(for: holder.roles)
        guard let bytes = bytes(typed), bytes.count <= most else {
            return Problem(field, "Mật khẩu dài quá 128 ký tự.")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.count >= least else {
            return Problem(
                field,
                least > 8
                    ? "Mật khẩu của cán bộ, giáo viên phải có ít nhất 12 ký tự." : "Mật khẩu phải có ít nhất 8 ký tự.")
        }
        return reason(against: text, holder).map { Problem(field, $0) }
    }

    private static func reason(against text: String, _ holder: Holder) -> String? {
        let plain = letters(of: text)
        if isRepeated(plain) { return "Mật khẩu này chỉ lặp lại một đoạn. Hãy chọn mật khẩu khác." }
        if isRun(plain) { return "Mật khẩu này là dãy phím hoặc dãy số liền nhau. Hãy chọn mật khẩu khác." }
        if isOwn(plain, holder) { return "Mật khẩu không được là tên đăng nhập, họ tên hoặc năm sinh của bạn." }
        if isCommon(plain) { return "Mật khẩu này quá phổ biến, người khác dễ đoán ra. Hãy chọn mật khẩu khác." }
        return isDate(plain) ? "Mật khẩu không được là ngày tháng. Hãy chọn mật khẩu khác." : nil
    }

    /// The small letters and digits of a text, without marks and separators: `Mật-Khẩu 123` is `matkhau123`.
    static func letters(of text: String) -> [UInt8] {
        Fold.key(text).utf8.filter { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 >= 128 }
    }

    /// `aaaaaaaa`, `abababab`, `123123123123`: a piece of at most four again and again.
    static func isRepeated(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4 else { return false }
        return (1...4).contains { size in
            bytes.count >= 2 * size && bytes.indices.allSatisfy { bytes[$0] == bytes[$0 % size] }
        }
    }

    /// A walk along a row of keys, the alphabet or the digits, either way, from first to last.
    static func isRun(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 6 else { return false }
        let text = Array(bytes)
        return rows.contains { row in covers(row, text) || covers(row.reversed(), text) }
    }

    private static let rows: [[UInt8]] = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm",
        "qazwsxedcrfvtgbyhnujmikolp",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "qweasdzxcrtyfghvbnuiojklm",
        "qwerty123456789012", "abc123456789012", "asdfghjklqwertyuiop",
        "zxcvbnmasdfghjkl", "147258369", "789456123", "159753",
    ].map { Array($0.utf8) }

    private static func covers(_ row: [UInt8], _ text: [UInt8]) -> Bool {
        guard text.count <= row.count else { return false }
        return (0...(row.count - text.count)).contains { row[$0..<($0 + text.count)].elementsEqual(text) }
    }

    /// The holder's own username, name or birth year, alone or with digits at either end.
    static func isOwn(_ bytes: [UInt8], _ holder: Holder) -> Bool {
        var own = [letters(of: holder.username), letters(of: holder.name)]
        own += Fold.key(holder.name).split(separator: " ").map { Array($0.utf8) }
        let core = withoutDigits(bytes)
        if own.contains(where: {
            !$0.isEmpty && ($0 == bytes || $0 == core || ($0.count >= 5 && withoutDigits($0) == core))
        }) {
            return true
        }
        guard let year = holder.birthYear else { return false }
        let digits = bytes.filter { $0 < 58 }
        return digits.count == bytes.count && digits.count <= 10 && contains(digits, Array(String(year).utf8))
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0..<($0 + part.count)].elementsEqual(part) }
    }

    /// On the list, or on it but for digits before and after (`matkhau2026`, `123hoaban`), or two of it side by side.
    static func isCommon(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self), core = String(decoding: withoutDigits(bytes), as: UTF8.self)
        if common.contains(text) || (!core.isEmpty && common.contains(core)) { return true }
        return (3..<max(4, bytes.count - 2)).contains { cut in
            cut < bytes.count && common.contains(String(decoding: bytes[..<cut], as: UTF8.self))
                && common.contains(String(decoding: bytes[cut...], as: UTF8.self))
        }
    }

    /// Eight digits that are a day: `05092026`, `20260905`.
    static func isDate(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 8, bytes.allSatisfy({ $0 < 58 }) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        return Day(typed: text) != nil
            || Day(iso: "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))") != nil
    }

    private static func withoutDigits(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...].drop { $0 < 58 }
        while let last = rest.last, last < 58 { rest.removeLast() }
        return Array(rest)
    }
}
