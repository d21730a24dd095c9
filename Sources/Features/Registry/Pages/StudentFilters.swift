import Base
import Web

/// The line of filters above a list of learners, and the filters in force as chips.
enum StudentFilters {
    static func form(_ query: StudentQuery, _ frame: ListFrame, _ visit: Visit) -> HTML {
        let filter = query.filter
        let fields: HTML = """
            \(UI.text(
                "q", t("Tìm theo tên hoặc mã"), value: filter.q, entry: .search, autocomplete: "off", maxLength: 200, isWide: true))\
            \(when(!frame.classes.isEmpty, UI.select(
                "class", t("Lớp"), frame.classes.map { (value: $0.id.code, label: $0.name) }, value: filter.classGroup?.code ?? "",
                any: t("Mọi lớp"))))\
            \(when(frame.levels.count > 1, UI.select(
                "level", t("Cấp học"), frame.levels.map { (value: $0.rawValue, label: $0.label) }, value: filter.level?.rawValue ?? "",
                any: t("Mọi cấp"))))\
            \(UI.select(
                "grade", t("Khối"), Words.grades(of: filter.level.map { [$0] } ?? frame.levels), value: filter.grade, any: t("Mọi khối")))
            """
        return UI.filters(
            "/students", fields + UI.fold(t("Lọc thêm"), UI.grid(more(filter, frame, visit)), isOpen: isMore(filter)),
            kept: visit.kept("org", "sort", "order", "col", "year", "unassigned", "age", "on", "area", "border")
                + (filter.isSatellite == nil ? [] : visit.kept("site")))
    }

    private static func more(_ filter: StudentFilter, _ frame: ListFrame, _ visit: Visit) -> HTML {
        """
        \(UI.select("sex", t("Giới tính"), Words.choices("sexes"), value: filter.sex, any: t("Tất cả")))\
        \(UI.select("ethnicity", t("Dân tộc"), Words.choices("ethnic-groups"), value: filter.ethnicity, any: t("Mọi dân tộc")))\
        \(when(visit.visitor.may(.viewSensitive), UI.select(
            "policy", t("Đối tượng chính sách"), Words.choices("policy-statuses", on: visit.today), value: filter.policy,
            any: t("Không lọc"))))\
        \(UI.select("status", t("Trạng thái"), statuses, value: filter.status, any: t("Đang học")))\
        \(when(frame.sites.count > 1, UI.select(
            "site", t("Điểm trường"), frame.sites.map { (value: $0.id.code, label: $0.name) }, value: filter.site?.code ?? "",
            any: t("Mọi điểm trường"))))
        """
    }

    private static var statuses: [(value: String, label: String)] {
        [(value: StudentFilter.anyStatus, label: t("Mọi trạng thái"))]
            + Words.options("enrolment-statuses").filter { $0.value != StudentStatus.studying }
    }

    private static func isMore(_ filter: StudentFilter) -> Bool {
        !filter.sex.isEmpty || !filter.ethnicity.isEmpty || !filter.policy.isEmpty || !filter.status.isEmpty
            || filter.site != nil
    }

    /// The filters in force; each chip takes its own away.
    static func chips(_ query: StudentQuery, _ frame: ListFrame, _ visit: Visit) -> [UI.Chip] {
        let filter = query.filter
        var chips: [UI.Chip] = []
        func add(_ label: String, _ value: String?, _ name: String) {
            if let value, !value.isEmpty {
                chips.append(UI.Chip(label, value, removeHref: visit.link((name, nil), ("from", nil))))
            }
        }
        if visit.visitor.scope.isWide { add(t("Đơn vị"), frame.org?.name, "org") }
        add(t("Tìm"), filter.q, "q")
        add(t("Lớp"), filter.classGroup.map { id in frame.classes.first { $0.id == id }?.name ?? "–" }, "class")
        add(t("Cấp học"), filter.level?.label, "level")
        add(t("Khối"), Words.grade(filter.grade, filter.level), "grade")
        add(t("Giới tính"), Words.sex(filter.sex), "sex")
        add(t("Dân tộc"), Words.ethnicity(filter.ethnicity), "ethnicity")
        add(t("Đối tượng chính sách"), Words.label(filter.policy, "policy-statuses"), "policy")
        add(
            t("Trạng thái"),
            filter.status == StudentFilter.anyStatus ? t("Mọi trạng thái") : Words.studentStatus(filter.status),
            "status")
        add(t("Điểm trường"), filter.site.map { id in frame.sites.first { $0.id == id }?.name ?? "–" }, "site")
        add(t("Điểm trường"), filter.isSatellite.map { Dimension.site.words($0 ? "satellite" : "main") }, "site")
        add(t("Khu vực"), filter.area.isEmpty ? nil : Dimension.area.words(filter.area), "area")
        add(t("Xã biên giới"), filter.isBorder.map { Dimension.border.words($0 ? "1" : "0") }, "border")
        add(t("Tuổi"), filter.age.map(String.init), "age")
        add(t("Chưa xếp lớp"), filter.isUnassigned ? t("Có") : nil, "unassigned")
        add(t("Tính đến ngày"), filter.on?.shown, "on")
        return chips
    }
}
