import Base
import Storage
import Work

/// What a school itself keeps up to date: particulars, campuses, who answers for what, holidays; and frozen figures.
extension Registry {
    /// Changes a unit's particulars (address, rooms, codes); name, managing body and place have their own dated actions.
    public static func editOrg(
        _ id: ID<Org>, _ form: RecordForm, by visitor: Visitor, in db: any Database, _ catalogues: Catalogues = .current
    ) async throws {
        try visitor.must(.editOrgs)
        guard let fields = catalogues.fields["school"] else { throw CatalogueError(description: "no school fields") }
        var form = form
        for key in ["name", "code", "kind", "levels", "opened_on", "commune"] { form.values[key] = nil }
        let parsed = try Editing.parse(form, fields, catalogues, allowed: nil), sent = form
        try await db.write(as: visitor, "registry.org.update", on: .org(id)) { tx in
            guard let org = try tx.org(id, scope: visitor.scope), org.isOpen else { throw Fault.notFound }
            let changes = Editing.changes(parsed.values, of: org.values, base: sent.base)
            try Editing.checkConflict(sent, version: org.version, changes, fields, catalogues)
            for change in changes { try tx.changed(.org(id), change) }
            if !changes.isEmpty { try tx.update(org, changes) }
        }
    }

    /// Opens a campus.
    @discardableResult
    public static func addSite(_ draft: SiteDraft, by visitor: Visitor, in db: any Database) async throws -> ID<Site> {
        try visitor.must(.editOrgs)
        var draft = draft
        draft.name = Fold.compose(draft.name)
        guard (1...100).contains(draft.name.unicodeScalars.count) else {
            throw Fault.invalid([Problem("name", "Tên điểm trường phải có 1 đến 100 chữ.")])
        }
        return try await db.write(as: visitor, "registry.org.add-site", on: .org(draft.org)) { [draft] tx in
            guard let org = try tx.org(draft.org, scope: visitor.scope), org.isInstitution, org.isOpen else {
                throw Fault.notFound
            }
            if draft.isMain,
                try tx.sites(of: org.id, on: draft.period.first, scope: .everything).contains(where: \.isMain)
            {
                // TT 24/2018/TT-BGDĐT: the main campus is not counted as a satellite, and there is one.
                throw Fault.invalid([Problem("is_main", "Trường đã có điểm trường chính.")])
            }
            try tx.changed(.org(org.id), "site", from: nil, to: draft.name)
            return try tx.insert(draft)
        }
    }

    /// Closes a campus after its last day; no class may still meet there.
    public static func closeSite(_ id: ID<Site>, of org: ID<Org>, last: Day, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.editOrgs)
        try await db.write(as: visitor, "registry.org.close-site", on: .org(org)) { tx in
            guard try tx.org(org, scope: visitor.scope) != nil, let name = try tx.siteName(id, of: org) else {
                throw Fault.notFound
            }
            guard try !tx.hasOpenClasses(at: id, after: last) else {
                throw Fault.conflict(t("{} còn lớp đang học.", name))
            }
            try tx.changed(.org(org), "site", from: name, to: nil)
            try tx.endSite(id, last: last)
        }
    }

    /// Says who answers for a duty of a unit from a day on, such as `digital-transformation`.
    public static func setCharge(
        _ duty: String, of org: ID<Org>, to name: String, phone: String, staff: ID<Staff>? = nil, on day: Day,
        by visitor: Visitor,
        in db: any Database
    ) async throws {
        try visitor.must(.editOrgs)
        let name = try PersonName(full: name).full
        guard let phone = phone.isEmpty ? "" : FieldText.phone(phone) else {
            throw Fault.invalid([Problem("phone", "Số điện thoại phải có 9 đến 11 chữ số.")])
        }
        try await db.write(as: visitor, "registry.org.charge", on: .org(org)) { tx in
            guard try tx.org(org, scope: visitor.scope) != nil else { throw Fault.notFound }
            let old = try tx.charges(of: org, on: day, scope: visitor.scope).first { $0.duty == duty }
            try tx.changed(.org(org), "charge \(duty)", from: old?.name, to: name)
            try tx.setCharge(duty, of: org, name: name, phone: phone, staff: staff, on: day)
        }
    }

    /// Keeps the figures of a unit as they stood on a day, so that they can be shown unchanged for ever.
    public static func freezeFigures(
        _ title: String, of org: ID<Org>, on day: Day, by visitor: Visitor, in db: any Database
    ) async throws -> ID<Freeze> {
        try await freezeFigures(title, of: org, on: day, FigureFilter(), by: visitor, in: db) { _ in nil }
    }

    /// The same under a filter; `inUse` reads who has an account in use.
    static func freezeFigures(
        _ title: String, of org: ID<Org>, on day: Day, _ filter: FigureFilter, by visitor: Visitor,
        in db: any Database, inUse: @escaping @Sendable (Tx) throws -> [ID<Org>: InUse]?
    ) async throws -> ID<Freeze> {
        try visitor.must(.freezeFigures)
        let title = Fold.compose(title)
        guard (1...200).contains(title.unicodeScalars.count) else {
            throw Fault.invalid([Problem("title", "Hãy đặt tên cho bản chốt số liệu.")])
        }
        return try await db.write(as: visitor, "registry.figures.freeze", on: .org(org)) { tx in
            guard let record = try tx.org(org, scope: visitor.scope), day <= tx.today else { throw Fault.notFound }
            let figures = try tx.frozenFigures(
                of: record, on: day, filter: filter, inUse: try inUse(tx), scope: visitor.scope)
            return try tx.insertFreeze(title, figures, filter, account: visitor.account)
        }
    }
}
