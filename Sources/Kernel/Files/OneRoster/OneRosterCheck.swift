import Base

/// Judges the values of one row by the tables of the standard.
struct OneRosterCheck {
    private struct Place {
        let index: Int
        let column: OneRosterColumn
    }

    private let file: OneRosterFile
    private let fileName: String
    private let version: OneRosterVersion
    private let isDelta: Bool
    private let places: [Place]
    /// Pairs of columns of which the second day must not come before the first.
    private let periods: [(Int, Int)]

    /// Throws when the file lacks a column without which no row can be taken.
    init(_ file: OneRosterFile, header: CSVHeader, name: String, version: OneRosterVersion, isDelta: Bool) throws(Fault)
    {
        // Users carry their role in edition 1.1 and not in 1.2: the header says which one the file is.
        let version = file == .users && header.has("role") ? .v11 : version
        let columns = OneRosterSchema.columns(of: file)
        let needed = columns.filter { $0.versions.contains(version) && [.must, .column].contains($0.need) }.map(\.name)
        try header.require(needed + (isDelta && file.isRostering ? ["status", "dateLastModified"] : []), in: name)
        (self.file, fileName, self.version, self.isDelta) = (file, name, version, isDelta)
        places = columns.compactMap { column in header.place(of: column.name).map { Place(index: $0, column: column) } }
        periods = [("startDate", "endDate"), ("beginDate", "endDate")].compactMap { first, second in
            guard let start = header.place(of: first), let end = header.place(of: second) else { return nil }
            return (start, end)
        }
    }

    /// The values with the standard's words in their own spelling, what is wrong with the row, and what is doubtful.
    func judge(_ record: CSVRecord) -> (values: [String], errors: [RowError], doubts: [RowError]) {
        var verdict = Verdict(file: fileName, record: record)
        if isGone(record) { return judgeGone(record) }
        for place in places { judge(place, in: &verdict) }
        for (start, end) in periods where verdict.errors.isEmpty {
            if let first = OneRosterValue.day(record.fields[start])?.day,
                let last = OneRosterValue.day(record.fields[end])?.day,
                last < first
            {
                verdict.error(end, t("Ngày kết thúc trước ngày bắt đầu."))
            }
        }
        judgeShape(record, in: &verdict)
        return (verdict.values, verdict.errors, verdict.doubts)
    }

    private func isGone(_ record: CSVRecord) -> Bool {
        CSVHeader.trim(record["status"]).lowercased() == "tobedeleted"
    }

    /// Of what goes only the name matters, and in a delta the moment.
    private func judgeGone(_ record: CSVRecord) -> (values: [String], errors: [RowError], doubts: [RowError]) {
        var verdict = Verdict(file: fileName, record: record)
        for place in places where ["sourcedId", "status", "dateLastModified"].contains(place.column.name) {
            judge(place, in: &verdict)
        }
        judgeShape(record, in: &verdict)
        return (verdict.values, verdict.errors, verdict.doubts)
    }

    private func judgeShape(_ record: CSVRecord, in verdict: inout Verdict) {
        for (index, value) in record.fields.enumerated() where value.utf8.contains(where: OneRosterCheck.isControl) {
            verdict.error(index, t("Có ký tự điều khiển."))
        }
        if record.surplus.contains(where: { !CSVHeader.trim($0).isEmpty }) {
            verdict.error(
                nil,
                t(
                    "Dòng có {} ô, nhiều hơn số cột. Ô có dấu phẩy phải đặt trong ngoặc kép.",
                    record.fields.count + record.surplus.count))
        } else if record.missing > 0 {
            verdict.doubt(nil, t("Dòng thiếu {} ô cuối, được coi là trống.", record.missing))
        }
    }

    private static func isControl(_ byte: UInt8) -> Bool { (byte < 32 && ![9, 10, 13].contains(byte)) || byte == 127 }

    private func judge(_ place: Place, in verdict: inout Verdict) {
        let column = place.column, value = CSVHeader.trim(verdict.values[place.index])
        guard !value.isEmpty else { return judgeEmpty(place, in: &verdict) }
        switch column.kind {
        case .text:
            if column.name == "sourcedId" { judgeIdentifier(value, place, in: &verdict) }
            if column.name == "dateLastModified", !OneRosterValue.isMoment(value) {
                verdict.say(place.index, t("Không phải thời điểm."), isError: isDelta)
            }
        case .reference: judgeIdentifier(value, place, in: &verdict)
        case .list:
            for part in OneRosterValue.list(value) where part.unicodeScalars.count > 255 {
                verdict.error(place.index, t("Mã dài hơn 255 ký tự."))
            }
        case .flag:
            if OneRosterValue.flag(value) == nil { verdict.error(place.index, t("Phải là true hoặc false.")) }
        case .day: judgeDay(value, place, in: &verdict)
        case .year: judgeYear(value, place, in: &verdict)
        case .grades:
            for code in OneRosterValue.list(value) where CEDSGrade(code: code) == nil {
                verdict.doubt(place.index, t("Không rõ khối lớp “{}”.", code))
            }
        case .word(let words, let isOpen): judgeWord(value, words, isOpen, place, in: &verdict)
        }
    }

    private func judgeEmpty(_ place: Place, in verdict: inout Verdict) {
        let column = place.column
        guard column.versions.contains(version) else { return }
        let isNeededByDelta = isDelta && (column.name == "status" || column.name == "dateLastModified")
        if column.need == .must || isNeededByDelta {
            verdict.error(place.index, t("Bắt buộc phải có."))
        } else if column.need == .should || column.need == .column {
            verdict.doubt(place.index, t("Chuẩn OneRoster yêu cầu phải có."))
        }
    }

    /// Identifiers are opaque and up to 255 characters; only spaces around them go.
    private func judgeIdentifier(_ value: String, _ place: Place, in verdict: inout Verdict) {
        verdict.values[place.index] = value
        if value.unicodeScalars.count > 255 { verdict.error(place.index, t("Mã dài hơn 255 ký tự.")) }
    }

    private func judgeDay(_ value: String, _ place: Place, in verdict: inout Verdict) {
        guard let (day, isExact) = OneRosterValue.day(value) else {
            if place.column.name == "endDate", place.column.need != .must, OneRosterValue.isEndless(value) {
                return verdict.doubt(place.index, t("Được hiểu là chưa kết thúc."))
            }
            return verdict.error(place.index, t("Không phải ngày có thật. Viết theo dạng 2026-09-05."))
        }
        if !isExact { verdict.doubt(place.index, t("Được hiểu là ngày {}.", day.shown)) }
    }

    private func judgeYear(_ value: String, _ place: Place, in verdict: inout Verdict) {
        guard let (year, isExact) = OneRosterValue.year(value) else {
            return verdict.error(place.index, t("Phải là năm kết thúc năm học, ví dụ 2027 cho năm học 2026-2027."))
        }
        if !isExact { verdict.doubt(place.index, t("Được hiểu là năm học {}.", year)) }
    }

    private func judgeWord(
        _ value: String, _ words: [String], _ isOpen: Bool, _ place: Place, in verdict: inout Verdict
    ) {
        if let word = words.first(where: { $0 == value })
            ?? words.first(where: { $0.lowercased() == value.lowercased() })
        {
            verdict.values[place.index] = word
        } else if isOpen, version == .v12 || place.column.need != .must || value.lowercased().hasPrefix("ext:") {
            verdict.doubt(place.index, t("Không có trong danh mục của chuẩn, được giữ nguyên."))
        } else {
            verdict.error(place.index, t("Phải là một trong: {}.", words.joined(separator: ", ")))
        }
    }
}

/// What is found while one row is judged.
private struct Verdict {
    let file: String
    let record: CSVRecord
    var values: [String]
    private(set) var errors: [RowError] = []
    private(set) var doubts: [RowError] = []

    init(file: String, record: CSVRecord) { (self.file, self.record, values) = (file, record, record.fields) }

    mutating func error(_ index: Int?, _ message: String) { errors.append(note(index, message)) }
    mutating func doubt(_ index: Int?, _ message: String) { doubts.append(note(index, message)) }
    mutating func say(_ index: Int?, _ message: String, isError: Bool) {
        if isError { error(index, message) } else { doubt(index, message) }
    }

    private func note(_ index: Int?, _ message: String) -> RowError {
        RowError(
            file: file, row: record.row, line: record.line, column: index.map { record.header.names[$0] } ?? "",
            value: index.map { String(record.fields[$0].prefix(200)) } ?? "", message: message)
    }
}
