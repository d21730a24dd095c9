import Base
import Storage

#if canImport(Glibc)
import Glibc
#endif

/// The end of the audit chain at one moment: who holds a copy of it can tell whether the trail was cut or made anew since.
public struct SealedHead: Sendable {
    public let number: Int64, at: Int64, hash: [UInt8]

    /// What its signature is under: its number and moment too.
    var signed: [UInt8] { hash + Array("\(number) \(at)".utf8) }
    static let purpose = "audit-seal"

    var line: String { "\(number) \(hash.hex) \(at.isoMoment)" }
}

/// The file of sealed heads: one line a seal, only ever added to. Rotated as `FILE.1`, it is still read.
public struct SealedHeads: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    func append(_ head: SealedHead) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError(.io, "cannot open \(path)") }
        defer { close(file) }
        let line = Array("\(head.line)\n".utf8)
        guard write(file, line, line.count) == line.count, fsync(file) == 0 else {
            throw StorageError(.io, "cannot write \(path)")
        }
    }

    /// Passes over the heads written so far. A line that a power cut broke off is passed over, any other that is no head is told.
    func each(_ body: (_ number: Int64, _ hash: [UInt8]) -> Void) throws -> [String] {
        try ["\(path).1", path].flatMap { path throws -> [String] in
            guard let file = fopen(path, "re") else {
                return errno == ENOENT ? [] : ["audit: \(path) cannot be read"]
            }
            defer { fclose(file) }
            var line: UnsafeMutablePointer<CChar>?, size = 0, number = 0, faults: [String] = []
            defer { free(line) }
            while getline(&line, &size, file) > 0, let text = line.map({ String(cString: $0) }) {
                number += 1
                let words = text.split(whereSeparator: \.isWhitespace)
                guard text.hasSuffix("\n") else { continue }
                guard words.count == 3, let head = Int64(words[0]), let hash = bytes(hex: words[1]), hash.count == 32
                else {
                    faults.append("audit: line \(number) of \(path) is no sealed head")
                    continue
                }
                body(head, hash)
            }
            return Array(faults.prefix(5))
        }
    }
}
