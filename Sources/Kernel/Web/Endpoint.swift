import Base
import HTTPTypes
import Work

/// One route of the programming interface, as data: what may be asked, by whom, in which shape, and what comes back. The routes, their checks and
/// the reference are made from the table of these, so that none of the three can say something else.
public struct Endpoint: Sendable {
    /// A value in the address or behind its question mark.
    public struct Parameter: Sendable {
        let name: String, shape: JSONShape, isRequired: Bool

        public init(_ name: StaticString, _ shape: JSONShape, required isRequired: Bool = false) {
            (self.name, self.shape, self.isRequired) = (name.description, shape, isRequired)
        }
    }

    /// What a call made: its key, and doubts that came up.
    public struct Made: Sendable {
        let id: String, warnings: [String]

        public init<Of>(_ id: ID<Of>, warnings: [String] = []) { (self.id, self.warnings) = (id.code, warnings) }

        /// How it is told.
        public static let shape = JSONShape.object([
            .init("id", .key), .init("warnings", .array(.text(), most: 100)),
        ])

        var value: JSONValue {
            .object(["id": .text(id), "warnings": .array(warnings.map { .text(translated($0)) })])
        }
    }

    /// What is done with a call: answers a value, or makes something that is then found at a place.
    enum Act: Sendable {
        case telling(@Sendable (Call) async throws -> JSONValue)
        case making(at: String, @Sendable (Call) async throws -> Made)
    }

    let method: HTTPRequest.Method, path: String
    let title: @Sendable () -> String
    let right: Permission, scope: String, rule: ScopeRule
    let parameters: [Parameter]
    let body: JSONShape?, example: JSONValue?
    let answer: JSONShape
    let act: Act

    /// A call that only reads.
    public static func get(
        _ path: StaticString, _ title: @autoclosure @escaping @Sendable () -> String, _ right: Permission,
        scope: ScopeRule,
        parameters: [Parameter] = [], answer: JSONShape, _ tell: @escaping @Sendable (Call) async throws -> JSONValue
    ) -> Endpoint {
        Endpoint(
            method: .get, path: path.description, title: title, right: right, scope: Endpoint.read, rule: scope,
            parameters: parameters, body: nil, example: nil, answer: answer, act: .telling(tell))
    }

    /// A call that makes something, found afterwards at `place` with its key: answered 201, and taken once for an `Idempotency-Key`.
    public static func post(
        _ path: StaticString, _ title: @autoclosure @escaping @Sendable () -> String, _ right: Permission,
        scope: ScopeRule,
        makes place: StaticString, body: JSONShape, example: JSONValue,
        _ make: @escaping @Sendable (Call) async throws -> Made
    ) -> Endpoint {
        Endpoint(
            method: .post, path: path.description, title: title, right: right, scope: Endpoint.write, rule: scope,
            parameters: [], body: body, example: example, answer: .named("Made"),
            act: .making(at: place.description, make))
    }

    /// A call that changes what is there.
    public static func patch(
        _ path: StaticString, _ title: @autoclosure @escaping @Sendable () -> String, _ right: Permission,
        scope: ScopeRule,
        body: JSONShape, example: JSONValue, answer: JSONShape,
        _ tell: @escaping @Sendable (Call) async throws -> JSONValue
    ) -> Endpoint {
        Endpoint(
            method: .patch, path: path.description, title: title, right: right, scope: Endpoint.write, rule: scope,
            parameters: [], body: body, example: example, answer: answer, act: .telling(tell))
    }

    /// The scopes of tokens: reading the register, and changing it.
    public static let read = "register.read", write = "register.write"

    var isMaking: Bool { if case .making = act { true } else { false } }

    /// The names of the path's parts that are keys.
    var keys: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}

/// One call: who asks, and what was sent, checked by the endpoint's shapes.
public struct Call: Sendable {
    public let visit: Visit, body: JSONValue
    let endpoint: Endpoint

    public var visitor: Visitor { visit.visitor }

    /// The key in the path; a broken one answers like a missing record.
    public func id<Of>(_ name: StaticString = "id", _: Of.Type = Of.self) throws -> ID<Of> { try visit.id(name) }

    /// A text behind the question mark, empty where there is none.
    public func query(_ name: StaticString) -> String { visit.query(name) }

    /// How many a page holds.
    public var limit: Int { Int(visit.query("limit")) ?? 50 }

    /// A text of the body, empty where there is none.
    public func text(_ name: String) -> String { body[name]?.text ?? "" }

    /// A key in the body.
    public func key<Of>(_ name: String, _: Of.Type = Of.self) -> ID<Of>? { ID<Of>(text(name)) }

    /// A day of the body; throws where a checked shape let none through.
    public func day(_ name: String) throws -> Day {
        guard let day = Day(iso: text(name)) else { throw Fault.invalid([Problem(name, "Thiếu mục bắt buộc.")]) }
        return day
    }

    /// The texts of a member that holds many by name.
    public func texts(_ name: String) -> [String: String] { body[name]?.members.compactMapValues(\.text) ?? [:] }
}

extension Endpoint {
    /// A list's page: its things, and where the next page begins.
    public static func page(of shape: JSONShape) -> JSONShape {
        .object([.init("items", .array(shape, most: 2000)), .init("next", .text(0...2100), nullable: true)])
    }

    /// The parameters of a list by pages.
    public static let paging = [
        Parameter("limit", .integer(1...200)), Parameter("after", .text(1...500)),
    ]

    func mount(_ routes: Routes, _ components: [String: JSONShape]) {
        routes.endpoint(self) { visit in
            let call = try checked(visit, components)
            switch act {
            case .telling(let tell): return Endpoint.reply(try await tell(call))
            case .making(let place, let make):
                let made = try await once(call, make)
                return Endpoint.reply(made.value, .created).setting(.location, "\(place)/\(made.id)")
            }
        }
    }

    private static func reply(_ value: JSONValue, _ status: HTTPResponse.Status = .ok) -> Reply {
        var json = JSONBytes()
        json.value(value)
        return .json(json.bytes, status: status)
    }

    /// The call, its parameters and its body found in shape; throws with each place at fault.
    private func checked(_ visit: Visit, _ components: [String: JSONShape]) throws -> Call {
        var problems = visit.queries.filter { query in !parameters.contains { $0.name == query.name } }.map {
            Problem($0.name, "Không có mục nào tên như vậy.")
        }
        for parameter in parameters {
            let sent = visit.queries.filter { $0.name == parameter.name }
            if sent.count > 1 { problems.append(Problem(parameter.name, "Giá trị không đúng dạng.")) }
            guard let text = sent.first?.value else {
                if parameter.isRequired { problems.append(Problem(parameter.name, "Thiếu mục bắt buộc.")) }
                continue
            }
            problems += parameter.shape.problems(parameter.value(text), at: parameter.name, components)
        }
        var body = JSONValue.null
        if let shape = self.body {
            guard let sent = visit.form.json else {
                throw Fault(.invalid, "Nội dung gửi lên không phải JSON đọc được.")
            }
            problems += shape.problems(sent, components)
            body = sent
        }
        guard problems.isEmpty else { throw Fault.invalid(problems) }
        return Call(visit: visit, body: body, endpoint: self)
    }

    /// Makes something once for the key that the caller gave: the same call again is answered with what the first one made.
    private func once(_ call: Call, _ make: @escaping @Sendable (Call) async throws -> Made) async throws -> Made {
        guard let key = call.visit.headers[.idempotencyKey] else { return try await make(call) }
        guard (1...100).contains(key.utf8.count) else {
            throw Fault.invalid([Problem("Idempotency-Key", "Giá trị không đúng dạng.")])
        }
        var json = JSONBytes()
        json.value(call.body)
        let request = OnceRequest(
            key: key, by: call.visitor, digest: Secret.sha256(Array(call.visit.path.utf8) + json.bytes))
        return try await call.visit.db.once(request) {
            try await make(call)
        } again: {
            Made(ID<JSONValue>(stored: $0))
        }
    }
}

extension Endpoint.Parameter {
    /// The text of a query as the shape's kind of value.
    fileprivate func value(_ text: String) -> JSONValue {
        switch shape {
        case .integer: text.utf8.count <= 18 ? Int(text).map(JSONValue.integer) ?? .text(text) : .text(text)
        case .flag: text == "true" ? .flag(true) : text == "false" ? .flag(false) : .text(text)
        default: .text(text)
        }
    }
}
