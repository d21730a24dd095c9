import Base
import Facts
import Files
import Storage
import Work

// What a file takes away is ended, never deleted: by a row marked so, or by a full replacement that no longer names it.
extension Roster {
    mutating func endOrg(_ id: ID<Org>, _ old: RosterEntry, _ name: String, _ row: OneRosterRow?) throws -> Fate {
        guard let record = try tx.org(id, scope: .everything), record.isOpen, record.openedOn < tx.today else {
            return try forget(old, "orgs", name)
        }
        let isFree = try tx.isEmptied(id, on: tx.today)
        guard isFree, batch.visitor.may(.changeTree), try reaches(id) else {
            if let row {
                throw row.error("status", t("Đơn vị còn học sinh, cán bộ hoặc đơn vị trực thuộc nên không đóng được."))
            }
            return .unchanged
        }
        try tx.changingOrg(id, in: &batch) { [tx] in
            try tx.endLife(of: id, last: tx.today.adding(-1))
            try tx.insertEvent(.closed, of: id, on: tx.today, basis: "")
        }
        batch.tally.touchesTree = true
        _ = try forget(old, "orgs", name)
        return .updated
    }

    mutating func endClass(_ id: ID<ClassGroup>, _ old: RosterEntry, _ name: String, _ row: OneRosterRow? = nil) throws
        -> Fate
    {
        guard let record = try tx.classGroup(id, scope: batch.scope), record.closedOn == nil else { return .unchanged }
        guard try !tx.hasOpenStays(in: id) else {
            if let row { warn(row, "status", t("lớp “{}” còn học sinh nên chưa đóng.", record.name)) }
            return .unchanged
        }
        try tx.changing(.classGroup, id, in: &batch) { [tx] in try tx.closeClass(id, last: tx.today.adding(-1)) }
        batch.tally.classes.insert(id)
        _ = try forget(old, "classes", name)
        return .updated
    }

    mutating func endUser(_ old: RosterEntry, _ name: String) throws -> Fate {
        let ended =
            switch old.entity {
            case "student": try endStudent(ID(stored: old.id))
            case "staff": try endStaff(ID(stored: old.id))
            case "guardian": try endGuardian(ID(stored: old.id))
            default: true
            }
        let fate = try forget(old, "users", name)
        return ended ? .updated : fate
    }

    private mutating func endStudent(_ id: ID<Student>) throws -> Bool {
        guard let record = try tx.student(id, scope: batch.scope), StudentStatus.open.contains(record.status) else {
            return false
        }
        let status = leaving(on: tx.today)
        if let stay = try tx.openStay(of: id) { try end(stay, on: tx.today, leaving: status) }
        try tx.changed(.student(id, org: record.org), "status", from: record.status, to: status)
        try tx.changing(.student, id, in: &batch) { [tx] in
            if let org = record.org {
                try tx.settle(
                    record, org: org, classGroup: nil, level: record.level, grade: record.grade, status: status)
            } else {
                try tx.setStatus(status, ofStudent: id)
            }
        }
        if let org = record.org { try tx.tell(EnrolmentChanged(student: id, org: org, classGroup: nil)) }
        return true
    }

    private mutating func endStaff(_ id: ID<Staff>) throws -> Bool {
        guard let record = try tx.staff(id, scope: batch.scope), StaffStatus.open.contains(record.status) else {
            return false
        }
        let last = tx.today
        for post in try tx.openPosts(of: id) {
            guard let period = Period(min(post.first, last), last) else { continue }
            try tx.changing(.post, post.id, in: &batch) { [tx] in try tx.update(post: post.id, period) }
        }
        try tx.changed(.staff(id, org: record.org), "status", from: record.status, to: StaffStatus.movedAway)
        try tx.changing(.staff, id, in: &batch) { [tx] in try tx.setStatus(StaffStatus.movedAway, ofStaff: id) }
        if let org = record.org {
            batch.tally.schools.insert(Tally.SchoolOfYear(org: org, year: SchoolYear(of: tx.today)))
        }
        try tx.tell(StaffPlaceChanged(staff: id))
        return true
    }

    private mutating func endGuardian(_ id: ID<Guardian>) throws -> Bool {
        var ended = false
        for child in try tx.linked(guardian: id.raw) where try tx.student(ID(stored: child), scope: batch.scope) != nil
        {
            try tx.changing(.guardianship, id, child, in: &batch) { [tx] in
                try tx.endGuardianship(id, ID(stored: child), last: tx.today.adding(-1))
            }
            try tx.tell(GuardianshipChanged(guardian: id, student: ID(stored: child)))
            ended = true
        }
        return ended
    }

    mutating func endRole(_ old: RosterEntry, _ name: String) throws -> Fate {
        if old.entity == "post", let post = try tx.post(old.id), post.period.last > tx.today, try reaches(post.org),
            let period = Period(min(post.period.first, tx.today), tx.today)
        {
            try tx.changing(.post, old.id, in: &batch) { [tx] in try tx.update(post: old.id, period) }
        }
        return try forget(old, "roles", name)
    }

    mutating func endEnrolment(_ old: RosterEntry, _ name: String, on day: Day) throws -> Fate {
        switch old.entity {
        case "enrolment":
            guard let stay = try tx.enrolment(old.id), stay.isOpen, try reaches(stay.org) else { break }
            try end(stay, on: day, leaving: Leaving.moved)
            if stay.kind == "main", let student = try tx.student(stay.student, scope: .everything),
                student.classGroup == stay.classGroup
            {
                try release(student, Leaving.moved)
            }
        case "teaching":
            guard let record = try tx.teaching(old.id), record.period.last > day,
                let period = Period(min(record.period.first, day), day)
            else { break }
            try tx.changing(.teaching, old.id, in: &batch) { [tx] in try tx.update(teaching: old.id, period) }
            try tx.tell(StaffPlaceChanged(staff: record.staff))
        default: break
        }
        return try forget(old, "enrollments", name)
    }

    mutating func end(_ stay: EnrolmentRecord, on day: Day, leaving: String) throws {
        guard let period = Period(min(stay.period.first, day), day) else { return }
        try tx.changing(.enrolment, stay.id, in: &batch) { [tx] in
            try tx.update(stay: stay.id, kind: stay.kind, period, leaving: leaving)
        }
        if let group = stay.classGroup {
            batch.tally.classes.insert(group)
        } else {
            batch.tally.schools.insert(Tally.SchoolOfYear(org: stay.org, year: stay.year))
        }
    }

    /// Ends what a full replacement of a file no longer names: of the same system's records those of the bundle's own units,
    /// because many schools send files from one make of system.
    mutating func endMissing(_ file: OneRosterFile, named: Set<UInt64>, units: Set<ID<Org>>) throws {
        let ownsAll = try tx.rosterUnits(of: context.source).allSatisfy(units.contains)
        var last = "", ended = 0, left = 0
        while true {
            let some = try tx.rosterEntries(source: context.source, type: file.rawValue, after: last, limit: 1000)
            for entry in some where !named.contains(RosterContext.hash(entry.value)) {
                guard let old = try find(file.rawValue, entry.value), !old.digest.isEmpty else { continue }
                if let org = try unit(of: old) {
                    guard units.contains(org), try reaches(org) else { continue }
                } else {
                    // What belongs to no unit is this bundle's where its units are all that the system ever sent.
                    guard ownsAll, batch.scope.reach == .everything else { continue }
                }
                if try end(file, old, entry.value) == .updated { ended += 1 } else { left += 1 }
            }
            guard let end = some.last?.value else { break }
            last = end
        }
        if ended > 0 {
            batch.tally.warn(
                "missing",
                t(
                    "{}: {} bản ghi không còn trong tệp thay thế toàn bộ nên được kết thúc, không xóa.", file.fileName,
                    ended))
        }
        if left > 0 {
            batch.tally.warn(
                "missing",
                t("{}: {} bản ghi không còn trong tệp nhưng được giữ nguyên vì đang dùng.", file.fileName, left))
        }
    }

    /// The unit that a record belongs to; a unit belongs to the one above it.
    private func unit(of old: RosterEntry) throws -> ID<Org>? {
        switch old.entity {
        case "org": try tx.org(ID(stored: old.id), scope: .everything)?.parent
        case "class": try tx.classGroup(ID(stored: old.id), scope: .everything)?.org
        case "student": try tx.placeOf(student: ID(stored: old.id))?.org
        case "staff": try tx.staff(ID(stored: old.id), scope: .everything)?.org
        case "guardian":
            try tx.linked(guardian: old.id).lazy.compactMap { try self.tx.placeOf(student: ID(stored: $0))?.org }.first
        case "enrolment": try tx.enrolment(old.id)?.org
        case "teaching": try tx.teaching(old.id).flatMap { try tx.classGroup($0.classGroup, scope: .everything)?.org }
        case "post": try tx.post(old.id)?.org
        case "course": try tx.course(old.id)?.org
        case "kept": try unit(ofKept: RosterBook.row(old.record), steps: 0)
        default: nil
        }
    }

    /// The unit that a row kept verbatim speaks of, by its class, its person or the line item it belongs to.
    private func unit(ofKept row: RosterBook.Row, steps: Int) throws -> ID<Org>? {
        guard steps < 3 else { return nil }
        for column in ["schoolsourcedid", "orgsourcedid"] {
            if let name = row[column], let org = try org(name) { return org }
        }
        for (column, type) in [
            ("classsourcedid", "classes"), ("studentsourcedid", "users"), ("usersourcedid", "users"),
        ] {
            if let name = row[column], let found = try find(type, name), found.entity != "kept",
                let org = try unit(of: found)
            {
                return org
            }
        }
        for (column, type) in [("lineitemsourcedid", "lineItems"), ("resultsourcedid", "results")] {
            if let name = row[column], let found = try find(type, name), found.entity == "kept",
                let org = try unit(ofKept: RosterBook.row(found.record), steps: steps + 1)
            {
                return org
            }
        }
        return nil
    }

    private mutating func end(_ file: OneRosterFile, _ old: RosterEntry, _ name: String) throws -> Fate {
        switch file {
        case .orgs: try endOrg(ID(stored: old.id), old, name, nil)
        case .classes: try endClass(ID(stored: old.id), old, name)
        case .users: try endUser(old, name)
        case .roles: try endRole(old, name)
        case .enrollments: try endEnrolment(old, name, on: tx.today)
        // A session holds for all who use it; the others end by no longer going out.
        case .academicSessions: .unchanged
        default: try forget(old, file.rawValue, name)
        }
    }

    /// Remembers the columns that the register has no place for, so that they go out again.
    mutating func note(columns: [String], of file: OneRosterFile) throws {
        guard !columns.isEmpty else { return }
        let old = try tx.rosterEntry(source: context.source, type: "header", value: file.rawValue)
        var record = old?.record ?? Details()
        if file.isVerbatim {
            let known = try context.isOwn ? tx.keptColumns(file.rawValue) : RosterColumns.read(record)
            let all = RosterColumns.merged(columns, over: known)
            if all == known { return }
            record = try RosterColumns.record(all)
        } else {
            let known = Set(try context.isOwn ? tx.rosterExtras(file.rawValue) : Array(record.values.keys))
            if known.isSuperset(of: columns) { return }
            for column in columns { record[column] = "1" }
        }
        try identify(context.source, "header", file.rawValue, "header", 0, record)
    }
}
