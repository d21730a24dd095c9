import Foundation
import Testing

/// The checkout these tests were built from.
enum Tree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Every Swift file below `Sources`, read once.
    static let sources: [Source] = files(below: "Sources", ending: ".swift").map { Source(path: $0, text: read($0)) }

    static var kernel: [Source] { sources.filter { $0.path.hasPrefix("Sources/Kernel/") } }
    static var features: [Source] { sources.filter { $0.path.hasPrefix("Sources/Features/") } }

    /// The names of the rooms that have a folder under `Sources/Features`.
    static var rooms: [String] { entries(of: "Sources/Features") }

    static func read(_ path: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: root + "/" + path) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

    static func entries(of folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The paths of the files below a folder, in order.
    static func files(below folder: String, ending: String = "") -> [String] {
        entries(of: folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder) else { return [] }
            return isFolder.boolValue ? files(below: path, ending: ending) : path.hasSuffix(ending) ? [path] : []
        }
    }
}

/// The findings of a wall, one a line, as the failing test shows them.
func listed(_ findings: [String]) -> Comment {
    Comment(rawValue: "\(findings.count) findings\n" + findings.prefix(200).joined(separator: "\n"))
}
