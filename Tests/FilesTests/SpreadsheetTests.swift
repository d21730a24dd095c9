import Base
import Foundation
import FoundationXML
import Testing

@testable import Files

@Suite struct SpreadsheetTests {
    let scratch = Scratch()

    /// The parts of the workbook as text, unpacked again by the reader of archives.
    func parts(isDemo: Bool = false, _ fill: (Spreadsheet) throws -> Void) throws -> [String: String] {
        let path = scratch.path + "/\(UInt32.random(in: 0...UInt32.max)).xlsx"
        let book = try Spreadsheet(path: path, isDemo: isDemo, workFolder: scratch.path)
        try fill(book)
        try book.finish()
        let files = try Archive.unpack(path, into: path + ".out")
        return Dictionary(files.map { ($0.name, String(decoding: contents(of: $0.path), as: UTF8.self)) }) { first, _ in
            first
        }
    }

    func sheet(isDemo: Bool = false, titles: [String] = [], _ cells: [Spreadsheet.Cell]) throws -> String {
        try parts(isDemo: isDemo) { book in
            let sheet = try book.sheet("Lớp", titles: titles, columns: cells.map { _ in Spreadsheet.Column("Cột") })
            try sheet.write(cells)
        }["xl/worksheets/sheet1.xml"] ?? ""
    }

    @Test func everyTypeIsWhatItIs() throws {
        let xml = try sheet([
            .text("Lò Thị Ế & <b>"), .text("0123"), .whole(42), .tenths(75), .day(try #require(Day(iso: "2014-05-31"))),
            .blank, .number(.nan),
            .whole(Int.max),
        ])
        #expect(xml.contains("Lò Thị Ế &amp; &lt;b&gt;"))
        #expect(xml.contains("<t>0123</t>"))
        #expect(xml.contains("<v>42</v>") && xml.contains("<v>7.5</v>") && xml.contains("<v>41790</v>"))
        #expect(xml.contains("<t>9223372036854775807</t>"))
        #expect(xml.contains("<pane ySplit=\"1\"") && xml.contains("<autoFilter ref=\"A1:H2\"/>"))
    }

    @Test func demoDataSaysSo() throws {
        #expect(try sheet(isDemo: true, titles: ["DANH SÁCH"], ["a"]).contains("<row r=\"1\""))
        let xml = try sheet(isDemo: true, titles: ["DANH SÁCH"], ["a"])
        #expect(
            xml.contains("DỮ LIỆU MẪU") && xml.contains("ySplit=\"3\"") && xml.contains("<autoFilter ref=\"A3:A4\"/>"))
        #expect(try !sheet(["a"]).contains("DỮ LIỆU MẪU"))
    }

    @Test func noTextBecomesAFormula() throws {
        let cells = CSVWriterTests.starts.flatMap { start in
            CSVWriterTests.endings.map { Spreadsheet.Cell.text(start + $0) }
        }
        #expect(cells.count >= 500)
        let xml = try sheet(cells)
        #expect(!xml.contains("<f>") && !xml.contains("<f ") && !xml.contains("hyperlink"))
        #expect(xml.contains("t=\"inlineStr\""))
    }

    @Test func hostileTextsStayInsideTheirCell() throws {
        let long = String(repeating: "𠀀", count: 40_000)
        let xml = try sheet([.text("a\u{0}b\u{1}c\u{FFFF}\u{FFFE}"), .text(long), .text("]]></t><f>1</f>")])
        #expect(xml.contains("<t>abc</t>") && !xml.contains("<f>1"))
        #expect(XMLParser(data: Data(xml.utf8)).parse())
        #expect(Spreadsheet.Sheet.clean(long).utf16.count == 32_766)
    }

    @Test func namesOfSheetsAreMadeFit() throws {
        let names = [
            "", "Lớp 6A/7B: [x]*?\\", "lớp", "LỚP", "'q'", String(repeating: "dài ", count: 20),
            String(repeating: "dài ", count: 20),
        ]
        let book =
            try parts { book in
                for name in names { try book.sheet(name, columns: [Spreadsheet.Column("a")]).write(["1"]) }
            }["xl/workbook.xml"] ?? ""
        #expect(book.split(separator: "<sheet ").count == names.count + 1)
        #expect(book.contains("name=\"LỚP (2)\""))
    }

    @Test func aMillionRowsAreTheLimit() throws {
        let book = try Spreadsheet(path: scratch.path + "/m.xlsx", isDemo: false, workFolder: scratch.path)
        let sheet = try book.sheet("a", columns: [Spreadsheet.Column("a")])
        #expect(fault { for _ in 0..<1_048_576 { try sheet.write([.blank]) } }?.kind == .tooLarge)
        #expect(sheet.rows == 1_048_575)
    }

    @Test func aPlaceThatCannotBeWrittenIsAFault() throws {
        let book = try Spreadsheet(path: scratch.path + "/không có/a.xlsx", isDemo: false, workFolder: scratch.path)
        _ = try book.sheet("a", columns: [Spreadsheet.Column("a")])
        #expect(fault { try book.finish() } != nil)
    }
}
