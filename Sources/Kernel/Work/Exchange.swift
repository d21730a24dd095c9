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
    /// What columns of a list mean, by their headings, where somebody has said so; an empty meaning leaves the column out.
    public let map: [String: String]
    /// Where a workbook of the rows that were refused is put, to be corrected and sent again; nothing writes none.
    public let refusedPath: String?

    public init(
        files: [String], org: ID<Org>? = nil, year: SchoolYear? = nil, dryRun: Bool = false, allOrNothing: Bool = false,
        visitor: Visitor, batch: ID<Batch>? = nil, map: [String: String] = [:], refusedPath: String? = nil
    ) {
        (self.files, self.org, self.year) = (files, org, year)
        (self.dryRun, self.allOrNothing, self.visitor) = (dryRun, allOrNothing, visitor)
        (self.batch, self.map, self.refusedPath) = (batch, map, refusedPath)
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

/// A column of a list from outside, and what it was taken for.
public struct ImportColumn: Codable, Sendable, Equatable {
    public let file: String, heading: String
    /// The key of the meaning, and how people call it; nothing where the column is not read.
    public let meaning: String?, label: String
    /// The first values, as they were understood.
    public let samples: [String]
    /// The coding of before Unicode that the column is in.
    public let coding: String?

    public init(
        file: String, heading: String, meaning: String?, label: String, samples: [String] = [], coding: String? = nil
    ) {
        (self.file, self.heading, self.meaning, self.label) = (file, heading, meaning, label)
        (self.samples, self.coding) = (samples, coding)
    }
}

/// What a column of a list may mean, for whoever says what one means.
public struct ImportMeaning: Sendable {
    public let key: String, label: String

    public init(key: String, label: String) { (self.key, self.label) = (key, label) }
}

/// An empty file with the headings that a format asks for.
public struct ImportTemplate: Sendable {
    public let name: String, header: [String]
    /// What may stand below a heading, where that is a list.
    public let choices: [(heading: String, values: [String])]

    public init(name: String, header: [String], choices: [(heading: String, values: [String])] = []) {
        (self.name, self.header, self.choices) = (name, header, choices)
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
    /// The first rows of each fate, so that people see what the counts stand for.
    public var samples: [ImportSample]?
    /// What the columns of a list were taken for.
    public var columns: [ImportColumn]?

    public init() {}
}

/// A format that can be read. `progress` is called now and then with rows done and the total (0 unknown); it throws when the work is cancelled.
public struct ImportKind: Sendable {
    public typealias Progress = @Sendable (_ done: Int, _ total: Int) async throws -> Void
    public let name: String
    public let label: String
    public let run: @Sendable (ImportRequest, any Database, @escaping Progress) async throws -> ImportReport
    /// The empty files that one begins with; several are offered together.
    public var template: (@Sendable () -> [ImportTemplate])?
    /// What columns of its lists may mean; nothing for a format with names of its own.
    public var meanings: (@Sendable () -> [ImportMeaning])?

    public init(
        _ name: StaticString, label: String,
        _ run: @escaping @Sendable (ImportRequest, any Database, @escaping Progress) async throws -> ImportReport
    ) { (self.name, self.label, self.run) = (name.description, label, run) }
}

/// A format that can be written to a file or folder at a path.
public struct ExportKind: Sendable {
    public let name: String
    public let label: String
    /// The name of the file that people get.
    public var file: String
    public let run: @Sendable (ExportRequest, any Database, @escaping ImportKind.Progress) async throws -> [String: Int]

    public init(
        _ name: StaticString, label: String,
        _ run:
            @escaping @Sendable (ExportRequest, any Database, @escaping ImportKind.Progress) async throws -> [String:
            Int]
    ) { (self.name, self.label, file, self.run) = (name.description, label, "\(name).csv", run) }
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
