import Base

/// One sheet of a workbook on its way to plain rows.
final class XLSXSheet: XMLListener {
    private enum Kind { case number, shared, text, bool, error, day }

    var fault: Fault?
    private(set) var merges: [TableBook.Merge] = []
    /// Cells that hold a formula whose result nobody has stored.
    private(set) var uncalculated = 0
    private(set) var hiddenRows = 0
    private let texts: XLSXTexts, looks: [XLSXStyles.Look], isFrom1904: Bool
    private let writer: TableWriter
    private var row = 0, column = -1
    private var kind = Kind.number, look = XLSXStyles.Look.general
    private var value: [UInt8] = []
    private var isValue = false, hasFormula = false, depthOfPhonetic = 0

    init(_ writer: TableWriter, _ texts: XLSXTexts, _ looks: [XLSXStyles.Look], isFrom1904: Bool) {
        (self.writer, self.texts, self.looks, self.isFrom1904) = (writer, texts, looks, isFrom1904)
    }

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        switch name {
        case "c": startCell(attributes)
        case "v": isValue = true
        case "t": isValue = depthOfPhonetic == 0
        case "f": hasFormula = true
        case "row":
            // Some programs do not number their rows, and none may go back.
            row = max(row + 1, attributes.number("r") ?? 0)
            column = -1
            if attributes.text("hidden") == "1" { hiddenRows += 1 }
        case "rPh": depthOfPhonetic += 1
        case "mergeCell": if let range = attributes.text("ref") { merge(range) }
        default: break
        }
    }

    private func startCell(_ attributes: XMLAttributes) {
        column = attributes.bytes("r").flatMap { XLSXSheet.column(of: $0) } ?? column + 1
        kind =
            switch attributes.text("t") {
            case "s": .shared
            case "str", "inlineStr": .text
            case "b": .bool
            case "e": .error
            case "d": .day
            default: .number
            }
        let style = attributes.number("s") ?? 0
        look = looks.indices.contains(style) ? looks[style] : .general
        value.removeAll(keepingCapacity: true)
        (isValue, hasFormula) = (false, false)
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard isValue else { return }
        value.append(contentsOf: bytes)
        if value.count > CSVLimits.standard.fieldBytes * 4 { fault = TableFault.tooLarge }
    }

    func end(_ name: XMLName) {
        switch name {
        case "v", "t": isValue = false
        case "rPh": depthOfPhonetic -= 1
        case "c": guarded { () throws(Fault) in try endCell() }
        case "row": guarded { () throws(Fault) in try writer.end(row: row) }
        default: break
        }
    }

    private func guarded(_ work: () throws(Fault) -> Void) { do throws(Fault) { try work() } catch { fault = error } }

    private func endCell() throws(Fault) {
        if value.isEmpty {
            guard hasFormula else { return }
            uncalculated += 1
            return try writer.put(TableBook.uncalculated.utf8, column: column)
        }
        switch kind {
        case .shared:
            guard let index = XMLAttributes.number(value), let text = texts[index] else { throw TableFault.broken }
            try writer.put(text, column: column)
        case .text, .error: try writer.put(value, column: column)
        case .bool: try writer.put((value == [49] ? "TRUE" : "FALSE").utf8, column: column)
        case .day:
            let text = String(decoding: value.prefix(10), as: UTF8.self)
            try writer.put((Day(iso: text)?.shown ?? text).utf8, column: column)
        case .number: try putNumber()
        }
    }

    private func putNumber() throws(Fault) {
        if look == .general, value.count <= 15, value.allSatisfy({ (48...57).contains($0) }) {
            return try writer.put(value, column: column)
        }
        guard let number = Double(String(decoding: value, as: UTF8.self)), number.isFinite else {
            return try writer.put(value, column: column)
        }
        switch look {
        case .day:
            if let day = SheetNumber.day(number, isFrom1904: isFrom1904) {
                return try writer.put(day.shown.utf8, column: column)
            }
        case .padded(let digits):
            if let whole = Int(exactly: number), whole >= 0 {
                let text = String(whole)
                return try writer.put(
                    (String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8, column: column)
            }
        case .general: break
        }
        try writer.put(SheetNumber.text(number).utf8, column: column)
    }

    /// `B2:D2`; only so many are kept, and none of the size of a sheet.
    private func merge(_ range: String) {
        let ends = range.split(separator: ":").map { Array($0.utf8) }
        guard ends.count == 2, merges.count < TableBook.mostMerges,
            let left = XLSXSheet.column(of: ends[0]), let right = XLSXSheet.column(of: ends[1]),
            let top = XMLAttributes.number(ends[0].drop { $0 > 57 }),
            let bottom = XMLAttributes.number(ends[1].drop { $0 > 57 }),
            left <= right, right < CSVLimits.standard.columns, top >= 1, top <= bottom, right - left < 200,
            bottom - top < 5_000
        else { return }
        merges.append(TableBook.Merge(top: top - 1, left: left, bottom: bottom - 1, right: right))
    }

    /// The place of a column from the letters of a cell's name; nothing for what is none.
    static func column(of name: some Collection<UInt8>) -> Int? {
        var place = 0, letters = 0
        for byte in name {
            let letter = byte & 0xDF
            guard (65...90).contains(letter), byte >= 65 else { break }
            letters += 1
            guard letters <= 3 else { return nil }
            place = place * 26 + Int(letter) - 64
        }
        return letters > 0 ? place - 1 : nil
    }
}

/// Numbers of a spreadsheet as people read them.
enum SheetNumber {
    /// The day a number stands for; its time of day is left out. Day 60 of 1900 does not exist, so the days before it lie one further.
    static func day(_ number: Double, isFrom1904: Bool) -> Day? {
        guard number >= 1, number < 2_958_466 else { return nil }
        let days = Int(number)
        guard !isFrom1904 else { return Day(year: 1904, month: 1, day: 1)?.adding(days) }
        return Day(year: 1900, month: 1, day: 1)?.adding(days - (days < 60 ? 1 : 2))
    }

    /// Whole numbers without a fraction, others to fifteen digits with a point.
    static func text(_ number: Double) -> String {
        if number.magnitude < 1e15, let whole = Int(exactly: number) { return String(whole) }
        let magnitude = number.magnitude
        guard magnitude > 1e-6, magnitude < 1e9 else { return "\(number)" }
        var scale = 1e14, limit = 10.0
        while limit <= magnitude { (scale, limit) = (scale / 10, limit * 10) }
        return "\((number * scale).rounded() / scale)"
    }
}

extension TableBook {
    /// Stands for the result of a formula that no program has stored.
    static let uncalculated = "#FORMULA!"
    private static let errors: Set<String> = [
        uncalculated, "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    ]

    /// What is wrong with a cell that has no value of its own; nothing for any other.
    public static func flaw(of cell: String) -> String? {
        guard cell.hasPrefix("#"), errors.contains(cell) else { return nil }
        return cell == uncalculated
            ? t("Ô này là công thức chưa có kết quả. Hãy mở tệp bằng Excel, lưu lại rồi gửi.")
            : t("Ô này là lỗi của công thức trong Excel ({}).", cell)
    }
}
