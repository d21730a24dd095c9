import Base

/// Checks the names inside an archive: they are labels for people, never paths (reliability, C1).
enum EntryName {
    /// The name as text; throws when it could lead out of the folder or hides what it is.
    static func check(_ bytes: [UInt8], number: Int, limit: Int) throws(Fault) -> String {
        guard !bytes.isEmpty else { throw ArchiveFault.name(number, t("trống")) }
        guard bytes.count <= limit else { throw ArchiveFault.name(number, t("dài hơn {} byte", limit)) }
        guard !bytes.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw ArchiveFault.name(number, t("có ký tự điều khiển"))
        }
        guard !bytes.contains(92) else { throw ArchiveFault.name(number, t("có dấu gạch ngược")) }
        guard bytes[0] != 47, !isDrive(bytes) else { throw ArchiveFault.name(number, t("là đường dẫn tuyệt đối")) }
        guard !bytes.split(separator: 47).contains([46, 46]) else { throw ArchiveFault.name(number, t("có “..”")) }
        guard !Fold.hasTooManyMarks(bytes) else {
            throw ArchiveFault.name(number, t("có quá nhiều dấu chồng lên một chữ"))
        }
        let name = String(decoding: bytes, as: UTF8.self)
        guard !name.unicodeScalars.contains(where: isHiding) else {
            throw ArchiveFault.name(number, t("có ký tự đảo chiều hoặc ẩn"))
        }
        return name
    }

    private static func isDrive(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2, bytes[1] == 58 else { return false }
        return (65...90).contains(bytes[0]) || (97...122).contains(bytes[0])
    }

    /// Controls of the second block, marks that turn the direction of writing, line separators, invisible letters.
    private static func isHiding(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F: true
        default: false
        }
    }
}
