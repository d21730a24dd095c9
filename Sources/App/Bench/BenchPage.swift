import Base

/// A page that is measured, and the bare route it is measured beside.
struct BenchPage {
    let name: String, role: String, path: String, barePath: String?
    var connections = 64

    static func all(_ demo: DemoAccounts) throws -> [BenchPage] {
        guard let classID = demo.sample.classId, let school = demo.sample.schoolId, let org = demo.sample.orgId else {
            throw Failure("bench: the demo has no sample class")
        }
        return [
            BenchPage(name: "home", role: "homeroom", path: "/me", barePath: "/home/\(classID)"),
            BenchPage(name: "class page", role: "homeroom", path: "/classes/\(classID)", barePath: "/class/\(classID)"),
            BenchPage(name: "student list", role: "clerk", path: "/students", barePath: "/students/\(school)"),
            BenchPage(
                name: "dashboard, province", role: "department", path: "/orgs/\(org)", barePath: nil, connections: 2),
            BenchPage(
                name: "dashboard, school", role: "principal", path: "/orgs/\(school)", barePath: nil, connections: 2),
        ]
    }
}
