import Base
import Testing

@testable import Identity

@Suite("Words of the trail")
struct WordsOfTrailTests {
    @Test("every act that is written down has words of its own")
    func verbs() {
        let verbs = [
            "registry.import", "registry.import.start", "registry.import.part", "registry.import.undo",
            "registry.export",
            "exchange.export", "exchange.import.try", "exchange.import.commit", "exchange.import.cancel",
            "exchange.export.order", "exchange.export.download", "registry.student.read-sensitive",
            "registry.student.read-document", "registry.staff.read-sensitive", "registry.class.read-policies",
            "registry.student.photo", "registry.student.update", "registry.staff.move", "registry.org.merge",
            "registry.figures.freeze", "registry.figures.export", "registry.calendar.edit-term",
            "identity.factor.renew", "identity.account.export", "identity.account.print", "identity.slip.export",
            "identity.slip.print", "identity.code.print", "identity.audit.export", "identity.setting.update",
            "registry.transfer.ask", "registry.transfer.approve", "registry.transfer.refuse",
            "registry.transfer.withdraw",
            "registry.transfer.complete", "registry.transfer.lapse", "registry.student.merge",
            "registry.student.undo-merge", "registry.student.split", "registry.duplicate.find",
            "registry.duplicate.search", "registry.duplicate.part", "registry.duplicate.send",
            "registry.duplicate.propose",
            "keys.add", "keys.use", "keys.reseal", "keys.forget",
        ]
        let raw = verbs.filter { AuditWords.act($0) == $0 }
        #expect(raw.isEmpty, "\(raw)")
        let unfiltered = verbs.filter { verb in !AuditWords.nouns.contains { verb.hasPrefix($0.key) } }
        #expect(unfiltered.isEmpty, "\(unfiltered)")
    }

    @Test("remarks are told in words")
    func notes() {
        func note(_ verb: String, _ text: String) -> String { AuditWords.note(verb, text) }
        #expect(note("registry.student.export", "rows 1043") == "1.043 dòng")
        #expect(note("identity.session.switch", "clerk") == Role.clerk.label)
        #expect(note("exchange.export", "oneroster 12") == "OneRoster: 12 dòng")
        #expect(note("identity.code.print", "40") == "40 mục")
        #expect(!note("identity.setting.update", "code-hours").contains("code-hours"))
        #expect(note("identity.audit.read", "0CNKSK1HT03SY") == "0CNKSK1HT03SY")
    }
}
