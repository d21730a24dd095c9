import Base
import Registry
import Storage

// What this room asks of the register, all in one place.

/// A class and the unit it belongs to.
typealias ClassPlace = (id: ID<ClassGroup>, org: ID<Org>)

extension Tx {
    /// The units above one, itself last.
    func way(to org: ID<Org>) throws -> [ID<Org>] { try path(of: org, on: today, scope: .everything).map(\.id) }

    /// Whether nothing is above a unit.
    func isTop(_ org: ID<Org>) throws -> Bool {
        try self.org(org, scope: .everything).map { $0.parent == nil } ?? false
    }

    /// The name of a person in the register.
    func name(of person: Person) throws -> String? { try personName(kind: person.kind.rawValue, id: person.id) }

    /// The name of a unit, empty for none.
    func name(of org: ID<Org>?) throws -> String { try org.map(orgName)?.flatMap { $0 } ?? "" }

    /// The name to show for an account: the register's, else its own.
    func name(of account: AccountRow) throws -> String {
        try account.person.map(name(of:))?.flatMap { $0 } ?? account.name
    }

    func birthYear(of person: Person) throws -> Int? {
        if let student = person.student { return try self.student(student, scope: .everything)?.birthDate?.year }
        if let staff = person.staff { return try self.staff(staff, scope: .everything)?.birthDate?.year }
        return try person.guardian.flatMap { try guardian($0, scope: .everything)?.birthDate?.year }
    }
}

// MARK: Classes and schools

extension Tx {
    func orgOf(_ classGroup: ID<ClassGroup>) throws -> ID<Org>? {
        try self.classGroup(classGroup, scope: .everything)?.org
    }

    func leader(of classGroup: ID<ClassGroup>) throws -> ID<Staff>? {
        try self.classGroup(classGroup, scope: .everything)?.homeroom
    }

    func teachers(of classGroup: ID<ClassGroup>) throws -> [ID<Staff>] {
        Set(try teachings(of: classGroup, on: today, scope: .everything).map(\.staff)).sorted()
    }

    func pupils(of classGroup: ID<ClassGroup>) throws -> [ID<Student>] {
        try roster(of: classGroup, scope: .everything).map(\.id)
    }

    /// Pupils within reach, learning or gone, by a part of their name; as many as a search is worth.
    func pupils(named text: String, scope: Scope) throws -> [ID<Student>] {
        var filter = StudentFilter()
        (filter.q, filter.status) = (text, StudentFilter.anyStatus)
        return try students(filter, scope: scope, size: 300).items.map(\.id)
    }

    func guardians(of student: ID<Student>) throws -> [ID<Guardian>] {
        try guardians(of: student, on: today, scope: .everything).map(\.id)
    }

    func staff(at org: ID<Org>) throws -> [ID<Staff>] {
        var filter = StaffFilter(), found: [ID<Staff>] = []
        filter.org = org
        try eachStaff(filter, scope: .everything) { found.append($0.id) }
        return found
    }

    /// Teachers with a profile within a scope.
    func teachers(_ scope: Scope) throws -> [ID<Staff>] {
        var filter = StaffFilter(), found: [ID<Staff>] = []
        filter.group = .teacher
        try eachStaff(filter, scope: scope) { found.append($0.id) }
        return found
    }
}
