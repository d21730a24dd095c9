import Base
import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("Master keys")
struct KeysTests {
    private static let old = [UInt8](repeating: 1, count: 32), new = [UInt8](repeating: 2, count: 32)

    @Test("L7 what a former key sealed, signed or hid is opened, taken and found; the key in use does it anew")
    func replacing() throws {
        let former = Keys(master: Self.old), both = former.adding(Self.new)
        #expect(!former.isChanging && both.isChanging && both.marks[0] == former.marks[0])
        let changed = try #require(both.using(both.marks[1]))
        #expect(changed.inUse == Keys(master: Self.new))
        let sealed = former.seal("014085000123", "personal-id")
        #expect(changed.open(sealed, "personal-id") == "014085000123")
        #expect(changed.opened(sealed, .field("personal-id"))?.isInUse == false)
        #expect(changed.open(sealed, "slip-phone") == nil && changed.inUse.open(sealed, "personal-id") == nil)
        #expect(former.open(changed.seal("x", "personal-id"), "personal-id") == nil)
        #expect(changed.blinds("a", "b") == [Keys(master: Self.new).blind("a", "b"), former.blind("a", "b")])
        let signature = former.signature([7], "audit-seal")
        #expect(changed.isSigned([7], signature, "audit-seal") && !changed.isSigned([8], signature, "audit-seal"))
        #expect(!changed.inUse.isSigned([7], signature, "audit-seal"))
        #expect(both.using("nobody's") == nil)
    }

    @Test("L7 the key file: made once, for the program alone, replaced whole")
    func file() throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let file = KeyFile(folder + "/master.key")
        #expect(try file.read() == nil)
        let keys = try file.open()
        #expect(try file.open() == keys && file.read() == keys)
        let more = keys.adding(Self.new)
        try file.write(more)
        #expect(try file.read() == more)
        let rights = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["master.key"])
        // The form of former versions, and what people do to files.
        try Data("\(Self.old.hex)".utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(try file.read() == Keys(master: Self.old))
        let wrong = [
            "", "abc", "\(Self.old.hex)\nabc\n", "\(Self.old.hex)\n\(Self.old.hex)\n",
            String(repeating: "\(Self.old.hex)\n", count: 99), "\(Self.old.hex)00",
        ]
        for text in wrong {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
            #expect(throws: Fault.self, "\(text.prefix(10))") { _ = try file.read() }
        }
    }
}
