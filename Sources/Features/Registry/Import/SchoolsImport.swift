import Base
import Storage
import Work

extension ImportKind {
    /// Lists of schools: code, name, address, managing offices, ownership; a file may tell the level by its name.
    static let schools = ImportKind("schools", label: "Danh sách trường (Excel, CSV)") { request, db, progress in
        try await TableImport(kind: "schools", layout: SchoolRow.layout, request: request, db: db).run(progress) {
            list in
            try request.visitor.must(.changeTree)
            let rows = SchoolRow.marked(try list.all(most: SchoolRow.most).map(SchoolRow.init))
            let since = min((request.year ?? SchoolYear(of: db.clock.today)).firstDay, db.clock.today)
            return ImportPlan(
                total: rows.count,
                chunks: {
                    ChunkSource(rows) { some, tx, batch in
                        var list = try SchoolList(tx, batch, since: since)
                        for row in some { try list.take(row) }
                        batch = list.batch
                    }
                })
        }
    }
}

/// One school as a list tells it.
struct SchoolRow: Sendable {
    let row: TableRow
    /// The levels that the row, or the file by its name, says.
    let levels: Set<Level>
    /// An earlier row with the same code for the same levels that says something else.
    var twin: TableRow?

    static let most = 200_000
    static let layout = TableLayout(meanings, needs: ["ma", "ten"])
    private static let meanings: [String: [String]] = [
        "ma": ["ma", "mã", "mã trường", "mã số trường", "mã cơ sở", "mã đơn vị", "code", "school code", "school_code"],
        "ten": ["ten", "tên", "tên trường", "tên cơ sở", "tên đơn vị", "name", "school name", "school_name"],
        "dc": ["dc", "địa chỉ", "address"],
        "so": ["so", "sở", "sở gd&đt", "sở giáo dục và đào tạo", "department"],
        "phong": [
            "phong", "phòng", "phòng gd&đt", "phòng giáo dục và đào tạo", "đơn vị quản lý", "cơ quan quản lý",
            "district office",
        ],
        "loai_hinh": ["loai_hinh", "loại hình", "hình thức", "ownership"],
        "loai_trg": ["loai_trg", "loại trường", "loại hình trường", "type", "kind"],
        "cap": ["cap", "cấp", "cấp học", "level", "levels"],
        "xa": ["xa", "xã", "xã/phường", "phường/xã", "ward", "commune"],
    ]

    init(_ row: TableRow) {
        self.row = row
        let told = Set(row["cap"].split { ",;&/-+".contains($0) }.compactMap { SchoolRow.level(String($0)) })
        levels = told.isEmpty ? Set([SchoolRow.level(ofFile: row.file)].compactMap { $0 }) : told
    }

    /// The rows, with those noted that call another school by a code already given.
    static func marked(_ rows: [SchoolRow]) -> [SchoolRow] {
        var first: [String: TableRow] = [:]
        return rows.map { row in
            guard let known = first[row.key] else {
                first[row.key] = row.row
                return row
            }
            var marked = row
            if known.values != row.row.values { marked.twin = known }
            return marked
        }
    }

    private static func level(ofFile name: String) -> Level? {
        let words = Fold.key(String(name.prefix { $0 != "." })).split { !$0.isLetter }
        return words.lazy.compactMap { level(String($0)) }.first
    }

    static func level(_ text: String) -> Level? {
        switch TableLayout.key(text) {
        case "mn", "mamnon", "maugiao", "nhatre", "preschool": .preschool
        case "th", "tih", "tieuhoc", "primary", "c1", "cap1": .primary
        case "thcs", "trunghoccoso", "c2", "cap2": .lowerSecondary
        case "thpt", "trunghocphothong", "c3", "cap3": .upperSecondary
        case "gdtx", "giaoducthuongxuyen": .continuing
        case "cd", "caodang": .college
        default: nil
        }
    }

    /// The row under which it is remembered: a school stands in the list of each of its levels.
    var key: String { "\(row["ma"])#\(levels.sorted().map(\.rawValue).joined(separator: ","))" }
    var record: Details { Details(row.values) }
}

/// Writes the schools of a list, with the offices it names, within one transaction.
struct SchoolList {
    let tx: Tx
    let since: Day
    var batch: ImportBatch
    private var offices: OfficeBook
    private let chains: SchoolOffices
    private var provinces: [String: String] = [:]

    init(_ tx: Tx, _ batch: ImportBatch, since: Day) throws {
        (self.tx, self.batch, self.since) = (tx, batch, since)
        (offices, chains) = (try OfficeBook(tx), SchoolOffices(tx))
    }

    mutating func take(_ school: SchoolRow) throws {
        let row = school.row
        batch.tally.count(
            try write(school), of: "schools", (row.file, row.row), "\(row["ma"]) \(row["ten"])")
    }

    private mutating func write(_ school: SchoolRow) throws -> Fate {
        let row = school.row, code = row["ma"], name = row["ten"]
        guard !code.isEmpty else { return row.refuse("ma", t("Thiếu mã trường.")) }
        guard code.unicodeScalars.count <= 20 else { return row.refuse("ma", t("Mã dài hơn {} ký tự.", 20)) }
        guard !name.isEmpty else { return row.refuse("ten", t("Thiếu tên trường.")) }
        guard name.unicodeScalars.count <= 300 else { return row.refuse("ten", t("Tên dài hơn {} ký tự.", 300)) }
        if let twin = school.twin {
            return row.refuse(
                "ma", t("Mã trường trùng với dòng {} của tệp {}, nội dung lại khác.", twin.row, twin.file))
        }
        let known = try tx.rosterEntry(source: "schools", type: "school", value: school.key)
        if let known, known.record == school.record { return .unchanged }
        if code.utf8.count != 8 || !code.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) }) {
            batch.tally.warn("code", t("{}, dòng {}: mã trường “{}” không đúng dạng 8 ký tự.", row.file, row.row, code))
        }
        guard let old = try tx.org(code: code, scope: .everything) else {
            return try create(school, try Wanted(school, parent: parent(row), place: place(row)))
        }
        guard try batch.scope.reach == .everything || tx.org(old.id, scope: batch.scope) != nil else {
            return row.refuse("ma", t("Đơn vị này ở ngoài phạm vi quản lý của bạn."))
        }
        let news = News(row, over: known?.record), (department, office) = try chains.above(old)
        let isThere =
            OfficeBook.key(department) == OfficeBook.key(row["so"])
            && OfficeBook.key(office) == OfficeBook.key(row["phong"])
        let isAddressed = old.place != nil && row["xa"].isEmpty && old.details["address"].map(Fold.compose) == row["dc"]
        let wanted = try Wanted(
            school, parent: isThere || !news.has("so", "phong") ? nil : parent(row),
            place: isAddressed || !news.has("dc", "xa", "so") ? nil : place(row))
        return try update(school, wanted, old, news, isFirst: known == nil)
    }

    private mutating func create(_ school: SchoolRow, _ wanted: Wanted) throws -> Fate {
        guard
            try batch.scope.reach == .everything
                || wanted.parent.map({ try tx.org($0, scope: batch.scope) != nil }) ?? false
        else {
            return school.row.refuse("phong", t("Đơn vị này ở ngoài phạm vi quản lý của bạn."))
        }
        let code = school.row["ma"]
        var draft = OrgDraft(code: code, kind: wanted.kind, name: wanted.name, parent: wanted.parent)
        (draft.moetCode, draft.ownership, draft.levels, draft.place) = (
            code, wanted.ownership, wanted.levels.sorted(), wanted.place
        )
        draft.isInstitution = Catalogues.current["school-kinds"]?.item(wanted.kind)?.institution ?? true
        (draft.opened, draft.details) = (since, wanted.details)
        let id = try tx.insert(draft, paths: false)
        try tx.madeOrg(id, draft, in: &batch)
        try remember(school, id)
        return .created
    }

    /// A row seen for the first time adds its level to a school that another list brought; a changed row changes what it says.
    private mutating func update(
        _ school: SchoolRow, _ wanted: Wanted, _ old: OrgRecord, _ news: News, isFirst: Bool
    ) throws -> Fate {
        let levels = Set(old.levels).union(wanted.levels),
            isSibling = try isFirst && tx.isNamed("org", old.id.raw, by: "schools", type: "school")
        let kind = SchoolName.kind(of: wanted.name) ?? SchoolName.kind(of: levels)
        var new = old.shape
        (new.levels, new.kind) = (levels, Set(old.levels) == levels ? old.kind : kind)
        if isSibling {
            if wanted.name != old.name {
                batch.tally.warn(
                    "name",
                    t("{}: tên “{}” khác tên “{}” ở danh sách kia, giữ tên đầu.", old.code, wanted.name, old.name))
            }
        } else {
            if news.has("ten"), wanted.name != Fold.compose(old.name) { new.name = wanted.name }
            if news.has("loai_hinh"), let told = wanted.told { new.ownership = told }
            for (key, meaning) in [("address", "dc"), ("school_type", "loai_trg")] where news.has(meaning) {
                guard let value = wanted.details[key], value != Fold.compose(old.details[key] ?? "") else { continue }
                new.details[key] = value
            }
            if let parent = wanted.parent { new.parent = parent }
            if let place = wanted.place { new.place = place }
        }
        try remember(school, old.id)
        guard new != old.shape else { return .unchanged }
        try apply(new, to: old)
        return .updated
    }

    private mutating func apply(_ new: OrgShape, to old: OrgRecord) throws {
        let id = old.id, before = old.shape, since = since
        for (key, value) in new.values where before.values[key] != value {
            try tx.changed(.org(id), key, from: before.values[key], to: value)
        }
        try tx.changingOrg(id, in: &batch) { [tx] in
            if new.name != before.name { try tx.rename(id, to: new.name, on: tx.today, basis: "") }
            if new.parent != before.parent, let parent = new.parent {
                try tx.move(
                    id, under: parent, on: before.parent == nil ? max(since, old.openedOn) : tx.today, basis: "",
                    rebuild: false)
            }
            if new.place != before.place, let place = new.place {
                try tx.relocate(id, to: place, on: before.place == nil ? max(since, old.openedOn) : tx.today, basis: "")
            }
            try tx.update(org: id, new)
        }
        batch.tally.touchesTree = true
    }

    private mutating func remember(_ school: SchoolRow, _ id: ID<Org>) throws {
        let record = school.record, value = school.key
        try tx.changing(.identifier, "schools", "school", value, in: &batch) { [tx, batch] in
            try tx.identify(
                "org", id.raw, source: "schools", type: "school", value: value, record: record.json,
                digest: Secret.sha256(Array(record.json.utf8)), batch: batch.id)
        }
    }
}

/// What a row asks a unit to be.
private struct Wanted {
    let name: String, kind: String, levels: Set<Level>, ownership: String, parent: ID<Org>?, place: ID<Place>?,
        details: Details
    /// The ownership that the row says; nothing where it says none that is known.
    let told: String?

    init(_ school: SchoolRow, parent: ID<Org>?, place: ID<Place>?) {
        let row = school.row
        (name, self.parent, self.place) = (row["ten"], parent, place)
        let called = SchoolName.kind(of: name) ?? Catalogues.current.code(matching: row["loai_trg"], in: "school-kinds")
        let all = school.levels.union(SchoolName.levels(of: name))
        let levels =
            all.isEmpty ? Set(called.flatMap { Catalogues.current["school-kinds"]?.item($0)?.levels } ?? []) : all
        self.levels = levels
        kind = called.map { Wanted.suits($0, levels) ? $0 : SchoolName.kind(of: levels) } ?? SchoolName.kind(of: levels)
        self.told =
            row["loai_hinh"].isEmpty ? nil : Catalogues.current.code(matching: row["loai_hinh"], in: "ownerships")
        ownership = self.told ?? "public"
        var details = Details()
        (details["address"], details["school_type"]) = (row["dc"], row["loai_trg"])
        self.details = details
    }

    /// Whether a kind told by the name covers the levels of the lists that have the school.
    private static func suits(_ kind: String, _ levels: Set<Level>) -> Bool {
        guard let known = Catalogues.current["school-kinds"]?.item(kind)?.levels, !known.isEmpty else { return true }
        return levels.isSubset(of: known)
    }
}

/// What a row says otherwise than the time before: the rest may have been changed on screen since.
private struct News {
    private let row: TableRow, old: Details?

    init(_ row: TableRow, over old: Details?) { (self.row, self.old) = (row, old) }

    func has(_ meanings: String...) -> Bool {
        guard let old else { return true }
        return meanings.contains { (old[$0] ?? "") != row[$0] }
    }
}

/// The particulars of a unit that a list may change.
struct OrgShape: Equatable, Sendable {
    var name: String, kind: String, ownership: String, levels: Set<Level>, parent: ID<Org>?, place: ID<Place>?,
        details: Details

    /// The particulars by their keys in the history.
    var values: [String: String] {
        var values = details.values
        (values["name"], values["kind"], values["ownership"]) = (name, kind, ownership)
        values["levels"] = levels.sorted().map(\.rawValue).joined(separator: ",")
        (values["parent"], values["place"]) = (parent?.code, place?.code)
        return values
    }
}

extension OrgRecord {
    var shape: OrgShape {
        OrgShape(
            name: name, kind: kind, ownership: ownership, levels: Set(levels), parent: parent, place: place,
            details: details)
    }
}

// Offices and places that the rows name.
extension SchoolList {
    /// The managing body of a row: the office it names, under the department it names; units not known yet are made.
    private mutating func parent(_ row: TableRow) throws -> ID<Org>? {
        var above = batch.request.org
        if above == nil, !row["so"].isEmpty { above = try office(row["so"], kind: "so", under: nil) }
        guard !row["phong"].isEmpty else { return above }
        return try office(row["phong"], kind: SchoolName.kind(of: row["phong"]) ?? "phong", under: above)
    }

    private mutating func office(_ name: String, kind: String, under parent: ID<Org>?) throws -> ID<Org>? {
        switch offices.find(name, under: parent) {
        case .one(let known): return known
        case .several(let count):
            batch.tally.warn("office", t("Có {} đơn vị tên “{}”, chưa rõ là đơn vị nào.", count, name))
            return parent
        case .none: break
        }
        guard try batch.scope.reach == .everything || parent.map({ try tx.org($0, scope: batch.scope) != nil }) ?? false
        else { return nil }
        var draft = OrgDraft(code: tx.newID(Org.self).code, kind: kind, name: name, parent: parent)
        draft.opened = since
        let id = try tx.insert(draft, paths: false)
        try tx.madeOrg(id, draft, in: &batch)
        offices.add(id, name, kind, under: parent)
        batch.tally.warn("office", t("Thêm đơn vị quản lý “{}” theo danh sách.", name))
        return id
    }

    /// Where the school stands: the one place whose name the address says, in the department's province.
    private mutating func place(_ row: TableRow) throws -> ID<Place>? {
        guard
            let name = SchoolAddress.commune(in: row["xa"].isEmpty ? row["dc"] : row["xa"], isName: !row["xa"].isEmpty)
        else { return nil }
        // The same name stands in many provinces: without one nothing is said.
        guard let province = try province(of: row["so"]) else {
            batch.tally.warn(
                "place", t("{}, dòng {}: chưa rõ tỉnh nên chưa xác định được địa bàn “{}”.", row.file, row.row, name))
            return nil
        }
        let found = try tx.places(named: name, tier: .commune, on: tx.today, province: province)
        if found.count == 1 { return found[0].id }
        guard found.isEmpty else {
            batch.tally.warn(
                "place",
                t("{}, dòng {}: địa bàn “{}” có {} nơi cùng tên, chưa xác định.", row.file, row.row, name, found.count))
            return nil
        }
        return try successor(of: name, province, row)
    }

    /// An address of before 01/07/2025 stands today where its commune went, if that is one place.
    private mutating func successor(of name: String, _ province: String?, _ row: TableRow) throws -> ID<Place>? {
        guard let day = Day(year: 2025, month: 6, day: 30) else { return nil }
        let old = try tx.places(named: name, tier: .commune, on: day, province: province)
        if old.count == 1 {
            let new = try tx.successors(of: old[0].id)
            if new.count == 1 { return new[0].id }
        }
        batch.tally.warn("place", t("{}, dòng {}: chưa xác định được địa bàn “{}”.", row.file, row.row, name))
        return nil
    }

    /// The province of a department by its name, an earlier province by what it became; without one that of the unit read into.
    private mutating func province(of office: String) throws -> String? {
        if let known = provinces[office] { return known.isEmpty ? nil : known }
        let words = [" Sở Giáo dục và Đào tạo ", " Sở GD&ĐT ", " Sở GDĐT "]
        let name = words.reduce(" \(office) ") { $0.replacing($1, with: " ") }.unpadded
        let code = try name.isEmpty ? provinceOfRequest() : province(named: name)
        provinces[office] = code ?? ""
        return code
    }

    private func province(named name: String) throws -> String? {
        let found = try tx.places(named: name, tier: .province, on: tx.today)
        if found.count == 1 { return found[0].code }
        guard found.isEmpty, let day = Day(year: 2025, month: 6, day: 30) else { return nil }
        let old = try tx.places(named: name, tier: .province, on: day)
        let new = try old.count == 1 ? tx.successors(of: old[0].id) : []
        return new.count == 1 ? new[0].code : nil
    }

    private func provinceOfRequest() throws -> String? {
        var next = batch.request.org, steps = 0
        while let id = next, steps < 8, let unit = try tx.org(id, scope: .everything) {
            if let place = try unit.place.flatMap({ try tx.place($0) }) {
                return place.tier == .province ? place.code : place.provinceCode
            }
            (next, steps) = (unit.parent, steps + 1)
        }
        return nil
    }
}
