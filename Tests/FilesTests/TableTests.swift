import Base
import Foundation
import TestSupport
import Testing

@testable import Files

/// Lists from outside as the child makes plain rows of them.
@Suite struct TableTests {
    private func book(_ bytes: [UInt8], _ name: String = "ds.xlsx") async throws -> (TableBook, String) {
        let folder = try temporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/file"))
        return (
            try await TableBook.open(
                "\(folder)/file", name: name, workFolder: folder, executable: SandboxTests().child),
            folder
        )
    }

    private func rows(_ text: String, _ name: String = "ds.csv") async throws -> [TableLine] {
        try await rows(Array(text.utf8), name)
    }

    private func rows(_ bytes: [UInt8], _ name: String = "ds.csv") async throws -> [TableLine] {
        let (book, folder) = try await book(bytes, name)
        defer { removeFolder(folder) }
        let reader = try book.rows(of: book.sheets[0])
        var lines: [TableLine] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    @Test("any separator, title lines without one, blanks and quotes", arguments: [",", ";", "\t", "|"])
    func separators(_ mark: String) async throws {
        let text = "Danh sách lớp 6A\n\nSTT\(mark)Họ tên\n1\(mark)\"Lò \"\"A\"\"\(mark)B\"\n"
        let lines = try await rows(text)
        #expect(lines.map(\.cells) == [["Danh sách lớp 6A"], ["STT", "Họ tên"], ["1", "Lò \"A\"\(mark)B"]])
        #expect(lines.map(\.number) == [1, 2, 3])
    }

    @Test("a workbook of ours comes back as it was written: days, numbers, text with zeros in front")
    func ownWorkbook() async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let path = "\(folder)/a.xlsx", book = try Spreadsheet(path: path, isDemo: false)
        let sheet = try book.sheet(
            "6A", titles: ["Tiêu đề"], columns: [.init("Mã"), .init("Ngày"), .init("Điểm"), .init("Số")])
        try sheet.write([.text("001200"), .day(try #require(Day(iso: "2014-09-05"))), .tenths(85), .whole(987_654_321)])
        try sheet.write([.blank, .day(try #require(Day(iso: "1999-12-31"))), .number(0.1 + 0.2), .blank])
        try book.finish()
        let lines = try await rows(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        #expect(
            lines.map(\.cells) == [
                ["Tiêu đề"], ["Mã", "Ngày", "Điểm", "Số"], ["001200", "05/09/2014", "8.5", "987654321"],
                ["", "31/12/1999", "0.3"],
            ])
    }

    @Test("a web page under a spreadsheet's name is read with its spans")
    func htmlTable() async throws {
        let page = """
            <html><head><meta charset="utf-8"><style>td{}</style></head><body><table border=1>
            <tr><th rowspan=2>STT<th rowspan=2>Họ tên<th colspan=2>Cha<tr><th>Họ tên<th>Năm sinh
            <tr><td>1<td>Lò Thị&nbsp;Én<td>Lò Văn&#32;A<td>1980</table></body></html>
            """
        let lines = try await rows(page, "ds.xls")
        #expect(
            lines.map(\.cells) == [
                ["STT", "Họ tên", "Cha", "Cha"], ["STT", "Họ tên", "Họ tên", "Năm sinh"],
                ["1", "Lò Thị Én", "Lò Văn A", "1980"],
            ])
    }

    @Test("code pages of before Unicode are told from one another")
    func codePages() async throws {
        // Windows-1258 with combining tones; Windows-1252 bytes that a TCVN3 font draws.
        let vietnamese: [UInt8] =
            Array("STT,H".utf8) + [0x6F, 0xF2] + Array(" t".utf8) + [0xEA] + Array("n\n1,L".utf8) + [
                0xEA, 0x20, 0x56, 0xE3, 0x6E, 0x20, 0xD0, 0xFD, 0xEC, 0x63, 0x0A,
            ]
        #expect(try await rows(vietnamese).map(\.cells) == [["STT", "Họ tên"], ["1", "Lê Văn Đức"]])
        let western: [UInt8] = Array("STT,Ten\n1,Nguy".utf8) + [0xD4] + Array("n V".utf8) + [0xA8] + Array("n\n".utf8)
        let line = try #require(try await rows(western).last)
        #expect(LegacyCoding.tcvn3.decode(line[1]) == "Nguyễn Văn")
    }

    @Test("old codings are told only where the words are Vietnamese after them and not before")
    func detection() {
        #expect(LegacyCoding.detect(["NguyÔn V¨n §øc", "TrÇn ThÞ Hoa"]) == .tcvn3)
        #expect(LegacyCoding.detect(["Nguyeãn Vaên Ñöùc", "Traàn Thò Hoa"]) == .vni)
        for plain in [
            ["Nguyễn Văn Đức"], ["Müller", "Zoë"], ["Lò Văn A"], ["Hoà", "Tú", "Lã"], ["José García"], [], ["abc"],
        ] {
            #expect(LegacyCoding.detect(plain) == nil, "\(plain)")
        }
    }

    @Test(
        "formats of numbers tell days and zeros in front",
        arguments: [
            ("dd/mm/yyyy", XLSXStyles.Look.day), ("[$-42A]d mmmm yyyy;@", .day), ("0000000000", .padded(10)),
            ("General", .general),
            ("0.00", .general), ("#,##0", .general), ("\"năm\" 0", .general), ("yyyy\\-mm\\-dd", .day),
            ("[Red]0.0", .general),
            ("mm:ss", .general), ("@", .general),
        ])
    func looks(_ code: String, _ look: XLSXStyles.Look) { #expect(XLSXStyles.look(of: code) == look) }

    @Test("days of both calendars of spreadsheets")
    func days() {
        #expect(SheetNumber.day(41_887, isFrom1904: false)?.iso == "2014-09-05")
        #expect(SheetNumber.day(41_887 - 1_462, isFrom1904: true)?.iso == "2014-09-05")
        #expect(SheetNumber.day(1, isFrom1904: false)?.iso == "1900-01-01")
        #expect(SheetNumber.day(61, isFrom1904: false)?.iso == "1900-03-01")
        for number in [0, -1, 0.5, 3_000_000, .infinity, .nan] {
            #expect(SheetNumber.day(number, isFrom1904: false) == nil)
        }
    }

    @Test(
        "what is no list is refused by what it is",
        arguments: [
            ("%PDF-1.7\n", "PDF"), ("{\\rtf1 a}", "RTF"), ("", "nội dung"), ("   \n\n", "nội dung"),
        ])
    func refusals(_ content: String, _ word: String) async throws {
        await #expect { try await self.rows(content) } throws: {
            "\(($0 as? Fault)?.message ?? "\($0)")".contains(word)
        }
    }

    @Test("a zip that is no workbook, a document type, a workbook cut short: a sentence, and nothing read")
    func badPackages() async throws {
        func zip(_ parts: [(String, String)]) throws -> [UInt8] {
            let folder = try temporaryFolder()
            defer { removeFolder(folder) }
            let zip = try ZipWriter(path: "\(folder)/z", moment: 0)
            for (name, text) in parts { try zip.add(Array(text.utf8), as: name) }
            try zip.finish()
            return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/z")))
        }
        let book = "<workbook xmlns:r='r'><sheets><sheet name='A' r:id='r1'/></sheets></workbook>"
        let parts =
            "<Relationships><Relationship Id='r1' Type='x/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
        func made(_ sheet: String) throws -> [UInt8] {
            try zip([
                ("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", parts), ("xl/worksheets/sheet1.xml", sheet),
            ])
        }
        let good = try made(
            "<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>Họ tên</t></is></c></row></sheetData></worksheet>"
        )
        #expect(try await rows(good).map(\.cells) == [["Họ tên"]])
        let entity =
            "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>"
        let bad = [
            try zip([("a.txt", "x")]), try made(entity), try made("<worksheet><sheetData><row><c><v>1</v>"),
            try made("<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>99</v></c></row></sheetData></worksheet>"),
            Array(good.prefix(good.count / 2)), [0x50, 0x4B, 3, 4], [0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3],
        ]
        for bytes in bad { await #expect(throws: Fault.self) { try await self.rows(bytes) } }
    }
}
