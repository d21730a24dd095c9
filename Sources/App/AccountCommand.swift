import ArgumentParser
import Base
import Identity
import Registry
import Storage
import Work

/// `hoaban account`: the first administrator of a new installation, and a way back in for one who is locked out.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Opens accounts and prints codes to set a password with.",
        subcommands: [AccountCreate.self, AccountCode.self])
}

/// What the account commands answer: whose account, and the code that sets its password once.
struct AccountAnswer: Encodable {
    let username: String, name: String
    var role: String?
    var code: String?, expiresAt: String?
    /// The page where the code is typed.
    var page = "/activate"

    var words: String {
        let head = "\(name): tên đăng nhập \(username)"
        guard let code, let expiresAt else { return "\(head). Đăng nhập bằng mật khẩu vừa đặt." }
        return "\(head), mã \(code). Mở trang \(page), gõ mã này và đặt mật khẩu; mã dùng một lần, đến \(expiresAt)."
    }
}

/// `hoaban account create --user U --name N --role R [--org CODE]`: prints a one-time code, or takes the password from standard input.
struct AccountCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Opens an account with a role: the first administrator of a new installation, or any officer.")
    @OptionGroup var place: Where
    @Option(help: "Sign-in name.") var user: String
    @Option(help: "Full name.") var name: String
    @Option(help: "Role, such as administrator, department, principal.") var role: String
    @Option(help: "Code of the unit where the role is held; an administrator without one reaches everything.")
    var org: String?
    @Flag(name: .customLong("password-stdin"), help: "Read the password, one line, from standard input.")
    var takesPassword = false
    @OptionGroup var answer: Answer

    func run() async throws {
        guard let role = Role(rawValue: role) else {
            throw ValidationError(
                "unknown role \(role); known: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let password = takesPassword ? readLine() ?? "" : nil
        let installation = try await Installation.open(place)
        var unit: ID<Org>?
        if let org {
            unit = try await installation.db.read { tx in try tx.org(code: org, scope: .everything)?.id }
            if unit == nil { throw Failure("Không có đơn vị nào mang mã \(org).") }
        }
        let officer = NewOfficer(username: user, name: name, role: role, org: unit, password: password)
        let row = try await openAccount(for: officer, by: .commandLine, in: installation.db)
        await installation.db.close()
        var told = AccountAnswer(username: row.username, name: row.name, role: role.rawValue)
        if password == nil { (told.code, told.expiresAt) = (row.code, row.expiresAt.isoMoment) }
        try answer.tell(told, told.words)
    }
}

/// `hoaban account code --user U`: a code with which the owner of an account sets a new password.
struct AccountCode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: "Prints a one-time code with which an account's owner sets a new password.")
    @OptionGroup var place: Where
    @Option(help: "Sign-in name.") var user: String
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place)
        guard let account = try await accountID(named: user, in: installation.db) else {
            throw Failure("Không có tài khoản tên \(user).")
        }
        let row = try await printReset(for: account, by: .commandLine, in: installation.db)
        await installation.db.close()
        let told = AccountAnswer(
            username: row.username, name: row.name, code: row.code, expiresAt: row.expiresAt.isoMoment, page: "/reset")
        try answer.tell(told, told.words)
    }
}
