import Base
import Storage

/// What somebody asks of an importer.
public struct ImportRequest: Sendable {
    public let files: [String]
    public let org: ID<Org>?
    public let year: SchoolYear?
    public let dryRun: Bool
    public let allOrNothing: Bool
    public let visitor: Visitor
    /// The key of the batch, when a job asks: its second run finds there what the first has written.
    public let batch: ID<Batch>?

    public init(
        files: [String], org: ID<Org>? = nil, year: SchoolYear? = nil, dryRun: Bool = false, allOrNothing: Bool = false,
        visitor: Visitor, batch: ID<Batch>? = nil
    ) {
        (self.files, self.org, self.year) = (files, org, year)
        (self.dryRun, self.allOrNothing, self.visitor, self.batch) = (dryRun, allOrNothing, visitor, batch)
    }
}

/// One row that was refused, and why: where it stands in the sender's own file.
public struct Rejected: Codable, Sendable, Equatable {
    public let file: String, row: Int, column: String, value: String, message: String

    public init(file: String, row: Int, column: String, value: String, message: String) {
        (self.file, self.row, self.column, self.value, self.message) = (file, row, column, value, message)
    }
}

/// One row that was taken: where it stands in the sender's file, and what it says.
public struct ImportSample: Codable, Sendable, Equatable {
    public let entity: String, isNew: Bool, file: String, row: Int, text: String

    public init(entity: String, isNew: Bool, file: String, row: Int, text: String) {
        (self.entity, self.isNew, self.file, self.row, self.text) = (entity, isNew, file, row, text)
    }
}

/// An empty file with the headings that a format asks for.
public struct ImportTemplate: Sendable {
    public let name: String, header: [String]

    public init(name: String, header: [String]) { (self.name, self.header) = (name, header) }
}

/// What became of every row of a batch: each in exactly one of created, updated, unchanged, rejected.
public struct ImportReport: Codable, Sendable {
    public var batch: String = ""
    public var dryRun = false
    public var read = 0
    public var created: [String: Int] = [:]
    public var updated: [String: Int] = [:]
    public var unchanged: [String: Int] = [:]
    public var rejected: [Rejected] = []
    public var warnings: [String] = []
    /// Set when the file itself is refused: nothing was read.
    public var refused: String?
    /// The first rows of each fate, so that people see what the counts stand for.
    public var samples: [ImportSample]?

    public init() {}
}

/// A format that can be read. `progress` is called now and then with rows done and the total (0 unknown); it throws when the work is cancelled.
public struct ImportKind: Sendable {
    public typealias Progress = @Sendable (_ done: Int, _ total: Int) async throws -> Void
    public let name: String
    public let label: String
    public let run: @Sendable (ImportRequest, any Database, @escaping Progress) async throws -> ImportReport
    /// The empty files that one begins with; several are offered together.
    public var template: [ImportTemplate] = []

    public init(
        _ name: StaticString, label: String,
        _ run: @escaping @Sendable (ImportRequest, any Database, @escaping Progress) async throws -> ImportReport
    ) { (self.name, self.label, self.run) = (name.description, label, run) }
}

/// A format that can be written to a file or folder at a path.
public struct ExportKind: Sendable {
    public let name: String
    public let label: String
    public let run: @Sendable (ExportRequest, any Database, @escaping ImportKind.Progress) async throws -> [String: Int]

    public init(
        _ name: StaticString, label: String,
        _ run:
            @escaping @Sendable (ExportRequest, any Database, @escaping ImportKind.Progress) async throws -> [String:
            Int]
    ) { (self.name, self.label, self.run) = (name.description, label, run) }
}

/// What somebody asks of an exporter.
public struct ExportRequest: Sendable {
    public let path: String
    public let org: ID<Org>?
    public let year: SchoolYear?
    public let visitor: Visitor
    /// The edition of a format that has several; nothing for the latest.
    public let edition: String?

    public init(
        path: String, org: ID<Org>? = nil, year: SchoolYear? = nil, edition: String? = nil, visitor: Visitor
    ) {
        (self.path, self.org, self.year, self.edition, self.visitor) = (path, org, year, edition, visitor)
    }
}
