import Base
import Registry
import Storage

/// The places a province stands on: Lai Châu's own, or made-up ones of the same shape.
extension ProvincePlan {
    /// The weights of the districts: thousands of people in 2019, rounded.
    private static let people = [
        "105": 43, "106": 53, "107": 46, "108": 83, "109": 79, "110": 68, "111": 59, "112": 28,
    ]
    private static let seats = [
        "105": "03408", "106": "03390", "107": "03433", "108": "03478", "109": "03549", "110": "03595", "111": "03598",
        "112": "03434",
    ]

    /// Reads Lai Châu with its districts and communes, and gives each commune its area (khu vực) as a made-up value.
    static func laiChau(_ tx: Tx, only codes: [String] = []) throws -> ProvincePlan {
        let day = Day.firstOfCommunes
        let districts = try tx.places(in: "12", tier: .district, on: .lastOfDistricts).sorted { $0.code < $1.code }
        let communes = try tx.places(in: "12", tier: .commune, on: day).sorted { $0.code < $1.code }
        guard let province = try tx.place(code: "12", tier: .province, on: day), !communes.isEmpty else {
            throw StorageError(.other, "the catalogue of places is empty")
        }
        let kept = codes.isEmpty ? communes : codes.compactMap { code in communes.first { $0.code == code } }
        var plan = ProvincePlan(prefix: "LC", name: province.name, place: province.id, districts: [], communes: [])
        var rows: [(commune: PlaceRecord, olds: [PlaceRecord], district: String)] = []
        for commune in kept {
            let olds = try tx.predecessors(of: commune.id)
            for old in olds { try setArea(of: old, town: old.kind != "xa", tx) }
            rows.append((commune, olds, olds.first?.parentCode ?? ""))
        }
        let used = districts.filter { district in rows.contains { $0.district == district.code } }
        plan.districts = used.map {
            DistrictPlan(code: $0.code, name: $0.name, place: $0.id, mix: $0.code, seat: seats[$0.code] ?? "")
        }
        for row in rows {
            let area = try setArea(
                of: row.commune, town: row.commune.kind == "phuong",
                hasTown: row.olds.contains { $0.kind == "thi-tran" }, tx)
            let olds = rows.filter { $0.district == row.district }.reduce(0) { $0 + $1.olds.count }
            plan.communes.append(
                CommunePlan(
                    code: row.commune.code, name: row.commune.name, place: row.commune.id,
                    district: used.firstIndex { $0.code == row.district } ?? 0,
                    olds: row.olds.map { OldCommune(place: $0.id, name: $0.name) }, area: area,
                    isBorder: row.commune.isBorder,
                    weight: max(1, (people[row.district] ?? 50) * 100 * row.olds.count / max(1, olds))))
        }
        return plan
    }

    @discardableResult
    private static func setArea(of place: PlaceRecord, town: Bool, hasTown: Bool = false, _ tx: Tx) throws -> String {
        let spread = place.code.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 997 }
        let area =
            town ? "I" : hasTown ? "II" : place.isBorder || spread % 10 > 2 ? "III" : spread % 10 == 0 ? "I" : "II"
        var draft = PlaceDraft(
            code: place.code, tier: place.tier, kind: place.kind, name: place.name, parentCode: place.parentCode,
            provinceCode: place.provinceCode)
        (draft.period, draft.isBorder, draft.area) = (place.period, place.isBorder, area)
        try tx.save(draft)
        return area
    }

    /// A province of the same shape that is on no map.
    func copy(number: Int, _ tx: Tx) throws -> ProvincePlan {
        let mark = "M\(number.digits(2))"
        func save(
            _ code: String, _ tier: PlaceRecord.Tier, _ kind: String, _ name: String, parent: String?,
            like commune: CommunePlan? = nil
        ) throws -> ID<Place> {
            var draft = PlaceDraft(
                code: code, tier: tier, kind: kind, name: name, parentCode: parent, provinceCode: mark)
            (draft.isBorder, draft.area) = (commune?.isBorder ?? false, commune?.area ?? "")
            if tier == .district { draft.period = Period(.province, .lastOfDistricts) ?? .always }
            return try tx.save(draft)
        }
        var plan = self
        (plan.prefix, plan.name) = (mark, "Tỉnh Mẫu \(number.digits(2))")
        plan.place = try save(mark, .province, "tinh", plan.name, parent: nil)
        plan.districts = try districts.enumerated().map { index, district in
            let name = "Huyện Mẫu \(number.digits(2))-\(index + 1)", code = "\(mark)-\(district.code)"
            return DistrictPlan(
                code: code, name: name, place: try save(code, .district, "huyen", name, parent: mark),
                mix: district.mix, seat: district.seat)
        }
        plan.communes = try communes.enumerated().map { index, commune in
            let name = "Xã Mẫu \(number.digits(2))-\((index + 1).digits(2))", code = "\(mark)-\(commune.code)"
            return CommunePlan(
                code: code, name: name, place: try save(code, .commune, "xa", name, parent: mark, like: commune),
                district: commune.district, olds: [], area: commune.area, isBorder: commune.isBorder,
                weight: commune.weight)
        }
        return plan
    }
}
