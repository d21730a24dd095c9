import Base

/// Who manages which institutions: rights follow the managing body and the level, not the place.
///
/// Communes manage preschools, primary and lower secondary schools since 01/07/2025, district offices did before; the
/// department manages upper secondary schools, continuing education and the college (NĐ 142/2025/NĐ-CP; TT 13/2025/TT-BGDĐT).
/// The table itself is data: `manages` and the dates of the catalogue `school-kinds`.
enum Managing {
    /// What is wrong with a body managing an institution of these levels from a day on; nothing when it may.
    static func problem(
        body: CatalogueItem?, bodyName: String, managing levels: [Level], on day: Day, field: String = "parent"
    ) -> Problem? {
        guard let body, let highest = levels.max() else { return nil }
        guard body.isValid(on: day) else {
            return Problem(field, t("{}: loại đơn vị này không có vào ngày {}.", bodyName, day.shown))
        }
        guard let manages = body.manages, !manages.isEmpty else {
            return body.institution == true
                ? Problem(field, t("{} là cơ sở giáo dục, không quản lý trường khác.", bodyName)) : nil
        }
        // The college and upper secondary schools have one managing body.
        let ruling = highest == .college ? Level.upperSecondary : highest
        return manages.contains(ruling) ? nil : Problem(field, t("{} không quản lý cấp {}.", bodyName, highest.label))
    }
}
