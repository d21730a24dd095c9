import Base

extension UI {
    /// A whole number as people read it: 1.234 (1,234 in English).
    public static func grouped(_ number: some BinaryInteger) -> String {
        if number.magnitude < 1000 { return String(number) }
        let digits = Array(String(number.magnitude).utf8)
        let mark = UInt8(ascii: Language.current == .vi ? "." : ",")
        var out: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(mark) }
            out.append(digit)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A number with so many decimals at most, the comma as in Việt Nam: 1.234,5 (1,234.5 in English).
    public static func decimal(_ number: Double, places: Int = 1) -> String {
        guard number.isFinite, number.magnitude < 1e15 else { return "–" }
        if number.magnitude < 1000, let whole = Int(exactly: number) { return String(whole) }
        let power = (0..<min(max(places, 0), 6)).reduce(1) { value, _ in value * 10 }
        let scaled = Int((number.magnitude * Double(power)).rounded())
        let sign = number < 0 && scaled > 0 ? "-" : ""
        let part = scaled % power
        guard part > 0 else { return sign + grouped(scaled / power) }
        let padded = String(String(part + power).dropFirst())
        let kept = String(padded.reversed().drop { $0 == "0" }.reversed())
        return sign + grouped(scaled / power) + (Language.current == .vi ? "," : ".") + kept
    }

    /// A share as people read it: 98,4%.
    public static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : decimal(Double(part) * 100 / Double(whole)) + "%"
    }

    /// How many a list holds: exact to 1.000, then "trên 1.000".
    public static func counted(_ count: Int, limit: Int = 1000) -> String {
        count > limit ? t("trên {}", grouped(limit)) : grouped(count)
    }
}
