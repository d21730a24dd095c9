import Base

#if canImport(Glibc)
import Glibc
#endif

/// A file read at any place.
final class RandomFile {
    let size: Int
    private let descriptor: Int32

    init(path: String) throws(Fault) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .invalid(t("Không mở được tệp nén."))
        }
        size = Int(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Exactly so many bytes from a place; a fault when the file does not have them.
    func bytes(at offset: Int, count: Int) throws(Fault) -> LittleEndian {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else { throw ArchiveFault.broken }
        var bytes = [UInt8](repeating: 0, count: count), done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { unsafe in
                pread(descriptor, unsafe.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw ArchiveFault.broken }
            done += got
        }
        return LittleEndian(bytes: bytes)
    }
}

/// Numbers in bytes, low byte first; a place outside is a fault, never a trap.
struct LittleEndian {
    let bytes: [UInt8]

    func number(_ width: Int, at place: Int) throws(Fault) -> Int {
        guard place >= 0, place <= bytes.count, width <= bytes.count - place else { throw ArchiveFault.broken }
        var value: UInt64 = 0
        for offset in 0..<width { value |= UInt64(bytes[place + offset]) << UInt64(8 * offset) }
        guard let number = Int(exactly: value) else { throw ArchiveFault.broken }
        return number
    }

    func u16(_ place: Int) throws(Fault) -> Int { try number(2, at: place) }
    func u32(_ place: Int) throws(Fault) -> Int { try number(4, at: place) }
    func u64(_ place: Int) throws(Fault) -> Int { try number(8, at: place) }

    func slice(_ place: Int, _ count: Int) throws(Fault) -> [UInt8] {
        guard place >= 0, count >= 0, place <= bytes.count, count <= bytes.count - place else {
            throw ArchiveFault.broken
        }
        return Array(bytes[place..<place + count])
    }
}
