import Base

/// Walks the segments of a JPEG (ITU-T T.81, annex B) and leaves out what tells where and when it was taken.
struct JPEG {
    private let bytes: [UInt8]
    private var out: [UInt8] = [0xFF, 0xD8]
    private var size: (width: Int, height: Int)?
    private var hasScan = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The same picture without notes of the camera; nothing when it is broken or cut off.
    var cleaned: CleanFile? {
        var walk = self
        guard walk.walk(), let size = walk.size, walk.hasScan else { return nil }
        return CleanFile(kind: .jpeg, width: size.width, height: size.height, bytes: walk.out)
    }

    private mutating func walk() -> Bool {
        var place = 2
        while let (marker, start) = marker(at: place) {
            if marker == 0xD9 {
                out += [0xFF, 0xD9]
                return true
            }
            guard let length = bytes.number(at: start, size: 2), length >= 2, start + length <= bytes.count,
                take(marker, start, length)
            else { return false }
            place = start + length
            if marker == 0xDA {
                guard let end = endOfScan(from: place) else { return false }
                out += bytes[place..<end]
                place = end
                hasScan = true
            }
        }
        return false
    }

    /// The marker at a place, filling bytes passed over, and where its segment starts.
    private func marker(at place: Int) -> (UInt8, Int)? {
        guard place < bytes.count, bytes[place] == 0xFF else { return nil }
        var next = place
        while next < bytes.count, bytes[next] == 0xFF { next += 1 }
        guard next < bytes.count, bytes[next] >= 0xC0, !(0xD0...0xD8).contains(bytes[next]) else { return nil }
        return (bytes[next], next + 1)
    }

    private mutating func take(_ marker: UInt8, _ start: Int, _ length: Int) -> Bool {
        let segment = bytes[start..<start + length]
        switch marker {
        case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
            guard let height = bytes.number(at: start + 3, size: 2), let width = bytes.number(at: start + 5, size: 2),
                length >= 8, height > 0, width > 0, size == nil
            else { return false }
            size = (width, height)
        case 0xE1:
            keepOrientation(Array(segment.dropFirst(2)))
            return true
        case 0xE2 where segment.dropFirst(2).starts(with: "ICC_PROFILE\0".utf8): break
        case 0xE2...0xED, 0xEF, 0xFE: return true
        default: break
        }
        out += [0xFF, marker] + segment
        return true
    }

    /// Where the coded data of a scan end: at the first marker that is neither stuffing nor a restart.
    private func endOfScan(from start: Int) -> Int? {
        var place = start
        while place + 1 < bytes.count {
            if bytes[place] == 0xFF, bytes[place + 1] != 0, !(0xD0...0xD7).contains(bytes[place + 1]),
                bytes[place + 1] != 0xFF
            {
                return place
            }
            place += 1
        }
        return nil
    }

    /// Of all that Exif says only which way up the picture is.
    private mutating func keepOrientation(_ exif: [UInt8]) {
        guard exif.starts(with: "Exif\0\0".utf8) else { return }
        let tiff = Array(exif.dropFirst(6)), isLittle = tiff.starts(with: [0x49, 0x49])
        func number(_ place: Int, _ size: Int) -> Int? { tiff.number(at: place, size: size, isLittle: isLittle) }
        guard let list = number(4, 4), let entries = number(list, 2) else { return }
        for entry in 0..<min(entries, 100) {
            let place = list + 2 + entry * 12
            guard number(place, 2) == 0x0112, let way = number(place + 8, 2), (2...8).contains(way) else { continue }
            out +=
                [0xFF, 0xE1, 0, 34] + Array("Exif\0\0MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1]
            out += [0, UInt8(way), 0, 0, 0, 0, 0, 0]
            return
        }
    }
}
