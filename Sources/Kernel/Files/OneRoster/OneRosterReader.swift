import Base
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// A OneRoster CSV bundle, 1.1 or 1.2: a folder, a zip or loose files, read in streams.
///
///     let bundle = try await OneRosterReader.open([path], workFolder: folder, executable: program)
///     for file in bundle.files {
///         let rows = try bundle.rows(of: file)
///         while let outcome = try rows.next() { … }
///     }
public struct OneRosterReader: Sendable {
    /// A file of a bundle: what people call it, and where it lies.
    public typealias Part = (name: String, path: String)

    public let version: OneRosterVersion
    /// The manifest's properties by name in lower case; empty without a manifest.
    public let properties: [String: String]
    /// The entity files to be read, in the order in which they lean on one another.
    public let files: [OneRosterFile]
    /// Doubts about the bundle: files that are not listed or not known.
    public let warnings: [RowError]
    private let modes: [OneRosterFile: OneRosterMode]
    private let parts: [OneRosterFile: Part]

    /// Opens what a person gives: one folder, one zip, or CSV files. A zip is unpacked by a sandboxed child into the work folder.
    public static func open(_ paths: [String], workFolder: String, executable: String) async throws -> OneRosterReader {
        var parts: [Part] = []
        for (number, path) in paths.enumerated() {
            if isFolder(path) {
                parts += try contents(ofFolder: path)
            } else if try isZip(path) {
                let files = try await SandboxedChild.unpack(
                    path: path, into: "\(workFolder)/\(number + 1)", executable: executable)
                parts += files.map { ($0.name, $0.path) }
            } else {
                parts.append((lastName(path), path))
            }
        }
        return try OneRosterReader(parts: parts)
    }

    /// Opens an unpacked bundle.
    public init(folder: String) throws(Fault) { try self.init(parts: OneRosterReader.contents(ofFolder: folder)) }

    /// Opens files already at hand.
    public init(parts given: [Part]) throws(Fault) {
        var sorted = try OneRosterParts(given)
        var manifest: OneRosterManifest?
        if let part = sorted.manifest {
            let read = try OneRosterManifest(path: part.path, name: part.name)
            try sorted.keep(read)
            manifest = read
        }
        guard !sorted.files.isEmpty else {
            throw .invalid(t("Không có tệp OneRoster nào để đọc (orgs.csv, users.csv, classes.csv …)."))
        }
        (parts, warnings) = (sorted.files, (manifest?.warnings ?? []) + sorted.warnings)
        (properties, modes) = (manifest?.properties ?? [:], manifest?.modes ?? [:])
        files = OneRosterFile.allCases.filter { sorted.files[$0] != nil }
        version = if let told = manifest?.version { told } else { try OneRosterReader.guessVersion(sorted.files) }
    }

    /// What the manifest says of a file; without one it is a set of changes, which takes nothing away that it does not name.
    public func mode(of file: OneRosterFile) -> OneRosterMode { parts[file] == nil ? .absent : modes[file] ?? .delta }

    /// The rows of a file, from the first.
    public func rows(of file: OneRosterFile) throws(Fault) -> OneRosterRows {
        guard let part = parts[file] else { throw .invalid(t("Không có tệp {}.", file.fileName)) }
        return try OneRosterRows(
            file, path: part.path, name: part.name, version: version, isDelta: modes[file] == .delta)
    }

    /// Gives every good row of a file to `body`, every refused one and every doubt to theirs; returns the number of data rows.
    @discardableResult
    public func forEachRow(
        of file: OneRosterFile, doubt: (RowError) throws -> Void = { _ in },
        reject: ([RowError]) throws -> Void = { _ in },
        _ body: (OneRosterRow) throws -> Void
    ) throws -> Int {
        let rows = try rows(of: file)
        for warning in rows.warnings { try doubt(warning) }
        while let outcome = try rows.next() {
            switch outcome {
            case .row(let row, let doubts):
                for each in doubts { try doubt(each) }
                try body(row)
            case .rejected(let errors): try reject(errors)
            }
        }
        return rows.read
    }

    /// Edition 1.2 has roles in a file of their own and none in users.
    private static func guessVersion(_ files: [OneRosterFile: Part]) throws(Fault) -> OneRosterVersion {
        if files.keys.contains(where: { !$0.exists(in: .v11) }) { return .v12 }
        guard let users = files[.users] else { return .v11 }
        return try CSVReader(path: users.path, name: users.name).header.has("role") ? .v11 : .v12
    }
}

extension OneRosterReader {
    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isZip(_ path: String) throws(Fault) -> Bool {
        let file = try RandomFile(path: path)
        guard file.size >= 4 else { return false }
        let mark = try file.bytes(at: 0, count: 4).u32(0)
        return mark == 0x0403_4B50 || mark == 0x0605_4B50
    }

    private static func lastName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func contents(ofFolder folder: String) throws(Fault) -> [Part] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), names.count <= 2_000 else {
            throw .invalid(t("Không đọc được thư mục {}.", lastName(folder)))
        }
        return names.sorted().filter { !isFolder("\(folder)/\($0)") }.map { ($0, "\(folder)/\($0)") }
    }
}

/// The files of a bundle by what they are.
struct OneRosterParts {
    private(set) var manifest: OneRosterReader.Part?
    private(set) var files: [OneRosterFile: OneRosterReader.Part] = [:]
    private(set) var warnings: [RowError] = []

    init(_ parts: [OneRosterReader.Part]) throws(Fault) {
        for part in parts where !OneRosterParts.isNoise(part.name) {
            if part.name.split(separator: "/").last?.lowercased() == "manifest.csv" {
                guard manifest == nil else { throw .invalid(t("Có hai tệp {}.", "manifest.csv")) }
                manifest = part
            } else if let file = OneRosterFile(fileName: part.name) {
                guard files.updateValue(part, forKey: file) == nil else {
                    throw .invalid(t("Có hai tệp {}.", file.fileName))
                }
            } else {
                warn(part.name, t("Không phải tệp của chuẩn OneRoster, được bỏ qua."))
            }
        }
    }

    /// Leaves out what the manifest does not list or calls absent; a file it promises must be there.
    mutating func keep(_ manifest: OneRosterManifest) throws(Fault) {
        let missing = manifest.modes.filter { $0.value != .absent && files[$0.key] == nil }.map(\.key.fileName).sorted()
        guard missing.isEmpty else {
            throw .invalid(t("Tệp manifest.csv kê khai nhưng không có: {}.", missing.joined(separator: ", ")))
        }
        for (file, part) in files.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where (manifest.modes[file] ?? .absent) == .absent {
            files[file] = nil
            warn(part.name, t("Tệp manifest.csv không kê khai hoặc ghi absent, được bỏ qua."))
        }
    }

    private mutating func warn(_ name: String, _ message: String) {
        warnings.append(RowError(file: name, row: 0, line: 0, message: message))
    }

    /// What operating systems put beside people's files.
    private static func isNoise(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        return parts.first == "__MACOSX" || parts.last?.hasPrefix(".") != false
            || ["thumbs.db", "desktop.ini"].contains(parts.last?.lowercased())
    }
}
