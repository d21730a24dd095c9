import ArgumentParser
import Base
import Files
import House
import Logging
import Registry
import Storage
import Web
import Work

#if canImport(Glibc)
import Glibc
#endif

/// Where the data are: the flags that every command takes.
struct Where: ParsableArguments {
    @Option(help: "File of settings (HOABAN_CONFIG; /etc/hoaban.conf).")
    var config: String?

    @Option(name: .customLong("data"), help: "Folder of the database and the blobs (HOABAN_DATA).")
    var data: String?

    @Option(name: .customLong("database"), help: "postgres://… instead of SQLite (HOABAN_DATABASE).")
    var database: String?

    var folder: String { data ?? environment("HOABAN_DATA") ?? "./data" }
    var url: String? { database ?? environment("HOABAN_DATABASE") }
}

/// One opened installation: its folder, its database, its resources.
struct Installation: Sendable {
    let folder: String
    let db: any Database
    let resources: String
    var blobs: String { folder + "/blobs" }
    var uploads: String { folder + "/uploads" }
    /// Where the heads of the audit chain are written down, outside the database.
    var heads: SealedHeads { SealedHeads(path: folder + "/audit-heads.log") }

    /// Where the master keys lie.
    var keyFile: KeyFile { KeyFile(Installation.keyFile(of: folder)) }

    /// Values that open with no key, in words.
    func sealFaults() async throws -> [String] {
        var faults: [String] = []
        for values in House.sealed {
            let broken = try await db.turn(values).broken
            if broken > 0 { faults.append("keys: \(values.name): \(broken) giá trị không mở được bằng khóa nào.") }
        }
        return faults
    }

    /// Photos and papers that the database names and the folder lacks.
    func blobFaults() async throws -> [String] {
        Blobs(blobs).faults(try await db.read { try $0.blobHashes() })
    }

    /// Opens (and where asked makes) the folder, reads texts and catalogues, opens the database and brings the schema up to date.
    static func open(_ place: Where, making: Bool = false, migrating: Bool = true) async throws -> Installation {
        let folder = try prepareFolder(place.folder, making: making || place.url != nil)
        guard let resources = Resources.folder() else {
            throw Failure("Không tìm thấy thư mục Resources (đặt HOABAN_RESOURCES).")
        }
        try loadTexts(resources)
        try Catalogues.use(resources + "/catalogues")
        let file = KeyFile(keyFile(of: folder))
        // A new key would open none of what the old one sealed.
        guard access(file.path, F_OK) == 0 || place.url != nil || access(databaseFile(of: folder), F_OK) != 0 else {
            throw Failure("Không tìm thấy tệp khóa \(file.path) của dữ liệu ở \(folder).")
        }
        let keys = try file.open(), number = try placeNumber(folder)
        let ids = IDSource(node: UInt16.random(in: 0..<1024))
        let db: any Database
        if let url = place.url {
            db = try PostgresDatabase(url: url, keys: keys, ids: ids, place: number)
        } else {
            db = try SQLiteDatabase(path: databaseFile(of: folder), keys: keys, ids: ids, place: number)
        }
        if migrating {
            try await db.migrate(House.migrations)
            // Numbers go round: two processes would have to start 1024 starts apart to share one.
            ids.use(node: try await db.commit { try $0.next("node") })
            try await refuseUnfinished(db, folder)
        }
        try await takeKey(db, file, isNoting: migrating)
        return Installation(folder: folder, db: db, resources: resources)
    }

    /// A sample whose making was broken off is of no use: half of it is missing, and nobody in it is real.
    private static func refuseUnfinished(_ db: any Database, _ folder: String) async throws {
        guard try await db.read({ try $0.setting("demo-unfinished") }) == "yes" else { return }
        await db.close()
        throw Failure(
            "Dữ liệu mẫu ở \(folder) chưa làm xong vì lệnh demo bị ngắt. Hãy xóa dữ liệu ấy rồi chạy lại `hoaban demo`."
        )
    }

    static func databaseFile(of folder: String) -> String { folder + "/hoaban.sqlite" }
    /// Where the master keys lie.
    static func keyFile(of folder: String) -> String { environment("HOABAN_KEY_FILE") ?? folder + "/keys/master.key" }

    /// All processes over one database need the key in use: the first leaves its mark, which tells nothing of the key itself.
    private static func takeKey(_ db: any Database, _ file: KeyFile, isNoting: Bool) async throws {
        // What is not migrated yet may have no place for a mark.
        let mark = isNoting ? try await db.commit { try $0.noteKey() } : try? await db.read { try $0.keyState().mark }
        guard let mark else { return }
        guard let keys = db.keys.using(mark) else {
            await db.close()
            throw Failure("Khóa trong \(file.path) không phải khóa của dữ liệu này.")
        }
        db.use(keys)
    }

    /// The data folder's own number, made with it: jobs that need its files are run by who serves it.
    private static func placeNumber(_ folder: String) throws -> String {
        let path = folder + "/place"
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            defer { close(file) }
            let number = Array(Secret.random(8).hex.utf8)
            guard write(file, number, number.count) == number.count, fsync(file) == 0 else {
                throw Failure("Không ghi được \(path).")
            }
        }
        return String(decoding: try Resources.read(path).prefix(16), as: UTF8.self)
    }

    private static func prepareFolder(_ path: String, making: Bool) throws -> String {
        let isThere = [databaseFile(of: path), path + "/keys/master.key"].contains { (file: String) in
            access(file, R_OK) == 0
        }
        guard isThere || making else { throw Failure.nothing(at: path) }
        for name in ["", "/keys", "/blobs", "/uploads"] where mkdir(path + name, 0o700) != 0 && errno != EEXIST {
            throw Failure("Không tạo được thư mục \(path)\(name): \(String(cString: strerror(errno))).")
        }
        return realpath(path, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        } ?? path
    }

    private static func loadTexts(_ resources: String) throws {
        var english: [String: String] = [:]
        for name in try Resources.names(in: resources + "/texts") where name.hasSuffix(".json") {
            english.merge(try JSONText.dictionary(try Resources.read("\(resources)/texts/\(name)"))) { _, new in new }
        }
        Texts.use(english)
    }

    /// Whether it holds no unit yet, and so nobody either.
    func isEmpty() async throws -> Bool {
        try await db.read { try !$0.hasUnits() }
    }
}

extension Failure {
    /// There is no installation in a folder.
    static func nothing(at path: String) -> Failure {
        Failure(
            "Không có dữ liệu ở \(path). Tạo bằng `hoaban migrate --data \(path)` hoặc `hoaban demo --data \(path)`.")
    }
}

/// Holds the data folder for one serving process.
struct FolderLock {
    let file: Int32

    /// Whether a server holds the folder now.
    static func isHeld(_ folder: String) -> Bool {
        let file = Glibc.open(folder + "/serve.lock", O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0
    }

    init(_ folder: String) async throws {
        file = Glibc.open(folder + "/serve.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == ENOENT ? Failure.nothing(at: folder) : Failure("Không mở được \(folder)/serve.lock.")
        }
        // A server that has just fallen may hold it a moment longer.
        for _ in 0..<60 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure("Thư mục \(folder) đang được một hoaban serve khác sử dụng.")
        }
    }
}
