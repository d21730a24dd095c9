import Base

/// What became of a typed text: nothing, a stored value, a value with a doubt, or a problem.
public enum ParsedField: Sendable, Equatable {
    case empty
    case value(String)
    case doubtful(String, warning: String)
    case wrong(Problem)

    /// The value to store; empty text where the field was left empty.
    public var stored: String? {
        switch self {
        case .empty: ""
        case .value(let value), .doubtful(let value, _): value
        case .wrong: nil
        }
    }
}

extension Catalogues {
    /// Reads a typed text as a field's stored value.
    public func parse(_ text: String, as field: FieldDefinition) -> ParsedField {
        let tidy = field.type == .long ? FieldText.lines(text) : Fold.compose(text)
        guard !tidy.isEmpty else {
            return field.isRequired ? wrong(field, t("Chưa nhập {}.", field.label.lowercasedFirst)) : .empty
        }
        switch field.type {
        case .text, .long, .place: return parseText(tidy, field)
        case .day:
            return parsed(Day(typed: tidy)?.iso, field, FieldText.wrongDay(tidy))
        case .partialDay:
            return parsed(PartialDay(tidy)?.iso, field, FieldText.wrongDay(tidy, mayBePart: true))
        case .number, .money: return parseNumber(tidy, field)
        case .bool: return parsed(FieldText.bool(tidy), field, "Hãy viết có hoặc không.")
        case .code: return parseCode(tidy, field)
        case .phone: return parsed(FieldText.phone(tidy), field, "Số điện thoại phải có 9 đến 11 chữ số.")
        case .email: return parsed(FieldText.email(tidy), field, "Địa chỉ thư điện tử chưa đúng.")
        case .personalID: return parsePersonalID(tidy, field)
        }
    }

    /// A stored value as people read it.
    public func show(_ stored: String, as field: FieldDefinition) -> String {
        switch field.type {
        case .text, .long, .place, .email, .personalID: stored
        case .day, .partialDay: PartialDay(stored)?.shown ?? stored
        case .number, .money: stored.replacing(".", with: ",")
        case .bool: stored == "1" ? t("Có") : stored == "0" ? t("Không") : stored
        case .code:
            stored.split(separator: ",").map { label(of: String($0), in: field.catalogue ?? "") }.joined(
                separator: ", ")
        case .phone: FieldText.shownPhone(stored)
        }
    }

    private func wrong(_ field: FieldDefinition, _ message: String) -> ParsedField {
        .wrong(Problem(field.key, message))
    }

    private func parsed(_ value: String?, _ field: FieldDefinition, _ message: String) -> ParsedField {
        value.map(ParsedField.value) ?? wrong(field, message)
    }

    private func parseText(_ text: String, _ field: FieldDefinition) -> ParsedField {
        let limit = field.max ?? (field.type == .long ? 2000 : 300)
        guard text.unicodeScalars.count <= limit else { return wrong(field, t("Dài quá {} chữ.", limit)) }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" || $0.value == 0xFFFD }) else {
            return wrong(field, "Có ký tự điều khiển hoặc ký tự hỏng; hãy gõ lại.")
        }
        if field.key == "moet_code", let warning = MOETCode.warning(text) { return .doubtful(text, warning: warning) }
        return .value(text)
    }

    private func parseNumber(_ text: String, _ field: FieldDefinition) -> ParsedField {
        guard let number = FieldText.number(text, isMoney: field.type == .money), let value = Double(number), value >= 0
        else {
            return wrong(field, "Hãy viết một số, ví dụ 1,5.")
        }
        if let max = field.max, value > Double(max) { return wrong(field, t("Số lớn quá {}.", max)) }
        return .value(number)
    }

    private func parseCode(_ text: String, _ field: FieldDefinition) -> ParsedField {
        guard let list = field.catalogue.flatMap({ self[$0] }) else { return parseText(text, field) }
        let parts = field.isMany ? text.split { $0 == "," || $0 == ";" || $0 == "\n" }.map(String.init) : [text]
        var codes: [String] = []
        for part in parts.map(Fold.compose) where !part.isEmpty {
            guard let item = list.item(matching: part) else {
                return wrong(field, t("\"{}\" không có trong danh mục {}.", part, list.name.lowercasedFirst))
            }
            if !codes.contains(item.code) { codes.append(item.code) }
        }
        return .value(codes.joined(separator: ","))
    }

    private func parsePersonalID(_ text: String, _ field: FieldDefinition) -> ParsedField {
        do { return .value(try PersonalID(text, field: field.key, allowsDemo: allowsDemo).text) } catch {
            return .wrong(error.problems.first ?? Problem(field.key, error.message))
        }
    }
}

/// Readers of single values, each answering the stored form or nothing.
enum FieldText {
    /// What is said of something typed for a day that is none: whether the calendar lacks it, or it is not written as one.
    static func wrongDay(_ typed: String, mayBePart: Bool = false) -> String {
        let typed = String(typed.trimmed.prefix(20))
        let looksLikeDay =
            typed.utf8.filter { $0 == 47 || $0 == 45 || $0 == 46 }.count == 2
            && typed.utf8.allSatisfy { (45...57).contains($0) }
        if looksLikeDay { return t("{} không có trong lịch. Hãy viết như 05/09/2026.", typed) }
        return mayBePart
            ? t("Ngày chưa đúng; hãy viết 05/09/2014, 09/2014 hoặc 2014.")
            : t("Ngày chưa đúng; hãy viết như 05/09/2026.")
    }

    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { Fold.compose(String($0)) }.joined(
            separator: "\n"
        )
        .trimmed(of: "\n")
    }

    static func bool(_ text: String) -> String? {
        switch Fold.key(text) {
        case "co", "x", "1", "true", "yes", "dung", "roi", "y", "c": "1"
        case "khong", "0", "false", "no", "sai", "chua", "n", "k": "0"
        default: nil
        }
    }

    /// Digits with a decimal comma or point; with both, the last parts the fraction. Money takes points by threes as thousands.
    static func number(_ text: String, isMoney: Bool = false) -> String? {
        var digits = text.filter { $0 != " " && $0 != "\u{A0}" && $0 != "\u{202F}" }
        let lastComma = digits.lastIndex(of: ","), lastPoint = digits.lastIndex(of: ".")
        if let lastComma, let lastPoint {
            digits = digits.replacing(lastComma > lastPoint ? "." : ",", with: "")
        } else if let mark = lastPoint ?? lastComma, isThousands(digits, mark: digits[mark], isMoney: isMoney) {
            digits = digits.replacing(String(digits[mark]), with: "")
        }
        digits = digits.replacing(",", with: ".")
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 15 && $0.utf8.allSatisfy(isDigit) })
        else { return nil }
        return parts.joined(separator: ".")
    }

    private static func isThousands(_ text: String, mark: Character, isMoney: Bool) -> Bool {
        let parts = text.split(separator: mark, omittingEmptySubsequences: false)
        return (parts.count > 2 || isMoney) && parts.dropFirst().allSatisfy { $0.utf8.count == 3 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Digits alone, +84 as 0.
    static func phone(_ text: String) -> String? {
        var digits = text.filter { !" .-()\u{A0}".contains($0) }
        if digits.hasPrefix("+84") { digits = "0" + digits.dropFirst(3) }
        if digits.hasPrefix("84"), digits.utf8.count == 11 { digits = "0" + digits.dropFirst(2) }
        // A spreadsheet drops the leading zero of a number.
        if digits.utf8.count == 9, !digits.hasPrefix("0") { digits = "0" + digits }
        return (9...11).contains(digits.utf8.count) && digits.utf8.allSatisfy(isDigit) ? digits : nil
    }

    static func shownPhone(_ stored: String) -> String {
        guard stored.utf8.count == 10, stored.utf8.allSatisfy(isDigit) else { return stored }
        return "\(stored.prefix(4)) \(stored.dropFirst(4).prefix(3)) \(stored.suffix(3))"
    }

    static func email(_ text: String) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."),
            !parts[1].hasSuffix("."),
            text.utf8.count <= 254,
            !text.contains(where: { $0 == " " || $0 == "," || $0 == ";" || $0 == "<" || $0 == ">" })
        else { return nil }
        return text
    }
}

extension String {
    /// The words as they stand inside a sentence: the first letter small, unless the word is an abbreviation.
    var lowercasedFirst: String {
        guard let first, let second = dropFirst().first, !second.isUppercase else { return self }
        return first.lowercased() + dropFirst()
    }

    fileprivate func trimmed(of mark: Character) -> String {
        var rest = self[...]
        while rest.first == mark { rest = rest.dropFirst() }
        while rest.last == mark { rest = rest.dropLast() }
        return String(rest)
    }
}
