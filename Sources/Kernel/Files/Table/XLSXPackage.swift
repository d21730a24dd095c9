import Base

/// The parts of an Office Open XML package (ECMA-376, part 2), each read as a stream out of the zip.
struct XLSXPackage {
    /// A sheet may unpack to this; what is streamed needs no more memory for it.
    private static let limits: ArchiveLimits = {
        var limits = ArchiveLimits(unpacked: 2 << 30)
        // Half a million rows that hold nothing pack a thousandfold.
        (limits.ratio, limits.entries) = (1_100, 20_000)
        return limits
    }()

    private let path: String
    private let entries: [ZipEntry]
    private let places: [String: Int]

    init(_ path: String) throws(Fault) {
        self.path = path
        entries = try ZipDirectory.read(path, limits: XLSXPackage.limits).sorted { $0.offset < $1.offset }
        places = Dictionary(
            entries.enumerated().map { ($1.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    func has(_ part: String) -> Bool { places[part.lowercased()] != nil }

    /// Reads a part through a listener; false when there is no such part.
    @discardableResult
    func read(_ part: String, _ listener: any XMLListener) throws(Fault) -> Bool {
        guard let place = places[part.lowercased()] else { return false }
        let events = try XMLEvents(listener)
        try Archive.stream(entries[place], at: place, of: path) { (bytes) throws(Fault) in try events.take(bytes) }
        try events.finish()
        return true
    }

    /// What a part's relations name, by their ids; the targets as names within the package.
    func relations(of part: String) throws(Fault) -> [String: (type: String, target: String)] {
        let folder = part.split(separator: "/").dropLast().joined(separator: "/")
        let name = part.split(separator: "/").last.map(String.init) ?? ""
        let listener = XLSXRelations()
        try read("\(folder.isEmpty ? "" : folder + "/")_rels/\(name).rels", listener)
        return listener.found.mapValues { ($0.type, XLSXPackage.resolve($0.target, in: folder)) }
    }

    private static func resolve(_ target: String, in folder: String) -> String {
        if target.hasPrefix("/") { return String(target.dropFirst()) }
        var parts = folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}

private final class XLSXRelations: XMLListener {
    var fault: Fault?
    var found: [String: (type: String, target: String)] = [:]

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        guard name.is("Relationship"), let id = attributes.text("Id"), let target = attributes.text("Target"),
            found.count < 10_000
        else { return }
        found[id] = (attributes.text("Type") ?? "", target)
    }
    func end(_ name: XMLName) {}
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}
