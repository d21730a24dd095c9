import Base
import Foundation
import Testing

@testable import Files

/// A deterministic source of chance for mutated input.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// A folder that goes away with the test.
final class Scratch {
    let path: String
    init() {
        path = FileManager.default.temporaryDirectory.path + "/hoaban-files-\(UInt64.random(in: 0...UInt64.max))"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func put(_ name: String, _ bytes: [UInt8]) -> String {
        let full = path + "/" + name
        let folder = String(full[..<(full.lastIndex(of: "/") ?? full.endIndex)])
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        FileManager.default.createFile(atPath: full, contents: Data(bytes))
        return full
    }
    func put(_ name: String, _ text: String) -> String { put(name, Array(text.utf8)) }
}

/// Real files of others, beside the repository; a test of them is skipped where they are absent.
enum Fixtures {
    static let root = "../shared/fixtures"
    static var arePresent: Bool { FileManager.default.fileExists(atPath: root + "/SOURCES.md") }
    static let absence: Comment = "../shared/fixtures is absent: nothing to read"
}

func contents(of path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map(Array.init) ?? [] }

/// The fault a body throws; nothing when it throws none.
func fault(_ body: () throws -> Void) -> Fault? {
    do {
        try body()
        return nil
    } catch {
        return error as? Fault
    }
}

extension CSVReader {
    func all() throws -> [CSVRecord] {
        var records: [CSVRecord] = []
        while let record = try next() { records.append(record) }
        return records
    }
}

func read(_ text: String) throws -> [[String]] { try read(Array(text.utf8)) }
func read(_ bytes: [UInt8]) throws -> [[String]] { try CSVReader(bytes: bytes, name: "a.csv").all().map(\.fields) }
