import Base
import Files
import Storage
import Work

extension ExportKind {
    /// The administrative units of every time, in the table that the importer reads.
    static let adminUnits = ExportKind("admin-units", label: "Đơn vị hành chính (CSV)") { request, db, progress in
        try request.visitor.must(.viewOrgs)
        let counts = try await db.read { tx in
            let writer = try CSVWriter(path: request.path, style: .list),
                book = PlaceBook(try tx.placeRows(on: request.year?.firstDay))
            try writer.write(PlaceBook.header)
            for row in book.rows { try writer.write(row) }
            try writer.finish()
            return ["places": book.rows.count]
        }
        try await progress(1, 1)
        return counts
    }

    /// The schools that the visitor may see, in the table that the importer reads.
    static let schools = ExportKind("schools", label: "Danh sách trường (CSV)") { request, db, progress in
        try request.visitor.must(.exportLists)
        let counts = try await db.read { tx in
            let writer = try CSVWriter(path: request.path, style: .list)
            try writer.write(SchoolOffices.header)
            let schools = try tx.schoolRows(
                RosterFilter(org: request.org, year: request.year, scope: request.visitor.scope))
            let offices = SchoolOffices(tx)
            for school in schools { try writer.write(try offices.row(school)) }
            try writer.finish()
            return ["schools": schools.count]
        }
        try await db.noteRead(
            as: request.visitor, "registry.export", on: Subject("export", org: request.org ?? request.visitor.org),
            note: "schools")
        try await progress(1, 1)
        return counts
    }
}

/// Places as rows that name the units above them.
struct PlaceBook {
    static let header = [
        "province", "district", "ward", "provinceCode", "districtCode", "wardCode", "wardLat", "wardLon", "validFrom",
        "validTo",
    ]
    private(set) var rows: [[String]] = []

    init(_ places: [PlaceRecord]) {
        var lives: [String: [PlaceRecord]] = [:]
        for place in places { lives["\(place.tier.rawValue) \(place.code)", default: []].append(place) }
        func above(_ tier: PlaceRecord.Tier, _ code: String?, _ day: Day) -> PlaceRecord? {
            code.flatMap { lives["\(tier.rawValue) \($0)"]?.first { $0.period.contains(day) } }
        }
        for place in places {
            let day = place.period.isOpen ? max(place.period.first, PlaceEra.turn) : place.period.last
            let province = place.tier == .province ? place : above(.province, place.provinceCode, day)
            let district =
                place.tier == .district ? place : place.tier == .commune ? above(.district, place.parentCode, day) : nil
            let commune = place.tier == .commune ? place : nil
            rows.append([
                province?.name ?? "", district?.name ?? "", commune?.name ?? "", province?.code ?? place.provinceCode,
                district?.code ?? "",
                commune?.code ?? "", place.latitude.map { "\($0)" } ?? "", place.longitude.map { "\($0)" } ?? "",
                place.period.first.iso,
                place.period.isOpen ? "" : place.period.last.iso,
            ])
        }
    }
}

/// Schools as rows that name the offices above them.
struct SchoolOffices {
    static let header = ["ma", "ten", "dc", "so", "phong", "loai_hinh", "loai_trg", "cap"]

    private let places: KnownPlaces

    init(_ tx: Tx) { places = KnownPlaces(tx) }

    /// The names of the department and of the office between that the school is under, as a list writes them.
    func above(_ school: OrgRecord) throws -> (department: String, office: String) {
        var department = "", office = "", next = school.parent, steps = 0
        while let id = next, steps < 8, let unit = try places.org(id) {
            if unit.kind == "so" {
                department = unit.name
            } else if office.isEmpty, department.isEmpty {
                office = unit.name
            }
            (next, steps) = (unit.parent, steps + 1)
        }
        return (department, office)
    }

    func row(_ school: OrgRecord) throws -> [String] {
        let (department, office) = try above(school)
        let ownership = Catalogues.current["ownerships"]?.item(school.ownership)?.name ?? school.ownership
        return [
            school.code, school.name, school.details["address"] ?? "", department, office, ownership,
            school.details["school_type"] ?? "",
            school.levels.map(\.rawValue).joined(separator: ";"),
        ]
    }
}
