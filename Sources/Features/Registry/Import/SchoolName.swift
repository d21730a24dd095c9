import Base

/// What the name of a school says of its kind: "TH - THCS - THPT Chu Văn An", "PTDTBT Tiểu học …", "MN 19/5".
enum SchoolName {
    /// The code of the catalogue `school-kinds`; nothing where the name says none.
    static func kind(of name: String) -> String? {
        let key = spelled(" " + Fold.key(name) + " ")
        if let office = office(key) { return office }
        if key.contains(" hoc tap cong dong ") { return "htcd" }
        if key.contains(" ngoai ngu ") || key.contains(" tin hoc ") && key.contains(" trung tam ") {
            return "ttngoaingu"
        }
        if key.contains(" gdnn gdtx ") || key.contains(" gdnn va gdtx ")
            || key.contains(" giao duc nghe nghiep giao duc thuong xuyen ")
        {
            return "gdnn-gdtx"
        }
        if key.contains(" gdtx ") || key.contains(" giao duc thuong xuyen ") { return "gdtx" }
        if key.contains(" cao dang ") { return "cao-dang" }
        if key.contains(" chuyen biet ") || key.contains(" khuyet tat ") || key.contains(" hoa nhap ") {
            return "chuyen-biet"
        }
        return preschool(key) ?? school(key)
    }

    /// The levels that the words of the name name.
    static func levels(of name: String) -> Set<Level> {
        let key = spelled(" " + Fold.key(name) + " ")
        var levels: Set<Level> = []
        if key.contains(" th ") { levels.insert(.primary) }
        if key.contains(" thcs ") { levels.insert(.lowerSecondary) }
        if key.contains(" thpt ") { levels.insert(.upperSecondary) }
        if preschool(key) != nil { levels.insert(.preschool) }
        return levels
    }

    /// The kind of a school that has these levels and says nothing of itself.
    static func kind(of levels: Set<Level>) -> String {
        switch levels {
        case [.preschool]: "mam-non"
        case [.primary]: "th"
        case [.lowerSecondary]: "thcs"
        case [.upperSecondary]: "thpt"
        case [.primary, .lowerSecondary]: "th-thcs"
        case [.lowerSecondary, .upperSecondary]: "thcs-thpt"
        case [.continuing]: "gdtx"
        case [.college]: "cao-dang"
        default: levels.isSuperset(of: [.primary, .lowerSecondary]) ? "th-thcs-thpt" : "khac"
        }
    }

    private static func spelled(_ key: String) -> String {
        [
            ("trung hoc co so", "thcs"), ("trung hoc pho thong", "thpt"), ("tieu hoc", "th"), ("thcscl", "thcs"),
            ("thcl", "th"),
            ("ptth", "thpt"), ("pho thong dan toc ban tru", "ptdtbt"), ("ptdt ban tru", "ptdtbt"),
            ("pho thong dan toc noi tru", "ptdtnt"),
            ("ptdt noi tru", "ptdtnt"), ("dan toc noi tru", "ptdtnt"), ("dan toc ban tru", "ptdtbt"),
            ("gd dt", "giao duc dao tao"),
            ("gddt", "giao duc dao tao"), ("giao duc va dao tao", "giao duc dao tao"),
        ].reduce(key) { $0.replacing(" \($1.0) ", with: " \($1.1) ") }
    }

    private static func office(_ key: String) -> String? {
        if key.hasPrefix(" so giao duc") || key.hasPrefix(" sgd") { return "so" }
        if key.hasPrefix(" phong giao duc") || key.hasPrefix(" pgd") { return "phong" }
        if key.hasPrefix(" bo giao duc") { return "bo" }
        if key.hasPrefix(" ubnd tinh ") || key.hasPrefix(" uy ban nhan dan tinh ") { return "ubnd-tinh" }
        if ["ubnd xa", "ubnd phuong", "uy ban nhan dan xa", "uy ban nhan dan phuong"].contains(where: {
            key.hasPrefix(" \($0) ")
        }) {
            return "ubnd-xa"
        }
        return nil
    }

    private static func preschool(_ key: String) -> String? {
        if ["lop mau giao", "lop mg", "nhom tre", "nhom lop", "lop mam non", "cs gdmn", "co so gdmn"].contains(where: {
            key.hasPrefix(" \($0) ")
        }) {
            return "nhom-tre"
        }
        if key.contains(" mam non ") || key.contains(" mn ") { return "mam-non" }
        if key.contains(" mau giao ") || key.hasPrefix(" mg ") { return "mau-giao" }
        if key.contains(" nha tre ") { return "nha-tre" }
        return key.hasPrefix(" nt ") ? "nhom-tre" : nil
    }

    private static func school(_ key: String) -> String? {
        let has = (th: key.contains(" th "), thcs: key.contains(" thcs "), thpt: key.contains(" thpt "))
        if key.contains(" ptdtbt ") {
            return has.th && has.thcs ? "ptdtbt-th-thcs" : has.th ? "ptdtbt-th" : "ptdtbt-thcs"
        }
        if key.contains(" ptdtnt ") {
            return has.thcs && has.thpt ? "ptdtnt-thcs-thpt" : has.thcs ? "ptdtnt-thcs" : "ptdtnt-thpt"
        }
        if has.thpt, key.contains(" chuyen ") { return "thpt-chuyen" }
        switch has {
        case (true, false, false): return "th"
        case (false, true, false): return "thcs"
        case (false, false, true): return "thpt"
        case (true, true, false): return "th-thcs"
        case (false, true, true): return "thcs-thpt"
        case (true, _, true): return "th-thcs-thpt"
        default: return nil
        }
    }
}
