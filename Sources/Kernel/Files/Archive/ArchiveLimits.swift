import Base

/// How much an archive from outside may hold (reliability, C2).
public struct ArchiveLimits: Sendable {
    /// Bytes of all entries together when unpacked.
    public var unpacked = 200 << 20
    /// How many times larger than its packed self an entry, or the whole, may be; small entries are let be.
    public var ratio = 100
    public var entries = 2_000
    public var nameBytes = 200

    public init(unpacked: Int = 200 << 20) { self.unpacked = max(0, unpacked) }

    /// For a sheet or a roster.
    public static let standard = ArchiveLimits()
    /// For a learning package with films in it.
    public static let package = ArchiveLimits(unpacked: 2 << 30)

    /// Below this size an entry cannot hurt, whatever its ratio.
    static let harmless = 65_536
}

/// A file taken out of an archive: the name it had there, and where it lies now under a name of ours.
public struct UnpackedFile: Sendable, Equatable, Codable {
    public let name: String
    public let path: String
    public let size: Int

    public init(name: String, path: String, size: Int) { (self.name, self.path, self.size) = (name, path, size) }
}

/// The sentences with which an archive is refused.
enum ArchiveFault {
    static var broken: Fault { .invalid(t("Tệp nén bị hỏng hoặc bị cắt cụt.")) }
    static var notZip: Fault { Fault(.unsupported, t("Tệp không phải là tệp nén ZIP.")) }
    static var disagreeing: Fault { .invalid(t("Tệp nén bị từ chối: mục lục không khớp với nội dung.")) }
    static var overlapping: Fault { .invalid(t("Tệp nén bị từ chối: các mục chồng lên nhau.")) }

    static func encrypted(_ name: String) -> Fault {
        .invalid(t("Tệp nén có mật khẩu ở mục “{}”. Hãy nén lại không đặt mật khẩu.", name))
    }
    static func method(_ name: String) -> Fault {
        Fault(.unsupported, t("Mục “{}” dùng cách nén lạ. Hãy nén lại theo ZIP thông thường.", name))
    }
    static func link(_ name: String) -> Fault {
        .invalid(t("Tệp nén bị từ chối: mục “{}” là liên kết, không phải tệp.", name))
    }
    static func name(_ number: Int, _ reason: String) -> Fault {
        .invalid(t("Tệp nén bị từ chối: tên của mục thứ {} {}.", number, reason))
    }
    static func twice(_ name: String) -> Fault {
        .invalid(t("Tệp nén bị từ chối: mục “{}” có hai lần.", name))
    }
    static func tooMany(_ limit: Int) -> Fault { Fault(.tooLarge, t("Tệp nén có hơn {} mục.", limit)) }
    static func tooLarge(_ limit: Int) -> Fault {
        Fault(.tooLarge, t("Tệp nén khi giải ra lớn hơn {} MiB.", limit >> 20))
    }
    static func ratio(_ limit: Int) -> Fault {
        Fault(.tooLarge, t("Tệp nén bị từ chối: khi giải ra lớn gấp hơn {} lần.", limit))
    }
}
