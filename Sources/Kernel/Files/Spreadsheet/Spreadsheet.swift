import Base
import CXLSX

#if canImport(Glibc)
import Glibc
#endif

/// Writes an Excel workbook row by row in constant memory.
///
///     let book = try Spreadsheet(path: path, isDemo: false)
///     let sheet = try book.sheet("Lớp 6A", titles: ["DANH SÁCH LỚP 6A"], columns: [.init("Họ và tên", width: 28), .init("Ngày sinh")])
///     try sheet.write([.text("Lò Thị An"), .day(born)])
///     try book.finish()
public final class Spreadsheet {
    public static let mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private let looks: Looks
    private let isDemo: Bool
    private var names: Set<String> = []
    private var sheets: [Sheet] = []

    /// Starts a workbook at a path; sheets of demo data say so above their titles. Rows wait in the work folder until the end.
    public init(path: String, isDemo: Bool, workFolder: String? = nil) throws(Fault) {
        let folder = workFolder.map { $0.withCString { strdup($0) } } ?? nil
        defer { free(folder) }
        var options = lxw_workbook_options()
        (options.constant_memory, options.tmpdir, options.use_zip64) = (1, folder, 0)
        guard let workbook = workbook_new_opt(path, &options), let looks = Looks(workbook) else {
            throw Fault(.unavailable, t("Không ghi được tệp."))
        }
        (self.workbook, self.looks, self.isDemo) = (workbook, looks, isDemo)
    }

    deinit { if let workbook { workbook_close(workbook) } }

    /// Starts a sheet: title lines, the header row, frozen and with filters; then rows are written to it.
    public func sheet(_ name: String, titles: [String] = [], columns: [Column]) throws(Fault) -> Sheet {
        guard let workbook, let worksheet = workbook_add_worksheet(workbook, vacantName(name)) else {
            throw Fault(.unavailable, t("Không ghi được tệp."))
        }
        let above = (isDemo ? [t("DỮ LIỆU MẪU")] : []) + titles
        let sheet = Sheet(worksheet, looks: looks, titles: above, isDemo: isDemo, columns: columns)
        sheets.append(sheet)
        return sheet
    }

    /// Closes the workbook; what went wrong on the way shows here.
    public func finish() throws(Fault) {
        guard let workbook else { return }
        for sheet in sheets { sheet.close() }
        self.workbook = nil
        let result = workbook_close(workbook)
        guard result == LXW_NO_ERROR else { throw Spreadsheet.fault(result) }
    }

    /// A name Excel takes that no other sheet has: 31 UTF-16 units, without `[ ] : * ? / \` or quotes at its ends.
    private func vacantName(_ wanted: String) -> String {
        let plain = String(
            wanted.unicodeScalars.map { "[]:*?/\\'".unicodeScalars.contains($0) || $0.value < 32 ? " " : Character($0) }
        )
        let base = CSVHeader.trim(plain)
        for number in 1... {
            let tail = number == 1 ? "" : " (\(number))"
            let name = Spreadsheet.cut(base.isEmpty ? t("Trang tính") : base, to: 31 - tail.utf16.count) + tail
            if names.insert(name.lowercased()).inserted { return name }
        }
        return base
    }

    /// The text up to so many UTF-16 units, as Excel counts.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var units = 0
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix { scalar in
                    units += UTF16.width(scalar)
                    return units <= limit
                }))
    }

    static func fault(_ error: lxw_error) -> Fault {
        switch error {
        case LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE: Fault(.tooLarge, t("Một trang tính chỉ chứa được 1.048.576 dòng."))
        case LXW_ERROR_CREATING_TMPFILE, LXW_ERROR_ZIP_FILE_OPERATION, LXW_ERROR_ZIP_FILE_ADD, LXW_ERROR_ZIP_CLOSE:
            Fault(.full, t("Hết chỗ để ghi tệp."))
        default: Fault(.unavailable, t("Không ghi được tệp."))
        }
    }
}

/// The few formats of a workbook.
struct Looks {
    let header, title, demo, text, whole, tenths, day: UnsafeMutablePointer<lxw_format>

    init?(_ workbook: UnsafeMutablePointer<lxw_workbook>) {
        func format(_ number: String?) -> UnsafeMutablePointer<lxw_format>? {
            let format = workbook_add_format(workbook)
            if let number { format_set_num_format(format, number) }
            return format
        }
        guard let header = format("@"), let title = format("@"), let demo = format("@"), let text = format("@"),
            let whole = format("0"), let tenths = format("0.0"), let day = format("dd/mm/yyyy")
        else { return nil }
        for strong in [header, title, demo] { format_set_bold(strong) }
        format_set_text_wrap(header)
        format_set_border(header, UInt8(LXW_BORDER_THIN.rawValue))
        format_set_bg_color(header, 0xE8EEF4)
        format_set_align(header, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
        format_set_font_size(title, 14)
        format_set_font_color(demo, 0xB00020)
        (self.header, self.title, self.demo, self.text) = (header, title, demo, text)
        (self.whole, self.tenths, self.day) = (whole, tenths, day)
    }
}
