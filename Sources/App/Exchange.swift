import ArgumentParser
import Base
import FoundationEssentials
import House
import Registry
import Storage
import Work

/// `hoaban import KIND FILE…`
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Reads files into the register: rows that are wrong are refused one by one, with their place and reason.",
        subcommands: [Run.self, Undo.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        @OptionGroup var place: Where
        @Argument(help: "oneroster, students, staff, admin-units, schools") var kind: String
        @Argument(help: "Files or folders.") var files: [String]
        @Option(help: "Code of the unit to read into.") var org: String?
        @Option(help: "School year, such as 2026-2027.") var year: String?
        @Flag(name: .customLong("dry-run"), help: "Say what would change, and change nothing.") var dryRun = false
        @Flag(name: .customLong("all-or-nothing"), help: "One wrong row refuses all.") var allOrNothing = false
        @Option(
            help: "JSON file that says what columns mean: {\"heading\": \"meaning\"}; an empty meaning leaves one out.")
        var map: String?
        @Option(help: "Where to put a workbook of the rows that are refused, to be corrected and sent again.")
        var refused: String?
        @Flag(help: "Print the report as JSON.") var json = false

        func run() async throws {
            guard let kind = House.imports.first(where: { $0.name == kind }) else {
                throw ValidationError(
                    "unknown kind \(kind); known: \(House.imports.map(\.name).joined(separator: ", "))")
            }
            let installation = try await Installation.open(place, making: true)
            let request = ImportRequest(
                files: files, org: try await find(org, in: installation.db), year: try readYear(year), dryRun: dryRun,
                allOrNothing: allOrNothing, visitor: .commandLine, map: try readMap(map), refusedPath: refused)
            let line = ProgressLine(kind.name)
            let isBeside = place.url == nil && FolderLock.isHeld(installation.folder)
            let report = try await kind.run(request, installation.db) { done, total in
                line.show(done, total)
                // The server waits for SQLite's lock by looking every tenth of a second: it finds it free between two pieces.
                if isBeside { try await Task.sleep(for: .milliseconds(120)) }
            }
            await installation.db.close()
            try tell(report)
            if report.refused != nil { throw ExitCode(1) }
        }

        private func tell(_ report: ImportReport) throws {
            if let refused = report.refused { Terminal.say(refused) }
            if json { return Terminal.answer(try JSONText.write(report)) }
            if report.refused != nil { return }
            print("Lô \(report.batch): đọc \(report.read) dòng")
            for (label, counts) in [
                ("tạo mới", report.created), ("cập nhật", report.updated), ("không đổi", report.unchanged),
            ] {
                for (entity, count) in counts.sorted(by: { $0.key < $1.key }) {
                    print("  \(label) \(entity): \(count)")
                }
            }
            for row in report.rejected {
                print("  từ chối \(row.file) dòng \(row.row), cột \(row.column): \(row.message)")
            }
            for warning in report.warnings { print("  lưu ý: \(warning)") }
        }
    }

    /// What an undo answers: the batch, and how many records went back.
    struct Undone: Encodable { let batch: String, undone: Int }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a batch back, or says which later changes prevent it.")
        @OptionGroup var place: Where
        @OptionGroup var answer: Answer
        @Argument(help: "The batch named in the report.") var batch: String

        func run() async throws {
            let installation = try await Installation.open(place)
            guard let id = ID<Batch>(batch) else { throw Failure("Không có lô nào mang mã \(batch).") }
            let taken = try await Registry.undo(id, by: .commandLine, in: installation.db)
            await installation.db.close()
            try answer.tell(Undone(batch: batch, undone: taken), "Đã hoàn tác lô \(batch): \(taken) bản ghi.")
        }
    }
}

/// `hoaban export KIND FILE`
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes what is stored in an open format.")
    @OptionGroup var place: Where
    @Argument(help: "oneroster, students, staff, admin-units, schools") var kind: String
    @Argument(help: "File (or folder) to write.") var file: String
    @Option(help: "Code of the unit to write.") var org: String?
    @Option(help: "School year, such as 2026-2027.") var year: String?
    @Option(name: .customLong("oneroster-version"), help: "Edition of OneRoster: 1.1 or 1.2.") var edition: String?
    @Flag(help: "Print the counts as JSON.") var json = false

    func run() async throws {
        guard let kind = House.exports.first(where: { $0.name == kind }) else {
            throw ValidationError("unknown kind \(kind); known: \(House.exports.map(\.name).joined(separator: ", "))")
        }
        let installation = try await Installation.open(place)
        let request = ExportRequest(
            path: file, org: try await find(org, in: installation.db), year: try readYear(year), edition: edition,
            visitor: .commandLine)
        let line = ProgressLine(kind.name)
        let counts = try await kind.run(request, installation.db) { done, total in line.show(done, total) }
        await installation.db.close()
        if json { return Terminal.answer(try JSONText.write(["written": counts])) }
        for (entity, count) in counts.sorted(by: { $0.key < $1.key }) { print("\(entity): \(count)") }
    }
}

private func find(_ code: String?, in db: any Database) async throws -> ID<Org>? {
    guard let code else { return nil }
    guard let id = try await db.read({ tx in try tx.org(code: code, scope: .everything)?.id }) else {
        throw Failure("Không có đơn vị nào mang mã \(code).")
    }
    return id
}

private func readMap(_ path: String?) throws -> [String: String] {
    guard let path else { return [:] }
    guard let data = FileManager.default.contents(atPath: path),
        let map = try? JSONDecoder().decode([String: String].self, from: data)
    else { throw Failure("Tệp \(path) không phải là một đối tượng JSON {\"tên cột\": \"ý nghĩa\"}.") }
    return map
}

private func readYear(_ text: String?) throws -> SchoolYear? {
    guard let text else { return nil }
    guard let year = SchoolYear(text) else { throw ValidationError("--year needs the form 2026-2027") }
    return year
}
