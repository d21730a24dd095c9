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
        while try await db.sealAudit() == 1000 {}
        faults += try await db.verifyAudit()
        for check in House.checks { faults += try await db.read { try check.run($0) } }
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
            throw Failure("PostgreSQL được sao lưu bằng công cụ của PostgreSQL (pgBackRest, pg_dump).")
        }
        let installation = try await Installation.open(place, migrating: false)
        let copy = installation.folder + "/uploads/backup-\(Secret.random(6).hex).sqlite"
        defer { unlink(copy) }
        try await installation.db.copy(to: copy)
        await installation.db.close()
        try BackupFile.write(to: file, database: copy, folder: installation.folder)
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
        let faults = try await installation.db.integrity() + installation.db.verifyAudit()
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
        var faults: [String] = [], disk = statvfs(), key = stat()
        if try await installation.db.read({ try $0.setting("demo") }) != nil { faults.append("Đây là dữ liệu mẫu.") }
        if statvfs(installation.folder, &disk) == 0, disk.f_bavail * disk.f_frsize < 1 << 30 {
            faults.append("Đĩa còn dưới 1 GiB.")
        }
        if stat(installation.folder + "/keys/master.key", &key) == 0, key.st_mode & 0o077 != 0 {
            faults.append("Tệp khoá \(installation.folder)/keys/master.key phải có quyền 0600.")
        }
        if getuid() == 0 { faults.append("Không chạy máy chủ bằng tài khoản root.") }
        return faults
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
