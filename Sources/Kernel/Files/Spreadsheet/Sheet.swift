import Base
import CXLSX

extension Spreadsheet {
    /// One sheet of a workbook being written.
    public final class Sheet {
        /// Data rows written so far.
        public private(set) var rows = 0
        private let worksheet: UnsafeMutablePointer<lxw_worksheet>
        private let looks: Looks
        private let columns: Int
        private let headerRow: UInt32

        init(
            _ worksheet: UnsafeMutablePointer<lxw_worksheet>, looks: Looks, titles: [String], isDemo: Bool,
            columns: [Column]
        ) {
            (self.worksheet, self.looks, self.columns) = (worksheet, looks, min(columns.count, 16_384))
            headerRow = UInt32(clamping: titles.count)
            prepare(columns)
            for (row, title) in titles.enumerated() {
                worksheet_write_string(
                    worksheet, UInt32(clamping: row), 0, Sheet.clean(title),
                    isDemo && row == 0 ? looks.demo : looks.title)
            }
            for (place, column) in columns.prefix(self.columns).enumerated() {
                worksheet_write_string(
                    worksheet, headerRow, UInt16(clamping: place), Sheet.clean(column.title), looks.header)
            }
        }

        /// Writes the next row; cells beyond the columns are left out.
        public func write(_ cells: [Cell]) throws(Fault) {
            let row = headerRow + 1 + UInt32(clamping: rows)
            guard row < 1_048_576 else { throw Spreadsheet.fault(LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE) }
            for (place, cell) in cells.prefix(columns).enumerated() {
                let result = put(cell, row, UInt16(clamping: place))
                guard result == LXW_NO_ERROR else { throw Spreadsheet.fault(result) }
            }
            rows += 1
        }

        /// Filters reach down to the last row.
        func close() {
            guard columns > 0 else { return }
            worksheet_autofilter(
                worksheet, headerRow, 0, headerRow + UInt32(clamping: rows), UInt16(clamping: columns - 1))
        }

        private func prepare(_ columns: [Column]) {
            for (place, column) in columns.prefix(self.columns).enumerated() {
                worksheet_set_column(worksheet, UInt16(clamping: place), UInt16(clamping: place), column.width, nil)
            }
            worksheet_freeze_panes(worksheet, headerRow + 1, 0)
            worksheet_repeat_rows(worksheet, headerRow, headerRow)
            worksheet_set_landscape(worksheet)
            worksheet_set_paper(worksheet, 9)
            worksheet_fit_to_pages(worksheet, 1, 0)
            // Codes with leading zeros are text on purpose: no green corners.
            worksheet_ignore_errors(worksheet, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), "A1:XFD1048576")
        }

        private func put(_ cell: Cell, _ row: UInt32, _ place: UInt16) -> lxw_error {
            switch cell {
            case .blank: return LXW_NO_ERROR
            case .text(let text):
                let text = Sheet.clean(text)
                return text.isEmpty ? LXW_NO_ERROR : worksheet_write_string(worksheet, row, place, text, looks.text)
            case .whole(let number):
                // Beyond 2^53 a spreadsheet would change the last digits.
                guard number.magnitude <= 1 << 53 else { return put(.text(String(number)), row, place) }
                return worksheet_write_number(worksheet, row, place, Double(number), looks.whole)
            case .number(let number):
                return number.isFinite ? worksheet_write_number(worksheet, row, place, number, nil) : LXW_NO_ERROR
            case .tenths(let tenths):
                return worksheet_write_number(worksheet, row, place, Double(tenths) / 10, looks.tenths)
            case .day(let day):
                let (year, month, date) = day.parts
                var moment = lxw_datetime(
                    year: Int32(year), month: Int32(month), day: Int32(date), hour: 0, min: 0, sec: 0)
                return worksheet_write_datetime(worksheet, row, place, &moment, looks.day)
            }
        }

        /// What a cell can hold: 32,767 UTF-16 units, no characters that XML does not know.
        static func clean(_ text: String) -> String {
            let isPlain = text.utf8.allSatisfy { $0 >= 32 && $0 != 0xEF }
            let known =
                isPlain
                ? text
                : String(
                    String.UnicodeScalarView(
                        text.unicodeScalars.filter { scalar in
                            switch scalar.value {
                            case 9, 10, 13: true
                            case 0..<32, 0xFFFE, 0xFFFF: false
                            default: true
                            }
                        }))
            return Spreadsheet.cut(known, to: 32_767)
        }
    }
}
