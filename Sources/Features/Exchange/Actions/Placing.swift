import Base
import Storage
import Work

/// What people ask of this room: each is a job, and each has its own word in the audit trail.
enum Errand: Sendable {
    case tryImport, commitImport, export

    var job: String { self == .export ? "exchange.export-file" : "exchange.import-files" }
    var subject: StaticString { self == .export ? "export" : "import" }
    var verb: Verb {
        switch self {
        case .tryImport: "exchange.import.try"
        case .commitImport: "exchange.import.commit"
        case .export: "exchange.export.order"
        }
    }
}

/// Puts an order into the queue, in the name of whoever asks.
func place(_ order: Order, _ errand: Errand, by visitor: Visitor, in db: any Database) async throws -> ID<JobRun> {
    let text = try order.text
    return try await db.write(as: visitor, errand.verb, on: Subject(errand.subject, nil, org: visitor.org)) { tx in
        if errand == .commitImport, let map = order.map { try tx.remember(map, of: order.sender, kind: order.kind) }
        return try tx.enqueue(errand.job, input: text, by: visitor, isLocal: true)
    }
}

/// A job of this room: only whoever placed it may look at it.
func placedJob(_ id: ID<JobRun>, _ errand: Errand, by visitor: Visitor, in db: any Database) async throws -> JobRow {
    guard let job = try await db.read({ tx in try tx.job(id) }), job.kind == errand.job, job.account == visitor.account
    else { throw Fault.notFound }
    return job
}

/// Asks a running import to stop; it writes nothing then.
func stop(_ id: ID<JobRun>, by visitor: Visitor, in db: any Database) async throws {
    try await db.write(as: visitor, "exchange.import.cancel", on: Subject("import", nil, org: visitor.org)) { tx in
        try tx.cancel(id)
    }
}
