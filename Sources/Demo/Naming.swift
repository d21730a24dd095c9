import Base

/// The upper-secondary schools of the province, by the commune they stand in.
enum UpperSchools {
    struct Entry: Sendable { let kind: String, name: String, commune: String }

    static let all: [Entry] =
        [
            ("Thành phố Lai Châu", "03388"), ("Quyết Thắng", "03388"), ("Bình Lư", "03390"), ("Than Uyên", "03595"),
            ("Mường Kim", "03637"),
            ("Mường Than", "03618"), ("Tân Uyên", "03598"), ("Trung Đồng", "03598"), ("Phong Thổ", "03549"),
            ("Mường So", "03549"),
            ("Dào San", "03571"), ("Sìn Hồ", "03478"), ("Nậm Tăm", "03517"), ("Mường Tè", "03433"),
            ("Nậm Nhùn", "03434"),
        ].map { Entry(kind: "thpt", name: "Trường THPT \($0.0)", commune: $0.1) }
        + [Entry(kind: "thpt-chuyen", name: "Trường THPT Chuyên Lê Quý Đôn", commune: "03408")]
        + [
            ("tỉnh Lai Châu", "03408"), ("Ka Lăng", "03439"), ("Mường Tè", "03433"), ("Sìn Hồ", "03478"),
            ("Phong Thổ", "03549"),
            ("Than Uyên", "03595"), ("Tân Uyên", "03598"),
        ].map { Entry(kind: "ptdtnt-thpt", name: "Trường PTDTNT THPT \($0.0)", commune: $0.1) }
}

extension Network {
    /// Gives every school its kind, name and code: schools bear the names of the old communes they stand in.
    func name(_ plan: inout ProvincePlan) {
        var names: [String: Int] = [:], codes: [String: Int] = [:]
        for index in plan.schools.indices {
            var school = plan.schools[index]
            let commune = plan.communes[school.commune], mark = mark(of: school)
            if school.isBoarding, !school.isUnderDepartment { school.kind = "ptdtbt-\(school.kind)" }
            if school.name.isEmpty {
                let old = commune.olds.isEmpty ? commune.bare : bareName(commune.olds[school.old].name)
                let stem = "\(prefix(of: school.kind)) \(old)", number = names[stem, default: 0] + 1
                names[stem] = number
                school.name = number > 1 ? "\(stem) số \(number)" : stem
            }
            let stem =
                school.isUnderDepartment ? "\(plan.prefix)-\(mark)" : "\(plan.prefix)-\(commune.code.suffix(5))-\(mark)"
            let number = codes[stem, default: 0] + 1
            codes[stem] = number
            school.code = school.isUnderDepartment ? "\(stem)\(number.digits(2))" : "\(stem)\(number)"
            plan.schools[index] = school
        }
        if let first = plan.schools.firstIndex(where: { $0.levels == [.preschool] && plan.communes[$0.commune].isTown })
        {
            (plan.schools[first].ownership, plan.schools[first].name) = ("private", "Trường Mầm non tư thục Hoa Ban")
        }
    }

    private func mark(of school: SchoolPlan) -> String {
        switch school.levels.first ?? .primary {
        case .preschool: "MN"
        case .primary: school.levels.count > 1 ? "LC" : "TH"
        case .lowerSecondary: "THCS"
        case .upperSecondary: "THPT"
        case .continuing: "GDTX"
        case .college: "CD"
        }
    }

    private func prefix(of kind: String) -> String {
        switch kind {
        case "mam-non": "Trường Mầm non"
        case "th": "Trường Tiểu học"
        case "thcs": "Trường THCS"
        case "th-thcs": "Trường TH&THCS"
        case "ptdtbt-th": "Trường PTDTBT Tiểu học"
        case "ptdtbt-thcs": "Trường PTDTBT THCS"
        case "ptdtbt-th-thcs": "Trường PTDTBT TH&THCS"
        default: "Trường"
        }
    }
}
