import Base

#if canImport(Glibc)
import Glibc
#endif

/// Lists as text: any separator, UTF-8 and UTF-16, or a code page of before Unicode.
enum TextTable {
    static func read(_ path: String, into folder: String) throws(Fault) -> TableBook {
        let plain = "\(folder)/plain", page = try CodePage.needed(path)
        defer { unlink(plain) }
        if let page { try page.rewrite(path, to: plain) }
        let source = try TextSource(path: page == nil ? path : plain, name: TableBook.placeholder)
        let writer = try TableWriter(path: "\(folder)/0001")
        try copy(source, to: writer)
        try writer.finish()
        let sheet = TableBook.Sheet(name: "", isHidden: false, rows: writer.rows, file: "0001", merges: [])
        return TableBook(
            format: .csv, sheets: [sheet],
            notes: page.map { [t("Tệp dùng bảng mã {}, đã chuyển sang Unicode.", $0.name)] } ?? [])
    }

    private static func copy(_ source: TextSource, to writer: TableWriter) throws(Fault) {
        let lines = try CSVLines(source, name: TableBook.placeholder, limits: .standard, isList: true)
        var number = 0
        while let (_, cells) = try lines.next() {
            number += 1
            for (column, cell) in cells.enumerated() { try writer.put(FormulaGuard.bare(cell).utf8, column: column) }
            try writer.end(row: number)
        }
    }
}

/// Eight-bit code pages of Windows: what a text without Unicode can be in.
enum CodePage {
    case western, vietnamese

    var name: String { self == .western ? "Windows-1252" : "Windows-1258" }

    /// Which code page a file is in; nothing for Unicode, and for what is no text.
    static func needed(_ path: String) throws(Fault) -> CodePage? {
        let source = try TextSource(path: path, name: TableBook.placeholder)
        while try source.advance() {}
        guard case .notUTF8 = source.flaw else { return nil }
        let sample = try InputFile.head(path, count: 1 << 18)
        guard !sample.contains(0) else { return nil }
        let share = { (page: CodePage) in VietnameseWords.share(in: page.text(sample)) }
        if share(.vietnamese) > max(0.75, share(.western)) { return .vietnamese }
        // Bytes that are no words in any of them are a broken file, not a list of strange names.
        let words = CodePage.western.text(sample).split { $0 == "\n" || $0 == "," || $0 == ";" || $0 == "\t" }.map(
            String.init)
        return share(.western) >= 0.75 || LegacyCoding.detect(words) != nil ? .western : nil
    }

    /// Writes the file anew as UTF-8.
    func rewrite(_ path: String, to target: String) throws(Fault) {
        let output = try OutputFile(path: target)
        try InputFile.pieces(path) { (bytes) throws(Fault) in try output.write(text(bytes).utf8) }
        try output.finish()
    }

    func text(_ bytes: some Collection<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(scalar(byte)) }
        return String(text)
    }

    private func scalar(_ byte: UInt8) -> Unicode.Scalar {
        if byte < 0x80 { return Unicode.Scalar(byte) }
        if self == .vietnamese, let value = CodePage.vietnameseLetters[byte] { return value }
        if byte < 0xA0 { return CodePage.punctuation[Int(byte) - 0x80] }
        return Unicode.Scalar(byte)
    }

    /// Where Windows-1258 is not Windows-1252.
    private static let vietnameseLetters: [UInt8: Unicode.Scalar] = [
        0xC3: "\u{102}", 0xE3: "\u{103}", 0xCC: "\u{300}", 0xD2: "\u{309}", 0xD5: "\u{1A0}", 0xF5: "\u{1A1}",
        0xDD: "\u{1AF}", 0xFD: "\u{1B0}", 0xDE: "\u{303}", 0xEC: "\u{301}", 0xF2: "\u{323}", 0xD0: "\u{110}",
        0xF0: "\u{111}", 0xFE: "\u{20AB}",
    ]
    private static let punctuation: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}",
        "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}",
        "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
        "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]
}
