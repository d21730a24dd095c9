import Base

/// The province-wide permanent code of a person: a prefix, eight digits, one check character (ISO/IEC 7064, MOD 37-2).
///
/// MOD 37-2 finds every single wrong character and every swap of two neighbours. Given at first entry, kept for life.
public struct PersonCode: Sendable, Hashable {
    public let prefix: String

    public static let student = PersonCode(prefix: "HS")
    public static let staff = PersonCode(prefix: "CB")

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*".utf8)
    private static let digits = 8

    /// The code of a serial number.
    public func code(_ serial: Int) -> String {
        let number = String(serial)
        let body = prefix + String(repeating: "0", count: max(0, PersonCode.digits - number.utf8.count)) + number
        return body + PersonCode.check(of: body)
    }

    /// What is wrong with a typed code, the first thing first; nothing when it holds.
    public func problem(with text: String, field: String = "code") -> Problem? {
        let code = Fold.compose(text).uppercased()
        guard code.hasPrefix(prefix) else { return Problem(field, t("Mã phải bắt đầu bằng {}.", prefix)) }
        let rest = Array(code.utf8.dropFirst(prefix.utf8.count))
        guard rest.count == PersonCode.digits + 1 else {
            return Problem(field, t("Mã phải có 8 chữ số và 1 ký tự kiểm tra sau {}.", prefix))
        }
        guard rest.dropLast().allSatisfy({ (48...57).contains($0) }) else {
            return Problem(field, t("Sau {} phải là 8 chữ số.", prefix))
        }
        guard PersonCode.check(of: String(code.dropLast())) == code.suffix(1) else {
            return Problem(field, "Ký tự kiểm tra của mã không khớp: có thể gõ nhầm một chữ số.")
        }
        return nil
    }

    /// ISO/IEC 7064, pure system MOD 37-2: the sum of value × 2^position, check digit included, is 1 modulo 37.
    static func check(of body: String) -> String {
        var sum = 0
        for byte in body.utf8 {
            guard let value = alphabet.firstIndex(of: byte), value < 36 else { return "" }
            sum = (sum + value) * 2 % 37
        }
        return String(decoding: [alphabet[(38 - sum) % 37]], as: UTF8.self)
    }
}

/// The ministry's identifier: ten digits as far as is known, so another form is a doubt, not an error (TT 42/2021/TT-BGDĐT, art. 10).
public enum MOETCode {
    public static func warning(_ text: String) -> String? {
        text.utf8.count == 10 && text.utf8.allSatisfy { (48...57).contains($0) }
            ? nil
            : "Mã định danh Bộ GD&ĐT thường có đúng 10 chữ số."
    }
}
