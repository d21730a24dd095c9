import Base
import Storage

extension StaffRecord {
    static let columns: SQL = """
        s.id, s.code, s.moet_code, CASE WHEN s.personal_blind IS NULL THEN 0 ELSE 1 END, s.personal_state, s.family_name, s.middle_name,
        s.given_name, s.birth_date, s.sex, s.ethnicity, s.status, s.org_id, s.staff_group, s.position, s.photo, s.details, s.version,
        s.created_at, s.updated_at
        """

    init(_ row: inout Row) throws {
        (id, code, moetCode, hasPersonalID, personalState) = (try row(), try row(), try row(), try row(), try row())
        name = PersonName(storedFamily: try row(), middle: try row(), given: try row())
        (birthDate, sex, ethnicity, status) = (try row(), try row(), try row(), try row())
        (org, group, position, photo) = (try row(), try row(), try row(), try row())
        (details, version, createdAt, updatedAt) = (try row(), try row(), try row(), try row())
    }
}

extension Tx {
    /// Writes a member of staff, findable by name, with the first post where `since` is said.
    @discardableResult
    public func insert(_ draft: StaffDraft) throws -> ID<Staff> {
        let id = newID(Staff.self), name = draft.name, number = try seal(personalID: draft.personalID)
        let code = try draft.code.isEmpty ? PersonCode.staff.code(nextStaffSerial()) : draft.code
        try exec(
            """
            INSERT INTO registry_staff (id, code, moet_code, personal_blind, personal_sealed, personal_state, family_name, middle_name,
            given_name, name, name_key, sort_key, birth_date, sex, ethnicity, status, org_id, staff_group, position, details, version,
            created_at, updated_at)
            VALUES (\(id), \(code), \(draft.moetCode), \(number.blind), \(number.sealed), \(draft.personalState),
            \(name.family), \(name.middle), \(name.given), \(name.full), \(name.key), \(name.sortKey), \(draft.birthDate), \(draft.sex),
            \(draft.ethnicity), \(draft.status), \(draft.org), \(draft.group), \(draft.position), \(draft.details), 1, \(now), \(now))
            """)
        try index(.staff, id.raw, org: draft.org, name: name.full, level: nil)
        if let since = draft.since, let org = draft.org, let period = Period(since) {
            try insertPost(id, at: org, position: draft.position, period: period)
        }
        return id
    }

    /// Writes a post.
    @discardableResult
    public func insertPost(
        _ staff: ID<Staff>, at org: ID<Org>, position: String, isMain: Bool = true, period: Period, basis: String = ""
    ) throws -> ID<Post> {
        let id = newID(Post.self)
        try exec(
            """
            INSERT INTO registry_post (id, staff_id, org_id, position, is_main, valid_from, valid_to, basis)
            VALUES (\(id), \(staff), \(org), \(position), \(isMain), \(period.first), \(period.last), \(basis))
            """)
        try touch(staff: staff)
        return id
    }

    /// A member of staff within the visitor's reach.
    public func staff(_ id: ID<Staff>, scope: Scope) throws -> StaffRecord? {
        try one(
            "SELECT \(sql: StaffRecord.columns) FROM registry_staff s WHERE s.id = \(id) AND \(scope, on: "s.org_id")",
            StaffRecord.init)
    }

    /// A member of staff by the province's code, the ministry's, or the 12-digit number.
    public func staff(code text: String, scope: Scope) throws -> StaffRecord? {
        let match: SQL =
            PersonalID.looksLike(text)
            ? "s.personal_blind IN \(list: keys.blinds(text, Tx.personalPurpose))"
            : "(s.code = \(text.uppercased()) OR s.moet_code = \(text))"
        return try one(
            """
            SELECT \(sql: StaffRecord.columns) FROM registry_staff s WHERE \(sql: match) AND \(scope, on: "s.org_id")
            """, StaffRecord.init)
    }

    /// The posts of a member of staff, newest first.
    public func posts(of staff: ID<Staff>, scope: Scope) throws -> [PostRecord] {
        try all(
            """
            SELECT p.id, p.org_id, o.name, p.position, p.is_main, p.valid_from, p.valid_to, p.basis
            FROM registry_post p JOIN registry_org o ON o.id = p.org_id JOIN registry_staff s ON s.id = p.staff_id
            WHERE p.staff_id = \(staff) AND \(scope, on: "s.org_id") ORDER BY p.valid_from DESC, p.id DESC
            """
        ) { row in
            PostRecord(
                id: try row(), org: try row(), orgName: try row(), position: try row(), isMain: try row(),
                period: try row.period(),
                basis: try row())
        }
    }
}

extension Tx {
    func endPosts(of staff: ID<Staff>, last: Day, mainOnly: Bool) throws {
        let only: SQL = mainOnly ? "AND is_main = 1" : .none
        try exec(
            "DELETE FROM registry_post WHERE staff_id = \(staff) AND valid_from > \(last) AND valid_to = '2200-12-31' \(sql: only)"
        )
        try exec(
            "UPDATE registry_post SET valid_to = \(last) WHERE staff_id = \(staff) AND valid_to > \(last) \(sql: only)")
        try touch(staff: staff)
    }

    /// Ends what a member of staff teaches and leads.
    func endAssignments(of staff: ID<Staff>, last: Day) throws {
        try exec(
            """
            UPDATE registry_class SET updated_at = \(now)
            WHERE id IN (SELECT t.class_id FROM registry_teaching t WHERE t.staff_id = \(staff) AND t.valid_to > \(last))
            """)
        try exec("DELETE FROM registry_teaching WHERE staff_id = \(staff) AND valid_from > \(last)")
        try exec("UPDATE registry_teaching SET valid_to = \(last) WHERE staff_id = \(staff) AND valid_to > \(last)")
        try exec(
            """
            UPDATE registry_class SET homeroom_id = NULL WHERE homeroom_id = \(staff) AND year >= \(SchoolYear(of: last.adding(1)))
            """)
    }

    func setPost(of record: StaffRecord, org: ID<Org>, position: String) throws {
        try exec(
            """
            UPDATE registry_staff SET org_id = \(org), position = \(position), version = version + 1, updated_at = \(now) WHERE id = \(record.id)
            """)
        try index(.staff, record.id.raw, org: org, name: record.name.full, level: nil)
    }
}
