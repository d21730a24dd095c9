import Base

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One entry of a code list, with what some lists say besides.
public struct CatalogueItem: Sendable, Decodable {
    public let code: String
    public let name: String
    public let aliases: [String]?
    public let level: Level?
    public let levels: [Level]?
    public let group: String?
    public let family: String?
    public let role: String?
    public let sex: String?
    public let ceds: String?
    public let oneroster: String?
    public let order: Int?
    public let age: Int?
    public let open: Bool?
    public let dropout: Bool?
    public let institution: Bool?
    public let office: Bool?
    public let prefix: String?
    public let manages: [Level]?
    public let ownerships: [String]?
    public let isVerySmall: Bool?
    public let maxSize: Int?
    public let legalBasis: String?
    public let validFrom: Day?
    public let validTo: Day?
    /// Of rules that are data: what they look at, how, how grave a find is, what it means, by what measures, who mends it, where.
    public let entity: String?
    public let check: String?
    public let severity: String?
    public let advice: String?
    public let parameters: [String: String]?
    public let mends: [Role]?
    public let form: String?

    private enum CodingKeys: String, CodingKey {
        case code, name, aliases, level, levels, group, family, role, sex, ceds, oneroster, order, age, open, dropout
        case institution, office, prefix, manages, ownerships
        case entity, check, severity, advice, parameters, mends, form
        case isVerySmall = "very_small", maxSize = "max_size", legalBasis = "legal_basis"
        case validFrom = "valid_from", validTo = "valid_to"
    }

    /// Whether the entry may be chosen on a day.
    public func isValid(on day: Day) -> Bool { (validFrom ?? .first) <= day && day <= (validTo ?? .forever) }
}

/// A code list: its entries, found by code, by name or by any other spelling.
public final class Catalogue: Sendable {
    public let name: String
    public let legalBasis: String?
    public let items: [CatalogueItem]
    private let byCode: [String: Int]
    private let byAccent: [String: Int]
    private let byKey: [String: Int]
    /// The entries of lists that have a code once a level.
    private let byLevel: [Level: [String: Int]]
    private let names: [String]

    init(name: String, legalBasis: String?, items: [CatalogueItem]) {
        (self.name, self.legalBasis, self.items) = (name, legalBasis, items)
        var codes: [String: Int] = [:], accents: [String: Int] = [:], keys: [String: Int] = [:]
        func add(_ text: String, _ index: Int) {
            accents[Fold.accentKey(text)] = accents[Fold.accentKey(text)] ?? index
            keys[Fold.key(text)] = keys[Fold.key(text)] ?? index
        }
        for (index, item) in items.enumerated() {
            codes[item.code] = codes[item.code] ?? index
            add(item.name, index)
        }
        for (index, item) in items.enumerated() {
            add(item.code, index)
            for alias in item.aliases ?? [] { add(alias, index) }
        }
        (byCode, byAccent, byKey) = (codes, accents, keys)
        names = items.map(\.name)
        var levels: [Level: [String: Int]] = [:]
        for (index, item) in items.enumerated() {
            if let level = item.level, levels[level]?[item.code] == nil {
                levels[level, default: [:]][item.code] = index
            }
        }
        byLevel = levels
    }

    /// The entry of a code; where a list has it once a level, that of the level.
    public func item(_ code: String, level: Level? = nil) -> CatalogueItem? {
        index(of: code, level).map { items[$0] }
    }

    /// The words for a code.
    func name(of code: String, level: Level? = nil) -> String? { index(of: code, level).map { names[$0] } }

    private func index(of code: String, _ level: Level?) -> Int? {
        if let level, let found = byLevel[level]?[code] { return found }
        return byCode[code]
    }

    /// The entry that a text means: its code, name or another spelling, with or without diacritics.
    public func item(matching text: String) -> CatalogueItem? {
        if let index = byCode[text] ?? byAccent[Fold.accentKey(text)] ?? byKey[Fold.key(text)] { return items[index] }
        return nil
    }
}

/// Every code list of the house, read once at start: laws and lists are data, not program.
public struct Catalogues: Sendable {
    /// What was read, shared by all who hold it: a page asks for some hundred words.
    final class Held: Sendable {
        let lists: [String: Catalogue], fields: [String: FieldList], calendars: [CalendarYear]
        let subjects: [SubjectEntry], places: [PlaceEntry]

        init(
            _ lists: [String: Catalogue], _ fields: [String: FieldList], _ calendars: [CalendarYear],
            _ subjects: [SubjectEntry], _ places: [PlaceEntry]
        ) {
            (self.lists, self.fields, self.calendars) = (lists, fields, calendars)
            (self.subjects, self.places) = (subjects, places)
        }
    }

    let held: Held
    /// Whether numbers and names of demo people are accepted.
    public var allowsDemo: Bool

    init(
        lists: [String: Catalogue], fields: [String: FieldList], calendars: [CalendarYear], subjects: [SubjectEntry],
        places: [PlaceEntry], allowsDemo: Bool = false
    ) {
        held = Held(lists, fields, calendars, subjects, places)
        self.allowsDemo = allowsDemo
    }

    init(_ held: Held) { (self.held, allowsDemo) = (held, false) }

    private var lists: [String: Catalogue] { held.lists }
    /// The fields of a record by what it is of: `student`, `staff`, `school`, `class`.
    public var fields: [String: FieldList] { held.fields }
    public var calendars: [CalendarYear] { held.calendars }
    var subjects: [SubjectEntry] { held.subjects }
    var places: [PlaceEntry] { held.places }

    /// Reads every list of the folder (`Resources/catalogues`).
    public static func load(from directory: String, allowsDemo: Bool = false) throws -> Catalogues {
        var lists: [String: Catalogue] = [:], fields: [String: FieldList] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        where file.hasSuffix(".json") {
            let name = String(file.dropLast(5))
            if Catalogues.special.contains(name) { continue }
            if name.hasSuffix("-fields") {
                fields[String(name.dropLast(7))] = FieldList(try read(directory, name))
            } else {
                let list: ListFile<CatalogueItem> = try read(directory, name)
                lists[name] = Catalogue(name: list.name, legalBasis: list.legalBasis, items: list.items)
            }
        }
        let calendars: ListFile<CalendarYear> = try read(directory, "calendars")
        let subjects: ListFile<SubjectEntry> = try read(directory, "subjects")
        let provinces: ListFile<PlaceEntry> = try read(directory, "provinces")
        let laiChau: ListFile<PlaceEntry> = try read(directory, "places-lai-chau")
        lists["subjects"] = try subjectList(directory)
        return Catalogues(
            lists: lists, fields: fields, calendars: calendars.items, subjects: subjects.items,
            places: provinces.items + laiChau.items.filter { $0.tier != .province }, allowsDemo: allowsDemo)
    }

    private static let special: Set<String> = ["calendars", "subjects", "provinces", "places-lai-chau"]

    private static func subjectList(_ directory: String) throws -> Catalogue {
        let list: ListFile<CatalogueItem> = try read(directory, "subjects")
        return Catalogue(name: list.name, legalBasis: list.legalBasis, items: list.items)
    }

    private static func read<T: Decodable>(_ directory: String, _ name: String) throws -> T {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name).json") else {
            throw CatalogueError(description: "no catalogue \(directory)/\(name).json")
        }
        do { return try JSONDecoder().decode(T.self, from: bytes) } catch {
            throw CatalogueError(description: "catalogue \(name): \(error)")
        }
    }

    /// A list by its name, such as `ethnic-groups`.
    public subscript(name: String) -> Catalogue? { lists[name] }

    /// The entries of a list, in its order.
    public func items(in list: String) -> [CatalogueItem] { lists[list]?.items ?? [] }

    /// The words for a code; the code itself where the list does not know it.
    public func label(of code: String, in list: String, level: Level? = nil) -> String {
        lists[list]?.name(of: code, level: level).map { translated($0) } ?? code
    }

    /// The code that a text means in a list; nothing when it means none.
    public func code(matching text: String, in list: String) -> String? { lists[list]?.item(matching: text)?.code }
}

/// A catalogue that cannot be read: the program's own files are at fault.
public struct CatalogueError: Error, CustomStringConvertible {
    public let description: String
}

struct ListFile<Item: Decodable & Sendable>: Decodable, Sendable {
    let name: String
    let legalBasis: String?
    let headings: [String: [String]]?
    let items: [Item]

    enum CodingKeys: String, CodingKey { case name, headings, items, legalBasis = "legal_basis" }
}

/// A school year of the ministry's calendar, with its terms and holidays.
public struct CalendarYear: Sendable, Decodable {
    public struct Span: Sendable, Decodable {
        public let code: String?
        public let name: String
        public let firstDay: Day
        public let lastDay: Day

        private enum CodingKeys: String, CodingKey { case code, name, firstDay = "first_day", lastDay = "last_day" }
    }

    public let name: String
    public let year: Int
    public let legalBasis: String?
    public let openingDay: Day
    public let lastDay: Day
    public let terms: [Span]
    public let holidays: [Span]

    private enum CodingKeys: String, CodingKey {
        case name, year, terms, holidays, legalBasis = "legal_basis", openingDay = "opening_day", lastDay = "last_day"
    }
}

struct SubjectEntry: Sendable, Decodable {
    let code: String, name: String, level: Level, assessed: String?, grades: [String]?, periods: Int?
    let validFrom: Day?, validTo: Day?

    private enum CodingKeys: String, CodingKey {
        case code, name, level, assessed, grades, periods, validFrom = "valid_from", validTo = "valid_to"
    }
}

struct PlaceEntry: Sendable, Decodable {
    let code: String, tier: PlaceRecord.Tier, kind: String, name: String, parent: String?, province: String?
    let validFrom: Day?, validTo: Day?, border: Bool?, area: String?, aliases: [String]?, formedFrom: [String]?

    private enum CodingKeys: String, CodingKey {
        case code, tier, kind, name, parent, province, border, area, aliases
        case validFrom = "valid_from", validTo = "valid_to", formedFrom = "formed_from"
    }
}
