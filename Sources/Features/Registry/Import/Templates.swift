import Files
import Work

extension ImportKind {
    /// The formats that the register reads, each with the empty files that one begins with.
    static let withTemplates: [ImportKind] = [
        oneRoster.offering(OneRosterTemplate.files), adminUnits.offering([("don-vi-hanh-chinh.csv", PlaceBook.header)]),
        schools.offering([("danh-sach-truong.csv", SchoolOffices.header)]),
    ]

    private func offering(_ files: [(name: String, header: [String])]) -> ImportKind {
        var kind = self
        kind.template = files.map { ImportTemplate(name: $0.name, header: $0.header) }
        return kind
    }
}
