/// Pictures made byte by byte, so that a test can break one where it wants.
public enum SamplePicture {
    /// A JPEG of a size, with the notes of a camera: where it was taken, which way it was held.
    public static func jpeg(width: Int = 300, height: Int = 400, notes: String = "GPS 22.39 103.45", way: UInt8 = 6)
        -> [UInt8]
    {
        let exif =
            Array("Exif\0\0MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, way, 0, 0, 0, 0, 0, 0]
            + Array(notes.utf8)
        let frame: [UInt8] = [8] + two(height) + two(width) + [1, 1, 0x11, 0]
        return [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]) + segment(0xE1, exif)
            + segment(0xFE, Array("made by a telephone".utf8)) + segment(0xC0, frame)
            + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4] + [0xFF, 0xD9]
            + Array("<script>alert(1)</script>".utf8)
    }

    /// A PNG of a size, with a note.
    public static func png(width: Int = 300, height: Int = 400, note: String = "where it was taken") -> [UInt8] {
        let head = four(width) + four(height) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", head)
            + chunk("tEXt", Array(note.utf8)) + chunk("IDAT", [1, 2, 3]) + chunk("IEND", [])
    }

    public static let pdf: [UInt8] = Array("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".utf8)

    private static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0xFF, marker] + two(body.count + 2) + body
    }

    private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let whole = Array(name.utf8) + body
        var sum = UInt32.max
        for byte in whole {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
        }
        return four(body.count) + whole + four(Int(~sum))
    }

    private static func two(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }
    private static func four(_ number: Int) -> [UInt8] { two(number >> 16 & 65_535) + two(number & 65_535) }
}
