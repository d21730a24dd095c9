import Base
import Facts
import Storage
import Work

/// What the conversion of a tree to a new division of the country brought: numbers, and the units whose place is not certain.
public struct ConversionReport: Sendable, Codable, Equatable {
    /// Institutions whose old place has one successor; of these, those that came under the office of their new commune.
    public var placed = 0, moved = 0
    /// Institutions that stood in a place of the new division already.
    public var settled = 0
    /// Offices of communes that were founded, offices of districts that closed.
    public var founded = 0, closed = 0
    /// Institutions that no rule places: a person decides.
    public var uncertain: [Uncertain] = []

    /// A unit whose place is not certain, and why.
    public struct Uncertain: Sendable, Codable, Equatable {
        public enum Reason: String, Sendable, Codable {
            case noPlace = "no-place", noSuccessor = "no-successor", several
        }

        public let org: ID<Org>, name: String, reason: Reason
        /// The places that it may stand in.
        public let choices: [String]
    }

    public init() {}
}

extension Registry {
    /// Takes the tree over a change of the country's division on a day: every institution from its old commune to the one that took it
    /// over, from the district's office to the commune's. What is not certain stays as it is and is named. Reports of earlier days do not
    /// change; a second run changes nothing.
    public static func convertTree(on day: Day, basis: String, by visitor: Visitor, in db: any Database) async throws
        -> ConversionReport
    {
        try visitor.must(.changeTree)
        guard !basis.isEmpty else { throw Fault.invalid([Problem("basis", "Ghi căn cứ: số và ngày của quyết định.")]) }
        return try await db.write(as: visitor, "registry.org.convert", on: .system) { tx in
            var conversion = Conversion(tx, day: day, basis: basis)
            for org in try tx.institutions(livingOn: day, scope: visitor.scope) { try conversion.take(org) }
            let report = try conversion.finish()
            tx.audit(note: "placed \(report.placed) moved \(report.moved) uncertain \(report.uncertain.count)")
            if report.moved + report.placed > 0, let root = try tx.roots(scope: visitor.scope).first {
                try tx.tell(TreeChanged(org: root.id))
            }
            return report
        }
    }
}

/// One conversion under way, in one transaction.
private struct Conversion {
    let tx: Tx, day: Day, basis: String
    private var report = ConversionReport()
    private var offices: [ID<Place>: ID<Org>] = [:]
    private var left: Set<ID<Org>> = []

    init(_ tx: Tx, day: Day, basis: String) { (self.tx, self.day, self.basis) = (tx, day, basis) }

    mutating func take(_ org: OrgRecord) throws {
        guard let old = try tx.place(of: org.id, on: day) ?? tx.place(of: org.id, on: day.adding(-1)) else {
            return doubt(org, .noPlace, [])
        }
        if old.period.contains(day) {
            report.settled += old.tier == .commune ? 1 : 0
            if old.tier == .commune { try goUnder(org, old) } else { doubt(org, .noSuccessor, []) }
            return
        }
        let heirs = try tx.successors(of: old.id).filter { $0.tier == .commune && $0.period.contains(day) }
        guard let heir = heirs.first, heirs.count == 1 else {
            return doubt(org, heirs.isEmpty ? .noSuccessor : .several, heirs.map(\.name))
        }
        try tx.relocate(org.id, to: heir.id, on: day, basis: basis)
        report.placed += 1
        try goUnder(org, heir)
    }

    private mutating func doubt(_ org: OrgRecord, _ reason: ConversionReport.Uncertain.Reason, _ choices: [String]) {
        report.uncertain.append(.init(org: org.id, name: org.name, reason: reason, choices: choices))
    }

    /// From a district's office to that of the commune; who is managed by the department or the college stays there.
    private mutating func goUnder(_ org: OrgRecord, _ place: PlaceRecord) throws {
        guard let manager = try tx.manager(of: org.id, on: day) ?? tx.manager(of: org.id, on: day.adding(-1)),
            let office = try tx.org(manager, scope: .everything), office.kind == "phong"
        else { return }
        let target = try self.office(of: place, below: office)
        try tx.move(org.id, under: target, on: day, basis: basis, rebuild: false)
        left.insert(manager)
        report.moved += 1
    }

    private mutating func office(of place: PlaceRecord, below district: OrgRecord) throws -> ID<Org> {
        if let known = offices[place.id] { return known }
        if let there = try tx.office(at: place.id, on: day) {
            offices[place.id] = there
            return there
        }
        var draft = OrgDraft(
            code: "X\(place.code)", kind: "ubnd-xa", name: t("UBND {}", place.name.inMiddle),
            parent: try tx.manager(of: district.id, on: day.adding(-1)))
        (draft.place, draft.opened, draft.basis) = (place.id, day, basis)
        let id = try tx.insert(draft, paths: false)
        offices[place.id] = id
        report.founded += 1
        return id
    }

    /// Closes what nobody is left under, and brings the closure up to date.
    mutating func finish() throws -> ConversionReport {
        for office in left where try tx.isManagingNobody(office, on: day) {
            try tx.close(office, on: day, basis: basis, rebuild: false)
            report.closed += 1
        }
        try tx.rebuildPaths()
        return report
    }
}

extension String {
    /// "Xã Sìn Hồ" in the middle of a name: "xã Sìn Hồ".
    fileprivate var inMiddle: String { prefix(1).lowercased() + dropFirst() }
}
