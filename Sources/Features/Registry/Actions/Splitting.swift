import Base
import Storage
import Work

/// One record of two people being parted.
struct Splitting {
    let tx: Tx, plan: SplitPlan, old: StudentRecord
    var ledger: MergeLedger

    /// Answers the new record and how much of what went over to it.
    mutating func run() throws -> (StudentRecord, Details) {
        let stays = try tx.enrolments(of: old.id, scope: .everything)
        let going = stays.filter { plan.stays.contains($0.id) }, staying = stays.filter { !plan.stays.contains($0.id) }
        guard !going.isEmpty, !staying.isEmpty else {
            throw Fault.invalid([
                Problem("stays", "Mỗi hồ sơ phải có ít nhất một quá trình học: chọn quá trình chuyển sang hồ sơ mới.")
            ])
        }
        var places = StayPlaces()
        places.add(stays)
        let id = try create(from: going)
        for stay in going { try tx.moveStay(stay.id.raw, to: id, &ledger) }
        let moved = try moveRest(to: id, stays: going.count)
        try leave(staying, id)
        try places.recount(tx)
        guard let fresh = try tx.student(id, scope: .everything) else { throw Fault.notFound }
        for (key, value) in fresh.values { try tx.changed(.student(id, org: fresh.org), key, from: nil, to: value) }
        try tx.changed(.student(old.id, org: old.org), "split-record", from: nil, to: fresh.code)
        for student in [old.id, id] { try tx.tellPlace(of: student) }
        return (fresh, moved)
    }

    /// Writes the new record where its newest stay is.
    private mutating func create(from stays: [EnrolmentRecord]) throws -> ID<Student> {
        var draft = StudentDraft(name: plan.name)
        (draft.birthDate, draft.sex) = (plan.birthDate, plan.sex)
        let values = old.values.filter { plan.fields.contains($0.key) }
        draft.ethnicity = values["ethnicity"] ?? old.ethnicity
        draft.residence = plan.fields.isDisjoint(with: ["current_commune", "permanent_commune"]) ? nil : old.residence
        draft.details = Details().changed(values.map { Change(key: $0.key, old: "", new: $0.value) })
        if let stay = stays.first {
            let place = Standing(stay, before: old.status)
            (draft.org, draft.classGroup, draft.level) = (stay.org, place.classGroup, stay.level)
            (draft.grade, draft.status) = (stay.grade, place.status)
        }
        let id = try tx.insert(draft)
        try ledger.made(.student, id)
        return id
    }

    private mutating func moveRest(to id: ID<Student>, stays: Int) throws -> Details {
        for guardian in plan.guardians.sorted() { try tx.moveGuardian(guardian, from: old.id, to: id, &ledger) }
        let policies = try tx.policies(of: old.id, scope: .everything).map(\.id).filter(plan.policies.contains)
        for policy in policies { try tx.movePolicy(policy.raw, to: id, &ledger) }
        let papers = try tx.documents(of: old.id, scope: .everything).map(\.id).filter(plan.documents.contains)
        for paper in papers { try tx.moveDocument(paper.raw, to: id, &ledger) }
        return Details([
            "stays": String(stays), "guardians": String(plan.guardians.count), "policies": String(policies.count),
            "documents": String(papers.count),
        ])
    }

    /// The old record gives up what went over, and stands where its newest stay is.
    private mutating func leave(_ stays: [EnrolmentRecord], _ id: ID<Student>) throws {
        let (tx, plan, old) = (tx, plan, old)
        let parts = try tx.sealedParts(of: old.id)
        let gone = plan.fields.filter { LeavingField.mayLeave($0) && old.values[$0] != nil }.sorted()
        let changes = gone.map { Change(key: $0, old: old.values[$0] ?? "", new: "") }
        for change in changes { try tx.changed(.student(old.id, org: old.org), change) }
        try ledger.changing(.student, old.id) {
            try tx.update(old, changes, residence: nil, isCounted: false)
            if plan.fields.contains("personal_id") {
                try tx.setNumber(SealedPersonalID(blind: nil, sealed: nil), of: old.id)
            }
            if plan.fields.contains("photo") { try tx.setPhoto(nil, ofStudent: old.id) }
            guard let stay = stays.first else { return }
            let place = Standing(stay, before: old.status)
            try tx.setPlace(
                of: old.id, org: stay.org, classGroup: place.classGroup, level: stay.level, grade: stay.grade,
                status: place.status)
        }
        guard let parts else { return }
        try ledger.changing(.student, id) {
            if plan.fields.contains("personal_id") { try tx.setNumber(parts.number, of: id) }
            if plan.fields.contains("photo") { try tx.setPhoto(parts.photo, ofStudent: id) }
            if plan.fields.contains("moet_code"), let code = old.moetCode { try tx.setMoetCode(code, of: id) }
        }
    }
}

/// Which fields leave the old record when they go over; the others are written into both.
private enum LeavingField {
    static func mayLeave(_ key: String) -> Bool {
        !["ethnicity", "status", "sex", "birth_date"].contains(key) && !Merging.nameKeys.contains(key)
    }
}

/// Where a learner stands by the newest stay.
private struct Standing {
    let classGroup: ID<ClassGroup>?, status: String

    init(_ stay: EnrolmentRecord, before: String) {
        let isOpen = stay.isOpen
        classGroup = isOpen ? stay.classGroup : nil
        let known = Catalogues.current["enrolment-statuses"]?.item(stay.leaving)?.open == false
        status =
            isOpen
            ? StudentStatus.studying
            : known ? stay.leaving : StudentStatus.open.contains(before) ? StudentStatus.onHold : before
    }
}
