import Base
import FoundationEssentials
import Work

/// The formats of all rooms.
struct Kinds: Sendable {
    let imports: [ImportKind]
    let exports: [ExportKind]
}

/// What an import or export job is asked to do: kept with the job, in the name of the visitor who asked.
struct Order: Codable, Sendable {
    struct File: Codable, Sendable {
        let name: String, path: String, size: Int
    }

    let kind: String
    var files: [File] = []
    var folder = ""
    var dryRun = true
    var allOrNothing = false
    var asker: Asker
    var org: Int64?
    var year: Int?
    /// What columns mean, where somebody has said so.
    var map: [String: String]?

    /// The unit whose senders call their columns so; 0 for those of no unit.
    var sender: Int64 { asker.org ?? 0 }

    /// Where the rows that were refused lie as a workbook.
    var refusedPath: String { "\(folder)/dong-bi-tu-choi.xlsx" }

    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    init(kind: String, asker: Asker) { (self.kind, self.asker) = (kind, asker) }

    init(_ text: String) throws { self = try JSONDecoder().decode(Order.self, from: Data(text.utf8)) }

    /// The request of a job, which lends its key to the batch.
    func request(of job: ID<JobRun>, remembered: [String: String]) -> ImportRequest {
        ImportRequest(
            files: files.map(\.path), org: org.map(ID.init(stored:)), year: year.flatMap(SchoolYear.init(start:)),
            dryRun: dryRun,
            allOrNothing: allOrNothing, visitor: asker.visitor, batch: job.cast(),
            map: remembered.merging(map ?? [:]) { $1 }, refusedPath: refusedPath)
    }
}

/// The visitor as they were when they asked: a job runs with their reach, not with the system's.
struct Asker: Codable, Sendable {
    let account: Int64?, name: String, role: Role?, org: Int64?, orgName: String, everything: Bool, tree: [Int64]?,
        institutions: [Int64]?
    let levels: [Level]?, address: String

    init(_ visitor: Visitor) {
        (account, name, role) = (visitor.account?.raw, visitor.name, visitor.role)
        (org, orgName, address, levels) = (visitor.org?.raw, visitor.orgName, visitor.address, visitor.scope.levels)
        switch visitor.scope.reach {
        case .everything: (everything, tree, institutions) = (true, nil, nil)
        case .tree(let orgs): (everything, tree, institutions) = (false, orgs.map(\.raw), nil)
        case .institutions(let orgs): (everything, tree, institutions) = (false, nil, orgs.map(\.raw))
        case .classes, .students, .nothing: (everything, tree, institutions) = (false, nil, nil)
        }
    }

    var visitor: Visitor {
        let reach: Scope.Reach =
            if everything { .everything } else if let tree {
                .tree(tree.map(ID.init(stored:)))
            } else if let institutions { .institutions(institutions.map(ID.init(stored:))) } else { .nothing }
        return Visitor(
            kind: .session, account: account.map(ID.init(stored:)), name: name, role: role,
            scope: Scope(reach, levels: levels),
            org: org.map(ID.init(stored:)), orgName: orgName, address: address)
    }
}

/// What a finished export left behind.
struct Parcel: Codable, Sendable {
    let path: String, name: String, counts: [String: Int]
}

extension ImportReport {
    init(_ text: String) throws { self = try JSONDecoder().decode(ImportReport.self, from: Data(text.utf8)) }

    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    var hasChanges: Bool { created.values.reduce(0, +) + updated.values.reduce(0, +) > 0 }
}
