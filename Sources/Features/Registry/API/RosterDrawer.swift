import Base
import Storage

/// Makes the objects of a page from the register's rows: the same values as the files of the export, by the same code.
struct RosterDrawer {
    let tx: Tx, book: RosterBook, scope: Scope

    init(_ finder: RosterFinder) { (tx, book, scope) = (finder.tx, finder.book, finder.scope) }

    /// The objects of keys, in their order; one that is out of reach or gone since the keys were read is left out.
    func items(_ keys: [RosterKey], _ noun: RosterNoun) throws -> [(key: RosterKey, item: RosterItem)] {
        var found: [RosterKey: RosterItem] = [:]
        for (kind, keys) in Dictionary(grouping: keys, by: \.kind) {
            for (id, item) in try drawn(kind, keys.map(\.id), noun) { found[RosterKey(kind: kind, id: id)] = item }
        }
        return keys.compactMap { key in found[key].map { (key, $0) } }
    }

    private func drawn(_ kind: RosterKind, _ ids: [Int64], _ noun: RosterNoun) throws -> [Int64: RosterItem] {
        switch kind {
        case .org: try orgs(ids)
        case .session: try sessions(ids)
        case .course: try courses(ids)
        case .gradeCourse: gradeCourses(ids)
        case .classGroup: try classes(ids)
        case .student: try RosterPersons(self).students(ids, noun)
        case .staff: try RosterPersons(self).staff(ids, noun)
        case .guardian: try RosterPersons(self).guardians(ids, noun)
        case .goneStudent, .goneStaff: try RosterPersons(self).gone(kind, ids)
        case .enrolment: try stays(ids)
        case .teaching: try teachings(ids)
        case .kept: try kept(ids, noun)
        }
    }

    // MARK: units, sessions, courses, classes

    private func orgs(_ ids: [Int64]) throws -> [Int64: RosterItem] {
        try book.expect("org", ids)
        let children = try tx.rosterChildren(of: ids, scope: scope)
        return try tx.rosterOrgs(ids, scope: scope).mapValues { found in
            let org = found.record
            var item = RosterItem(
                name: try book.name("org", org.id.raw), row: try book.org(org), moment: found.changedAt,
                isGone: org.closedOn < tx.today)
            item.children = try (children[org.id.raw] ?? []).map { try book.name("org", $0) }
            return item
        }
    }

    private func sessions(_ ids: [Int64]) throws -> [Int64: RosterItem] {
        let all = try tx.sessions(), wanted = Set(ids)
        var found: [Int64: RosterItem] = [:]
        for session in all where wanted.contains(session.id.raw) {
            let id = session.id.raw
            let moments = [
                session.id.madeAt, try tx.rosterChange(session: id) ?? 0, try tx.rosterChange("session", id) ?? 0,
            ]
            var item = RosterItem(
                name: try book.name("session", id), row: try book.session(session), moment: moments.max() ?? 0,
                isGone: false)
            item.children = try all.filter { $0.parent == session.id }.map { try book.name("session", $0.id.raw) }
            found[id] = item
        }
        return found
    }

    private func courses(_ ids: [Int64]) throws -> [Int64: RosterItem] {
        try book.expect("course", ids)
        return try ids.reduce(into: [:]) { found, id in
            guard let course = try tx.course(id) else { return }
            found[id] = RosterItem(
                name: try book.name("course", id), row: try book.course(id, course),
                moment: max(ID<CourseRow>(stored: id).madeAt, try tx.rosterChange("course", id) ?? 0), isGone: false)
        }
    }

    private func gradeCourses(_ ids: [Int64]) -> [Int64: RosterItem] {
        let wanted = Set(ids)
        return GradeCourse.all.reduce(into: [:]) { found, course in
            guard wanted.contains(course.id) else { return }
            let title =
                course.grade.isEmpty
                ? course.level.label : book.catalogues.label(of: course.grade, in: "grades", level: course.level)
            found[course.id] = RosterItem(
                name: course.name,
                row: [
                    "title": title, "coursecode": course.name,
                    "grades": book.grades([course.grade], level: course.level),
                ], moment: IDSource.epoch, isGone: false)
        }
    }

    private func classes(_ ids: [Int64]) throws -> [Int64: RosterItem] {
        try book.expect("class", ids)
        return try tx.rosterClasses(ids, scope: scope).mapValues { found in
            let group = found.record
            book.ahead.courses[group.id.raw] = .some(found.course)
            var row = try book.classGroup(group)
            if (row["coursesourcedid"] ?? "").isEmpty {
                row["coursesourcedid"] = GradeCourse.of(level: group.level, grades: group.grades).name
            }
            return RosterItem(
                name: try book.name("class", group.id.raw), row: row, moment: found.changedAt,
                isGone: group.closedOn.map { $0 < tx.today } ?? false)
        }
    }

    // MARK: enrolments

    private func stays(_ ids: [Int64]) throws -> [Int64: RosterItem] {
        let stays = try tx.rosterStays(ids, scope: scope)
        try book.expect("enrolment", ids)
        try book.expect("student", stays.values.map(\.record.student.raw))
        try book.expect("class", Set(stays.values.compactMap { $0.record.classGroup?.raw }).sorted())
        return try stays.mapValues { found in
            let stay = found.record
            return RosterItem(
                name: try book.name("enrolment", stay.id.raw), row: try book.enrolment(stay),
                moment: max(found.changedAt, stay.id.madeAt),
                isGone: stay.period.last < tx.today
                    && ![Leaving.yearEnd, StudentStatus.graduated, StudentStatus.completed]
                        .contains(stay.leaving)
            )
        }
    }

    private func teachings(_ ids: [Int64]) throws -> [Int64: RosterItem] {
        let teachings = try tx.rosterTeachings(ids, scope: scope), year = SchoolYear(of: tx.today)
        try book.expect("teaching", ids)
        try book.expect("staff", Set(teachings.values.map(\.record.staff.raw)).sorted())
        try book.expect("class", Set(teachings.values.map(\.record.classGroup.raw)).sorted())
        return try teachings.mapValues { found in
            let teaching = found.record
            return RosterItem(
                name: try book.name("teaching", teaching.id.raw), row: try book.teaching(teaching, org: found.org),
                moment: max(found.changedAt, teaching.id.madeAt),
                isGone: teaching.period.last < tx.today && found.year.start >= year.start)
        }
    }

    // MARK: rows kept verbatim

    private func kept(_ ids: [Int64], _ noun: RosterNoun) throws -> [Int64: RosterItem] {
        guard scope == .everything else { return [:] }
        let top = try tx.rosterTop(scope).map { try book.name("org", $0.raw) } ?? ""
        return try ids.reduce(into: [:]) { found, id in
            guard let entry = try tx.keptEntry(type: noun.file.rawValue, id) else { return }
            let row = RosterBook.row(entry.record),
                org = row["orgsourcedids"]?.split(separator: ",").first.map(String.init)
            var item = RosterItem(
                name: try book.name(of: entry, type: noun.file.rawValue), row: row,
                moment: entry.batch?.madeAt ?? ID<Details>(stored: id).madeAt, isGone: false)
            item.roles = [["roletype": "primary", "role": row["role"] ?? "", "orgsourcedid": org ?? top]]
            found[id] = item
        }
    }
}
