import Base
import Storage

extension Tx {
    /// One page of staff within the visitor's reach.
    public func staff(_ filter: StaffFilter, scope: Scope, from key: PageKey? = nil, size: Int = 50) throws -> Slice<
        StaffLine
    > {
        let sort = StudentSort(filter.sort, isDescending: filter.isDescending)
        var wheres = try staffConditions(filter, scope)
        if let key { wheres.append(sort.condition(after: key)) }
        let rows = try all(
            """
            SELECT \(sql: StaffLine.columns), \(sql: sort.column) FROM registry_staff s LEFT JOIN registry_org o ON o.id = s.org_id
            WHERE \(sql: wheres.joined(" AND ")) ORDER BY \(sql: sort.order(key)) LIMIT \(size + 1)
            """
        ) { row in
            let line = try StaffLine(&row)
            return (item: line, sort: try row(String.self), id: line.id.raw)
        }
        return Slice.page(rows, size: size, from: key)
    }

    /// How many members of staff a filter finds, exact to a thousand.
    public func countUpTo1000(_ filter: StaffFilter, scope: Scope) throws -> ListCount {
        let wheres = try staffConditions(filter, scope)
        return ListCount(
            count: try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 AS found FROM registry_staff s WHERE \(sql: wheres.joined(" AND ")) LIMIT \(ListCount.most + 1)) x
                """))
    }

    /// Every member of staff that a filter finds, in its order, one by one.
    public func eachStaff(_ filter: StaffFilter, scope: Scope, _ body: (StaffLine) throws -> Void) throws {
        let wheres = try staffConditions(filter, scope)
        try each(
            """
            SELECT \(sql: StaffLine.columns) FROM registry_staff s LEFT JOIN registry_org o ON o.id = s.org_id
            WHERE \(sql: wheres.joined(" AND ")) ORDER BY \(sql: StudentSort(filter.sort, isDescending: filter.isDescending).order(nil))
            """
        ) { row in try body(try StaffLine(&row)) }
    }

    private func staffConditions(_ filter: StaffFilter, _ scope: Scope) throws -> [SQL] {
        var wheres: [SQL] = []
        let isOne = try filter.org.map(isInstitution) ?? false
        if let org = filter.org { wheres.append(isOne ? "s.org_id = \(org)" : below(org, "+s.org_id", on: .forever)) }
        if case .tree = scope.reach, !isOne {
            wheres.append("\(scope, on: "+s.org_id")")
        } else {
            wheres.append("\(scope, on: "s.org_id")")
        }
        if !filter.ids.isEmpty { wheres.append("s.id IN \(list: filter.ids)") }
        if let group = filter.group { wheres.append("s.staff_group = \(group)") }
        if !filter.position.isEmpty { wheres.append("s.position = \(filter.position)") }
        if filter.isMissing {
            wheres.append("\(sql: Counted.completeness) <> 'full'")
            wheres.append("s.staff_group IN \(list: [StaffGroup.teacher.rawValue, StaffGroup.manager.rawValue])")
        }
        if !filter.sex.isEmpty { wheres.append("s.sex = \(filter.sex)") }
        if !filter.ethnicity.isEmpty { wheres.append("s.ethnicity = \(filter.ethnicity)") }
        switch filter.status {
        case "": wheres.append("s.status IN \(list: StaffStatus.open)")
        case StudentFilter.anyStatus: break
        default: wheres.append("s.status = \(filter.status)")
        }
        if let words = try nameCondition(filter.q, isNarrow: isOne || isNarrow(nil, scope), kind: .staff) {
            wheres.append(words)
        }
        return wheres
    }
}

extension StaffStatus {
    /// The states of those who belong to a unit: the catalogue's entries that are open.
    static let open = [working, "maternity", "studying", "seconded", "seconded-in", "sick"]
}

extension StaffLine {
    static let columns: SQL = """
        s.id, s.code, s.name, s.birth_date, s.sex, s.ethnicity, s.staff_group, s.position, s.status, s.org_id, o.name,
        CASE WHEN s.photo IS NULL THEN 0 ELSE 1 END
        """

    init(_ row: inout Row) throws {
        (id, code, name, birthDate, sex, ethnicity) = (try row(), try row(), try row(), try row(), try row(), try row())
        (group, position, status, org, orgName) = (try row(), try row(), try row(), try row(), try row())
        hasPhoto = try row()
    }
}
