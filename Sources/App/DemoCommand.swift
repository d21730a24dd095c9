import ArgumentParser
import Base
import Demo
import House
import Registry
import Storage
import Work

#if canImport(Glibc)
import Glibc
#endif

/// `hoaban demo`: fills an empty installation with people who do not exist.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Fills an empty data folder with a sample province.")
    @OptionGroup var place: Where
    @Option(help: "school, province or nation-slice") var scale = "school"
    @Option(help: "The same seed makes the same province.") var seed: UInt64 = 1
    @Flag(help: "Print the accounts as JSON.") var json = false

    func run() async throws {
        guard let scale = DemoScale(rawValue: scale) else {
            throw ValidationError("--scale is school, province or nation-slice")
        }
        let installation = try await Installation.open(place, making: true)
        guard try await installation.isEmpty() else {
            throw Failure("Thư mục \(installation.folder) đã có dữ liệu. Dữ liệu mẫu chỉ vào thư mục trống.")
        }
        let line = ProgressLine("demo")
        let demo = try await Demo.fill(installation.db, scale: scale, seed: seed) { done, total in
            line.show(done, total)
        }
        try keep(demo, in: installation.folder)
        await installation.db.close()
        if json { return Terminal.answer(try JSONText.write(demo)) }
        for account in demo.accounts { print("\(account.role)\t\(account.username)\t\(account.password)") }
    }

    /// Keeps the accounts, readable by the owner alone, so that a second start can print them again.
    private func keep(_ demo: DemoResult, in folder: String) throws {
        let path = folder + "/demo-accounts.json"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure("Không ghi được \(path).") }
        defer { close(file) }
        let bytes = Array(try JSONText.write(demo, pretty: true).utf8)
        guard write(file, bytes, bytes.count) == bytes.count else { throw Failure("Không ghi được \(path).") }
    }
}
