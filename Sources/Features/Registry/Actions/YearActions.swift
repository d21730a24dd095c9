import Base
import Storage
import Work

/// The calendar of the whole province: terms and days without school.
extension Registry {
    /// Moves a term's days; they stay within its school year.
    public static func editTerm(_ id: ID<Session>, _ period: Period, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.editCatalogues)
        try await db.write(as: visitor, "registry.calendar.edit-term", on: Subject("session", id.raw)) { tx in
            guard let term = try tx.session(id), term.kind == "term", term.org == nil else { throw Fault.notFound }
            guard period.first >= term.year.firstDay, period.last <= term.year.lastDay.adding(62) else {
                throw Fault.invalid([Problem("first", "Học kì phải nằm trong năm học.")])
            }
            try tx.changed(Subject("session", id.raw), "first_day", from: term.period.first.iso, to: period.first.iso)
            try tx.changed(Subject("session", id.raw), "last_day", from: term.period.last.iso, to: period.last.iso)
            try tx.setDays(of: id, period)
        }
    }

    /// Adds days without school for the whole province, or for one unit within reach.
    public static func addHoliday(
        _ name: String, _ period: Period, org: ID<Org>?, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editCatalogues)
        let name = Fold.compose(name)
        guard (1...100).contains(name.unicodeScalars.count) else {
            throw Fault.invalid([Problem("name", "Hãy ghi tên ngày nghỉ.")])
        }
        try await db.write(as: visitor, "registry.calendar.add-holiday", on: Subject("holiday", nil, org: org)) { tx in
            if let org, try tx.org(org, scope: visitor.scope) == nil { throw Fault.notFound }
            tx.audit(note: "\(period.first.iso) \(period.last.iso)")
            try tx.insertHoliday(name, period.first, period.last, org: org)
        }
    }

    /// Takes a holiday out of the calendar.
    public static func removeHoliday(_ id: Int64, by visitor: Visitor, in db: any Database) async throws {
        try visitor.must(.editCatalogues)
        try await db.write(as: visitor, "registry.calendar.remove-holiday", on: Subject("holiday", id)) { tx in
            guard try tx.removeHoliday(id) else { throw Fault.notFound }
        }
    }
}
