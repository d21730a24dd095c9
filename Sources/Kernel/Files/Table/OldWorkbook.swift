import Base
import CFreeXL

/// Workbooks of Excel 97 to 2003 (BIFF8), as many systems still write them, read by FreeXL.
enum OldWorkbook {
    static func read(_ path: String, into folder: String) throws(Fault) -> TableBook {
        var handle: UnsafeRawPointer?
        let code = freexl_open(path, &handle)
        defer { freexl_close(handle) }
        guard code == FREEXL_OK, let handle else { throw fault(code) }
        var password: UInt32 = 0
        freexl_get_info(handle, UInt16(FREEXL_BIFF_PASSWORD), &password)
        guard password != UInt32(FREEXL_BIFF_OBFUSCATED) else { throw TableFault.locked }
        var count: UInt32 = 0
        guard freexl_get_info(handle, UInt16(FREEXL_BIFF_SHEET_COUNT), &count) == FREEXL_OK else {
            throw TableFault.broken
        }
        var sheets: [TableBook.Sheet] = []
        for index in 0..<UInt16(clamping: min(count, 500)) { sheets.append(try sheet(index, handle, folder)) }
        return TableBook(format: .xls, sheets: sheets, notes: [])
    }

    private static func sheet(_ index: UInt16, _ handle: UnsafeRawPointer, _ folder: String) throws(Fault)
        -> TableBook.Sheet
    {
        var name: UnsafePointer<CChar>?, rows: UInt32 = 0, columns: UInt16 = 0
        guard freexl_select_active_worksheet(handle, index) == FREEXL_OK,
            freexl_worksheet_dimensions(handle, &rows, &columns) == FREEXL_OK
        else { throw TableFault.broken }
        freexl_get_worksheet_name(handle, index, &name)
        let file = Archive.fileName(Int(index) + 1), writer = try TableWriter(path: "\(folder)/\(file)")
        for row in 0..<min(rows, 65_536) {
            for column in 0..<min(columns, 256) {
                var cell = FreeXL_CellValue()
                guard freexl_get_cell_value(handle, row, column, &cell) == FREEXL_OK else { continue }
                try writer.put(text(cell).utf8, column: Int(column))
            }
            try writer.end(row: Int(row) + 1)
        }
        try writer.finish()
        return TableBook.Sheet(
            name: name.map { String(cString: $0) } ?? "", isHidden: false, rows: writer.rows, file: file, merges: [])
    }

    private static func text(_ cell: FreeXL_CellValue) -> String {
        switch Int32(cell.type) {
        case FREEXL_CELL_INT: return String(cell.value.int_value)
        case FREEXL_CELL_DOUBLE:
            return cell.value.double_value.isFinite ? SheetNumber.text(cell.value.double_value) : ""
        case FREEXL_CELL_TEXT, FREEXL_CELL_SST_TEXT, FREEXL_CELL_TIME:
            return cell.value.text_value.map { String(cString: $0) } ?? ""
        case FREEXL_CELL_DATE, FREEXL_CELL_DATETIME:
            let text = String((cell.value.text_value.map { String(cString: $0) } ?? "").prefix(10))
            return Day(iso: text)?.shown ?? text
        default: return ""
        }
    }

    private static func fault(_ code: Int32) -> Fault {
        switch code {
        // A workbook of today under a password is such a file without the old stream in it.
        case FREEXL_BIFF_WORKBOOK_NOT_FOUND: TableFault.locked
        default: TableFault.broken
        }
    }
}
