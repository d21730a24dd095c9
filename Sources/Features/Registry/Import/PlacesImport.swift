import Base
import FoundationEssentials
import Storage
import Work

extension ImportKind {
    /// Administrative units, of before and since 01/07/2025, as tables or trees; and which went over into which.
    static let adminUnits = ImportKind("admin-units", label: "Đơn vị hành chính (Excel, CSV, JSON)") {
        request, db, progress in
        let folder = try WorkFolder()
        defer { folder.remove() }
        return try await ImportRun(kind: "admin-units", request: request, db: db, progress: progress).run {
            try request.visitor.must(.editCatalogues)
            var places: [UnitRow] = [], turns: [PlaceTurn] = []
            for path in request.files {
                switch try await PlaceFile.read(path, request, in: folder.path) {
                case .places(let rows): places += rows
                case .turns(let rows): turns += rows
                }
            }
            let (units, successions) = (places, turns)
            return ImportPlan(
                total: units.count + successions.count, chunks: { PlacesImport.chunks(units, successions) })
        }
    }
}

/// The two divisions of the country that lists speak of.
enum PlaceEra: Sendable {
    case threeTier, twoTier

    /// NQ 202/2025/QH15: no districts, 34 provinces from 01/07/2025.
    static let turn = Day(year: 2025, month: 7, day: 1) ?? .first
    private static let start = Day(year: 2004, month: 1, day: 1) ?? .first

    var period: Period {
        switch self {
        case .threeTier: Period(PlaceEra.start, PlaceEra.turn.adding(-1)) ?? .always
        case .twoTier: Period(PlaceEra.turn) ?? .always
        }
    }

    /// A day on which the division held.
    var day: Day { self == .threeTier ? PlaceEra.turn.adding(-1) : PlaceEra.turn }
}

/// One unit as a list tells it, with the units above it that the same row names.
struct UnitRow: Sendable {
    struct Unit: Sendable, Equatable {
        let tier: PlaceRecord.Tier, code: String, name: String
    }

    let file: String, row: Int
    /// From the province down; the last is what the row is about.
    let chain: [Unit]
    let period: Period?
    let era: PlaceEra
    let latitude: Double?
    let longitude: Double?
    /// What is wrong with it, found while reading: column, value, sentence.
    let flaw: (column: String, value: String, message: String)?

    var entity: String { chain.last.map { "\($0.tier.rawValue)s" } ?? "communes" }
}

/// One old unit that went over into a new one: keys made of names, as the source has no codes.
struct PlaceTurn: Sendable {
    let file: String, row: Int, tier: PlaceRecord.Tier
    /// `tinhlaichau` or `tinhlaichau_huyensinho_xamaquai`, of before; and of since: province, commune.
    let old: String, newProvince: String, newCommune: String
}

enum PlacesImport {
    static func chunks(_ places: [UnitRow], _ turns: [PlaceTurn]) -> ChunkSource {
        let first = ChunkSource(places) { some, tx, batch in
            if try !tx.hasPlaces() { try tx.loadPlaces(.current) }
            var list = PlaceList(tx, batch)
            for row in some { try list.take(row) }
            batch = list.batch
        }
        let second = ChunkSource(turns) { some, tx, batch in
            var turning = PlaceTurning(tx, batch)
            for turn in some { try turning.take(turn) }
            batch = turning.batch
        }
        return ChunkSource { try first.next() ?? second.next() }
    }
}

/// Writes units of the division within one transaction.
struct PlaceList {
    let tx: Tx
    var batch: ImportBatch
    private var above: Set<String> = []

    init(_ tx: Tx, _ batch: ImportBatch) { (self.tx, self.batch) = (tx, batch) }

    mutating func take(_ row: UnitRow) throws {
        batch.tally.count(
            try write(row), of: row.entity, (row.file, row.row), row.chain.map(\.name).joined(separator: ", "))
    }

    private mutating func write(_ row: UnitRow) throws -> Fate {
        if let flaw = row.flaw {
            return .rejected(
                Rejected(file: row.file, row: row.row, column: flaw.column, value: flaw.value, message: flaw.message))
        }
        var parent: String?
        for unit in row.chain.dropLast() {
            if above.insert("\(row.era) \(unit.tier) \(unit.code)").inserted {
                _ = try write(unit, under: parent, row, isOwn: false)
            }
            parent = unit.code
        }
        guard let unit = row.chain.last else { return .unchanged }
        return try write(unit, under: parent, row, isOwn: true)
    }

    /// Writes one unit; the official spelling that is there stays, and another one becomes an alias.
    private mutating func write(_ unit: UnitRow.Unit, under parent: String?, _ row: UnitRow, isOwn: Bool) throws -> Fate
    {
        let period = isOwn ? row.period ?? row.era.period : row.era.period,
            province = row.chain.first?.code ?? unit.code
        let day = min(max(row.era.day, period.first), period.last)
        guard
            let known = try tx.place(code: unit.code, tier: unit.tier, on: day)
                ?? namesake(unit, parent, province, day, row)
        else {
            let id = try tx.save(draft(unit, parent, province, period, isOwn ? row : nil))
            try tx.made(.place, id, in: &batch)
            if !isOwn {
                batch.tally.warn("above", t("Thêm “{}” ({}) là cấp trên của các dòng trong tệp.", unit.name, unit.code))
            }
            return .created
        }
        let fills = isOwn && known.latitude == nil && row.latitude != nil
        let isOther = try known.name != unit.name && !tx.hasAlias(unit.name, of: known.id)
        if isOther {
            let name = unit.name
            try tx.changing(.alias, known.id, name, in: &batch) { [tx] in try tx.addAlias(name, of: known.id) }
            if Fold.key(PlaceName.bare(known.name)) != Fold.key(PlaceName.bare(name)) {
                batch.tally.warn(
                    "name",
                    t(
                        "{}, dòng {}: mã {} có tên “{}”, trong sổ là “{}”; ghi thành tên gọi khác.", row.file, row.row,
                        unit.code, name, known.name))
            }
        }
        if fills {
            try tx.changing(.place, known.id, in: &batch) { [tx] in
                try tx.locate(known.id, latitude: row.latitude, longitude: row.longitude)
            }
        }
        return isOther || fills ? .updated : .unchanged
    }

    /// The unit of the very name under the same one: lists of the new division do not agree on every code, the first stays.
    private mutating func namesake(
        _ unit: UnitRow.Unit, _ parent: String?, _ province: String, _ day: Day, _ row: UnitRow
    ) throws -> PlaceRecord? {
        guard unit.tier != .province else { return nil }
        let key = Fold.accentKey(unit.name)
        let same = try tx.places(named: unit.name, tier: unit.tier, on: day, parent: parent, province: province).filter
        { Fold.accentKey($0.name) == key }
        guard same.count == 1, let known = same.first else { return nil }
        batch.tally.warn(
            "code",
            t(
                "{}, dòng {}: “{}” có mã {}, trong sổ là {}; giữ mã trong sổ.", row.file, row.row, unit.name, unit.code,
                known.code))
        return known
    }

    private func draft(_ unit: UnitRow.Unit, _ parent: String?, _ province: String, _ period: Period, _ row: UnitRow?)
        -> PlaceDraft
    {
        var draft = PlaceDraft(
            code: unit.code, tier: unit.tier,
            kind: PlaceName.kind(of: unit.name)
                ?? (unit.tier == .province ? "tinh" : unit.tier == .district ? "huyen" : "xa"),
            name: unit.name, parentCode: parent, provinceCode: province)
        draft.period = period
        (draft.latitude, draft.longitude) = (row?.latitude, row?.longitude)
        return draft
    }
}

/// Writes which units went over into which, by the names they bore.
struct PlaceTurning {
    let tx: Tx
    var batch: ImportBatch
    private var provinces: [String: [String: String]] = [:]
    private var communes: [String: [String: [ID<Place>]]] = [:]

    init(_ tx: Tx, _ batch: ImportBatch) { (self.tx, self.batch) = (tx, batch) }

    mutating func take(_ turn: PlaceTurn) throws {
        batch.tally.count(try write(turn), of: turn.tier == .province ? "provinceSuccessions" : "communeSuccessions")
    }

    private mutating func write(_ turn: PlaceTurn) throws -> Fate {
        let new =
            try turn.tier == .province
            ? province(turn.newProvince, .twoTier) : commune(turn.newCommune, in: turn.newProvince, .twoTier)
        let old = try turn.tier == .province ? province(turn.old, .threeTier) : oldUnit(turn.old)
        guard new.count == 1 else { return refuse(turn, "new", "\(turn.newProvince)_\(turn.newCommune)", new.count) }
        guard old.count == 1 else { return refuse(turn, "old", turn.old, old.count) }
        // A province that was left as it was is one row of the register for both times.
        guard old[0] != new[0], try !tx.isSucceeded(old[0], by: new[0]) else { return .unchanged }
        try tx.succeed(old[0], by: new[0], on: PlaceEra.turn)
        try tx.made(.succession, old[0], new[0], in: &batch)
        return .created
    }

    private func refuse(_ turn: PlaceTurn, _ column: String, _ value: String, _ count: Int) -> Fate {
        let message =
            count == 0
            ? t("Không tìm thấy đơn vị hành chính này. Hãy nhập danh mục đơn vị trước.")
            : t("Có {} đơn vị cùng tên, không rõ là đơn vị nào.", count)
        return .rejected(Rejected(file: turn.file, row: turn.row, column: column, value: value, message: message))
    }

    private mutating func province(_ key: String, _ era: PlaceEra) throws -> [ID<Place>] {
        guard let code = try provinceCode(key, era), let place = try tx.place(code: code, tier: .province, on: era.day)
        else { return [] }
        return [place.id]
    }

    private mutating func provinceCode(_ key: String, _ era: PlaceEra) throws -> String? {
        if provinces["\(era)"] == nil {
            let all = try tx.places(in: nil, tier: .province, on: era.day)
            provinces["\(era)"] = Dictionary(
                all.map { (TableLayout.key($0.name), $0.code) }, uniquingKeysWith: { first, _ in first })
        }
        return provinces["\(era)"]?[key]
    }

    private mutating func commune(_ key: String, in province: String, _ era: PlaceEra) throws -> [ID<Place>] {
        guard let code = try provinceCode(province, era) else { return [] }
        return try units(named: key, under: code, .commune, era)
    }

    /// `province_district_commune`; a district without communes (an island) stands for itself.
    private mutating func oldUnit(_ key: String) throws -> [ID<Place>] {
        let parts = key.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let code = try provinceCode(parts[0], .threeTier) else { return [] }
        let districts = try units(named: parts[1], under: code, .district, .threeTier)
        if parts[2].isEmpty || districts.count != 1 { return districts }
        guard let district = try tx.place(districts[0]) else { return [] }
        return try units(named: parts[2], under: district.code, .commune, .threeTier)
    }

    /// The units of a name, the nearest first: with its marks (which the source keeps where two would be alike without),
    /// without them, and last by another spelling.
    private mutating func units(named key: String, under parent: String, _ tier: PlaceRecord.Tier, _ era: PlaceEra)
        throws -> [ID<Place>]
    {
        let names = try names(under: parent, tier, era)
        let stages = ["=\(PlaceTurning.accented(key))", "~\(PlaceTurning.plain(key))", "?\(PlaceTurning.plain(key))"]
        return stages.lazy.compactMap { names[$0] }.first ?? []
    }

    private static func accented(_ name: String) -> String { Fold.accentKey(name).replacing(" ", with: "") }
    private static func plain(_ name: String) -> String { TableLayout.key(name).replacing("qui", with: "quy") }

    private mutating func names(under parent: String, _ tier: PlaceRecord.Tier, _ era: PlaceEra) throws -> [String: [ID<
        Place
    >]] {
        let key = "\(era) \(tier) \(parent)"
        if let known = communes[key] { return known }
        var names: [String: [ID<Place>]] = [:]
        for place in try tx.places(in: parent, tier: tier, on: era.day) {
            names["=\(PlaceTurning.accented(place.name))", default: []].append(place.id)
            names["~\(PlaceTurning.plain(place.name))", default: []].append(place.id)
            for alias in try Set(tx.aliases(of: place.id).map(PlaceTurning.plain)) {
                names["?\(alias)", default: []].append(place.id)
            }
        }
        communes[key] = names
        return names
    }
}
