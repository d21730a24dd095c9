import Base

#if canImport(Glibc)
import Glibc
#endif

/// What the child does with a list: tells by its content what it is, and writes its sheets as plain rows.
enum TableConversion {
    /// Reads the file into a folder, new or empty.
    static func run(_ path: String, into folder: String) throws(Fault) -> TableBook {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw OutputFile.fault(errno) }
        let head = try InputFile.head(path, count: 4_096)
        let book: TableBook
        if head.starts(with: [0x50, 0x4B]) {
            book = try workbook(path, into: folder)
        } else if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            book = try OldWorkbook.read(path, into: folder)
        } else if HTMLTables.isAlike(head) {
            book = try HTMLTables.read(path, into: folder)
        } else {
            try refuse(head)
            book = try TextTable.read(path, into: folder)
        }
        guard book.sheets.contains(where: { $0.rows > 0 }) else { throw TableFault.empty }
        return book
    }

    private static func refuse(_ head: [UInt8]) throws(Fault) {
        let kinds: [(mark: [UInt8], name: String)] = [
            (Array("%PDF".utf8), t("tệp PDF")), ([0x52, 0x61, 0x72, 0x21], t("tệp nén RAR")),
            ([0x37, 0x7A, 0xBC, 0xAF], t("tệp nén 7z")), ([0xFF, 0xD8, 0xFF], t("tệp ảnh")),
            ([0x89, 0x50, 0x4E, 0x47], t("tệp ảnh")), ([0x1F, 0x8B], t("tệp nén gzip")),
            (Array("{\\rtf".utf8), t("tệp RTF")), (Array("<?xml".utf8), t("tệp XML")),
        ]
        if let kind = kinds.first(where: { head.starts(with: $0.mark) }) { throw TableFault.unsupported(kind.name) }
    }

    // MARK: Office Open XML

    private static func workbook(_ path: String, into folder: String) throws(Fault) -> TableBook {
        let package = try XLSXPackage(path)
        let root = try package.relations(of: "")
        let main = root.values.first { $0.type.hasSuffix("/officeDocument") }?.target ?? "xl/workbook.xml"
        guard package.has(main), main.hasSuffix(".xml") else { throw refusal(package) }
        let workbook = XLSXWorkbook()
        try package.read(main, workbook)
        guard !workbook.sheets.isEmpty else { throw refusal(package) }
        let parts = try package.relations(of: main), texts = XLSXTexts(), styles = XLSXStyles()
        for part in parts.values {
            if part.type.hasSuffix("/sharedStrings") { try package.read(part.target, texts) }
            if part.type.hasSuffix("/styles") { try package.read(part.target, styles) }
        }
        var sheets: [TableBook.Sheet] = [], notes: [String] = [], merges = 0
        for (number, sheet) in workbook.sheets.enumerated() {
            guard let part = parts[sheet.relation], part.type.hasSuffix("/worksheet") else { continue }
            let file = Archive.fileName(number + 1), writer = try TableWriter(path: "\(folder)/\(file)")
            let listener = XLSXSheet(writer, texts, styles.looks, isFrom1904: workbook.isFrom1904)
            guard try package.read(part.target, listener) else { throw TableFault.broken }
            try writer.finish()
            sheets.append(
                TableBook.Sheet(
                    name: sheet.name, isHidden: sheet.isHidden, rows: writer.rows, file: file,
                    merges: Array(listener.merges.prefix(TableBook.mostMerges - merges))))
            merges += min(listener.merges.count, TableBook.mostMerges - merges)
            notes += doubts(of: sheet, listener, writer)
        }
        return TableBook(format: .xlsx, sheets: sheets, notes: notes)
    }

    private static func doubts(of sheet: XLSXWorkbook.Sheet, _ listener: XLSXSheet, _ writer: TableWriter) -> [String] {
        guard !sheet.isHidden else { return [] }
        var notes: [String] = []
        if listener.uncalculated > 0 {
            notes.append(t("Trang “{}”: {} ô là công thức chưa có kết quả.", sheet.name, listener.uncalculated))
        }
        if listener.hiddenRows > 0, writer.rows > 0 {
            notes.append(t("Trang “{}”: có dòng đang ẩn hoặc bị lọc; các dòng ấy vẫn được đọc.", sheet.name))
        }
        if writer.cut > 0 { notes.append(t("Trang “{}”: các cột sau cột thứ {} không được đọc.", sheet.name, 999)) }
        return notes
    }

    private static func refusal(_ package: XLSXPackage) -> Fault {
        if package.has("xl/workbook.bin") { return TableFault.unsupported(t("tệp Excel nhị phân (.xlsb)")) }
        if package.has("content.xml") { return TableFault.unsupported(t("tệp OpenDocument (.ods)")) }
        if package.has("word/document.xml") { return TableFault.unsupported(t("tệp Word")) }
        return Fault(.unsupported, t("Tệp nén này không phải bảng tính Excel."))
    }
}
