import Base
import Identity
import Registry
import Storage

/// An account that gets a password: the only ones that can sign in.
struct PrintedAccount: Sendable {
    let role: Role, username: String, password: String

    /// One account a role, with a password that can be read aloud.
    static func all(seed: UInt64) -> [PrintedAccount] {
        var random = SeededRandom(seed: seed &* 0x9E37_79B9 &+ 77)
        return Role.allCases.map { role in
            PrintedAccount(
                role: role, username: usernames[role] ?? "demo.\(role.rawValue)", password: password(&random, role))
        }
    }

    private static let usernames: [Role: String] = [
        .administrator: "demo.quantri", .department: "demo.so", .commune: "demo.xa", .inspector: "demo.kiemtra",
        .principal: "demo.hieutruong",
        .deputy: "demo.phohieutruong", .homeroom: "demo.chunhiem", .subjectTeacher: "demo.bomon", .clerk: "demo.vanthu",
        .accountant: "demo.ketoan", .librarian: "demo.thuvien", .equipment: "demo.thietbi", .medic: "demo.yte",
        .student: "demo.hocsinh",
        .guardian: "demo.chame",
    ]

    /// Three groups of four, without letters that look alike; drawn again where the house's rules refuse it.
    private static func password(_ random: inout SeededRandom, _ role: Role) -> String {
        let letters = Array("abcdefghkmnpqrstuvwxyz23456789".utf8)
        while true {
            let groups = (0..<3).map { _ in
                String(decoding: (0..<4).map { _ in random.pick(letters) ?? 97 }, as: UTF8.self)
            }
            let password = groups.joined(separator: "-")
            let holder = Passwords.Holder(username: usernames[role] ?? "", roles: [role])
            if Passwords.problem(with: password, for: holder) == nil { return password }
        }
    }
}

extension Writing {
    /// Opens the accounts that wait: none activated, nothing hashed.
    mutating func openAccounts(_ tx: Tx, least: Int) throws {
        guard accounts.count >= least else { return }
        try tx.insertAccounts(accounts)
        accounts = []
    }

    /// Puts the printed accounts in use and answers them with the units where their roles are held.
    mutating func activate(_ tx: Tx, _ printed: [PrintedAccount], hashes: [String]) throws -> [DemoResult.Account] {
        var out: [DemoResult.Account] = []
        for (account, hash) in zip(printed, hashes) {
            guard let holder = holder(of: account.role) else { continue }
            try tx.createDemoAccount(
                role: account.role, org: holder.org, person: holder.person, name: holder.name,
                username: account.username,
                passwordHash: hash)
            out.append(
                DemoResult.Account(
                    role: account.role.rawValue, username: account.username, password: account.password,
                    org: holder.code))
        }
        return out
    }

    private mutating func holder(of role: Role) -> (org: ID<Org>?, code: String, person: Person?, name: String)? {
        let school = plan.schools[plan.sample], crew = crews[plan.sample], org = schools[plan.sample]
        func worker(_ found: Worker?) -> (ID<Org>?, String, Person?, String)? {
            found.map { (org, school.code, .staff($0.id), $0.name) }
        }
        switch role {
        case .administrator: return (root, plan.prefix, nil, officer())
        case .department, .inspector: return (department, "\(plan.prefix)-SO", nil, officer())
        case .commune:
            let code = "\(plan.prefix)-UB\(plan.communes[school.commune].code.suffix(5))"
            return (communes[school.commune], code, nil, officer())
        case .principal: return worker(crew.managers.first)
        case .deputy: return worker(crew.managers.dropFirst().first)
        case .homeroom: return worker(crew.teachers.first?.first)
        case .subjectTeacher: return worker(sample.subjectTeacher)
        case .clerk, .accountant, .librarian, .equipment, .medic: return worker(crew.first(role.rawValue))
        case .student: return sample.student.map { (org, school.code, .student($0), sample.studentName) }
        case .guardian: return sample.guardian.map { (org, school.code, .guardian($0), sample.guardianName) }
        }
    }

    /// Somebody of an office: not in the schools' register.
    mutating func officer() -> String {
        persons.names.person(ethnicity: persons.names.ethnicity(in: "105"), sex: persons.sex(), birthYear: 1985).full
    }
}
