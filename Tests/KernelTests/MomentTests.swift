import Base
import Testing
import Web

/// Moments and JSON as programs write them.
@Suite struct MomentTests {
    @Test(
        "moments are read as ISO 8601 writes them, whatever their zone",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00", 0), ("1970-01-01T07:00:00+07:00", 0),
            ("1970-01-01T07:00:00 07:00", 0), ("1969-12-31T20:30:00-0330", 0), ("1970-01-01T00:00:01.5Z", 1500),
            ("1970-01-01T00:00:00.123456789z", 123), ("2026-09-01T00:00:00.000Z", 1_788_220_800_000),
        ])
    func read(_ text: String, _ moment: Int64) {
        #expect(Moment.read(text) == moment)
        #expect(Moment.read(moment.preciseMoment) == moment)
    }

    @Test(
        "what is no moment is none",
        arguments: [
            "", "yesterday", "2026-13-01", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+7", "2026-01-01T1:00:00Z",
            "2026-01-01T00:00:00+15:00", "2026-01-01 00:00:00", "2026-01-01T", String(repeating: "9", count: 50),
        ])
    func nothing(_ text: String) { #expect(Moment.read(text) == nil) }

    @Test("JSON is written as RFC 8259 wants, and read back the same")
    func json() throws {
        let value = JSONValue.object([
            "a\"b\\": .text("Lò\n\u{1}\t"), "list": .array([.integer(-1), .flag(true), .null, .number(1.5)]),
            "empty": .object([:]),
        ])
        var json = JSONBytes()
        json.value(value)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a\"b\\":"Lò\n\u0001\t","empty":{},"list":[-1,true,null,1.5]}"#)
        // Control characters are written where the house has them, and refused from outside.
        #expect(throws: (any Error).self) { try JSONValue(json.bytes) }
        var sound = JSONBytes()
        sound.value(.object(["list": value["list"] ?? .null]))
        #expect(try JSONValue(sound.bytes)["list"] == value["list"])
    }
}
