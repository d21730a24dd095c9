import Base

/// What a JSON value of the programming interface may be: bodies are checked by it and the reference is written from it, so that the two agree.
public indirect enum JSONShape: Sendable {
    /// A text: how long, in which format of JSON Schema, which words alone.
    case text(ClosedRange<Int> = 0...10_000, format: String? = nil, words: [String] = [])
    case integer(ClosedRange<Int>)
    case flag
    case array(JSONShape, most: Int = 1000)
    case object([Member])
    /// An object of texts by names that the house does not know beforehand; `most` of them.
    case texts(most: Int)
    /// A shape of its own name among the components.
    case named(String)

    /// One member of an object.
    public struct Member: Sendable {
        public let name: String, shape: JSONShape, isRequired: Bool, isNullable: Bool

        public init(
            _ name: String, _ shape: JSONShape, required isRequired: Bool = true, nullable isNullable: Bool = false
        ) {
            (self.name, self.shape, self.isRequired, self.isNullable) = (name, shape, isRequired, isNullable)
        }
    }

    /// A key of the house's: 13 characters.
    public static let key = JSONShape.text(13...13, format: "hoaban-key")
    public static let day = JSONShape.text(10...10, format: "date")
    public static let moment = JSONShape.text(20...30, format: "date-time")
}

extension JSONShape {
    /// What is wrong with a value, each fault with its place as a JSON pointer without the first slash.
    func problems(_ value: JSONValue, at place: String = "", _ components: [String: JSONShape]) -> [Problem] {
        switch (self, value) {
        case (.named(let name), _): return components[name]?.problems(value, at: place, components) ?? []
        case (.text(let length, let format, let words), .text(let text)):
            return isGood(text, length, format, words) ? [] : [Problem(place, "Giá trị không đúng dạng.")]
        case (.integer(let range), .integer(let number)):
            return range.contains(number) ? [] : [Problem(place, "Số ngoài khoảng cho phép.")]
        case (.flag, .flag): return []
        case (.array(let shape, let most), .array(let values)):
            guard values.count <= most else { return [Problem(place, "Danh sách quá dài.")] }
            return values.enumerated().flatMap { shape.problems($1, at: "\(place)/\($0)", components) }
        case (.texts(let most), .object(let members)):
            guard members.count <= most else { return [Problem(place, "Danh sách quá dài.")] }
            return members.sorted { $0.key < $1.key }.flatMap {
                JSONShape.text(0...10_000).problems($0.value, at: "\(place)/\($0.key)", components)
            }
        case (.object(let known), .object(let members)): return problems(known, members, place, components)
        default: return [Problem(place, "Giá trị không đúng kiểu.")]
        }
    }

    private func problems(
        _ known: [Member], _ members: [String: JSONValue], _ place: String, _ components: [String: JSONShape]
    ) -> [Problem] {
        let strange = members.keys.filter { name in !known.contains { $0.name == name } }.sorted()
        return known.flatMap { member -> [Problem] in
            let inside = place.isEmpty ? member.name : "\(place)/\(member.name)"
            switch members[member.name] {
            case nil: return member.isRequired ? [Problem(inside, "Thiếu mục bắt buộc.")] : []
            case .null?: return member.isNullable ? [] : [Problem(inside, "Giá trị không đúng kiểu.")]
            case let value?: return member.shape.problems(value, at: inside, components)
            }
        } + strange.map { Problem(place.isEmpty ? $0 : "\(place)/\($0)", "Không có mục nào tên như vậy.") }
    }

    private func isGood(_ text: String, _ length: ClosedRange<Int>, _ format: String?, _ words: [String]) -> Bool {
        guard length.contains(text.unicodeScalars.count), words.isEmpty || words.contains(text) else { return false }
        switch format {
        case "date": return Day(iso: text) != nil
        case "date-time": return Moment.read(text) != nil
        case "hoaban-key": return ID<Org>(text) != nil
        default: return true
        }
    }

    /// The shape as JSON Schema 2020-12, as OpenAPI 3.1 writes it.
    func write(_ json: inout JSONBytes, isNullable: Bool = false) {
        json.object { json in
            switch self {
            case .named(let name): json.member("$ref", "#/components/schemas/\(name)")
            case .text(let length, let format, let words):
                writeType("string", isNullable, &json)
                if format == "hoaban-key" {
                    json.member("pattern", "^[0-7][0-9A-HJKMNP-TV-Z]{12}$")
                } else if words.isEmpty {
                    if length.lowerBound > 0 { json.member("minLength", length.lowerBound) }
                    json.member("maxLength", length.upperBound)
                    if let format { json.member("format", format) }
                }
                if !words.isEmpty { json.member("enum", words) }
            case .integer(let range):
                writeType("integer", isNullable, &json)
                json.member("minimum", range.lowerBound)
                json.member("maximum", range.upperBound)
            case .flag: writeType("boolean", isNullable, &json)
            case .array(let shape, let most):
                writeType("array", isNullable, &json)
                json.member("maxItems", most)
                json.name("items")
                shape.write(&json)
            case .texts(let most):
                writeType("object", isNullable, &json)
                json.member("maxProperties", most)
                json.name("additionalProperties")
                JSONShape.text(0...10_000).write(&json)
            case .object(let members): writeObject(members, isNullable, &json)
            }
        }
    }

    private func writeType(_ type: String, _ isNullable: Bool, _ json: inout JSONBytes) {
        if isNullable { json.member("type", [type, "null"]) } else { json.member("type", type) }
    }

    private func writeObject(_ members: [Member], _ isNullable: Bool, _ json: inout JSONBytes) {
        writeType("object", isNullable, &json)
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.member("required", required) }
        json.name("properties")
        json.object { json in
            for member in members {
                json.name(member.name)
                member.shape.write(&json, isNullable: member.isNullable)
            }
        }
        json.name("additionalProperties")
        json.flag(false)
    }
}
