import Base
import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct PictureTests {
    let scratch = Scratch()

    func refusal(_ bytes: [UInt8]) -> String? {
        do throws(Fault) {
            _ = try CleanFile.read(bytes)
            return nil
        } catch { return error.message }
    }

    func has(_ words: String, _ bytes: [UInt8]) -> Bool { bytes.firstRange(of: Array(words.utf8)) != nil }

    @Test("a photo keeps its picture and its way up, and loses place, notes and what hangs behind it")
    func cleaned() throws {
        let sent = SamplePicture.jpeg(), kept = try CleanFile.read(sent)
        #expect((kept.kind, kept.width, kept.height) == (.jpeg, 300, 400))
        #expect(has("GPS", sent) && !has("GPS", kept.bytes))
        #expect(!has("telephone", kept.bytes) && !has("script", kept.bytes) && has("JFIF", kept.bytes))
        #expect(has("Exif", kept.bytes) && kept.bytes.contains(6))
        // Once cleaned it stays as it is, so one picture has one hash.
        #expect(try CleanFile.read(kept.bytes).bytes == kept.bytes)
        #expect(!has("Exif", try CleanFile.read(SamplePicture.jpeg(way: 1)).bytes))
        let png = try CleanFile.read(SamplePicture.png())
        #expect((png.kind, png.width, png.height) == (.png, 300, 400))
        #expect(!has("taken", png.bytes) && has("IDAT", png.bytes))
        #expect(try CleanFile.read(SamplePicture.pdf).kind == .pdf)
    }

    @Test("a file cut off anywhere, of another kind, or too many points is refused and never traps")
    func refused() {
        for whole in [SamplePicture.jpeg(), SamplePicture.png()] {
            let end = whole.count - (whole[0] == 0xFF ? 25 : 0)
            for count in 0..<end { #expect(refusal(Array(whole.prefix(count))) != nil, "\(count)") }
        }
        for other in ["", "GIF89a", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "MZ", "PK\u{3}\u{4}"] {
            #expect(refusal(Array(other.utf8))?.contains("không phải ảnh") == true)
        }
        #expect(refusal(Array(SamplePicture.pdf.dropLast(8))) != nil)
        #expect(refusal(SamplePicture.jpeg(width: 8000, height: 8000))?.contains("8000") == true)
        #expect(refusal(SamplePicture.png(width: 60_000, height: 60_000))?.contains("60000") == true)
        #expect(refusal(SamplePicture.jpeg(width: 0)) != nil)
        var wrong = SamplePicture.png()
        wrong[20] ^= 1
        #expect(refusal(wrong) != nil, "a PNG with a wrong checksum")
    }

    @Test("any byte of a picture may be any other: the answer is a file or a sentence")
    func shaken() {
        for whole in [SamplePicture.jpeg(), SamplePicture.png()] {
            for place in whole.indices {
                for value: UInt8 in [0, 1, 127, 128, 254, 255] {
                    var bytes = whole
                    bytes[place] = value
                    _ = refusal(bytes)
                }
            }
        }
    }

    @Test("one content is kept once, read back whole, and missed when it is gone or changed")
    func blobs() async throws {
        let folder = scratch.path + "/blobs"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let blobs = Blobs(folder), file = scratch.put("a.jpg", SamplePicture.jpeg())
        func keep(_ path: String, most: Int = 1 << 20) async throws -> Blobs.Kept {
            try await blobs.keep(path, most: most, only: [.jpeg, .png], executable: SandboxTests().child)
        }
        let kept = try await keep(file)
        #expect(try await keep(scratch.put("b.png", SamplePicture.jpeg(notes: "elsewhere"))) == kept)
        #expect(kept.kind == .jpeg && kept.hash.count == 32)
        #expect(await blobs.read(kept.hash)?.count == kept.size)
        #expect(blobs.faults([kept.hash]).isEmpty)
        await #expect(throws: Fault.self) { try await keep(scratch.put("c.jpg", SamplePicture.pdf)) }
        await #expect(throws: Fault.self) { try await keep(scratch.put("d.jpg", Array("MZ".utf8))) }
        await #expect(throws: Fault.self) { try await keep(file, most: 100) }
        let path = "\(folder)/\(kept.hash.hex.prefix(2))/\(kept.hash.hex)"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        try Data("changed".utf8).write(to: URL(fileURLWithPath: path))
        #expect(await blobs.read(kept.hash) == nil)
        #expect(blobs.faults([kept.hash]).count == 1)
    }
}
