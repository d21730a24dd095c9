import Base
import Registry
import Storage

/// Offices, schools and campuses with their history.
extension Writing {
    /// Writes the tree: districts' offices manage until 30/06/2025, communes since; the department manages the rest
    /// throughout, the province the college.
    mutating func writeUnits(_ tx: Tx) throws {
        let root = try office(
            tx, code: plan.prefix, kind: "ubnd-tinh", name: "UBND \(lowered(plan.name))", under: nil, at: plan.place)
        let department = try office(
            tx, code: "\(plan.prefix)-SO", kind: "so", name: "Sở Giáo dục và Đào tạo \(lowered(plan.name))",
            under: root, at: plan.place)
        (self.root, self.department) = (root, department)
        var districts: [ID<Org>] = []
        for district in plan.districts {
            districts.append(
                try office(
                    tx, code: "\(plan.prefix)-PGD\(district.code.suffix(3))", kind: "phong",
                    name: "Phòng Giáo dục và Đào tạo \(lowered(district.name))", under: department, at: district.place,
                    closed: .lastOfDistricts))
        }
        for commune in plan.communes {
            communes.append(
                try office(
                    tx, code: "\(plan.prefix)-UB\(commune.code.suffix(5))", kind: "ubnd-xa",
                    name: "UBND \(lowered(commune.name))",
                    under: department, at: commune.place, opened: .firstOfCommunes))
        }
        for index in plan.schools.indices { try writeSchool(tx, index, districts) }
        try tx.rebuildPaths()
    }

    private func lowered(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

    private mutating func office(
        _ tx: Tx, code: String, kind: String, name: String, under parent: ID<Org>?, at place: ID<Place>?,
        opened: Day = .province, closed: Day = .forever
    ) throws -> ID<Org> {
        var draft = OrgDraft(code: code, kind: kind, name: name, parent: parent)
        (draft.place, draft.opened, draft.closed) = (place, opened, closed)
        if kind == "phong" || kind == "ubnd-xa" { draft.basis = "NQ 1670/NQ-UBTVQH15" }
        draft.details = ["phone": persons.phone()]
        let id = try tx.insert(draft, paths: false)
        if closed == .forever { try charge(tx, id, nil, since: max(opened, autumn(8, 1, year: 2))) }
        return id
    }

    private mutating func charge(_ tx: Tx, _ org: ID<Org>, _ worker: Worker?, since: Day) throws {
        guard let period = Period(since) else { return }
        let name = worker?.name ?? officer()
        var draft = ChargeDraft(org: org, duty: ChargeDraft.digital, name: name, period: period)
        draft.staff = worker?.id
        draft.phone = persons.phone()
        try tx.insert(draft)
    }

    private mutating func writeSchool(_ tx: Tx, _ index: Int, _ districts: [ID<Org>]) throws {
        let school = plan.schools[index], commune = plan.communes[school.commune]
        var draft = OrgDraft(code: school.code, kind: school.kind, name: school.name)
        (draft.ownership, draft.isInstitution, draft.levels) = (school.ownership, true, school.levels)
        draft.opened = Day(year: 2005 + persons.random.below(10), month: 8, day: 15) ?? .province
        draft.details = details(of: school, commune)
        let id = try tx.insert(draft, paths: false)
        schools.append(id)
        try manage(tx, id, school, from: draft.opened, districts)
        try locate(tx, id, school, from: draft.opened)
        try tx.refreshToday(id)
        try writeSites(tx, id, school)
    }

    private func manage(_ tx: Tx, _ id: ID<Org>, _ school: SchoolPlan, from opened: Day, _ districts: [ID<Org>]) throws
    {
        guard !school.isUnderDepartment else {
            guard let parent = school.levels == [.college] ? root : department else { return }
            return try tx.insertManaged(id, under: parent, from: opened, to: .forever, basis: "")
        }
        let commune = plan.communes[school.commune]
        try tx.insertManaged(id, under: districts[commune.district], from: opened, to: .lastOfDistricts, basis: "")
        let office = communes[school.commune], basis = "NQ 1670/NQ-UBTVQH15"
        try tx.insertManaged(id, under: office, from: .firstOfCommunes, to: .forever, basis: basis)
        try tx.noteMove(of: id, under: office, on: .firstOfCommunes, basis: basis)
    }

    private func locate(_ tx: Tx, _ id: ID<Org>, _ school: SchoolPlan, from opened: Day) throws {
        let commune = plan.communes[school.commune]
        guard school.old < commune.olds.count else {
            return try tx.insertLocated(id, at: commune.place, from: opened, to: .forever)
        }
        try tx.insertLocated(id, at: commune.olds[school.old].place, from: opened, to: .lastOfDistricts)
        try tx.insertLocated(id, at: commune.place, from: .firstOfCommunes, to: .forever)
    }

    private mutating func writeSites(_ tx: Tx, _ id: ID<Org>, _ school: SchoolPlan) throws {
        var main = SiteDraft(org: id, name: "Điểm trung tâm", isMain: true)
        main.code = "0"
        var written = [try tx.insert(main)], names: Set<String> = []
        for (number, distance) in school.satellites.enumerated() {
            var name = persons.hamlet()
            while !names.insert(name).inserted { name += " \(number + 1)" }
            var draft = SiteDraft(org: id, name: "Điểm trường \(name)")
            (draft.code, draft.distance) = ("\(number + 1)", distance)
            draft.details = ["internet_type": persons.random.pick(["4g", "4g", "none", "fibre"]) ?? "none"]
            written.append(try tx.insert(draft))
        }
        sites.append(written)
    }

    private mutating func details(of school: SchoolPlan, _ commune: CommunePlan) -> Details {
        let classes = school.slots.count, poor = commune.area == "III"
        var details: Details = [
            "area_type": commune.isBorder ? "border-island" : commune.isTown ? "urban" : "mountain",
            "commune_zone": commune.area,
            "hard_commune": poor ? "1" : "0", "border_commune": commune.isBorder ? "1" : "0", "phone": persons.phone(),
            "site_count": "\(school.satellites.count)", "internet_type": "fibre", "management_software": "1",
            "internet_mbps": "\(50 + persons.random.below(4) * 50)", "electricity": "grid", "classrooms": "\(classes)",
            "has_semi_boarding": school.isBoarding ? "1" : "0",
            "national_standard": persons.random.pick(["none", "1", "1", "2"]) ?? "none",
            "computers_teaching": "\(classes + persons.random.below(20))",
            "computers_office": "\(3 + persons.random.below(8))",
        ]
        details["classrooms_solid"] = "\(classes - persons.random.below(max(1, classes / 4)))"
        details["address"] = "\(commune.name), \(plan.name)"
        // Some schools have not told everything yet: the pages of data quality need them.
        if persons.random.chance(60) { details["internet_mbps"] = nil }
        return details
    }

    /// Names who answers for digital transformation at each school.
    mutating func writeCharges(_ tx: Tx) throws {
        for (index, crew) in crews.enumerated() where !crew.managers.isEmpty {
            try charge(tx, schools[index], crew.managers[crew.managers.count - 1], since: autumn(9, 1, year: 2))
        }
    }
}
