import ArgumentParser
import Base
import Identity
import Storage

/// `hoaban token create`: a token of the programming interface, printed once.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes tokens of the programming interface.", subcommands: [TokenCreate.self])
}

/// `hoaban token create --user U --scope S…`: the token alone on standard output.
struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Prints a new token; it is shown this once.")
    @OptionGroup var place: Where
    @Option(help: "Sign-in name of the account the token speaks for.") var user: String
    @Option(parsing: .upToNextOption, help: "What the token is for, one or several.") var scope: [String]
    @Option(help: "What the token is called in the lists of its keepers.") var name = "hoaban token create"
    @Option(help: "How many days it lives (1 to 1100).") var days = 365
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place, migrating: false)
        guard let account = try await accountID(named: user, in: installation.db) else {
            throw Failure("Không có tài khoản tên \(user).")
        }
        let token = try await createToken(
            for: account, name: name, scopes: scope, days: days, by: .commandLine, in: installation.db)
        await installation.db.close()
        try answer.tell(["token": token], token)
    }
}
