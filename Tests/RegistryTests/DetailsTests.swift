import Registry
import Storage
import TestSupport
import Testing

@Suite struct DetailsTests {
    @Test(
        "details are read as they were written, plain or escaped",
        arguments: [
            [:], ["a": "b"], ["địa chỉ": "Bản Mù Sang, xã Dào San", "ghi chú": "{\"x\":1},:[]"],
            ["dòng": "một\nhai\\ba", "k": "\u{1}"], ["a": "1", "b": "2", "c": "3"],
        ])
    func comeBack(_ values: [String: String]) async throws {
        let json = Details(values).json
        #expect(try await read(json) == Details(values))
    }

    @Test(
        "what is no object of texts is refused",
        arguments: ["", "[]", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\" \"b\"}", "{\"a\":\"b\"}x"])
    func brokenOnesAreRefused(_ text: String) async throws {
        await #expect(throws: (any Error).self) { _ = try await read(text) }
    }

    private func read(_ text: String) async throws -> Details? {
        try await withDatabase(.sqlite, []) { db in
            try await db.read { tx in try tx.value("SELECT \(text)", Details.self) }
        }
    }
}
