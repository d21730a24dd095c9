import Base
import Registry
import Storage
import Work

extension Tx {
    /// Entries of the trail with the names of who did it and to whom.
    func auditLines(_ rows: [AuditRow]) throws -> [AuditLine] {
        var accounts: [ID<Account>: String] = [:], subjects: [Subject: String] = [:]
        return try rows.map { row in
            if let id = row.account, accounts[id] == nil { accounts[id] = try accountName(id) }
            var what = ""
            if let id = row.subjectID {
                let subject = Subject(stored: row.subjectKind, id)
                if subjects[subject] == nil { subjects[subject] = try subjectName(subject) }
                what = subjects[subject] ?? ""
            }
            return AuditLine(row: row, who: row.account.flatMap { accounts[$0] } ?? "", what: what)
        }
    }

    /// The accounts that somebody looks for: those within reach by a part of their name, and the one whose username it is.
    func accounts(called text: String, scope: Scope) throws -> [ID<Account>] {
        var filter = AccountFilter()
        filter.text = text
        let found = try accountList(filter, scope: scope, limit: 100).map(\.id)
        return Set(found + [try account(named: text)?.id].compactMap { $0 }).sorted()
    }

    /// The name of a subject, or its code where it has none.
    func subjectName(_ subject: Subject) throws -> String {
        guard let id = subject.id else { return "" }
        let name: String? =
            switch subject.kind {
            case "student", "staff", "guardian": try personName(kind: subject.kind, id: id)
            case "org": try orgName(ID(stored: id))
            case "class": try className(ID(stored: id))
            case "consumer": try consumer(ID(stored: id))?.name
            case "account": try account(ID<Account>(stored: id)).map { try self.name(of: $0) }
            default: nil
            }
        return name.flatMap { $0.isEmpty ? nil : $0 } ?? ID<Account>(stored: id).code
    }
}
