import Base
import Files
import FoundationEssentials
import Storage
import Work

/// The job that gathers all that is held on one person into an archive.
enum Jobs {
    static let kind = "rights.export-person"

    static func exportPerson(_ holdings: [PersonHolding]) -> Job {
        Job("rights.export-person") { context in
            let order = try ParcelOrder(context.input)
            try await context.report(0, of: 2)
            let parts = try await context.db.read { tx in
                try holdings.flatMap { try $0.read(tx, order.person) } + [try Trail.part(of: order.person, tx)]
            }
            let moment = context.db.clock.now
            let name =
                "du-lieu-\(order.code.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })-\(Day(at: moment).iso).zip"
            let path = "\(order.folder)/\(name)"
            let zip = try ZipWriter(path: path, moment: moment)
            try zip.add(Leaflet(order: order, parts: parts, moment: moment).html.bytes, as: "ho-so.html")
            try zip.add(Array(Leaflet.json(order, parts, moment).utf8), as: "ho-so.json")
            try zip.finish()
            try await context.report(2, of: 2)
            let rows = parts.reduce(0) { $0 + $1.rows.count }
            return String(
                decoding: try JSONEncoder().encode(Parcel(path: path, name: name, parts: parts.count, rows: rows)),
                as: UTF8.self)
        }
    }
}

extension ParcelOrder {
    init(_ text: String) throws { self = try JSONDecoder().decode(ParcelOrder.self, from: Data(text.utf8)) }

    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

extension Parcel {
    init?(result: String?) {
        guard let result else { return nil }
        do { self = try JSONDecoder().decode(Parcel.self, from: Data(result.utf8)) } catch { return nil }
    }
}
