import Base
import Testing

@testable import Files

@Suite struct CSVWriterTests {
    @Test func whatIsWrittenIsReadBack() throws {
        let rows = [["a", "b", "c"], ["", "x,y", "z\"z"], [" cách ", "hai\r\ndòng", "=1+1"], ["ế", "", ""]]
        for separator: Character in [",", ";", "\t"] {
            var style = CSVWriter.Style.exchange
            style.separator = separator
            let writer = CSVWriter(style: style)
            for row in rows { try writer.write(row) }
            #expect(try read(writer.bytes) == Array(rows.dropFirst()))
        }
    }

    @Test func aRowOfOneEmptyCellIsNoBlankLine() throws {
        let writer = CSVWriter(style: .exchange)
        for cell in ["a", "", "x"] { try writer.write([cell]) }
        #expect(try read(writer.bytes) == [[""], ["x"]])
    }

    @Test func aFileIsWrittenWhole() throws {
        let scratch = Scratch(), path = scratch.path + "/ra.csv"
        let writer = try CSVWriter(path: path, style: .people)
        try writer.write(["Họ tên", "Điểm"])
        for number in 0..<20_000 { try writer.write(["Học sinh \(number)", "7,5"]) }
        try writer.finish()
        let bytes = contents(of: path)
        #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(try read(bytes).count == 20_000)
    }

    /// C4: every way to start a formula, in front of many endings: 28 × 18 cases.
    static let starts = [
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", " =", "  +", "\u{A0}-",
        "\u{3000}@",
        "\u{FEFF}=", "\u{200B}=", "\u{200E}+", "\u{202E}-", "\u{2060}@", "\u{1}=", " \t", "\u{AD}=",
    ]
    static let endings = [
        "1+1", "SUM(A1:A9)", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x\")", "A1", "2", "", "'", "\"x\"", " 5",
        "84 912", "ế", "=", "@",
        "IMPORTXML(1)", "DDE(\"a\")", "1E9", "WEBSERVICE(B2)",
    ]

    @Test func fiveHundredFormulasAreNeutralised() throws {
        var count = 0
        for start in CSVWriterTests.starts {
            for ending in CSVWriterTests.endings {
                let writer = CSVWriter(style: .people)
                try writer.write(["h"])
                try writer.write([start + ending])
                let cell = try read(writer.bytes).first?.first ?? ""
                #expect(cell == "'" + start + ending)
                count += 1
            }
        }
        #expect(count >= 500)
    }

    @Test(arguments: ["Nguyễn Văn An", "7,5", "a=b", "x-y", "", " ", "'=1", "09/12/2014", "(+84)", "“=”"])
    func otherTextsStayAsTheyAre(text: String) { #expect(FormulaGuard.neutralised(text) == text) }

    @Test func exchangeFilesAreVerbatim() throws {
        let writer = CSVWriter(style: .exchange)
        try writer.write(["phone"])
        try writer.write(["+84912"])
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "phone\r\n+84912\r\n")
    }

    @Test func aFullDiskIsAFault() {
        #expect(
            fault {
                let writer = try CSVWriter(path: "/dev/full", style: .exchange)
                try writer.write(["a"])
                try writer.finish()
            }?.kind == .full)
    }
}
