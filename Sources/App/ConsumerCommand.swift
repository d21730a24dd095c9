import ArgumentParser
import Base
import Identity
import Registry
import Storage

/// `hoaban consumer create`: a connected system that reads the roster, its secret printed once.
struct ConsumerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumer", abstract: "Makes connected systems, which read the roster by OneRoster 1.2.",
        subcommands: [ConsumerCreate.self])
}

/// `hoaban consumer create --name N --contact C [--org CODE] --scope S…`: client id and secret on standard output.
struct ConsumerCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Prints a new client id and secret; the secret is shown this once.")
    @OptionGroup var place: Where
    @Option(help: "What the system is called in the lists of its keepers.") var name: String
    @Option(help: "Who answers when something is wrong.") var contact: String
    @Option(help: "Code of the unit whose part of the tree it reads; the topmost where none is named.") var org: String?
    @Option(parsing: .upToNextOption, help: "Scopes, as full addresses; roster.readonly where none is named.")
    var scope: [String] = [RosterScopes.whole]
    @Option(help: "Calls a minute (1 to 6000).") var perMinute = 120
    @Option(help: "How many days it lives (1 to 1100).") var days = 365
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place, migrating: false)
        let made = try await make(in: installation.db)
        await installation.db.close()
        try answer.tell(
            ["client_id": made.id, "client_secret": made.secret], "\(made.id) \(made.secret)")
    }

    private func make(in db: any Database) async throws -> (id: String, secret: String) {
        var form = ConsumerForm()
        (form.name, form.contact, form.scopes, form.perMinute) = (name, contact, scope, perMinute)
        form.expiresOn = db.clock.today.adding(max(0, min(days, 10_000)))
        form.org = try await db.read { tx in
            try org.map { try tx.org(code: $0, scope: .everything)?.id } ?? tx.roots(scope: .everything).first?.id
        }
        do {
            let made = try await makeConsumer(form, by: .commandLine, in: db)
            return (made.id.code, made.secret)
        } catch let fault as Fault where !fault.problems.isEmpty {
            throw Failure(fault.problems.map { translated($0.message) }.joined(separator: " "))
        }
    }
}
