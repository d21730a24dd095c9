import ArgumentParser
import Base
import Files
import House
import Storage
import Web
import Work

#if canImport(Glibc)
import Glibc
#endif

/// `hoaban migrate`: on an empty folder it makes an empty, ready installation.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the schema up to date; makes an empty installation where there is none.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place, making: true)
        await installation.db.close()
        try answer.tell(["folder": installation.folder], "Sẵn sàng: \(installation.folder)")
    }
}

/// `hoaban check`: integrity of data, blobs and audit chain.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks data, blobs and the audit chain; exit status 1 when something is wrong."
    )
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place, migrating: false)
        let db = installation.db
        var faults = try await db.integrity()
        faults += try await db.pending(House.migrations).map { "schema: \($0) is not made yet" }
        try await db.sealWaiting(writing: installation.heads)
        faults += try await db.verifyAudit(against: installation.heads)
        faults += try await installation.sealFaults()
        for check in House.checks { faults += try await db.read { try check.run($0) } }
        faults += try await installation.blobFaults()
        await db.close()
        try Findings(faults).tell(answer, "Dữ liệu toàn vẹn.")
    }
}

/// `hoaban backup FILE`: a zip of the database (one consistent moment), the blobs and the keys, taken beside running work.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes database, blobs and keys into one file, online.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer
    @Argument(help: "The file to make.") var file: String

    func run() async throws {
        guard place.url == nil else {
            throw Failure(
                "PostgreSQL được sao lưu bằng công cụ của PostgreSQL (pgBackRest, pg_dump), cùng với thư mục blobs và keys."
            )
        }
        let installation = try await Installation.open(place, migrating: false)
        let copy = installation.folder + "/uploads/backup-\(Secret.random(6).hex).sqlite"
        defer { unlink(copy) }
        // The heads first: no head in the backup may be newer than its database.
        let heads = try? Resources.read(installation.heads.path)
        let keys = Set(try installation.keyFile.read()?.marks ?? [])
        try await installation.db.copy(to: copy)
        // What is in the copy may be sealed under any key that there was.
        guard keys.isSubset(of: try installation.keyFile.read()?.marks ?? []) else {
            throw Failure("Một khóa đã bị bỏ trong lúc sao lưu. Hãy sao lưu lại.")
        }
        try BackupFile.write(to: file, database: copy, heads: heads, folder: installation.folder)
        try await installation.db.commit { tx in try tx.set("backup-at", to: String(tx.now)) }
        await installation.db.close()
        try answer.tell(["file": file], "Đã sao lưu vào \(file).")
    }
}

/// `hoaban restore FILE`: into an empty folder only.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings a backup back into an empty folder, and checks it.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer
    @Argument(help: "The file that backup made.") var file: String

    func run() async throws {
        let folder = place.folder
        guard place.url == nil else {
            throw Failure("Bản sao lưu của PostgreSQL được khôi phục bằng công cụ của PostgreSQL.")
        }
        let isNew = access(folder, F_OK) != 0
        guard try isNew || Resources.names(in: folder).isEmpty else {
            throw Failure("Thư mục \(folder) đã có dữ liệu. Chỉ khôi phục vào thư mục trống.")
        }
        do {
            try BackupFile.read(file, into: folder)
            try KeyPlace.settle(folder)
            try await check(folder)
        } catch {
            BackupFile.clear(folder)
            if isNew { rmdir(folder) }
            throw error
        }
        try answer.tell(["folder": folder], "Đã khôi phục vào \(folder).")
    }

    private func check(_ folder: String) async throws {
        let installation = try await Installation.open(place)
        let faults =
            try await installation.db.integrity() + installation.db.verifyAudit(against: installation.heads)
            + installation.blobFaults() + installation.sealFaults()
        await installation.db.close()
        guard faults.isEmpty else { throw Failure(faults.joined(separator: "\n")) }
    }
}

/// `hoaban doctor`: says what is not as it should be before (and after) the doors open.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks over the installation; --deploy asks what a public server needs.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer
    @OptionGroup var doors: Doors
    @Flag(help: "Ask what a public server needs.") var deploy = false

    func run() async throws {
        var faults: [String] = []
        do { try Limits.check() } catch { faults.append(Failure.words(for: error)) }
        let installation = try await Installation.open(place, migrating: false)
        faults += try await installation.db.pending(House.migrations).map { "schema: \($0)" }
        if deploy { faults += try await deployFaults(installation) }
        await installation.db.close()
        try Findings(faults).tell(answer, "Mọi thứ ổn.")
    }

    private func deployFaults(_ installation: Installation) async throws -> [String] {
        var faults: [String] = [], status = stat()
        let (isDemo, factor, backup) = try await installation.db.read { tx in
            (
                try tx.setting("demo") != nil, try tx.setting("identity.second-factor"),
                try tx.setting("backup-at").flatMap { Int64($0) }
            )
        }
        if isDemo { faults.append("Đây là dữ liệu mẫu.") }
        if factor == "off" { faults.append("Bước xác thực thứ hai đang tắt. Bật ở trang Quản trị.") }
        if let free = Limits.freeMiB(installation.folder), free < 1024 { faults.append("Đĩa còn dưới 1 GiB.") }
        let key = Installation.keyFile(of: installation.folder)
        if stat(key, &status) == 0, status.st_mode & 0o077 != 0 { faults.append("Tệp khóa \(key) phải có quyền 0600.") }
        if getuid() == 0 { faults.append("Không chạy máy chủ bằng tài khoản root.") }
        if try doors.certificateAndKey().0 == nil, doors.trusted.isEmpty {
            faults.append(
                "Chưa có HTTPS: đặt chứng thư (certificate, certificate-key) hoặc proxy tin cậy (trusted-proxy).")
        }
        // PostgreSQL is backed up by tools that leave no word here.
        if place.url == nil { faults += backupFault(backup) }
        return faults
    }

    private func backupFault(_ at: Int64?) -> [String] {
        guard let at else { return ["Chưa có bản sao lưu nào."] }
        let hours = (Clock.system.now - at) / 3_600_000
        return hours > 26 ? ["Bản sao lưu mới nhất đã \(hours) giờ. Cần sao lưu mỗi đêm."] : []
    }
}

/// `hoaban parse KIND`: the sandboxed child that opens what comes from outside. Not for people.
struct Parse: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens a file from outside under limits (used by the program itself).", shouldDisplay: false)
    @Argument(parsing: .captureForPassthrough) var words: [String] = []

    func run() throws {
        let status = ParseCommand.run(arguments: words)
        if status != 0 { throw ExitCode(status) }
    }
}
