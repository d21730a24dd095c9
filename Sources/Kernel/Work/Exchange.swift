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

    public init(
        files: [String], org: ID<Org>? = nil, year: SchoolYear? = nil, dryRun: Bool = false, allOrNothing: Bool = false,
        visitor: Visitor
    ) {
        (self.files, self.org, self.year) = (files, org, year)
        (self.dryRun, self.allOrNothing, self.visitor) = (dryRun, allOrNothing, visitor)
    }
}

/// One row that was refused, and why: where it stands in the sender's own file.
public struct Rejected: Codable, Sendable, Equatable {
    public let file: String, row: Int, column: String, value: String, message: String

    public init(file: String, row: Int, column: String, value: String, message: String) {
        (self.file, self.row, self.column, self.value, self.message) = (file, row, column, value, message)
    }
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

    public init() {}
}

/// A format that can be read. `progress` is called now and then with rows done and the total (0 unknown); it throws when the work is cancelled.
public struct ImportKind: Sendable {
    public typealias Progress = @Sendable (_ done: Int, _ total: Int) async throws -> Void
    public let name: String
    public let label: String
    public let run: @Sendable (ImportRequest, any Database, @escaping Progress) async throws -> ImportReport

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

    public init(path: String, org: ID<Org>? = nil, year: SchoolYear? = nil, visitor: Visitor) {
        (self.path, self.org, self.year, self.visitor) = (path, org, year, visitor)
    }
}
