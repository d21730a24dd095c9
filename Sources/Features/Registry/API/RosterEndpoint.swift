import Base
import Storage
import Web

/// One address of OneRoster's rostering service (1.2, REST binding, section 3.1), as data.
struct RosterEndpoint: Sendable {
    /// What stands before the object or list in the address.
    enum Parent: Sendable { case none, school, classGroup, classInSchool, course, term, student, teacher, user }

    let path: StaticString, noun: RosterNoun
    let choice: RosterQuestion.Choice, parent: Parent, isOne: Bool

    static let root = "/ims/oneroster/rostering/v1p2"

    private init(
        _ path: StaticString, _ noun: RosterNoun, _ choice: RosterQuestion.Choice = .all, of parent: Parent = .none,
        one isOne: Bool = false
    ) {
        (self.path, self.noun, self.choice, self.parent, self.isOne) = (path, noun, choice, parent, isOne)
    }

    /// The scopes of which one opens it: demographics have their own, lists below something else need the whole roster.
    var scopes: [String] {
        if noun == .demographics { return [RosterScopes.demographics] }
        return parent == .none ? [RosterScopes.whole, RosterScopes.core] : [RosterScopes.whole]
    }

    private typealias E = RosterEndpoint

    /// Every reading address of the service.
    static let all: [RosterEndpoint] = collections + singles + nested

    private static let collections = [
        E("/ims/oneroster/rostering/v1p2/orgs", .orgs), E("/ims/oneroster/rostering/v1p2/schools", .orgs, .schools),
        E("/ims/oneroster/rostering/v1p2/academicSessions", .academicSessions),
        E("/ims/oneroster/rostering/v1p2/terms", .academicSessions, .terms),
        E("/ims/oneroster/rostering/v1p2/gradingPeriods", .academicSessions, .gradingPeriods),
        E("/ims/oneroster/rostering/v1p2/courses", .courses), E("/ims/oneroster/rostering/v1p2/classes", .classes),
        E("/ims/oneroster/rostering/v1p2/users", .users),
        E("/ims/oneroster/rostering/v1p2/students", .users, .students),
        E("/ims/oneroster/rostering/v1p2/teachers", .users, .teachers),
        E("/ims/oneroster/rostering/v1p2/enrollments", .enrollments),
        E("/ims/oneroster/rostering/v1p2/demographics", .demographics),
    ]

    private static let singles = [
        E("/ims/oneroster/rostering/v1p2/orgs/{id}", .orgs, one: true),
        E("/ims/oneroster/rostering/v1p2/schools/{id}", .orgs, .schools, one: true),
        E("/ims/oneroster/rostering/v1p2/academicSessions/{id}", .academicSessions, one: true),
        E("/ims/oneroster/rostering/v1p2/terms/{id}", .academicSessions, .terms, one: true),
        E("/ims/oneroster/rostering/v1p2/gradingPeriods/{id}", .academicSessions, .gradingPeriods, one: true),
        E("/ims/oneroster/rostering/v1p2/courses/{id}", .courses, one: true),
        E("/ims/oneroster/rostering/v1p2/classes/{id}", .classes, one: true),
        E("/ims/oneroster/rostering/v1p2/users/{id}", .users, one: true),
        E("/ims/oneroster/rostering/v1p2/students/{id}", .users, .students, one: true),
        E("/ims/oneroster/rostering/v1p2/teachers/{id}", .users, .teachers, one: true),
        E("/ims/oneroster/rostering/v1p2/enrollments/{id}", .enrollments, one: true),
        E("/ims/oneroster/rostering/v1p2/demographics/{id}", .demographics, one: true),
    ]

    private static let nested = [
        E("/ims/oneroster/rostering/v1p2/schools/{id}/courses", .courses, of: .school),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/classes", .classes, of: .school),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/enrollments", .enrollments, of: .school),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/students", .users, .students, of: .school),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/teachers", .users, .teachers, of: .school),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/terms", .academicSessions, .terms, of: .school),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/classes/{class}/enrollments", .enrollments, of: .classInSchool),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/classes/{class}/students", .users, .students, of: .classInSchool),
        E("/ims/oneroster/rostering/v1p2/schools/{id}/classes/{class}/teachers", .users, .teachers, of: .classInSchool),
        E("/ims/oneroster/rostering/v1p2/classes/{id}/students", .users, .students, of: .classGroup),
        E("/ims/oneroster/rostering/v1p2/classes/{id}/teachers", .users, .teachers, of: .classGroup),
        E("/ims/oneroster/rostering/v1p2/courses/{id}/classes", .classes, of: .course),
        E("/ims/oneroster/rostering/v1p2/terms/{id}/classes", .classes, of: .term),
        E("/ims/oneroster/rostering/v1p2/terms/{id}/gradingPeriods", .academicSessions, .gradingPeriods, of: .term),
        E("/ims/oneroster/rostering/v1p2/students/{id}/classes", .classes, of: .student),
        E("/ims/oneroster/rostering/v1p2/teachers/{id}/classes", .classes, of: .teacher),
        E("/ims/oneroster/rostering/v1p2/users/{id}/classes", .classes, of: .user),
    ]

    /// Mounts them all; what they remember is this table's own.
    static func mount(_ routes: Routes) {
        let memory = RosterMemory()
        for endpoint in all {
            routes.get(endpoint.path, .program(endpoint.scopes), scope: .program, load: .program) { visit in
                try await RosterAnswers(visit, endpoint, memory).reply()
            }
        }
    }
}

extension RosterEndpoint {
    /// The question that an address asks, once what it names is found within reach; throws where that is not there.
    func question(_ finder: RosterFinder, id: String, classID: String) throws -> RosterQuestion {
        var question = RosterQuestion(noun, scope: finder.scope)
        question.choice = choice
        switch parent {
        case .none: break
        case .school: question.school = ID(stored: try finder.key(.orgs, .schools, id).id)
        case .classGroup: question.classGroup = ID(stored: try finder.key(.classes, .all, id).id)
        case .classInSchool:
            let school = ID<Org>(stored: try finder.key(.orgs, .schools, id).id)
            let group = ID<ClassGroup>(stored: try finder.key(.classes, .all, classID, school: school).id)
            (question.school, question.classGroup) = (school, group)
        case .course: question.course = try finder.key(.courses, .all, id)
        case .term:
            // A class of ours runs for a year: a term's classes are its year's.
            let session = try finder.key(.academicSessions, .all, id).id
            guard let record = try finder.tx.session(session) else { throw Fault.notFound }
            if noun == .classes { question.year = record.year } else { question.term = session }
        case .student: question.user = try finder.key(.users, .students, id)
        case .teacher: question.user = try finder.key(.users, .teachers, id)
        case .user: question.user = try finder.key(.users, .all, id)
        }
        return question
    }
}

/// Finds the objects that names of the roster mean, within a reach.
struct RosterFinder {
    let tx: Tx, book: RosterBook, scope: Scope

    /// The key of an object; throws where there is none of this name, kind and choice within reach.
    func key(
        _ noun: RosterNoun, _ choice: RosterQuestion.Choice, _ name: String, school: ID<Org>? = nil
    ) throws -> RosterKey {
        guard let named = try named(noun, name) else { throw Fault.notFound }
        var question = RosterQuestion(noun, scope: scope)
        (question.choice, question.school, question.only) = (choice, school, named)
        guard let found = try tx.rosterMarks(question).first else { throw Fault.notFound }
        return found.key
    }

    private func named(_ noun: RosterNoun, _ name: String) throws -> RosterKey? {
        guard (1...255).contains(name.utf8.count) else { return nil }
        if noun == .courses, let course = GradeCourse.named(name) {
            return RosterKey(kind: .gradeCourse, id: course.id)
        }
        let kinds: [RosterKind] =
            switch noun {
            case .orgs: [.org]
            case .academicSessions: [.session]
            case .courses: [.course]
            case .classes: [.classGroup]
            case .users, .demographics: [.student, .staff, .guardian]
            case .enrollments: [.enrolment, .teaching]
            }
        if let found = try book.found(kinds.map(\.entity), name),
            let kind = kinds.first(where: { $0.entity == found.entity })
        {
            return RosterKey(kind: kind, id: found.id)
        }
        guard noun.isPersonal, scope == .everything else { return nil }
        return try book.kept(noun.file.rawValue, name).map { RosterKey(kind: .kept, id: $0) }
    }
}
