import Base
import Foundation
import Testing

@testable import Files

@Suite struct ArchiveTests {
    let scratch = Scratch()

    func unpack(_ bytes: [UInt8], limits: ArchiveLimits = .standard) throws -> [UnpackedFile] {
        let folder = scratch.path + "/out-\(UInt32.random(in: 0...UInt32.max))"
        let path = scratch.put("a.zip", bytes)
        defer {
            let left = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            #expect(left.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } })
        }
        return try Archive.unpack(path, into: folder, limits: limits)
    }

    func refusal(_ zip: RawZip) -> String { fault { _ = try unpack(zip.bytes) }?.message ?? "" }

    func zeros(_ count: Int, name: String = "a.csv") throws -> [UInt8] {
        let writer = try ZipWriter(path: scratch.path + "/z.zip", moment: 0)
        try writer.add([UInt8](repeating: 48, count: count), as: name)
        try writer.finish()
        return contents(of: scratch.path + "/z.zip")
    }

    @Test func filesLieUnderNamesOfOurs() throws {
        var zip = RawZip(names: ["b/lớp.csv", "thư mục/", "a.csv"])
        zip.entries[1].body = []
        zip.comment = Array("ghi chú".utf8)
        let files = try unpack(zip.bytes)
        #expect(files.map(\.name) == ["b/lớp.csv", "a.csv"])
        #expect(files.map { $0.path.split(separator: "/").last } == ["0001", "0003"])
        #expect(files.allSatisfy { contents(of: $0.path) == Array("xin chào".utf8) })
    }

    @Test func whatIsWrittenIsUnpacked() throws {
        let writer = try ZipWriter(path: scratch.path + "/w.zip", moment: 1_700_000_000_000)
        let large = scratch.put("lớn", (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 5) })
        try writer.add(Array("a,b\r\n".utf8), as: "users.csv")
        try writer.add(path: large, as: "Danh sách lớp Đ.csv")
        try writer.add([], as: "trống")
        try writer.finish()
        let files = try unpack(contents(of: scratch.path + "/w.zip"))
        #expect(files.map(\.name) == ["users.csv", "Danh sách lớp Đ.csv", "trống"])
        #expect(contents(of: files[1].path) == contents(of: large))
        #expect(files[2].size == 0)
    }

    @Test(arguments: [
        ("../x", "“..”"), ("a/../../x", "“..”"), ("/etc/passwd", "tuyệt đối"), ("C:x", "tuyệt đối"),
        ("..\\x", "gạch ngược"),
        ("a\u{0}.csv", "điều khiển"), ("a\nb", "điều khiển"), ("a\u{7F}", "điều khiển"),
        ("\u{202E}vsc.exe", "đảo chiều"),
        ("a\u{200B}", "ẩn"), ("\u{FEFF}a", "ẩn"), ("a\u{85}b", "ẩn"), ("", "trống"),
        (String(repeating: "x", count: 201), "200 byte"),
        (String(repeating: "x", count: 4_096), "200 byte"),
        ("e" + String(repeating: "\u{301}", count: 31), "dấu chồng"),
    ])
    func hostileNamesAreRefused(name: String, words: String) {
        #expect(refusal(RawZip(names: ["tốt.csv", name])).contains(words), "\(name.debugDescription)")
    }

    @Test func namesThatAreNoTextAreOnlyLabels() throws {
        let files = try unpack(RawZip([RawZip.Entry(bytes: [0x61, 0xFF, 0x2E])]).bytes)
        #expect(files.map(\.name) == ["a\u{FFFD}."])
    }

    @Test func linksAndOddFilesAreRefused() {
        for mode in [0o120777, 0o060000, 0o020000, 0o010000, 0o140000] {
            var zip = RawZip(names: ["x"])
            zip.entries[0].mode = mode
            #expect(refusal(zip).contains("liên kết"))
        }
    }

    @Test func encryptionAndOddMethodsAreRefused() {
        for flag in [1, 0x40, 0x2000] {
            var zip = RawZip(names: ["x"])
            zip.entries[0].flags = flag
            #expect(refusal(zip).contains("mật khẩu"))
        }
        for method in [1, 6, 9, 12, 14, 93, 95, 98] {
            var zip = RawZip(names: ["x"])
            zip.entries[0].method = method
            #expect(refusal(zip).contains("cách nén lạ"))
        }
    }

    @Test func twinsAreRefused() {
        #expect(refusal(RawZip(names: ["users.csv", "Users.csv"])).contains("hai lần"))
        #expect(refusal(RawZip(names: ["lớp", "lơ\u{301}p"])).contains("hai lần"))
    }

    @Test func bombsAreRefusedBeforeTheyUnpack() throws {
        #expect(fault { _ = try unpack(zeros(30 << 20)) }?.message.contains("gấp hơn 100 lần") == true)
        let limits = ArchiveLimits(unpacked: 1 << 20)
        #expect(fault { _ = try unpack(zeros(2 << 20), limits: limits) }?.kind == .tooLarge)
        #expect(try unpack(zeros(60_000)).count == 1)
        #expect(refusal(RawZip(names: (0...2_000).map { "\($0)" })).contains("2000 mục"))
        var many = RawZip(names: ["x"])
        many.declaredCount = 65_534
        #expect(refusal(many).contains("2000 mục"))
    }

    @Test func lyingSizesAreRefused() throws {
        var zip = RawZip(names: ["x"])
        zip.entries[0].size = 4
        #expect(refusal(zip).contains("không khớp"))
        // A deflated entry that says it is smaller, and one that says it is larger, than what comes out.
        let honest = try zeros(50_000)
        for lie in [100, 49_999, 50_001, 65_536] {
            let bytes = honest.replacing(RawZip([]).le(50_000, 4), with: RawZip([]).le(lie, 4))
            #expect(fault { _ = try unpack(bytes) } != nil, "\(lie)")
        }
        var overlapping = RawZip(names: ["x", "y"])
        overlapping.entries[1].offset = 0
        overlapping.entries[1].localName = Array("x".utf8)
        #expect(refusal(overlapping).contains("chồng") || refusal(overlapping).contains("không khớp"))
        var twoFaced = RawZip(names: ["x", "y"])
        twoFaced.entries[0].localName = Array("../x".utf8)
        #expect(refusal(twoFaced).contains("không khớp"))
    }

    @Test func aWrongChecksumIsRefused() throws {
        var bytes = RawZip(names: ["x"]).bytes
        bytes[31] ^= 1
        #expect(fault { _ = try unpack(bytes) } != nil)
    }

    @Test func archivesInsideAreLeftClosed() throws {
        var zip = RawZip(names: ["trong.zip"])
        zip.entries[0].body = RawZip(names: ["../x"]).bytes
        #expect(try unpack(zip.bytes).map(\.size) == [zip.entries[0].body.count])
    }

    @Test func whatIsNoZipIsSaidSo() {
        #expect(fault { _ = try unpack([]) }?.kind == .unsupported)
        #expect(
            fault { _ = try unpack(Array("Họ tên,Điểm\n".utf8) + [UInt8](repeating: 32, count: 90)) }?.kind
                == .unsupported)
        let cut = Array(RawZip(names: ["x"]).bytes.dropLast(5))
        #expect(fault { _ = try unpack(cut) }?.message.contains("cắt cụt") == true)
        #expect(fault { _ = try Archive.list(scratch.path) } != nil)
    }

    @Test func threeThousandMutationsNeverTrapNorEscape() throws {
        let writer = try ZipWriter(path: scratch.path + "/seed.zip", moment: 0)
        for name in ["users.csv", "orgs.csv"] {
            try writer.add(Array("sourcedId,name\r\n1,Trường A\r\n1,Trường A\r\n".utf8), as: name)
        }
        try writer.finish()
        let seeds = [contents(of: scratch.path + "/seed.zip"), RawZip(names: ["a", "b/", "c"]).bytes]
        var dice = Dice(seed: 11)
        for round in 0..<3_000 {
            var bytes = seeds[round % 2]
            for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes[place] = [0, 0x7F, 0xFF].randomElement(using: &dice) ?? 0
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(bytes[place], at: place)
                default: if Int.random(in: 0..<4, using: &dice) == 0 { bytes = Array(bytes[..<place]) }
                }
            }
            _ = try? unpack(bytes)
        }
        let strays = try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter {
            $0 != "a.zip" && $0 != "seed.zip"
        }
        #expect(strays.allSatisfy { $0.hasPrefix("out-") })
    }
}
