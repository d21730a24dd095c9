/// A zip made byte by byte, with every lie a test needs.
struct RawZip {
    struct Entry {
        var name: [UInt8]
        var body: [UInt8] = Array("xin chào".utf8)
        var method = 0
        var flags = 0
        /// Size as declared in the directory, and where the entry claims to be, when they are lies.
        var size: Int?
        var offset: Int?
        var mode = 0o100644
        /// The name in front of the bytes, when it differs from the directory's.
        var localName: [UInt8]?

        init(_ name: String) { self.name = Array(name.utf8) }
        init(bytes: [UInt8]) { name = bytes }
    }

    var entries: [Entry] = []
    var comment: [UInt8] = []
    var declaredCount: Int?

    init(_ entries: [Entry]) { self.entries = entries }
    init(names: [String]) { entries = names.map(Entry.init) }

    var bytes: [UInt8] {
        var out: [UInt8] = [], directory: [UInt8] = []
        for entry in entries {
            let offset = entry.offset ?? out.count, crc = RawZip.crc(entry.body), size = entry.size ?? entry.body.count
            let local = entry.localName ?? entry.name
            out += le(0x0403_4B50, 4) + le(20, 2) + le(entry.flags, 2) + le(entry.method, 2) + le(0, 4) + le(crc, 4)
            out += le(entry.body.count, 4) + le(size, 4) + le(local.count, 2) + le(0, 2) + local + entry.body
            directory +=
                le(0x0201_4B50, 4) + le(3 << 8 | 20, 2) + le(20, 2) + le(entry.flags, 2) + le(entry.method, 2)
                + le(0, 4)
            directory += le(crc, 4) + le(entry.body.count, 4) + le(size, 4) + le(entry.name.count, 2) + le(0, 8)
            directory += le(entry.mode << 16, 4) + le(offset, 4) + entry.name
        }
        let place = out.count, count = declaredCount ?? entries.count
        out +=
            directory + le(0x0605_4B50, 4) + le(0, 4) + le(count, 2) + le(count, 2) + le(directory.count, 4)
            + le(place, 4)
        return out + le(comment.count, 2) + comment
    }

    func le(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }

    static func crc(_ bytes: [UInt8]) -> Int {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Int(~crc)
    }
}
