import Base
import Registry
import Storage
import Work

/// What a person says who leaves a find as it is.
struct WaiverForm: Sendable {
    var ids: [ID<Finding>] = []
    var reason = ""
    /// The last day of it; nothing is for good.
    var until = ""
    static let longest = 500, mostAtOnce = 500
}

extension Quality {
    /// Leaves finds as they are, for a reason; all of those within reach that are still open, or nothing.
    static func waive(_ form: WaiverForm, by visitor: Visitor, in db: any Database) async throws -> Int {
        try visitor.must(.waiveFindings)
        let day = try until(form, today: db.clock.today)
        let ids = Array(form.ids.prefix(WaiverForm.mostAtOnce))
        return try await db.write(as: visitor, "quality.finding.waive", on: Subject("finding", nil, org: visitor.org)) {
            tx in
            let open = try reached(ids, visitor, tx).filter { $0.state == .open }
            guard !open.isEmpty else { throw Fault.conflict("Những mục này đã được sửa hoặc đã bỏ qua.") }
            let orgs = try tx.waive(open.map(\.id), reason: form.reason.trimmedReason, until: day, by: visitor.account)
            for org in orgs { try tx.recountFindings(of: org) }
            tx.audit(note: "rows \(open.count)")
            return open.count
        }
    }

    /// Takes finds up again that were left as they are.
    static func reopen(_ ids: [ID<Finding>], by visitor: Visitor, in db: any Database) async throws -> Int {
        try visitor.must(.waiveFindings)
        let ids = Array(ids.prefix(WaiverForm.mostAtOnce))
        return try await db.write(as: visitor, "quality.finding.reopen", on: Subject("finding", nil, org: visitor.org))
        { tx in
            let waived = try reached(ids, visitor, tx).filter { $0.state == .waived }
            guard !waived.isEmpty else { throw Fault.conflict("Những mục này không còn ở trạng thái bỏ qua.") }
            for org in try tx.reopen(waived.map(\.id)) { try tx.recountFindings(of: org) }
            tx.audit(note: "rows \(waived.count)")
            return waived.count
        }
    }

    private static func reached(_ ids: [ID<Finding>], _ visitor: Visitor, _ tx: Tx) throws -> [FindingRecord] {
        let found = try tx.findings(ids, scope: visitor.scope)
        guard !found.isEmpty, found.count == Set(ids).count else { throw Fault.notFound }
        return found
    }

    private static func until(_ form: WaiverForm, today: Day) throws -> Day? {
        var problems: [Problem] = []
        let reason = form.reason.trimmedReason
        if reason.unicodeScalars.count < 5 { problems.append(Problem("reason", "Ghi lý do, ít nhất vài chữ.")) }
        if reason.unicodeScalars.count > WaiverForm.longest {
            problems.append(Problem("reason", "Lý do dài quá 500 ký tự."))
        }
        var day: Day?
        if !form.until.isEmpty {
            day = Day(typed: form.until)
            if day.map({ $0 <= today }) ?? true {
                problems.append(Problem("until", "Viết một ngày sắp tới, như 31/12/2026, hoặc để trống."))
            }
        }
        guard problems.isEmpty else { throw Fault.invalid(problems) }
        return day
    }
}

extension String {
    /// Without control characters and white space at the ends.
    fileprivate var trimmedReason: String {
        let clean = String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 32 ? " " : $0 }))
        return String(clean.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
