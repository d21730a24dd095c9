import Foundation
import Testing

@testable import Base

/// One file of Resources/catalogues, read as it lies there.
private struct Listed: Decodable {
    struct Item: Decodable {
        let code, key, level, tier, name, label, type, catalogue, parent: String?
        let aliases, formedFrom: [String]?
        let validFrom, validTo: String?
        let border: Bool?
    }

    let name, legalBasis, validFrom, source, confidence: String
    let items: [Item]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Resources/catalogues")

    static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
        .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

    static func read(_ name: String) throws -> Listed {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Listed.self, from: Data(reading: folder.appending(path: "\(name).json")))
    }
}

extension Data {
    fileprivate init(reading url: URL) throws {
        let handle = try FileHandle(forReadingFrom: url)
        self = try handle.readToEnd() ?? Data()
    }
}

@Suite struct CataloguesTests {
    @Test(arguments: Listed.names)
    func everyCatalogueSaysWhereItComesFrom(_ name: String) throws {
        let list = try Listed.read(name)
        #expect(!list.items.isEmpty && !list.legalBasis.isEmpty && !list.source.isEmpty)
        #expect(["sure", "likely", "unsure"].contains(list.confidence))
        #expect(Day(iso: list.validFrom) != nil)
        var seen: Set<[String]> = []
        for item in list.items {
            let code = try #require(item.code ?? item.key), text = try #require(item.name ?? item.label)
            #expect(
                seen.insert([item.tier ?? item.level ?? "", code, item.validFrom ?? ""]).inserted, "\(code) twice")
            #expect(Fold.compose(text).unicodeScalars.elementsEqual(text.unicodeScalars), "\(text) is not composed")
            for day in [item.validFrom, item.validTo].compactMap(\.self) { #expect(Day(iso: day) != nil) }
        }
    }

    @Test func everyCommuneOfLaiChauWentIntoExactlyOneUnit() throws {
        let items = try Listed.read("places-lai-chau").items
        let old = items.filter { $0.tier == "commune" && $0.validTo == "2025-06-30" }
        let new = items.filter { $0.tier == "commune" && $0.validFrom == "2025-07-01" && $0.validTo == nil }
        let districts = items.filter { $0.tier == "district" }.compactMap(\.code)
        #expect(districts.sorted() == (105...112).map(String.init))
        #expect(old.count == 106 && new.count == 38 && new.count { $0.border == true } == 11)
        #expect(new.flatMap { $0.formedFrom ?? [] }.sorted() == old.compactMap(\.code).sorted())
        #expect(old.allSatisfy { districts.contains($0.parent ?? "") } && new.allSatisfy { $0.parent == "12" })
    }

    @Test func everyProvinceWentIntoExactlyOne() throws {
        let items = try Listed.read("provinces").items
        let before = items.filter { ($0.validFrom ?? "") < "2025-07-01" && ($0.validTo ?? "9") >= "2025-06-30" }
        let after = items.filter { $0.validTo == nil }
        #expect(before.count == 63 && after.count == 34)
        #expect(
            after.flatMap { $0.formedFrom ?? [$0.code ?? ""] }.sorted() == before.compactMap(\.code).sorted())
    }

    @Test(arguments: ["student", "staff", "school", "class"])
    func everyFieldHasATypeACatalogueAndItsOwnHeadings(_ subject: String) throws {
        var headings: [String: String] = [:]
        for field in try Listed.read("\(subject)-fields").items {
            let key = try #require(field.key), type = try #require(field.type)
            #expect(Fold.key(key).replacing(" ", with: "_") == key)
            #expect(CataloguesTests.types.contains(type), "\(key): \(type)")
            #expect((type == "code") == (field.catalogue != nil), "\(key)")
            if let catalogue = field.catalogue { #expect(Listed.names.contains(catalogue), "\(key): \(catalogue)") }
            for heading in Set((field.aliases ?? []).map(Fold.key)) {
                #expect(headings.updateValue(key, forKey: heading) == nil, "\(key): \(heading) is also another's")
            }
        }
    }

    private static let types: Set = [
        "code", "text", "long", "number", "day", "partial-day", "bool", "phone", "personal-id", "email", "place",
        "money",
    ]

    @Test func thePeoplesAreFiftyFourAndSixteenAreVerySmall() throws {
        let list = try Listed.read("ethnic-groups")
        #expect(list.items.compactMap(\.code) == (1...55).map { $0 < 10 ? "0\($0)" : "\($0)" })
        var spellings: [String: String] = [:]
        for item in list.items {
            for text in Set(([item.name ?? ""] + (item.aliases ?? [])).map(Fold.key)) {
                #expect(spellings.updateValue(item.code ?? "", forKey: text) == nil, "\(text) names two peoples")
            }
        }
        for text in ["H'Mông", "HMông", "Mông", "Mèo"] { #expect(spellings[Fold.key(text)] == "08") }
        for text in ["Khơ-mú", "Khơ Mú", "KHƠMÚ"] { #expect(spellings[Fold.key(text)] == "29") }
    }
}
