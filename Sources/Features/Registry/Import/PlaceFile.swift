import Base
import Files
import FoundationEssentials
import Work

/// A file of administrative units, told by what is in it.
enum PlaceFile {
    case places([UnitRow])
    case turns([PlaceTurn])

    private static let mostBytes = 40 << 20

    static func read(_ path: String, _ request: ImportRequest, in folder: String) async throws -> PlaceFile {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
        guard let size else { throw Fault.invalid(t("Không mở được tệp {}.", name)) }
        guard size <= mostBytes else { throw Fault(.tooLarge, t("Tệp {} lớn hơn {} MiB.", name, mostBytes >> 20)) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault.invalid(t("Không mở được tệp {}.", name))
        }
        let first = data.prefix(256).first { ![0xEF, 0xBB, 0xBF, 9, 10, 13, 32].contains($0) }
        guard let first else { throw Fault.invalid(t("Tệp {} trống.", name)) }
        return first == 0x5B || first == 0x7B ? try json(data, name) : .places(try await table(path, request, folder))
    }

    // MARK: tables

    private static let meanings: [String: [String]] = [
        "province": ["province", "tỉnh", "tỉnh thành phố", "tỉnh / thành phố", "tên tỉnh"],
        "district": ["district", "huyện", "quận huyện", "quận / huyện", "tên huyện"],
        "ward": ["ward", "commune", "xã", "phường xã", "xã phường", "xã / phường", "tên xã", "tên"],
        "provinceCode": ["provinceCode", "province_code", "mã tỉnh", "mã tp", "mã tỉnh thành phố"],
        "districtCode": ["districtCode", "district_code", "mã huyện", "mã quận huyện", "mã qh"],
        "wardCode": ["wardCode", "ward_code", "mã xã", "mã phường xã", "mã px", "mã xã phường"],
        "wardLat": ["wardLat", "lat", "latitude", "vĩ độ"],
        "wardLon": ["wardLon", "lon", "lng", "longitude", "kinh độ"],
        "validFrom": ["validFrom", "valid_from", "từ ngày"], "validTo": ["validTo", "valid_to", "đến ngày"],
    ]

    private static let layout = TableLayout(meanings, needs: ["province", "provinceCode"])

    private static func table(_ path: String, _ request: ImportRequest, _ folder: String) async throws -> [UnitRow] {
        let one = ImportRequest(files: [path], visitor: request.visitor, map: request.map)
        let rows = try await TableList.open(one, layout, in: folder).all(most: 200_000)
        let hasDistricts = rows.contains { !$0["districtCode"].isEmpty }
        return rows.map { row($0, isOld: hasDistricts) }
    }

    private static func row(_ row: TableRow, isOld: Bool) -> UnitRow {
        var chain: [UnitRow.Unit] = [], flaw: (String, String, String)?
        for (column, codeColumn, tier) in [
            ("province", "provinceCode", PlaceRecord.Tier.province), ("district", "districtCode", .district),
            ("ward", "wardCode", .commune),
        ] {
            let code = row[codeColumn], name = row[column]
            if code.isEmpty, name.isEmpty { continue }
            guard let padded = padded(code, tier) else {
                flaw = flaw ?? (codeColumn, code, t("Mã phải là {} chữ số.", tier.digits))
                continue
            }
            if name.isEmpty { flaw = flaw ?? (column, "", t("Thiếu tên.")) }
            chain.append(UnitRow.Unit(tier: tier, code: padded, name: name))
        }
        let first = Day(iso: row["validFrom"]), last = Day(iso: row["validTo"])
        let era: PlaceEra = (last.map { $0 < PlaceEra.turn } ?? (first == nil && isOld)) ? .threeTier : .twoTier
        let period = first.flatMap { Period($0, last ?? .forever) }
        return UnitRow(
            file: row.file, row: row.row, chain: chain, period: period, era: era, latitude: degrees(row["wardLat"]),
            longitude: degrees(row["wardLon"]),
            flaw: flaw ?? (chain.isEmpty ? ("provinceCode", "", t("Dòng không có mã.")) : nil))
    }

    private static func degrees(_ text: String) -> Double? {
        Double(text).flatMap { $0.isFinite && abs($0) <= 180 && $0 != 0 ? $0 : nil }
    }

    /// Codes lose their leading zeros in spreadsheets.
    static func padded(_ code: String, _ tier: PlaceRecord.Tier) -> String? {
        guard (1...tier.digits).contains(code.utf8.count), code.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return String(repeating: "0", count: tier.digits - code.utf8.count) + code
    }

    // MARK: trees

    private struct OldProvince: Decodable {
        let code: String, name: String, districts: [OldDistrict]?
        enum CodingKeys: String, CodingKey { case code = "Code", name = "FullName", districts = "District" }
    }
    private struct OldDistrict: Decodable {
        let code: String, name: String, wards: [OldWard]?
        enum CodingKeys: String, CodingKey { case code = "Code", name = "FullName", wards = "Ward" }
    }
    private struct OldWard: Decodable {
        let code: String, name: String
        enum CodingKeys: String, CodingKey { case code = "Code", name = "FullName" }
    }
    private struct NewProvince: Decodable { let name: String, code: Int, wards: [NewWard]? }
    private struct NewWard: Decodable { let name: String, code: Int }
    private struct Converter: Decodable {
        struct Part: Decodable { let newWardKey: String }
        let provinces: [String: [String]]
        let whole: [String: [String: [String]]]
        let divided: [String: [String: [Part]]]?
        enum CodingKeys: String, CodingKey {
            case provinces = "DICT_PROVINCE", whole = "DICT_PROVINCE_WARD_NO_DIVIDED"
            case divided = "DICT_PROVINCE_WARD_DIVIDED"
        }
    }

    private static func json(_ data: Data, _ name: String) throws -> PlaceFile {
        // Names are keys here: a run of combining marks in one would stop a core.
        guard !Fold.hasTooManyMarks(data) else {
            throw Fault(.unsupported, t("Tệp {} có chuỗi dấu thanh bất thường nên không đọc được.", name))
        }
        let decoder = JSONDecoder()
        if let old = try? decoder.decode([OldProvince].self, from: data) { return .places(rows(old, name)) }
        if let new = try? decoder.decode([NewProvince].self, from: data) { return .places(rows(new, name)) }
        if let converter = try? decoder.decode(Converter.self, from: data) { return .turns(turns(converter, name)) }
        throw Fault(.unsupported, t("Tệp {} không phải danh mục đơn vị hành chính nào đã biết.", name))
    }

    private static func rows(_ provinces: [OldProvince], _ name: String) -> [UnitRow] {
        var tree = TreeRows(file: name, era: .threeTier)
        for province in provinces {
            let top = tree.add(.province, province.code, province.name, [])
            for district in province.districts ?? [] {
                let middle = tree.add(.district, district.code, district.name, top)
                for ward in district.wards ?? [] { _ = tree.add(.commune, ward.code, ward.name, middle) }
            }
        }
        return tree.rows
    }

    private static func rows(_ provinces: [NewProvince], _ name: String) -> [UnitRow] {
        var tree = TreeRows(file: name, era: .twoTier)
        for province in provinces {
            let top = tree.add(.province, String(province.code), province.name, [])
            for ward in province.wards ?? [] { _ = tree.add(.commune, String(ward.code), ward.name, top) }
        }
        return tree.rows
    }

    private static func turns(_ converter: Converter, _ name: String) -> [PlaceTurn] {
        var turns: [PlaceTurn] = []
        func add(_ tier: PlaceRecord.Tier, _ old: String, _ province: String, _ commune: String) {
            turns.append(
                PlaceTurn(
                    file: name, row: turns.count + 1, tier: tier, old: old, newProvince: province, newCommune: commune))
        }
        for (new, olds) in converter.provinces.sorted(by: { $0.key < $1.key }) {
            for old in olds { add(.province, old, new, "") }
        }
        for (province, communes) in converter.whole.sorted(by: { $0.key < $1.key }) {
            for (new, olds) in communes.sorted(by: { $0.key < $1.key }) {
                for old in olds { add(.commune, old, province, new) }
            }
        }
        for (province, communes) in (converter.divided ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (old, parts) in communes.sorted(by: { $0.key < $1.key }) {
                for part in parts { add(.commune, old, province, part.newWardKey) }
            }
        }
        return turns
    }
}

/// The nodes of a tree as rows, each with the nodes above it.
private struct TreeRows {
    let file: String, era: PlaceEra
    var rows: [UnitRow] = []

    init(file: String, era: PlaceEra) { (self.file, self.era) = (file, era) }

    mutating func add(_ tier: PlaceRecord.Tier, _ code: String, _ name: String, _ above: [UnitRow.Unit]) -> [UnitRow
        .Unit]
    {
        let padded = PlaceFile.padded(code, tier), name = Fold.compose(name)
        let chain = above + [UnitRow.Unit(tier: tier, code: padded ?? code, name: name)]
        let flaw: (String, String, String)? =
            padded == nil
            ? ("code", code, t("Mã phải là {} chữ số.", tier.digits))
            : name.isEmpty ? ("name", "", t("Thiếu tên.")) : nil
        rows.append(
            UnitRow(
                file: file, row: rows.count + 1, chain: chain, period: nil, era: era, latitude: nil, longitude: nil,
                flaw: flaw))
        return chain
    }
}

extension PlaceRecord.Tier {
    /// How many digits the General Statistics Office gives to a unit.
    var digits: Int {
        switch self {
        case .province: 2
        case .district: 3
        case .commune: 5
        }
    }
}
