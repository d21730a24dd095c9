import ArgumentParser
import Base

#if canImport(Glibc)
import Glibc
#endif

/// The one program of the house.
@main
struct Hoaban: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hoaban",
        abstract: "Runs the education of a whole province: school, commune and department in one program.",
        version: Release.version,
        subcommands: [
            Serve.self, DemoCommand.self, Import.self, Export.self, AccountCommand.self, TokenCommand.self,
            ConsumerCommand.self,
            KeysCommand.self,
            Backup.self, Restore.self, CheckCommand.self, Migrate.self, ReorganiseCommand.self, Doctor.self,
            BenchCommand.self, Parse.self,
        ])

    /// Exit status: 0 done, 1 the input or the state is at fault, 2 wrong usage.
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            try SettingsFile.load(for: CommandLine.arguments)
            var command = try parseAsRoot()
            if var running = command as? any AsyncParsableCommand {
                try await running.run()
            } else {
                try command.run()
            }
        } catch {
            leave(error)
        }
    }

    private static func leave(_ error: any Error) -> Never {
        // Whoever throws a bare status has said everything already.
        if let status = error as? ExitCode { Glibc.exit(status.rawValue) }
        let code = exitCode(for: error)
        if code == .validationFailure {
            Terminal.say(fullMessage(for: error))
            Glibc.exit(2)
        }
        if code.isSuccess {
            print(fullMessage(for: error))
            Glibc.exit(0)
        }
        let words = Failure.words(for: error)
        Terminal.say(words)
        if Answer.isJSON, let text = try? JSONText.write(["error": words]) { Terminal.answer(text) }
        Glibc.exit(1)
    }
}
