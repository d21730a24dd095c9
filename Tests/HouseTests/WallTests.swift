import Foundation
import Testing

/// A line of the table in Package.swift.
struct Room: Sendable {
    let name: String, folder: String, uses: Set<String>

    /// The table, with the products and lists that have names written out.
    static let all: [Room] = {
        let manifest = Tree.read("Package.swift")
        var named: [String: Set<String>] = [:]
        for product in matched(#"^let (\w+): Target\.Dependency = \.product\(name: "(\w+)""#, in: manifest) {
            named[product.groups[1]] = [product.groups[2]]
        }
        for list in matched(#"^let (\w+): \[Target\.Dependency\] = (.*)$"#, in: manifest) {
            named[list.groups[1]] = uses(list.groups[2], named)
        }
        return matched(#"^ {4}Room\("(\w+)", in: "([^"]+)", uses: (.*)\),$"#, in: manifest).map { line in
            Room(name: line.groups[1], folder: line.groups[2], uses: uses(line.groups[3], named))
        }
    }()

    /// What a sum of lists says: rooms and C libraries in quotes, products and other lists by their names.
    private static func uses(_ text: String, _ named: [String: Set<String>]) -> Set<String> {
        let quoted = matched(#""(\w+)""#, in: text).map { $0.groups[1] }
        let words = matched(#"\w+"#, in: text.replacing(/"[^"]*"/, with: "")).map { $0.groups[0] }
        return words.reduce(into: Set(quoted)) { $0.formUnion(named[$1] ?? []) }
    }

    /// The height of a room: what it uses must lie below.
    var floor: Int {
        switch folder {
        case "Kernel": ["Base", "Facts", "Storage", "Files", "Work", "Web"].firstIndex(of: name) ?? 9
        case "Features": ["Registry", "Identity"].firstIndex(of: name).map { 10 + $0 } ?? (overlooks ? 30 : 20)
        default: ["Demo": 30, "House": 40, "App": 50][name] ?? 60
        }
    }

    private var overlooks: Bool { ShapeTests.overlooking.contains(name) }
    var sources: [Source] { Tree.sources.filter { $0.room == name } }
}

@Suite("Walls")
struct WallTests {
    /// The modules that come with a product of a package: what may be imported once the product is declared.
    static let products: [String: Set<String>] = [
        "Hummingbird": ["Hummingbird", "HTTPTypes"], "HummingbirdCore": ["HummingbirdCore", "HTTPTypes"],
        "GRDB": ["GRDB"], "GRDBSQLite": ["GRDBSQLite"],
        "Logging": ["Logging"], "ServiceLifecycle": ["ServiceLifecycle", "UnixSignals"],
        "ArgumentParser": ["ArgumentParser"],
    ]
    /// What comes with the toolchain.
    static let toolchain: Set<String> = [
        "Glibc", "Synchronization", "Dispatch", "FoundationEssentials", "Foundation", "CoreFoundation",
    ]

    @Test("the table of rooms can be read")
    func table() {
        #expect(Room.all.map(\.name).contains("App") && Room.all.count >= 12)
        #expect(Room.all.first { $0.name == "Identity" }?.uses.isSuperset(of: ["Base", "Registry"]) == true)
        #expect(Room.all.first { $0.name == "Base" }?.uses.contains("Storage") == false)
    }

    @Test("a room imports what its line in Package.swift says, and nothing else")
    func imports() {
        let findings = Room.all.flatMap { room in
            let allowed = room.uses.reduce(into: Self.toolchain) { $0.formUnion(Self.products[$1] ?? [$1]) }
            return room.sources.flatMap { source in
                source.matches(
                    of:
                        #"^(?:@\w+ |public |internal |private )*import (?:struct |class |enum |protocol |func |var )?(\w+)"#
                )
                .filter { !allowed.contains($0.groups[1]) }
                .map { "\(source.path):\($0.line): \($0.groups[1]) is not among the uses of \(room.name)" }
            }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("arrows point down: no room uses one of its own floor's height or above, but for floor 2's declared lines")
    func arrows() {
        let floors = Room.all.reduce(into: [String: Int]()) { $0[$1.name] = $1.floor }
        let findings = Room.all.flatMap { room in
            room.uses.filter { use in
                guard let floor = floors[use] else { return false }
                return room.floor == 20 ? floor > 20 : floor >= room.floor
            }.map { "\(room.name) uses \($0)" }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("every folder of the house is a line of the table")
    func folders() {
        let known = Set(Room.all.map(\.name))
        let unknown = (Tree.entries(of: "Sources/Kernel") + Tree.rooms).filter { !known.contains($0) }
        #expect(unknown.isEmpty, listed(unknown))
    }

    @Test("SQL stays home: in Store and Schema of a room, and in the kernel's storage and work")
    func sqlStaysHome() {
        let findings = Tree.sources.filter { !mayHoldSQL($0) }.flatMap { source in
            source.literals.filter { isSQL($0.text) }.map { "\(source.path):\($0.line): \($0.text.prefix(60))" }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    private func mayHoldSQL(_ source: Source) -> Bool {
        source.path.hasPrefix("Sources/Kernel/Storage/") || source.path.hasPrefix("Sources/Kernel/Work/")
            || ["Store", "Schema", "Search"].contains { source.part.hasPrefix($0) }
            || ["Store", "Schema"].contains { source.name.hasPrefix($0) }
    }

    private func isSQL(_ text: String) -> Bool {
        !matched(
            #"^\s*(SELECT|WITH \w+|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE|VIEW)|ALTER TABLE|DROP)\b|\b(FROM|JOIN) [a-z]+_[a-z]"#,
            in: text
        ).isEmpty
    }

    /// Tables of the kernel that rooms may join: the scope's closure is a table of Registry's for the same reason.
    static let shared: Set<String> = ["registry_org_path"]

    @Test("a room names its own tables, and others' only through their public views")
    func tables() {
        let rooms = Set(Tree.rooms.map { $0.lowercased() })
        let findings = Tree.features.filter(mayHoldSQL).flatMap { source in
            source.literals.flatMap { literal in
                matched(#"\b([a-z]+)_[a-z_0-9]+"#, in: isSQL(literal.text) ? literal.text : "")
                    .filter { rooms.contains($0.groups[1]) && $0.groups[1] != source.room.lowercased() }
                    .filter { !$0.groups[0].hasSuffix("_public") && !Self.shared.contains($0.groups[0]) }
                    .map { "\(source.path):\(literal.line): \($0.groups[0])" }
            }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("a room's tables and views start with its name")
    func prefixes() {
        let findings = Tree.sources.flatMap { source in
            source.literals.flatMap { literal in
                matched(#"CREATE (?:VIRTUAL |TEMP )?(?:TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)"#, in: literal.text)
                    .filter { !$0.groups[1].hasPrefix(source.room.lowercased() + "_") }
                    .map { "\(source.path):\(literal.line): \($0.groups[1])" }
            }
        }
        #expect(findings.isEmpty, listed(findings))
    }
}
