import Base
import Storage
import Work

extension ImportKind {
    /// Answers of the ministry's and the population database's matching, row by row: onto the records, as their state.
    static let idMatching = ImportKind("id-matching", label: "Kết quả xác thực định danh (Excel, CSV)") {
        request, db, progress in
        try await TableImport(kind: "id-matching", layout: MatchingList.layout, request: request, db: db).run(progress)
        {
            TableImport.chunks(of: $0, by: MatchingList.self)
        }
    }
}

/// The record that an answer is about.
private struct Matched {
    let entity: String, id: Int64, name: PersonName, birth: PartialDay?, state: String, number: String?, hasNumber: Bool
    let subject: Subject
}

/// Writes answers onto records within one transaction.
struct MatchingList: ListWriter {
    static let layout = TableLayout(meanings, needs: ["ket_qua"])
    private static let meanings: [String: [String]] = [
        "ma_bo": [
            "mã định danh bộ gd&đt", "mã định danh bộ", "mã định danh", "mã bộ", "ma_bo", "moet code", "moet_code",
        ],
        "ma": ["mã học sinh", "mã hs", "mã cán bộ", "mã nhân sự", "mã gv", "mã", "ma", "code"],
        "so": [
            "số định danh cá nhân", "số định danh", "mã định danh cá nhân", "số cccd", "số căn cước", "cccd", "so",
            "personal id", "personal_id",
        ],
        "ten": ["họ và tên", "họ tên", "tên", "ten", "name"],
        "ngay_sinh": ["ngày sinh", "ngày tháng năm sinh", "ngay_sinh", "birth date", "birth_date"],
        "ket_qua": [
            "kết quả xác thực", "kết quả", "kết quả đối sánh", "trạng thái xác thực", "trạng thái định danh", "ket_qua",
            "result",
        ],
    ]
    static let header = [
        "Mã định danh Bộ GD&ĐT", "Mã", "Số định danh cá nhân", "Họ và tên", "Ngày sinh", "Kết quả xác thực",
    ]

    let tx: Tx
    var batch: ImportBatch

    init(_ tx: Tx, _ batch: ImportBatch) { (self.tx, self.batch) = (tx, batch) }

    mutating func take(_ row: TableRow) throws {
        let known = try record(row)
        batch.tally.count(
            try write(row, known), of: known?.entity ?? "students", (row.file, row.row),
            "\(row["ten"]) \(row["ket_qua"])")
    }

    private mutating func write(_ row: TableRow, _ known: Matched?) throws -> Fate {
        guard ["ma_bo", "ma", "so"].contains(where: { !row[$0].isEmpty }) else {
            return row.refuse("ma", t("Dòng không có mã hay số định danh nào để tìm hồ sơ."))
        }
        guard let known else { return row.refuse(key(row), t("Không tìm thấy hồ sơ có mã này trong phạm vi của bạn.")) }
        guard let state = Catalogues.current.code(matching: row["ket_qua"], in: "id-states") else {
            return row.refuse(
                "ket_qua", t("Kết quả phải là: chưa xác thực, khớp, sai họ tên, sai ngày sinh hoặc không tìm thấy."))
        }
        if let refused = stranger(row, known, state) { return refused }
        guard state != known.state else { return .unchanged }
        try tx.changing(known.entity == "staff" ? .staff : .student, known.id, in: &batch) { [tx] in
            try tx.setPersonalState(state, of: known.entity, known.id)
        }
        try tx.changed(known.subject, "personal_id_state", from: known.state.isEmpty ? nil : known.state, to: state)
        return .updated
    }

    private func key(_ row: TableRow) -> String { ["ma_bo", "ma", "so"].first { !row[$0].isEmpty } ?? "ma" }

    /// An answer that speaks of somebody else, or of a number that the record does not bear, is not written.
    private func stranger(_ row: TableRow, _ known: Matched, _ state: String) -> Fate? {
        if state == "matched", !known.hasNumber {
            return row.refuse("so", t("Hồ sơ chưa có số định danh cá nhân: ghi số vào hồ sơ rồi nhập lại kết quả."))
        }
        if !row["so"].isEmpty, let number = known.number, number != row["so"].filter({ !" .".contains($0) }) {
            return row.refuse("so", t("Số định danh trong tệp khác số trong hồ sơ."))
        }
        if state != "wrong-name", !row["ten"].isEmpty, Fold.key(row["ten"]) != Fold.key(known.name.full) {
            return row.refuse("ten", t("Họ tên trong tệp khác họ tên trong hồ sơ: có thể là người khác."))
        }
        let told = PartialDay(row["ngay_sinh"])
        if state != "wrong-birth", let told, let birth = known.birth, told.day != nil, birth.day != nil, told != birth {
            return row.refuse("ngay_sinh", t("Ngày sinh trong tệp khác ngày sinh trong hồ sơ: có thể là người khác."))
        }
        return nil
    }

    /// The learner or member of staff within reach, by the ministry's code, our own or the personal number.
    private func record(_ row: TableRow) throws -> Matched? {
        for text in ["ma_bo", "ma", "so"].map({ row[$0] }) where !text.isEmpty {
            let code = text.filter { !" .".contains($0) }
            if let student = try tx.student(code: code, scope: batch.scope) {
                return Matched(
                    entity: "students", id: student.id.raw, name: student.name, birth: student.birthDate,
                    state: student.personalState,
                    number: try tx.personalID(ofStudent: student.id), hasNumber: student.hasPersonalID,
                    subject: .student(student.id, org: student.org))
            }
            if let staff = try tx.staff(code: code, scope: batch.scope) {
                return Matched(
                    entity: "staff", id: staff.id.raw, name: staff.name, birth: staff.birthDate,
                    state: staff.personalState,
                    number: try tx.personalID(ofStaff: staff.id), hasNumber: staff.hasPersonalID,
                    subject: .staff(staff.id, org: staff.org))
            }
        }
        return nil
    }
}
