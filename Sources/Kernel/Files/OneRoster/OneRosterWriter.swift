import Base

#if canImport(Glibc)
import Glibc
#endif

/// Writes a OneRoster CSV bundle file by file: every value verbatim, so that it reads back as it was.
///
///     let writer = try OneRosterWriter(version: .v11, folder: folder)
///     let orgs = try writer.sheet(.orgs, extra: ["ext_hoaban_code"])
///     try orgs.write(["s1", "active", "", "Trường A", "school", "", "", "LC001"])
///     try writer.finish(systemName: "HoaBan", zip: path, moment: now)
public final class OneRosterWriter {
    public let version: OneRosterVersion
    public let folder: String
    /// Properties of the manifest beside the standard's.
    public var properties: [(name: String, value: String)] = []
    private var sheets: [OneRosterFile: OneRosterSheet] = [:]

    /// Starts a bundle in a folder, which is made when it is not there.
    public init(version: OneRosterVersion, folder: String) throws(Fault) {
        (self.version, self.folder) = (version, folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw OutputFile.fault(errno) }
    }

    /// Starts a file with the edition's columns and others behind them.
    public func sheet(_ file: OneRosterFile, extra: [String] = []) throws(Fault) -> OneRosterSheet {
        try sheet(file, header: file.headers(version) + extra)
    }

    /// Starts a file with columns of the caller's: what was kept verbatim goes out as it came in.
    public func sheet(_ file: OneRosterFile, header: [String]) throws(Fault) -> OneRosterSheet {
        let sheet = try OneRosterSheet(path: "\(folder)/\(file.fileName)", header: header)
        sheets[file] = sheet
        return sheet
    }

    /// Closes every file and writes the manifest: a full replacement of the files begun, silence on the others.
    public func finish(systemName: String, systemCode: String = "") throws(Fault) {
        let manifest = try CSVWriter(path: "\(folder)/manifest.csv", style: .exchange)
        try manifest.write(["propertyName", "value"])
        try manifest.write(["manifest.version", "1.0"])
        try manifest.write(["oneroster.version", version.rawValue])
        for file in OneRosterFile.allCases where file.exists(in: version) || sheets[file] != nil {
            try manifest.write(["file.\(file.rawValue)", (sheets[file] == nil ? OneRosterMode.absent : .bulk).rawValue])
        }
        try manifest.write(["source.systemName", systemName])
        try manifest.write(["source.systemCode", systemCode])
        for property in properties { try manifest.write([property.name, property.value]) }
        try manifest.finish()
        for sheet in sheets.values { try sheet.finish() }
    }

    /// Finishes, and packs the bundle into a zip at a path; `moment` is the time on its entries.
    public func finish(systemName: String, systemCode: String = "", zip path: String, moment: Int64) throws(Fault) {
        try finish(systemName: systemName, systemCode: systemCode)
        let zip = try ZipWriter(path: path, moment: moment)
        try zip.add(path: "\(folder)/manifest.csv", as: "manifest.csv")
        for file in OneRosterFile.allCases where sheets[file] != nil {
            try zip.add(path: "\(folder)/\(file.fileName)", as: file.fileName)
        }
        try zip.finish()
    }
}

/// One file of a bundle being written.
public final class OneRosterSheet {
    public let header: [String]
    public private(set) var rows = 0
    private let writer: CSVWriter

    init(path: String, header: [String]) throws(Fault) {
        (self.header, writer) = (header, try CSVWriter(path: path, style: .exchange))
        try writer.write(header)
    }

    /// Writes the values in the header's order; those left out at the end are empty.
    public func write(_ values: [String]) throws(Fault) {
        let missing = max(0, header.count - values.count)
        try writer.write(Array(values.prefix(header.count)) + repeatElement("", count: missing))
        rows += 1
    }

    /// Writes values by their column names; columns not named are empty.
    public func write(_ values: [String: String]) throws(Fault) { try write(header.map { values[$0] ?? "" }) }

    func finish() throws(Fault) { try writer.finish() }
}
