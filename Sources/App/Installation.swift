import ArgumentParser
import Base
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
    @Option(name: .customLong("data"), help: "Folder of the database and the blobs (HOABAN_DATA).")
    var data: String?

    @Option(name: .customLong("database"), help: "postgres://… instead of SQLite (HOABAN_DATABASE).")
    var database: String?

    var folder: String { data ?? environment("HOABAN_DATA") ?? "./data" }
    var url: String? { database ?? environment("HOABAN_DATABASE") }
}

func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}

/// One opened installation: its folder, its database, its resources.
struct Installation: Sendable {
    let folder: String
    let db: any Database
    let resources: String
    var blobs: String { folder + "/blobs" }
    var uploads: String { folder + "/uploads" }

    /// Opens (and where asked makes) the folder, reads texts and catalogues, opens the database and brings the schema up to date.
    static func open(_ place: Where, making: Bool = false, migrating: Bool = true, readers: Int = 4) async throws
        -> Installation
    {
        let folder = try prepareFolder(place.folder, making: making || place.url != nil)
        guard let resources = Resources.folder() else {
            throw Failure("Không tìm thấy thư mục Resources (đặt HOABAN_RESOURCES).")
        }
        try loadTexts(resources)
        try Catalogues.use(resources + "/catalogues")
        let keys = try Keys.open(at: environment("HOABAN_KEY_FILE") ?? folder + "/keys/master.key")
        let ids = IDSource(node: UInt16.random(in: 0..<1024))
        let db: any Database
        if let url = place.url {
            db = try PostgresDatabase(url: url, keys: keys, ids: ids)
        } else {
            db = try SQLiteDatabase(path: folder + "/hoaban.sqlite", keys: keys, ids: ids, readers: readers)
        }
        if migrating {
            try await db.migrate(House.migrations)
            // Numbers go round: two processes would have to start 1024 starts apart to share one.
            ids.use(node: try await db.commit { try $0.next("node") })
            try await refuseUnfinished(db, folder)
        }
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

    private static func prepareFolder(_ path: String, making: Bool) throws -> String {
        let isThere = access(path + "/keys/master.key", R_OK) == 0
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
        for name in try Resources.names(in: resources + "/texts") where name.hasSuffix(".json") {
            Texts.load(try JSONText.dictionary(try Resources.read("\(resources)/texts/\(name)")))
        }
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

    init(_ folder: String) throws {
        file = Glibc.open(folder + "/serve.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == ENOENT ? Failure.nothing(at: folder) : Failure("Không mở được \(folder)/serve.lock.")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure("Thư mục \(folder) đang được một hoaban serve khác sử dụng.")
        }
    }
}
