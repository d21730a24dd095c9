import Base
import FoundationEssentials

/// A JSON value that a program sent (RFC 8259).
public indirect enum JSONValue: Sendable, Hashable {
    case null, flag(Bool), integer(Int), number(Double), text(String), array([JSONValue]), object([String: JSONValue])

    /// Reads a whole body; throws where it is no JSON, nests too deep or holds a NUL or a run of combining marks.
    public init(_ bytes: [UInt8]) throws(Fault) {
        guard Self.depth(bytes) <= Self.deepest, String(validating: bytes, as: UTF8.self) != nil else {
            throw Self.broken
        }
        do { self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) } catch { throw Self.broken }
        guard isSound else { throw Self.broken }
    }

    private static let broken = Fault(.invalid, "Nội dung gửi lên không phải JSON đọc được.")
    private static let deepest = 32

    /// How deep the brackets go, those in texts left out.
    private static func depth(_ bytes: [UInt8]) -> Int {
        var depth = 0, most = 0, isText = false, isEscaped = false
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == 92 {
                    isEscaped = true
                } else if byte == 34 {
                    isText = false
                }
                continue
            }
            switch byte {
            case 34: isText = true
            case 91, 123: depth += 1
            case 93, 125: depth -= 1
            default: break
            }
            most = max(most, depth)
        }
        return most
    }

    private var isSound: Bool {
        switch self {
        case .text(let text): Self.isSound(text)
        case .array(let values): values.allSatisfy(\.isSound)
        case .object(let members): members.allSatisfy { Self.isSound($0.key) && $0.value.isSound }
        default: true
        }
    }

    private static func isSound(_ text: String) -> Bool {
        !text.utf8.contains { $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 } && !Fold.hasTooManyMarks(text.utf8)
    }

    /// A member of an object; nothing where there is none or it is null.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var integer: Int? { if case .integer(let number) = self { number } else { nil } }
    public var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    public var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
    public var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}

extension JSONValue: Decodable {
    public init(from decoder: any Decoder) throws {
        let one = try decoder.singleValueContainer()
        if one.decodeNil() {
            self = .null
        } else if let flag = try? one.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? one.decode(Int.self) {
            self = .integer(number)
        } else if let number = try? one.decode(Double.self) {
            self = .number(number)
        } else if let text = try? one.decode(String.self) {
            self = .text(text)
        } else if let values = try? one.decode([JSONValue].self) {
            self = .array(values)
        } else {
            self = .object(try one.decode([String: JSONValue].self))
        }
    }
}

extension JSONBytes {
    /// A value, its members in the order of their names.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .flag(let flag): self.flag(flag)
        case .integer(let number): self.number(number)
        case .number(let number): decimal(number)
        case .text(let text): self.text(text)
        case .array(let values): array { json in for value in values { json.value(value) } }
        case .object(let members):
            object { json in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    json.name(name)
                    json.value(value)
                }
            }
        }
    }
}
