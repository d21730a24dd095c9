import Base

/// Walks the chunks of a PNG (ISO/IEC 15948) with their checksums and keeps those that draw.
struct PNG {
    private let bytes: [UInt8]
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let kept: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "sRGB"]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The same picture without notes; nothing when it is broken or cut off.
    var cleaned: CleanFile? {
        guard bytes.starts(with: PNG.signature) else { return nil }
        var out = PNG.signature, place = 8, size: (width: Int, height: Int)?, hasData = false
        while let length = bytes.number(at: place, size: 4), length <= bytes.count - place - 12 {
            let body = bytes[place + 4..<place + 8 + length], name = String(decoding: body.prefix(4), as: UTF8.self)
            guard let sum = bytes.number(at: place + 8 + length, size: 4), sum == Int(PNG.checksum(body)) else {
                return nil
            }
            if size == nil {
                guard name == "IHDR", length == 13, let width = bytes.number(at: place + 8, size: 4),
                    let height = bytes.number(at: place + 12, size: 4), (1...100_000).contains(width),
                    (1...100_000).contains(height)
                else { return nil }
                size = (width, height)
            }
            hasData = hasData || name == "IDAT"
            if PNG.kept.contains(name) { out += bytes[place..<place + 12 + length] }
            if name == "IEND", let size, hasData {
                return CleanFile(kind: .png, width: size.width, height: size.height, bytes: out)
            }
            place += 12 + length
        }
        return nil
    }

    /// CRC-32 of ISO 3309, as every chunk bears it.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }

    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}
