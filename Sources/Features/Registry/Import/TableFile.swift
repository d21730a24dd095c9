import Base
import Files
import Work

/// One row of a list, by the meanings of its columns.
struct TableRow: Sendable {
    let file: String
    let row: Int
    let values: [String: String]

    subscript(meaning: String) -> String { values[meaning] ?? "" }

    func refuse(_ meaning: String, _ message: String) -> Fate {
        .rejected(
            Rejected(file: file, row: row, column: meaning, value: String(self[meaning].prefix(200)), message: message))
    }
}

/// A list in CSV whose columns are found by what they are called, in whatever order and below whatever title.
enum TableFile {
    private static let mostRows = 200_000
    private static let titleRows = 20

    /// Reads the rows; `meanings` are the names of each column, the first of them the one told to people; nothing when it is another list.
    static func read(_ path: String, meanings: [String: [String]], needs: [String]) throws -> [TableRow]? {
        let reader = try CSVReader(path: path)
        if let places = places(reader.header.names, meanings, needs) { return try rows(reader, places) }
        for _ in 0..<titleRows {
            guard let record = try reader.next() else { return nil }
            if let places = places(record.fields + record.surplus, meanings, needs) { return try rows(reader, places) }
        }
        return nil
    }

    static func key(_ text: String) -> String { Fold.key(text).replacing(" ", with: "") }

    private static func places(_ names: [String], _ meanings: [String: [String]], _ needs: [String]) -> [String: Int]? {
        let keys = names.map(key)
        var places: [String: Int] = [:]
        for (meaning, spellings) in meanings {
            for spelling in spellings {
                if let place = keys.firstIndex(of: key(spelling)) {
                    places[meaning] = place
                    break
                }
            }
        }
        return needs.allSatisfy { places[$0] != nil } ? places : nil
    }

    private static func rows(_ reader: CSVReader, _ places: [String: Int]) throws -> [TableRow] {
        var rows: [TableRow] = [], number = 0
        while let record = try reader.next() {
            if record.isEmpty { continue }
            number += 1
            guard number <= mostRows else { throw Fault(.tooLarge, t("Tệp {} có hơn {} dòng.", reader.name, mostRows)) }
            let cells = record.fields + record.surplus
            let values = places.compactMapValues { $0 < cells.count ? Fold.compose(FormulaGuard.bare(cells[$0])) : nil }
                .filter { !$0.value.isEmpty }
            rows.append(TableRow(file: reader.name, row: record.row, values: values))
        }
        return rows
    }
}
