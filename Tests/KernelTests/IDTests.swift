import Base
import Testing

@Suite struct IDTests {
    @Test func codesReadBackInEitherCaseAndKeepTheOrderOfTime() throws {
        let source = IDSource(node: 5)
        var last: ID<Student>?
        for step in 0..<10_000 {
            let id: ID<Student> = source.next(at: 1_795_395_600_000 + Int64(step / 100))
            #expect(id.code.utf8.count == 13)
            #expect(ID<Student>(id.code) == id)
            #expect(ID<Student>(id.code.lowercased()) == id)
            if let last { #expect(last < id && last.code < id.code) }
            last = id
        }
    }

    @Test(arguments: [
        "", "0000000000000", "ZZZZZZZZZZZZZ", "000000000000U", "12345", "00000000000000", "0000000000-01",
        "8000000000000",
    ])
    func whatIsNotACodeIsNoKey(_ text: String) {
        #expect(ID<Student>(text) == nil)
    }

    @Test func aMillisecondThatRunsFullBorrowsFromTheNext() {
        let source = IDSource()
        let made = Set((0..<10_000).map { _ in source.next(Student.self, at: 1_795_395_600_000).raw })
        #expect(made.count == 10_000)
    }
}
