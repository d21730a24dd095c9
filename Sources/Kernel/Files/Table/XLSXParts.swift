import Base

/// What a workbook says of itself: its sheets in order, and from which year its days are counted.
final class XLSXWorkbook: XMLListener {
    struct Sheet { let name: String, relation: String, isHidden: Bool }

    var fault: Fault?
    private(set) var sheets: [Sheet] = []
    /// Days count from 1904, as old Macs did.
    private(set) var isFrom1904 = false

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        switch name {
        case "workbookPr":
            let word = attributes.text("date1904") ?? ""
            isFrom1904 = word == "1" || word == "true" || word == "on"
        case "sheet":
            guard sheets.count < 500, let relation = attributes.text("id") else { return }
            let state = attributes.text("state") ?? ""
            sheets.append(
                Sheet(
                    name: Fold.compose(String((attributes.text("name") ?? "").prefix(100))), relation: relation,
                    isHidden: state == "hidden" || state == "veryHidden"))
        default: break
        }
    }
    func end(_ name: XMLName) {}
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// How numbers are shown, by the formats of the cells: what tells a day from a number, and how many zeros stand in front.
final class XLSXStyles: XMLListener {
    enum Look: Equatable { case general, day, padded(Int) }

    var fault: Fault?
    /// By the number that a cell names as its style.
    private(set) var looks: [Look] = []
    private var codes: [Int: String] = [:]
    private var isInCells = false

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        switch name {
        case "numFmt":
            if let id = attributes.number("numFmtId"), codes.count < 10_000 {
                codes[id] = attributes.text("formatCode")
            }
        case "cellXfs": isInCells = true
        case "xf":
            guard isInCells, looks.count < 100_000 else { return }
            looks.append(look(of: attributes.number("numFmtId") ?? 0))
        default: break
        }
    }

    func end(_ name: XMLName) { if name.is("cellXfs") { isInCells = false } }
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

    /// ECMA-376 part 1, 18.8.30: the numbers of formats that every program knows, those of East Asian editions too.
    private func look(of id: Int) -> Look {
        if let code = codes[id] { return XLSXStyles.look(of: code) }
        switch id {
        case 14...17, 22, 27...31, 36, 50...54, 57, 58: return .day
        default: return .general
        }
    }

    /// A format with a year, or a month and a day, outside quotes and brackets shows a day; one of zeros alone shows as many digits.
    static func look(of code: String) -> Look {
        var plain = "", isQuoted = false, isBracketed = false, isEscaped = false
        for scalar in (code.split(separator: ";").first ?? "").unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if isQuoted {
                isQuoted = scalar != "\""
            } else if isBracketed {
                isBracketed = scalar != "]"
            } else {
                switch scalar {
                case "\"": isQuoted = true
                case "[": isBracketed = true
                case "\\", "_", "*": isEscaped = true
                default: plain.unicodeScalars.append(scalar)
                }
            }
        }
        plain = plain.lowercased()
        // "General" has letters of its own.
        guard !plain.contains("general") else { return .general }
        if plain.contains("y") || plain.contains("m") && plain.contains("d") { return .day }
        let zeros = plain.unicodeScalars.filter { $0 == "0" }.count
        return zeros > 1 && plain.unicodeScalars.allSatisfy { $0 == "0" || $0 == "#" || $0 == " " || $0 == "-" }
            ? .padded(min(zeros, 30)) : .general
    }
}

/// The texts that cells share, in a few large pieces of memory.
final class XLSXTexts: XMLListener {
    private static let most = 128 << 20, mostTexts = 4 << 20, page = 1 << 20

    var fault: Fault?
    private var pages: [[UInt8]] = [[]]
    private var places: [(page: UInt16, start: UInt32, end: UInt32)] = []
    private var start = 0, size = 0
    private var isText = false, depthOfPhonetic = 0

    subscript(index: Int) -> ArraySlice<UInt8>? {
        guard places.indices.contains(index) else { return nil }
        let place = places[index]
        return pages[Int(place.page)][Int(place.start)..<Int(place.end)]
    }

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        switch name {
        case "t": isText = depthOfPhonetic == 0
        case "rPh": depthOfPhonetic += 1
        case "si": openPage()
        default: break
        }
    }

    func end(_ name: XMLName) {
        switch name {
        case "t": isText = false
        case "rPh": depthOfPhonetic -= 1
        case "si":
            let end = pages[pages.count - 1].count
            places.append((UInt16(clamping: pages.count - 1), UInt32(clamping: start), UInt32(clamping: end)))
            if places.count > XLSXTexts.mostTexts { fault = TableFault.tooLarge }
        default: break
        }
    }

    /// A text lies whole in one page.
    private func openPage() {
        if pages[pages.count - 1].count >= XLSXTexts.page { pages.append([]) }
        start = pages[pages.count - 1].count
    }

    func text(_ more: UnsafeBufferPointer<UInt8>) {
        guard isText else { return }
        pages[pages.count - 1].append(contentsOf: more)
        size += more.count
        let isLong = pages[pages.count - 1].count - start > CSVLimits.standard.fieldBytes * 4
        if size > XLSXTexts.most || isLong { fault = TableFault.tooLarge }
    }
}
