import Base
import Foundation
import Testing

@testable import Files

@Suite struct CSVReaderTests {
    @Test(arguments: [
        ("plain", "a,b\n1,2\n3,4\n"), ("no newline at end", "a,b\n1,2\n3,4"), ("CRLF", "a,b\r\n1,2\r\n3,4\r\n"),
        ("CR", "a,b\r1,2\r3,4\r"), ("BOM", "\u{FEFF}a,b\n1,2\n3,4"), ("semicolons", "a;b\n1;2\n3;4"),
        ("tabs", "a\tb\n1\t2\n3\t4"), ("quoted", "\"a\",\"b\"\n\"1\",\"2\"\n\"3\",4"),
        ("blank lines", "\n\na,b\n\n1,2\n   \n3,4\n\n"),
        ("sep line", "sep=;\r\na;b\r\n1;2\r\n3;4"), ("short row", "a,b\n1,2\n3,4"),
    ])
    func theSameTableHoweverItIsWritten(name: String, text: String) throws {
        #expect(try read(text) == [["1", "2"], ["3", "4"]], "\(name)")
    }

    @Test func utf16OfBothOrdersIsRead() throws {
        let text = "tên,tuổi\r\nNguyễn Văn Ă,7\r\n𠀀 Đỗ,8"
        for littleEndian in [true, false] {
            var bytes: [UInt8] = littleEndian ? [0xFF, 0xFE] : [0xFE, 0xFF]
            for unit in text.utf16 {
                let pair = [UInt8(unit >> 8), UInt8(unit & 255)]
                bytes += littleEndian ? pair.reversed() : pair
            }
            #expect(try read(bytes) == [["Nguyễn Văn Ă", "7"], ["𠀀 Đỗ", "8"]])
            #expect(fault { _ = try read(Array(bytes.dropLast())) }?.message.contains("UTF-16") == true)
        }
    }

    @Test func quotesHoldSeparatorsLineEndsAndDoubledQuotes() throws {
        let text = "a,b\n\"x, \"\"y\"\"\",\"hai\r\ndòng\"\n\"\",z\"z\n\"p\"q,r"
        #expect(try read(text) == [["x, \"y\"", "hai\r\ndòng"], ["", "z\"z"], ["pq", "r"]])
    }

    @Test func everyChunkBoundaryGivesTheSameTable() throws {
        let rest = "\"tiếng \"\"Việt\"\"\r\nhai\",Đặng\r\n\"𠀀\",é\r\ncuối,"
        let expected = [["tiếng \"Việt\"\r\nhai", "Đặng"], ["𠀀", "é"], ["cuối", ""]]
        for shift in 0..<rest.utf8.count + 4 {
            let filler = String(repeating: "x", count: 60_000),
                more = String(repeating: "y", count: 65_536 - 60_000 - 7 - shift)
            let rows = try read("a,b\n\(filler),\(more)\n" + rest)
            #expect(Array(rows.dropFirst()) == expected, "shift \(shift)")
        }
    }

    @Test func raggedRowsArePaddedOrReported() throws {
        let records = try CSVReader(bytes: Array("a,b,c\n1\n1,2,3,4,5\n,,\n".utf8), name: "a.csv").all()
        #expect(records.map(\.fields) == [["1", "", ""], ["1", "2", "3"], ["", "", ""]])
        #expect(records.map(\.missing) == [2, 0, 0])
        #expect(records.map(\.surplus) == [[], ["4", "5"], []])
        #expect(records.map(\.isEmpty) == [false, false, true])
    }

    @Test func linesAreThoseOfTheFile() throws {
        let records = try CSVReader(bytes: Array("\na,b\n\"1\n\n\",2\n\n3,4\r\n5,6\r7,8".utf8), name: "a.csv").all()
        #expect(records.map(\.line) == [3, 7, 8, 9])
        #expect(records.map(\.row) == [1, 2, 3, 4])
    }

    @Test func headersAreTrimmedAndFoundInAnyCase() throws {
        let reader = try CSVReader(
            bytes: Array(" Họ Và Tên ,\u{A0}MÃ HS,prefferedGivenName\nAn,7,Bi".utf8), name: "a.csv",
            aliases: ["prefferedgivenname": "preferredGivenName"])
        let record = try #require(try reader.next())
        #expect(record["họ và tên"] == "An")
        #expect(record["Mã HS"] == "7")
        #expect(record["preferredGivenName"] == "Bi")
        #expect(record["không có"] == "")
        #expect(reader.warnings.map(\.column) == ["prefferedGivenName"])
    }

    @Test(arguments: [
        ("", "trống"), ("\n\n \n", "trống"), (",,\n1,2,3", "tiêu đề"), ("a,b,A\n1,2,3", "hai lần"),
        ("a,b\n1,\"2\n3,4\n5,6", "ngoặc kép mở ở dòng 2"), ("a,b\n\u{0}1,2", "dòng 2, byte 1: có byte NUL"),
        ("a,b\n1,e" + String(repeating: "\u{301}\u{327}", count: 16), "dấu chồng"),
        ("PK\u{3}\u{4}abc", "không phải CSV"),
    ])
    func badTextIsRefusedInPlainWords(text: String, words: String) {
        let found = fault { _ = try read(text) }
        #expect(found?.kind == .invalid || found?.kind == .unsupported)
        #expect(found?.message.contains(words) == true, "\(found?.message ?? "no fault")")
        #expect(found?.message.contains("a.csv") == true)
    }

    @Test func otherEncodingsAreRefusedWithLineAndByte() {
        let windows1258 = Array("ma,ten\n1,Nguy".utf8) + [0xEA, 0xDE, 0x6E, 0x0A]
        let message = fault { _ = try read(windows1258) }?.message ?? ""
        #expect(message.contains("dòng 2, byte 7"), "\(message)")
        for bad: [UInt8] in [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE1, 0xBA], [0x80], [0xF0, 0x9F],
        ] {
            #expect(fault { _ = try read(Array("a\n".utf8) + bad) }?.message.contains("dòng 2, byte 1") == true)
        }
    }

    @Test func rowsBeforeABadByteAreStillGiven() throws {
        let reader = try CSVReader(bytes: Array("a\nx\ny\n".utf8) + [0xFF], name: "a.csv")
        #expect(try reader.next()?.fields == ["x"])
        #expect(try reader.next()?.fields == ["y"])
        #expect(fault { _ = try reader.next() }?.message.contains("dòng 4, byte 1") == true)
    }

    @Test func boundsHold() throws {
        let long = String(repeating: "x", count: 65_536)
        #expect(try read("a,b\n\(long),1") == [[long, "1"]])
        #expect(fault { _ = try read("a,b\n1,\(long)x") }?.message.contains("dòng 2, cột 2") == true)
        let wide = Array(repeating: "c", count: 1_001).joined(separator: ",")
        #expect(fault { _ = try read("a,b\n\(wide)") }?.message.contains("1000 cột") == true)
        let heavy = Array(repeating: long.dropLast(1), count: 17).joined(separator: ",")
        #expect(fault { _ = try read("a,b\n\(heavy)") }?.message.contains("1048576 byte") == true)
        let open = "a,b\n1,2\n3,\"x" + String(repeating: "y,z\n", count: 20_000)
        #expect(fault { _ = try read(open) }?.message.contains("dòng 3") == true)
    }

    @Test func aMillionColumnsAndAnEndlessLineEndSoon() {
        #expect(fault { _ = try read(Array(repeating: 44, count: 1_000_000)) }?.message.contains("1000 cột") == true)
        #expect(
            fault { _ = try read(Array(repeating: 120, count: 10_000_000)) }?.message.contains("65536 byte") == true)
    }

    @Test func missingColumnsAreNamedTogether() throws {
        let reader = try CSVReader(bytes: Array("a,b\n1,2".utf8), name: "lop.csv")
        #expect(
            fault { try reader.header.require(["A", "c", "d"], in: "lop.csv") }?.message
                == "Tệp lop.csv thiếu cột: c, d.")
    }

    @Test func aFileIsReadFromDiskInConstantMemory() throws {
        let scratch = Scratch()
        let line = (1...15).map { "cột\($0)" }.joined(separator: ",")
        let path = scratch.put("to.csv", String(repeating: line + "\n", count: 20_001))
        let reader = try CSVReader(path: path)
        #expect(reader.name == "to.csv")
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 20_000)
        #expect(fault { _ = try CSVReader(path: scratch.path) }?.message.contains("không phải là tệp") == true)
        #expect(
            fault { _ = try CSVReader(path: scratch.path + "/không có.csv") }?.message.contains("không có.csv") == true)
    }

    @Test func twentyThousandMutationsNeverTrap() {
        let seeds = [
            "sourcedId,status,name\n1,active,\"Trường \"\"A\"\", xã\r\nB\"\n2,,Đỗ\n", "a;b\r\n\"1\n2\";3\r\n",
            "\u{FEFF}x\ty\nỡ\tữ\r",
        ].map { Array($0.utf8) }
        let marks: [UInt8] = [0, 9, 10, 13, 34, 44, 59, 0xFF, 0xFE, 0xEF, 0xBB, 0xBF, 0xCC, 0x81, 0xE1, 0xED]
        var dice = Dice(seed: 3)
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: bytes[place] = marks.randomElement(using: &dice) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &dice) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                case 3: bytes = Array(bytes[..<place])
                default: bytes += bytes[place...]
                }
            }
            _ = try? read(bytes)
        }
    }
}

@Suite(.enabled(if: Fixtures.arePresent, Fixtures.absence)) struct CSVFixtureTests {
    @Test(arguments: [
        ("vn-admin-units/2025-2level/admin_units.csv", 3_321, 8),
        ("vn-admin-units/pre2025-3level/admin_units_legacy.csv", 10_040, 10),
        ("vn-schools/mn.csv", 3_206, 7), ("vn-schools/tih.csv", 545, 7), ("vn-schools/thcs.csv", 360, 7),
    ])
    func realFilesGiveEveryRow(path: String, rows: Int, columns: Int) throws {
        let reader = try CSVReader(path: Fixtures.root + "/" + path)
        #expect(reader.header.count == columns)
        var count = 0
        while let record = try reader.next() {
            count += 1
            #expect(record.missing == 0 && record.surplus.isEmpty, "\(path) line \(record.line)")
        }
        #expect(count == rows)
    }
}
