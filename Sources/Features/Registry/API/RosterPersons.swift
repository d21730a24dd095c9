import Base
import Storage

/// Makes the users and demographics of a page.
struct RosterPersons {
    private let tx: Tx, book: RosterBook, scope: Scope

    init(_ drawer: RosterDrawer) { (tx, book, scope) = (drawer.tx, drawer.book, drawer.scope) }

    // MARK: kinds of persons

    func students(_ ids: [Int64], _ noun: RosterNoun) throws -> [Int64: RosterItem] {
        let records = try tx.rosterStudents(ids, scope: scope)
        guard noun == .users else {
            try book.expect("student", ids)
            return try described("student", records) { ($0.birthDate, $0.sex, $0.ethnicity, $0.updatedAt, $0.status) }
        }
        try book.expect(students: ids)
        let named = try roles("student", ids)
        let lost = records.values.filter { $0.org == nil }.map(\.id.raw)
        let orgs = try lost.isEmpty ? [:] : tx.lastOrgs(of: lost, scope: scope)
        return try records.mapValues { student in
            let id = student.id.raw
            let rows =
                try named[id] ?? [book.role("student", id, "student", org: student.org ?? orgs[id] ?? top())]
            return try user(
                "student", id, book.student(student), rows, student.updatedAt,
                isGone: !StudentStatus.open.contains(student.status))
        }
    }

    func staff(_ ids: [Int64], _ noun: RosterNoun) throws -> [Int64: RosterItem] {
        let records = try tx.rosterStaff(ids, scope: scope)
        try book.expect("staff", ids)
        guard noun == .users else {
            return try described("staff", records) { ($0.birthDate, $0.sex, $0.ethnicity, $0.updatedAt, $0.status) }
        }
        let posts = try tx.rosterPosts(of: ids), units = try units()
        try book.expect("post", posts.values.joined().map(\.id))
        return try records.mapValues { staff in
            let id = staff.id.raw
            let held = try (posts[id] ?? []).filter { units?.contains($0.post.org) ?? true }.map {
                try book.post($0.id, $0.post, group: staff.group)
            }
            let role = RosterBook.role12(staff.group, staff.position, book.catalogues)
            let rows = try held.isEmpty ? [book.role("staff", id, role, org: staff.org ?? top())] : held
            return try user(
                "staff", id, book.staff(staff), rows, staff.updatedAt, isGone: !StaffStatus.open.contains(staff.status))
        }
    }

    func guardians(_ ids: [Int64], _ noun: RosterNoun) throws -> [Int64: RosterItem] {
        try book.expect(guardians: ids)
        let within = try tx.within(scope, Set(book.ahead.children.values.joined()).sorted())
        let seen = try tx.rosterGuardians(ids).filter { id, _ in
            scope == .everything || (book.ahead.children[id] ?? []).contains(where: within.contains)
        }
        guard noun == .users else {
            return try described("guardian", seen) {
                ($0.record.birthDate, $0.record.sex, "", $0.changedAt, StudentStatus.studying)
            }
        }
        let named = try roles("guardian", ids)
        return try seen.mapValues { found in
            let id = found.record.id.raw
            let org = try book.place(of: book.ahead.children[id] ?? [])
            let rows = try named[id] ?? [book.role("guardian", id, "guardian", org: org ?? top())]
            return try user("guardian", id, book.guardian(found.record), rows, found.changedAt, isGone: false)
        }
    }

    /// Those who were within reach and are no more: their name in the roster, and that they are gone.
    func gone(_ kind: RosterKind, _ ids: [Int64]) throws -> [Int64: RosterItem] {
        let entity = kind.entity
        try book.expect(entity, ids)
        let orgs = try kind == .goneStudent ? tx.lastOrgs(of: ids, scope: scope) : [:]
        let moments =
            try kind == .goneStudent
            ? tx.rosterStudents(ids, scope: .everything).mapValues(\.updatedAt)
            : tx.rosterStaff(ids, scope: .everything).mapValues(\.updatedAt)
        return try ids.reduce(into: [:]) { found, id in
            guard let moment = moments[id] else { return }
            let role = kind == .goneStudent ? "student" : "teacher"
            var item = RosterItem(
                name: try book.name(entity, id), row: ["enableduser": "false"], moment: moment, isGone: true)
            item.roles = [try book.role(entity, id, role, org: orgs[id] ?? top())]
            found[id] = item
        }
    }

    // MARK: parts

    private func user(
        _ entity: String, _ id: Int64, _ row: RosterBook.Row, _ roles: [RosterBook.Row], _ moment: Int64, isGone: Bool
    ) throws -> RosterItem {
        let entry = try book.entry(entity, id)
        var item = RosterItem(name: entry.name, row: row, moment: moment, isGone: isGone)
        item.roles = try roles + twins(of: entry.name, entity, id)
        return item
    }

    /// The roles of the same person under other kinds, whose rows belong to this one.
    private func twins(of name: String, _ entity: String, _ id: Int64) throws -> [RosterBook.Row] {
        guard !book.sources.isEmpty else { return [] }
        return try book.secondKinds().filter { $0.value == name && ($0.entity, $0.id) != (entity, id) }.flatMap {
            twin in
            guard try book.entry(twin.entity, twin.id).type != "users" else { return [RosterBook.Row]() }
            let named = try tx.rosterNames(of: twin.entity, twin.id, type: "roles").map { RosterBook.row($0.record) }
            return try named.isEmpty
                ? [book.role(twin.entity, twin.id, twin.entity == "staff" ? "teacher" : twin.entity, org: top())]
                : named
        }
    }

    private func roles(_ entity: String, _ ids: [Int64]) throws -> [Int64: [RosterBook.Row]] {
        try book.sources.isEmpty
            ? [:] : tx.rosterRoles(of: entity, ids).mapValues { $0.map(RosterBook.row) }
    }

    private func described<Record>(
        _ entity: String, _ records: [Int64: Record],
        _ values: (Record) -> (birth: PartialDay?, sex: String, ethnicity: String, moment: Int64, status: String)
    ) throws -> [Int64: RosterItem] {
        let sent = try book.sources.isEmpty ? [:] : tx.rosterDemographics(of: entity, records.keys.sorted())
        let open = entity == "staff" ? StaffStatus.open : StudentStatus.open
        return try records.reduce(into: [:]) { found, record in
            let value = values(record.value), row = RosterBook.row(sent[record.key] ?? Details())
            found[record.key] = RosterItem(
                name: try book.name(entity, record.key),
                row: book.demographics(value.birth, sex: value.sex, ethnicity: value.ethnicity, record: row),
                moment: value.moment, isGone: !open.contains(value.status))
        }
    }

    /// The unit that stands for whoever has none: where the asker's reach starts.
    private func top() throws -> ID<Org> {
        guard let top = try tx.rosterTop(scope) else { throw Fault.notFound }
        return top
    }

    /// The units within reach; nothing where all are.
    private func units() throws -> Set<ID<Org>>? {
        guard scope != .everything else { return nil }
        return Set(try tx.rosterMarks(RosterQuestion(.orgs, scope: scope)).map { ID(stored: $0.key.id) })
    }
}
