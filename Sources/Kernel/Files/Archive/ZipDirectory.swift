import Base

/// One entry of a zip's central directory, already found harmless.
struct ZipEntry {
    let number: Int
    let name: String
    let rawName: [UInt8]
    let method: Int
    let packed: Int
    let size: Int
    let offset: Int

    var isFolder: Bool { rawName.last == 47 }
}

/// Reads a zip's central directory (APPNOTE 4.3) and refuses whatever a peaceful zip does not have, before a byte is unpacked.
struct ZipDirectory {
    private let file: RandomFile
    private let limits: ArchiveLimits
    private var entries: [ZipEntry] = []

    /// The entries in the directory's order.
    static func read(_ path: String, limits: ArchiveLimits) throws(Fault) -> [ZipEntry] {
        var directory = ZipDirectory(file: try RandomFile(path: path), limits: limits)
        let (place, size, count) = try directory.locate()
        try directory.readEntries(directory.file.bytes(at: place, count: size), count: count)
        try directory.checkWhole()
        try directory.checkLocalHeaders(before: place)
        return directory.entries
    }

    private init(file: RandomFile, limits: ArchiveLimits) { (self.file, self.limits) = (file, limits) }

    /// Where the directory lies, its size and its number of entries, from the record at the end of the file.
    private func locate() throws(Fault) -> (place: Int, size: Int, count: Int) {
        guard file.size >= 22 else { throw ArchiveFault.notZip }
        let length = min(file.size, 65_557), start = file.size - length
        let tail = try file.bytes(at: start, count: length)
        guard let end = try endRecord(in: tail) else {
            throw try startsLikeZip() ? ArchiveFault.broken : ArchiveFault.notZip
        }
        var count = try tail.u16(end + 10), size = try tail.u32(end + 12), place = try tail.u32(end + 16),
            edge = start + end
        guard try tail.u16(end + 4) == 0, try tail.u16(end + 6) == 0, try tail.u16(end + 8) == count else {
            throw ArchiveFault.disagreeing
        }
        if count == 0xFFFF || size == 0xFFFF_FFFF || place == 0xFFFF_FFFF {
            let locator = try file.bytes(at: edge - 20, count: 20)
            guard try locator.u32(0) == 0x0706_4B50 else { throw ArchiveFault.broken }
            edge = try locator.u64(8)
            let record = try file.bytes(at: edge, count: 56)
            guard try record.u32(0) == 0x0606_4B50 else { throw ArchiveFault.broken }
            (count, size, place) = (try record.u64(32), try record.u64(40), try record.u64(48))
        }
        guard count <= limits.entries else { throw ArchiveFault.tooMany(limits.entries) }
        guard size <= 4 << 20, place <= edge, size <= edge - place else { throw ArchiveFault.broken }
        return (place, size, count)
    }

    /// The last record of the file: its comment must reach exactly to the file's end.
    private func endRecord(in tail: LittleEndian) throws(Fault) -> Int? {
        for place in stride(from: tail.bytes.count - 22, through: 0, by: -1) where tail.bytes[place] == 0x50 {
            guard try tail.u32(place) == 0x0605_4B50 else { continue }
            if try tail.u16(place + 20) == tail.bytes.count - place - 22 { return place }
        }
        return nil
    }

    private func startsLikeZip() throws(Fault) -> Bool { try file.bytes(at: 0, count: 4).u32(0) == 0x0403_4B50 }

    private mutating func readEntries(_ bytes: LittleEndian, count: Int) throws(Fault) {
        var place = 0
        for number in 0..<count {
            guard try bytes.u32(place) == 0x0201_4B50 else { throw ArchiveFault.broken }
            let name = try bytes.u16(place + 28), extra = try bytes.u16(place + 30), comment = try bytes.u16(place + 32)
            try entries.append(entry(number + 1, bytes, at: place, nameLength: name, extraLength: extra))
            place += 46 + name + extra + comment
        }
        guard place == bytes.bytes.count else { throw ArchiveFault.disagreeing }
    }

    private func entry(
        _ number: Int, _ bytes: LittleEndian, at place: Int, nameLength: Int, extraLength: Int
    ) throws(Fault) -> ZipEntry {
        let rawName = try bytes.slice(place + 46, nameLength)
        let name = try EntryName.check(rawName, number: number, limit: limits.nameBytes)
        let flags = try bytes.u16(place + 8), method = try bytes.u16(place + 10)
        guard flags & 0x2041 == 0, method != 99 else { throw ArchiveFault.encrypted(name) }
        guard method == 0 || method == 8 else { throw ArchiveFault.method(name) }
        // The file type of Unix, whatever system the entry says it was made on: nothing, a file or a folder.
        guard [0, 0o100000, 0o040000].contains(try bytes.u32(place + 38) >> 16 & 0o170000) else {
            throw ArchiveFault.link(name)
        }
        let sizes = try sizes(bytes, at: place, extra: bytes.slice(place + 46 + nameLength, extraLength))
        return ZipEntry(
            number: number, name: name, rawName: rawName, method: method, packed: sizes.packed, size: sizes.size,
            offset: sizes.offset)
    }

    /// Sizes and place, taken from the zip64 field where the short ones are full.
    private func sizes(
        _ bytes: LittleEndian, at place: Int, extra: [UInt8]
    ) throws(Fault) -> (packed: Int, size: Int, offset: Int) {
        var packed = try bytes.u32(place + 20), size = try bytes.u32(place + 24), offset = try bytes.u32(place + 42)
        let fields = LittleEndian(bytes: extra)
        var at = 0
        while at + 4 <= extra.count {
            let tag = try fields.u16(at), length = try fields.u16(at + 2)
            if tag == 1 {
                let wide = LittleEndian(bytes: try fields.slice(at + 4, length))
                var next = 0
                if size == 0xFFFF_FFFF { (size, next) = (try wide.u64(next), next + 8) }
                if packed == 0xFFFF_FFFF { (packed, next) = (try wide.u64(next), next + 8) }
                if offset == 0xFFFF_FFFF { offset = try wide.u64(next) }
                break
            }
            at += 4 + length
        }
        return (packed, size, offset)
    }
}

extension ZipDirectory {
    /// What the directory declares for all entries together.
    private func checkWhole() throws(Fault) {
        var packed = 0, size = 0, names: Set<String> = []
        for entry in entries {
            guard entry.size <= limits.unpacked, entry.packed <= file.size else {
                throw ArchiveFault.tooLarge(limits.unpacked)
            }
            guard entry.method == 8 || entry.packed == entry.size else { throw ArchiveFault.disagreeing }
            guard !entry.isFolder || entry.size == 0 else { throw ArchiveFault.disagreeing }
            try checkRatio(packed: entry.packed, size: entry.size)
            guard names.insert(entry.name.lowercased()).inserted else { throw ArchiveFault.twice(entry.name) }
            packed += entry.packed
            size += entry.size
            guard size <= limits.unpacked else { throw ArchiveFault.tooLarge(limits.unpacked) }
        }
        try checkRatio(packed: packed, size: size)
    }

    private func checkRatio(packed: Int, size: Int) throws(Fault) {
        guard size > ArchiveLimits.harmless else { return }
        guard size / limits.ratio <= packed else { throw ArchiveFault.ratio(limits.ratio) }
    }

    /// Both places that name an entry must agree, and no two entries may share bytes.
    private func checkLocalHeaders(before directory: Int) throws(Fault) {
        var free = 0
        for entry in entries.sorted(by: { $0.offset < $1.offset }) {
            guard entry.offset >= free else { throw ArchiveFault.overlapping }
            let header = try file.bytes(at: entry.offset, count: 30)
            let name = try header.u16(26), extra = try header.u16(28)
            guard try header.u32(0) == 0x0403_4B50, try header.u16(8) == entry.method, try header.u16(6) & 0x2041 == 0,
                try file.bytes(at: entry.offset + 30, count: name).bytes == entry.rawName
            else { throw ArchiveFault.disagreeing }
            free = entry.offset + 30 + name + extra + entry.packed
            guard free <= directory else { throw ArchiveFault.overlapping }
        }
    }
}
