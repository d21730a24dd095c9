import Base
import Facts
import Storage
import Work

/// The dated changes of the tree, each by a decision. `day` is the first day of the new state.
extension Registry {
    /// Founds a unit.
    @discardableResult
    public static func createOrg(
        _ draft: OrgDraft, by visitor: Visitor, in db: any Database, _ catalogues: Catalogues = .current
    ) async throws -> ID<Org> {
        try visitor.must(.changeTree)
        try check(draft, catalogues)
        return try await db.write(as: visitor, "registry.org.create", on: Subject("org")) { tx in
            if let parent = draft.parent {
                try tx.mayManage(parent, draft.levels, on: draft.opened, visitor, catalogues)
            }
            let id = try tx.insert(draft)
            tx.audit(subject: .org(id))
            try tx.changed(.org(id), "name", from: nil, to: draft.name)
            try tx.tell(TreeChanged(org: id))
            return id
        }
    }

    /// Gives a unit another name from a day on.
    public static func renameOrg(
        _ id: ID<Org>, to name: String, on day: Day, basis: String, by visitor: Visitor, in db: any Database
    ) async throws {
        let name = Fold.compose(name)
        guard (1...200).contains(name.unicodeScalars.count) else {
            throw Fault.invalid([Problem("name", "Tên phải có 1 đến 200 chữ.")])
        }
        try await change(id, "registry.org.rename", on: day, basis, visitor, db) { tx, org in
            try tx.changed(.org(id), "name", from: org.name, to: name)
            try tx.rename(id, to: name, on: day, basis: basis)
        }
    }

    /// Puts a unit under another managing body from a day on; the place stays.
    public static func moveOrg(
        _ id: ID<Org>, under parent: ID<Org>, on day: Day, basis: String, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws {
        try await change(id, "registry.org.move", on: day, basis, visitor, db) { tx, org in
            try tx.mayManage(parent, org.isInstitution ? org.levels : [], on: day, visitor, catalogues)
            guard let period = Period(day), try !tx.datedTree().closesCircle(id, under: parent, during: period) else {
                throw Fault.invalid([Problem("parent", "Đơn vị không thể ở dưới chính nó.")])
            }
            try tx.changed(.org(id), "parent", from: org.parent?.code, to: parent.code)
            try tx.move(id, under: parent, on: day, basis: basis)
        }
    }

    /// Says that a unit stands in another place from a day on; the managing body stays.
    public static func relocateOrg(
        _ id: ID<Org>, to place: ID<Place>, on day: Day, basis: String, by visitor: Visitor, in db: any Database
    ) async throws {
        try await change(id, "registry.org.relocate", on: day, basis, visitor, db) { tx, org in
            guard let found = try tx.place(place), found.period.contains(day) else {
                throw Fault.invalid([Problem("place", t("Địa bàn này không có vào ngày {}.", day.shown))])
            }
            try tx.changed(.org(id), "place", from: org.place?.code, to: place.code)
            try tx.relocate(id, to: place, on: day, basis: basis)
        }
    }

    /// Closes a unit; learners, staff and units below must have gone before.
    public static func closeOrg(_ id: ID<Org>, on day: Day, basis: String, by visitor: Visitor, in db: any Database)
        async throws
    {
        try await change(id, "registry.org.close", on: day, basis, visitor, db) { tx, org in
            guard try tx.isEmptied(id, on: day) else {
                throw Fault.conflict(
                    t("{} còn học sinh, nhân sự hoặc đơn vị trực thuộc. Hãy chuyển hoặc sáp nhập trước.", org.name))
            }
            try tx.changed(.org(id), "closed_on", from: nil, to: day.adding(-1).iso)
            try tx.close(id, on: day, basis: basis)
        }
    }

    /// Merges units into one, old or new.
    @discardableResult
    public static func mergeOrgs(
        _ sources: [ID<Org>], into target: MergeTarget, on day: Day, basis: String, by visitor: Visitor,
        in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> ID<Org> {
        try visitor.must(.changeTree)
        if case .new(let draft) = target { try check(draft, catalogues) }
        return try await db.write(as: visitor, "registry.org.merge", on: Subject("org")) { tx in
            let isNew = if case .new = target { true } else { false }
            guard !sources.isEmpty, Set(sources).count == sources.count, !isNew || sources.count > 1 else {
                throw Fault.invalid([Problem("sources", "Hãy chọn các đơn vị khác nhau để sáp nhập.")])
            }
            for source in sources { try tx.mustStand(source, on: day, visitor) }
            if case .existing(let org) = target { try tx.mustStand(org, on: day, visitor) }
            if case .new(let draft) = target, let parent = draft.parent {
                try tx.mayManage(parent, draft.isInstitution ? draft.levels : [], on: day, visitor, catalogues)
            }
            let id = try tx.merge(sources, into: target, on: day, basis: basis)
            tx.audit(subject: .org(id))
            tx.audit(note: sources.map(\.code).joined(separator: " "))
            for org in sources + [id] { try tx.tell(TreeChanged(org: org)) }
            return id
        }
    }

    /// Splits new units off one.
    @discardableResult
    public static func splitOrg(
        _ id: ID<Org>, into parts: [NewUnit], on day: Day, basis: String, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> [ID<Org>] {
        for part in parts { try check(part.draft, catalogues) }
        return try await change(id, "registry.org.split", on: day, basis, visitor, db) { tx, org in
            for part in parts {
                guard let parent = part.draft.parent ?? org.parent else { continue }
                try tx.mayManage(
                    parent, part.draft.isInstitution ? part.draft.levels : [], on: day, visitor, catalogues)
            }
            let made = try tx.split(id, into: parts, on: day, basis: basis)
            tx.audit(note: made.map(\.code).joined(separator: " "))
            return made
        }
    }

    /// Puts new units between a unit and some of its children.
    @discardableResult
    public static func insertTier(
        _ units: [NewUnit], under parent: ID<Org>, on day: Day, basis: String, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> [ID<Org>] {
        for unit in units { try check(unit.draft, catalogues) }
        return try await change(parent, "registry.org.insert-tier", on: day, basis, visitor, db) { tx, _ in
            for child in units.flatMap(\.children) { try tx.mustStand(child, on: day, visitor) }
            let made = try tx.insertTier(units, under: parent, on: day, basis: basis)
            tx.audit(note: made.map(\.code).joined(separator: " "))
            return made
        }
    }

    /// Takes units out of the tree; what stood below them comes under the unit above.
    public static func removeTier(
        _ units: [ID<Org>], on day: Day, basis: String, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.changeTree)
        try await db.write(as: visitor, "registry.org.remove-tier", on: Subject("org")) { tx in
            for unit in units { try tx.mustStand(unit, on: day, visitor) }
            try tx.removeTier(units, on: day, basis: basis)
            tx.audit(note: units.map(\.code).joined(separator: " "))
            for unit in units { try tx.tell(TreeChanged(org: unit)) }
        }
    }

    /// One dated change of one unit: the right, the reach, the day, the trail and the news of it.
    @discardableResult
    private static func change<T: Sendable>(
        _ id: ID<Org>, _ verb: Verb, on day: Day, _ basis: String, _ visitor: Visitor, _ db: any Database,
        _ body: @escaping @Sendable (Tx, OrgRecord) throws -> T
    ) async throws -> T {
        try visitor.must(.changeTree)
        return try await db.write(as: visitor, verb, on: .org(id)) { tx in
            let value = try body(tx, try tx.mustStand(id, on: day, visitor))
            try tx.tell(TreeChanged(org: id))
            return value
        }
    }

    private static func check(_ draft: OrgDraft, _ catalogues: Catalogues) throws(Fault) {
        var problems: [Problem] = []
        if Fold.compose(draft.name).isEmpty { problems.append(Problem("name", "Chưa nhập tên đơn vị.")) }
        if draft.name.unicodeScalars.count > 200 { problems.append(Problem("name", "Tên dài quá 200 chữ.")) }
        if draft.code.isEmpty || draft.code.utf8.count > 20 {
            problems.append(Problem("code", "Mã đơn vị phải có 1 đến 20 ký tự."))
        }
        if catalogues["school-kinds"]?.item(draft.kind) == nil {
            problems.append(Problem("kind", "Hãy chọn loại hình."))
        }
        guard problems.isEmpty else { throw .invalid(problems) }
    }
}

extension Tx {
    /// A unit within reach that lives on the day; the day must be one that can be put into the register.
    @discardableResult
    func mustStand(_ id: ID<Org>, on day: Day, _ visitor: Visitor) throws -> OrgRecord {
        guard let org = try org(id, scope: visitor.scope) else { throw Fault.notFound }
        // Rights follow the tree of today: a change that is to come is put in when it has come.
        guard day <= today else {
            throw Fault.invalid([
                Problem("day", "Ngày hiệu lực chưa đến. Hãy nhập thay đổi từ ngày quyết định có hiệu lực.")
            ])
        }
        guard org.period.contains(day), day > org.openedOn else {
            throw Fault.invalid([
                Problem("day", t("{} không có vào ngày {}, hoặc vừa lập đúng ngày đó.", org.name, day.shown))
            ])
        }
        return org
    }

    /// Throws unless a body within reach may manage institutions of these levels from a day on.
    func mayManage(_ parent: ID<Org>, _ levels: [Level], on day: Day, _ visitor: Visitor, _ catalogues: Catalogues)
        throws
    {
        guard let body = try org(parent, scope: visitor.scope), body.period.contains(day) else { throw Fault.notFound }
        let kind = catalogues["school-kinds"]?.item(body.kind)
        if let problem = Managing.problem(body: kind, bodyName: body.name, managing: levels, on: day) {
            throw Fault.invalid([problem])
        }
    }
}
