import Base

/// What `manifest.csv` says of a bundle.
struct OneRosterManifest {
    /// Every property by its name in lower case.
    private(set) var properties: [String: String] = [:]
    private(set) var modes: [OneRosterFile: OneRosterMode] = [:]
    private(set) var version: OneRosterVersion?
    private(set) var warnings: [RowError] = []

    init(path: String, name: String) throws(Fault) {
        let reader = try CSVReader(path: path, name: name)
        try reader.header.require(["propertyName", "value"], in: name)
        while let record = try reader.next() {
            guard reader.rows <= 1_000 else { throw .invalid(t("Tệp {} có quá nhiều dòng.", name)) }
            try take(record, name)
        }
        if let written = properties["oneroster.version"], !written.isEmpty {
            let number = written.lowercased().drop { $0 == "v" }.replacing("p", with: ".")
            version = OneRosterVersion.allCases.first { number == $0.rawValue || number.hasPrefix($0.rawValue + ".") }
            guard version != nil else {
                throw Fault(
                    .unsupported,
                    t("OneRoster phiên bản “{}” chưa đọc được, chỉ đọc 1.1 và 1.2.", String(written.prefix(40))))
            }
        }
    }

    private mutating func take(_ record: CSVRecord, _ name: String) throws(Fault) {
        let key = CSVHeader.trim(record["propertyName"]).lowercased(), value = CSVHeader.trim(record["value"])
        properties[key] = value
        guard key.hasPrefix("file.") else { return }
        guard let file = OneRosterFile(fileName: key.dropFirst(5) + ".csv") else {
            warnings.append(
                RowError(
                    file: name, row: record.row, line: record.line, column: "propertyName",
                    value: String(key.prefix(200)),
                    message: t("Tệp không có trong chuẩn OneRoster, được bỏ qua.")))
            return
        }
        guard !value.isEmpty else {
            warnings.append(
                RowError(
                    file: name, row: record.row, line: record.line, column: "value", value: String(key.prefix(200)),
                    message: t("Để trống, được hiểu là absent.")))
            modes[file] = .absent
            return
        }
        guard let mode = OneRosterMode(rawValue: value.lowercased()) else {
            throw .invalid(
                t("Tệp {}, dòng {}: “{}” phải là bulk, delta hoặc absent.", name, record.line, String(value.prefix(40)))
            )
        }
        modes[file] = mode
    }
}
