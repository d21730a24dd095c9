import Base

/// Puts the schools of a province into its communes and shares classes, learners and staff out among them.
struct Network: Sendable {
    var random: SeededRandom
    let targets: Targets

    /// The institutions of a whole province: 113 preschools, 112 with a primary level and 110 with a lower-secondary
    /// one, 30 of them both, 23 upper-secondary schools, 8 centres; and one college outside the 336.
    mutating func province(_ plan: inout ProvincePlan) {
        let weights = plan.communes.map(\.weight)
        let primary = Apportion.parts(of: 112, by: weights, least: 1)
        let secondary = Apportion.parts(of: 110, by: weights, least: 1)
        let most = zip(primary, secondary).map { min($0, $1) }
        let mixed = mixedSchools(30, most, plan.communes)
        for (commune, count) in Apportion.parts(of: 113, by: weights, least: 1).enumerated() {
            add(count, .preschool, in: commune, &plan)
            add(primary[commune] - mixed[commune], .primary, in: commune, &plan)
            add(secondary[commune] - mixed[commune], .lowerSecondary, in: commune, &plan)
            add(mixed[commune], nil, in: commune, &plan)
        }
        for school in UpperSchools.all { add(school, &plan) }
        for district in plan.districts.indices { addCentre(of: district, &plan) }
        finish(&plan)
    }

    /// One school of each kind in two communes.
    mutating func school(_ plan: inout ProvincePlan) {
        for level: Level in [.preschool, .primary, .lowerSecondary] { add(1, level, in: 0, &plan) }
        add(1, nil, in: 1, &plan)
        for school in UpperSchools.all.filter({ $0.commune == plan.communes[0].code }).prefix(1) { add(school, &plan) }
        addCentre(of: plan.communes[0].district, &plan)
        finish(&plan)
    }

    private mutating func finish(_ plan: inout ProvincePlan) {
        plan.sample =
            plan.schools.firstIndex {
                $0.levels == [.lowerSecondary] && plan.communes[$0.commune].code.hasSuffix("03549")
            }
            ?? plan.schools.firstIndex { $0.levels == [.lowerSecondary] } ?? 0
        addClasses(&plan)
        chooseBoarding(&plan)
        addStaff(&plan)
        addCollege(&plan)
        name(&plan)
    }

    /// The two-level schools go to the small far communes first.
    private func mixedSchools(_ count: Int, _ most: [Int], _ communes: [CommunePlan]) -> [Int] {
        var out = most.map { _ in 0 }, left = count
        let order = communes.indices.sorted {
            (communes[$0].isTown ? 1 : 0, communes[$0].code) < (communes[$1].isTown ? 1 : 0, communes[$1].code)
        }
        while left > 0 {
            let before = left
            for commune in order where left > 0 && out[commune] < most[commune] - (most[commune] > 1 ? 1 : 0) {
                out[commune] += 1
                left -= 1
            }
            if left == before { break }
        }
        return out
    }

    /// No level stands for both, primary and lower secondary.
    private func add(_ count: Int, _ level: Level?, in commune: Int, _ plan: inout ProvincePlan) {
        let kind = level.map { $0 == .preschool ? "mam-non" : $0.rawValue } ?? "th-thcs"
        let there = plan.schools.count { $0.commune == commune && $0.levels.first == (level ?? .primary) }
        for index in 0..<max(0, count) {
            plan.schools.append(
                SchoolPlan(
                    code: "", kind: kind, name: "", levels: level.map { [$0] } ?? [.primary, .lowerSecondary],
                    commune: commune,
                    old: (there + index) % max(1, plan.communes[commune].olds.count)))
        }
    }

    private func add(_ school: UpperSchools.Entry, _ plan: inout ProvincePlan) {
        let commune = plan.communes.firstIndex { $0.code.hasSuffix(school.commune) } ?? 0
        var made = SchoolPlan(
            code: "", kind: school.kind, name: school.name, levels: [.upperSecondary], commune: commune)
        made.isUnderDepartment = true
        made.isBoarding = school.kind == "ptdtnt-thpt"
        plan.schools.append(made)
    }

    private func addCentre(of district: Int, _ plan: inout ProvincePlan) {
        let place = plan.districts[district]
        let commune =
            plan.communes.firstIndex { $0.code.hasSuffix(place.seat) } ?? plan.communes.firstIndex {
                $0.district == district
            } ?? 0
        var centre = SchoolPlan(
            code: "", kind: "gdnn-gdtx", name: "Trung tâm GDNN-GDTX \(bareName(place.name))", levels: [.continuing],
            commune: commune)
        centre.isUnderDepartment = true
        plan.schools.append(centre)
    }

    // MARK: classes and learners

    private mutating func addClasses(_ plan: inout ProvincePlan) {
        for index in plan.schools.indices { plan.schools[index].satellites = satellites(of: plan.schools[index], plan) }
        for line in targets.lines {
            let schools = plan.schools.indices.filter { plan.schools[$0].levels.contains(line.level) }
            let counts = Apportion.parts(
                of: line.classes, by: weights(of: schools, plan), least: Layout.least(line.level))
            var slots = zip(schools, counts).map { school, count in
                Layout.slots(line.level, classes: count, satellites: plan.schools[school].satellites.count, &random)
            }
            let heavy = slots.map { random.stray($0.reduce(0) { $0 + $1.weights.reduce(0, +) }, 6) }
            for (index, learners) in Apportion.parts(of: line.learners, by: heavy).enumerated() {
                fill(&slots[index], learners)
                plan.schools[schools[index]].slots += slots[index]
            }
        }
        for index in plan.schools.indices { trimSatellites(&plan.schools[index]) }
    }

    private func fill(_ slots: inout [Slot], _ learners: Int) {
        let parts = Apportion.parts(of: learners, by: slots.flatMap(\.weights), least: 3)
        var next = 0
        for index in slots.indices {
            slots[index].sizes = Array(parts[next..<(next + slots[index].grades.count)])
            next += slots[index].grades.count
        }
    }

    private mutating func weights(of schools: [Int], _ plan: ProvincePlan) -> [Int] {
        schools.map { index in
            let school = plan.schools[index], commune = plan.communes[school.commune]
            let neighbours = schools.count { plan.schools[$0].commune == school.commune }
            let share = school.isUnderDepartment ? 1000 : commune.weight * 10 / max(1, neighbours)
            return random.stray(school.levels.count > 1 ? share * 6 / 10 : share, 12)
        }
    }

    /// Hill communes have two to eight far campuses a school, wards hardly any.
    private mutating func satellites(of school: SchoolPlan, _ plan: ProvincePlan) -> [Double] {
        guard let level = school.levels.first, level <= .primary else { return [] }
        let count = plan.communes[school.commune].isTown ? random.below(2) : 2 + random.below(7)
        return (0..<count).map { _ in Double(15 + random.below(165)) / 10 }
    }

    /// Satellites that no class came to are none.
    private func trimSatellites(_ school: inout SchoolPlan) {
        let used = school.slots.map(\.site).max() ?? 0
        school.satellites = Array(school.satellites.prefix(used))
    }

    // MARK: boarders and staff

    private mutating func chooseBoarding(_ plan: inout ProvincePlan) {
        let boarding = plan.schools.indices.filter { plan.schools[$0].isBoarding }
        var others = plan.schools.indices.filter { index in
            let school = plan.schools[index]
            return !school.isBoarding && school.levels.allSatisfy { $0 == .primary || $0 == .lowerSecondary }
        }
        // The far communes first, and the older children: those who cannot walk home.
        others.sort { rank($0, plan) < rank($1, plan) }
        if let place = others.firstIndex(of: plan.sample) { others.insert(others.remove(at: place), at: 0) }
        for index in others.prefix(max(0, targets.boardingSchools - boarding.count)) {
            plan.schools[index].isBoarding = true
        }
        let all = plan.schools.indices.filter { plan.schools[$0].isBoarding }
        let fixed = boarding.reduce(0) { $0 + plan.schools[$1].learners }
        for index in boarding { plan.schools[index].boarders = plan.schools[index].learners }
        let semi = all.filter { !boarding.contains($0) }
        let parts = Apportion.parts(
            of: max(0, targets.boarders - fixed), by: semi.map { boarderWeight(plan.schools[$0]) })
        for (index, count) in zip(semi, parts) {
            plan.schools[index].boarders = min(count, plan.schools[index].learners)
        }
    }

    private func rank(_ index: Int, _ plan: ProvincePlan) -> Int {
        let school = plan.schools[index], commune = plan.communes[school.commune]
        return (commune.isTown ? 8 : commune.area == "II" ? 2 : 0) + (school.levels.contains(.lowerSecondary) ? 0 : 1)
    }

    private func boarderWeight(_ school: SchoolPlan) -> Int {
        school.slots.reduce(0) { $0 + $1.sizes.reduce(0, +) * ($1.level == .lowerSecondary ? 3 : 1) }
    }

    private mutating func addStaff(_ plan: inout ProvincePlan) {
        for index in plan.schools.indices { plan.schools[index].teachers = plan.schools[index].levels.map { _ in 0 } }
        for line in targets.lines {
            let schools = plan.schools.indices.filter { plan.schools[$0].levels.contains(line.level) }
            let classes = schools.map { plan.schools[$0].classes(of: line.level) }
            for (school, count) in zip(schools, Apportion.parts(of: line.teachers, by: classes, least: classes)) {
                let place = plan.schools[school].levels.firstIndex(of: line.level) ?? 0
                plan.schools[school].teachers[place] = count
            }
        }
        let sizes = plan.schools.map(\.slots.count)
        let managers = Apportion.parts(of: targets.managers, by: sizes, least: 2)
        let others = Apportion.parts(of: targets.others, by: sizes, least: 5)
        for index in plan.schools.indices {
            (plan.schools[index].managers, plan.schools[index].others) = (managers[index], others[index])
        }
    }

    private mutating func addCollege(_ plan: inout ProvincePlan) {
        let commune = plan.communes.firstIndex { $0.code.hasSuffix("03408") } ?? 0
        var college = SchoolPlan(
            code: "", kind: "cao-dang", name: "Trường Cao đẳng \(bareName(plan.name))", levels: [.college],
            commune: commune)
        college.slots = Layout.slots(.college, classes: 3, satellites: 0, &random)
        fill(&college.slots, 72)
        (college.teachers, college.managers, college.others) = ([9], 2, 5)
        college.isUnderDepartment = true
        plan.schools.append(college)
    }
}
