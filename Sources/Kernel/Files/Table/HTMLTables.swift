import Base
import CXML

/// Tables of a web page saved under a spreadsheet's name, as several school systems export them.
enum HTMLTables {
    static func isAlike(_ head: [UInt8]) -> Bool {
        let text = String(decoding: head.prefix(2_048), as: UTF8.self).lowercased()
        let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return start.hasPrefix("<html") || start.hasPrefix("<!doctype html") || start.hasPrefix("<table")
            || start.hasPrefix("<meta") || text.contains("<table")
    }

    static func read(_ path: String, into folder: String) throws(Fault) -> TableBook {
        let listener = try HTMLListener(folder)
        let bytes = try InputFile.bytes(path, most: 64 << 20)
        var handler = htmlSAXHandler()
        handler.initialized = 1
        handler.startElement = { context, name, attributes in
            if let listener = HTMLListener.of(context), let name { listener.start(XMLName(bytes: name), attributes) }
        }
        handler.endElement = { context, name in
            if let listener = HTMLListener.of(context), let name { listener.end(XMLName(bytes: name)) }
        }
        let take: charactersSAXFunc = { context, bytes, count in
            HTMLListener.of(context)?.text(UnsafeBufferPointer(start: bytes, count: Int(max(0, count))))
        }
        (handler.characters, handler.ignorableWhitespace, handler.cdataBlock) = (take, take, take)
        let isUTF8 = bytes.withUnsafeBufferPointer { UTF8Check.run($0).end == .whole }
        let own = Unmanaged.passUnretained(listener).toOpaque()
        guard
            let context = htmlCreatePushParserCtxt(
                &handler, own, nil, 0, nil, isUTF8 ? XML_CHAR_ENCODING_UTF8 : XML_CHAR_ENCODING_NONE)
        else { throw Fault(.unavailable, t("Hết bộ nhớ.")) }
        defer {
            if let document = context.pointee.myDoc { xmlFreeDoc(document) }
            htmlFreeParserCtxt(context)
        }
        for start in stride(from: 0, to: bytes.count, by: 1 << 16) where listener.fault == nil {
            bytes.withUnsafeBytes { whole in
                let piece = whole[start..<min(start + 1 << 16, whole.count)]
                _ = htmlParseChunk(
                    context, UnsafeRawBufferPointer(rebasing: piece).assumingMemoryBound(to: CChar.self).baseAddress,
                    Int32(clamping: piece.count), 0)
            }
        }
        htmlParseChunk(context, nil, 0, 1)
        return try listener.book()
    }
}

/// Collects the rows of all tables, one after another, as one sheet.
private final class HTMLListener {
    private(set) var fault: Fault?
    private let writer: TableWriter
    private var merges: [TableBook.Merge] = []
    private var row = 0, column = 0, span = (across: 1, down: 1)
    private var value: [UInt8] = []
    private var isCell = false
    /// Columns that a cell of a row above still covers, with the last row.
    private var covered: [Int: Int] = [:]

    init(_ folder: String) throws(Fault) { writer = try TableWriter(path: "\(folder)/0001") }

    static func of(_ context: UnsafeMutableRawPointer?) -> HTMLListener? {
        context.map { Unmanaged<HTMLListener>.fromOpaque($0).takeUnretainedValue() }
    }

    func start(_ name: XMLName, _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?) {
        switch name {
        case "tr":
            endRow()
            row += 1
        case "td", "th":
            endCell()
            // A cell may come before any row.
            row = max(row, 1)
            (isCell, span) = (true, spans(attributes))
        case "br": if isCell { value.append(32) }
        default: break
        }
    }

    func end(_ name: XMLName) {
        switch name {
        case "td", "th": endCell()
        case "tr", "table": endRow()
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard isCell, value.count < CSVLimits.standard.fieldBytes else { return }
        value.append(contentsOf: bytes.map { $0 < 32 ? 32 : $0 })
    }

    private func spans(_ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?) -> (across: Int, down: Int) {
        var found = (across: 1, down: 1), place = 0
        while let attributes, place < 200, let name = attributes[place] {
            if let text = attributes[place + 1], let number = Int(String(cString: text).prefix(4)), number > 0 {
                if XMLName(bytes: name).is("colspan") { found.across = min(number, 100) }
                if XMLName(bytes: name).is("rowspan") { found.down = min(number, 1_000) }
            }
            place += 2
        }
        return found
    }

    private func endCell() {
        guard isCell else { return }
        while let last = covered[column], last >= row { column += 1 }
        let text = Fold.compose(String(decoding: value, as: UTF8.self))
        guarded { () throws(Fault) in try writer.put(text.utf8, column: column) }
        if span != (1, 1), merges.count < TableBook.mostMerges, row > 0, column < CSVLimits.standard.columns {
            merges.append(
                TableBook.Merge(
                    top: row - 1, left: column, bottom: row + span.down - 2, right: column + span.across - 1))
            if span.down > 1 { for place in column..<column + span.across { covered[place] = row + span.down - 1 } }
        }
        column += span.across
        value.removeAll(keepingCapacity: true)
        isCell = false
    }

    private func endRow() {
        endCell()
        column = 0
        guarded { () throws(Fault) in try writer.end(row: row) }
    }

    private func guarded(_ work: () throws(Fault) -> Void) { do throws(Fault) { try work() } catch { fault = error } }

    func book() throws(Fault) -> TableBook {
        endRow()
        if let fault { throw fault }
        try writer.finish()
        let sheet = TableBook.Sheet(name: "", isHidden: false, rows: writer.rows, file: "0001", merges: merges)
        return TableBook(format: .html, sheets: [sheet], notes: [])
    }
}
