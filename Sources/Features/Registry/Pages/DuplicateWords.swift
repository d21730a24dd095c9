import Base
import Web

/// The words of the pages that compare, merge and split records.
enum DuplicateWords {
    static func sign(_ sign: DuplicateSign) -> String {
        switch sign {
        case .name: t("cùng họ tên")
        case .unmarked: t("cùng họ tên, một bên không dấu")
        case .marks: t("họ tên chỉ khác dấu")
        case .order: t("cùng các chữ của họ tên, khác thứ tự")
        case .typo: t("họ tên khác một, hai chữ cái")
        case .missing: t("một bên thiếu chữ đệm")
        case .joined: t("họ tên viết liền, viết rời")
        case .birth: t("cùng ngày sinh")
        case .swapped: t("ngày và tháng sinh đảo chỗ")
        case .digit: t("ngày sinh khác một chữ số")
        case .year: t("cùng năm sinh")
        case .phone: t("cùng số điện thoại gia đình")
        case .guardian: t("cùng tên cha mẹ")
        case .commune: t("cùng xã cư trú")
        case .hamlet: t("cùng thôn, bản")
        case .sameClass: t("cùng lớp")
        case .sameSchool: t("cùng trường")
        case .otherSex: t("khác giới tính")
        case .otherGuardians: t("khác cha mẹ")
        case .otherCodes: t("hai mã của Bộ khác nhau")
        case .otherNumbers: t("hai số định danh khác nhau")
        case .bothLearning: t("đang học ở hai lớp cùng lúc")
        case .twins: t("có thể là anh chị em sinh đôi")
        }
    }

    /// What speaks for one child, then what speaks against it.
    static func reasons(_ signs: [DuplicateSign]) -> HTML {
        guard !signs.isEmpty else { return .text(t("Do người dùng chọn để đối chiếu.")) }
        let pro = signs.filter { !DuplicateSign.doubts.contains($0) }.map(sign)
        let con = signs.filter(DuplicateSign.doubts.contains).map(sign)
        return """
            \(pro.joined(separator: ", "))\(when(!con.isEmpty, "<br><small class=\"muted\">\(t("Nhưng: {}", con.joined(separator: ", ")))</small>"))
            """
    }

    static func badge(_ line: DuplicateLine) -> HTML {
        if line.score == 0 { return UI.badge(t("Tự chọn"), .plain) }
        return switch line.grade {
        case .strong: UI.badge(t("Rất giống"), .bad)
        case .likely: UI.badge(t("Giống nhiều"), .warn)
        case .weak: UI.badge(t("Có thể trùng"), .info)
        }
    }

    static func grade(_ grade: DuplicateGrade) -> String {
        switch grade {
        case .strong: t("Rất giống")
        case .likely: t("Giống nhiều")
        case .weak: t("Có thể trùng")
        }
    }

    /// What went over with a merge or split, in words: `2 quá trình học, 1 giấy tờ`.
    static func moved(_ moved: Details, _ visit: Visit) -> String {
        let own: [(String, (Int) -> String)] = [
            ("stays", { t("{} quá trình học", $0) }), ("guardians", { t("{} người thân", $0) }),
            ("policies", { t("{} diện chính sách", $0) }), ("documents", { t("{} giấy tờ", $0) }),
            ("identifiers", { t("{} mã ở hệ thống khác", $0) }),
        ]
        let rest = visit.personTables.map { table in (table.name, { table.label($0) }) }
        let words = (own + rest).compactMap { key, label -> String? in
            guard let count = moved[key].flatMap({ Int($0) }), count > 0 else { return nil }
            return label(count)
        }
        return words.isEmpty ? t("không có gì khác") : words.joined(separator: ", ")
    }
}
