import Base
import FoundationEssentials
import Work

/// The two jobs: read files, write a file.
enum Jobs {
    static func importFiles(_ kinds: Kinds) -> Job {
        Job("exchange.import-files") { context in
            let order = try Order(context.input)
            guard let kind = kinds.imports.first(where: { $0.name == order.kind }) else { throw Fault.notFound }
            guard order.files.allSatisfy({ Shelf.has($0.path) }) else {
                throw Fault(.gone, "Tệp đã gửi lên không còn trên máy chủ. Hãy gửi lại tệp.")
            }
            let remembered = try await context.db.read { tx in
                try tx.headings(of: order.sender, kind: order.kind)
            }
            let request = order.request(of: context.id, remembered: remembered)
            var report = try await kind.run(request, context.db) { done, total in
                try await context.report(done, of: total)
            }
            let names = Dictionary(order.files.map { ($0.path, $0.name) }, uniquingKeysWith: { first, _ in first })
            report.rejected = report.rejected.map { row in
                Rejected(
                    file: names[row.file] ?? row.file, row: row.row, column: row.column, value: row.value,
                    message: row.message)
            }
            return try report.text
        }
    }

    static func exportFile(_ kinds: Kinds) -> Job {
        Job("exchange.export-file") { context in
            let order = try Order(context.input)
            guard let kind = kinds.exports.first(where: { $0.name == order.kind }) else { throw Fault.notFound }
            let name = kind.file
            let path = "\(order.folder)/\(name)"
            let asked = ExportRequest(
                path: path, org: order.org.map(ID.init(stored:)), year: order.year.flatMap(SchoolYear.init(start:)),
                visitor: order.asker.visitor)
            let counts = try await kind.run(asked, context.db) { done, total in
                try await context.report(done, of: total)
            }
            try await context.db.noteRead(
                as: order.asker.visitor, "exchange.export", on: .system,
                note: "\(order.kind) \(counts.values.reduce(0, +))")
            return String(
                decoding: try JSONEncoder().encode(Parcel(path: path, name: name, counts: counts)), as: UTF8.self)
        }
    }
}
