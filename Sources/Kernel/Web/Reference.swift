import Base

/// The reference of the programming interface, written from its endpoints: `/api/openapi.json` (OpenAPI 3.1) and `/api`, to read.
public enum Reference {
    /// Mounts the endpoints and what tells about them.
    public static func mount(_ routes: Routes, _ endpoints: [Endpoint], _ components: [String: JSONShape]) {
        let components = components.merging(own) { room, _ in room }
        for endpoint in endpoints { endpoint.mount(routes, components) }
        guard !endpoints.isEmpty else { return }
        let document = Language.$current.withValue(.en) { openAPI(endpoints, components) }
        routes.get("/api/openapi.json", .everyone, scope: .none, load: .program) { _ in .json(document) }
        routes.get("/api", .everyone, scope: .none) { visit in ReferencePage.reply(visit, endpoints) }
    }

    private static let own: [String: JSONShape] = [
        "Made": Endpoint.Made.shape,
        "Problem": .object([
            .init("type", .text()), .init("title", .text()), .init("status", .integer(400...599)),
            .init(
                "errors", .array(.object([.init("detail", .text()), .init("pointer", .text())])), required: false),
        ]),
    ]

    static func openAPI(_ endpoints: [Endpoint], _ components: [String: JSONShape]) -> [UInt8] {
        var json = JSONBytes(capacity: 65_536)
        json.object { json in
            json.member("openapi", "3.1.0")
            json.name("info")
            json.object {
                $0.member("title", "HoaBan")
                $0.member("version", Release.version)
                $0.name("license")
                $0.object {
                    $0.member("name", "Apache-2.0")
                    $0.member("identifier", "Apache-2.0")
                }
            }
            json.name("paths")
            json.object { json in
                for path in endpoints.map(\.path).uniqued {
                    json.name(path)
                    json.object { json in
                        for endpoint in endpoints where endpoint.path == path {
                            json.name(endpoint.method.rawValue.lowercased())
                            write(endpoint, &json)
                        }
                    }
                }
            }
            json.name("components")
            json.object { json in
                json.name("schemas")
                json.object { json in
                    for (name, shape) in components.sorted(by: { $0.key < $1.key }) {
                        json.name(name)
                        shape.write(&json)
                    }
                }
                json.name("securitySchemes")
                json.object { json in
                    json.name("token")
                    json.object {
                        $0.member("type", "http")
                        $0.member("scheme", "bearer")
                    }
                }
            }
        }
        return json.bytes
    }

    private static func write(_ endpoint: Endpoint, _ json: inout JSONBytes) {
        json.object { json in
            json.member("operationId", endpoint.name)
            json.member("summary", endpoint.title())
            json.member("description", "Scope \(endpoint.scope), right \(endpoint.right.name).")
            json.name("security")
            json.array { json in json.object { $0.member("token", [endpoint.scope]) } }
            write(parametersOf: endpoint, &json)
            if let body = endpoint.body { write(body, endpoint.example, &json) }
            json.name("responses")
            json.object { json in
                write(endpoint.isMaking ? "201" : "200", "Done", "application/json", endpoint.answer, &json)
                write("default", "Refused", "application/problem+json", .named("Problem"), &json)
            }
        }
    }

    private static func write(parametersOf endpoint: Endpoint, _ json: inout JSONBytes) {
        json.name("parameters")
        json.array { json in
            for key in endpoint.keys { write(key, "path", .key, true, &json) }
            for parameter in endpoint.parameters {
                write(parameter.name, "query", parameter.shape, parameter.isRequired, &json)
            }
            if endpoint.isMaking { write("Idempotency-Key", "header", .text(1...100), false, &json) }
        }
    }

    private static func write(
        _ name: String, _ place: String, _ shape: JSONShape, _ isRequired: Bool, _ json: inout JSONBytes
    ) {
        json.object { json in
            json.member("name", name)
            json.member("in", place)
            json.name("required")
            json.flag(isRequired)
            json.name("schema")
            shape.write(&json)
        }
    }

    private static func write(_ body: JSONShape, _ example: JSONValue?, _ json: inout JSONBytes) {
        json.name("requestBody")
        json.object { json in
            json.name("required")
            json.flag(true)
            json.name("content")
            json.object { json in
                json.name("application/json")
                json.object { json in
                    json.name("schema")
                    body.write(&json)
                    guard let example else { return }
                    json.name("example")
                    json.value(example)
                }
            }
        }
    }

    private static func write(
        _ status: String, _ words: String, _ type: String, _ shape: JSONShape, _ json: inout JSONBytes
    ) {
        json.name(status)
        json.object { json in
            json.member("description", words)
            json.name("content")
            json.object { json in
                json.name(type)
                json.object { json in
                    json.name("schema")
                    shape.write(&json)
                }
            }
        }
    }
}

extension Endpoint {
    /// A name of its own: `get-students-id`.
    var name: String {
        let parts = path.split(separator: "/").dropFirst(2).map { $0.filter { $0 != "{" && $0 != "}" } }
        return "\(method.rawValue.lowercased())-\(parts.joined(separator: "-"))"
    }
}

extension [String] {
    /// Each once, in the order of the first.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

/// The page `/api`: what there is to call, with an example of each.
enum ReferencePage {
    static func reply(_ visit: Visit, _ endpoints: [Endpoint]) -> Reply {
        let parts = endpoints.map { endpoint in
            UI.fold(
                "\(endpoint.method.rawValue) \(endpoint.path) · \(endpoint.title())", content(endpoint, visit.origin))
        }
        return .page(
            t("Giao diện lập trình"), crumbs: [(t("Giao diện lập trình"), nil)],
            """
            <p>\(t("Gọi bằng mã truy cập (Bearer) của một tài khoản, trong phạm vi và quyền của tài khoản đó. Lỗi theo RFC 9457."))</p>
            <p><a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1)</p>
            \(parts)
            """)
    }

    private static func content(_ endpoint: Endpoint, _ origin: String) -> HTML {
        let parameters = endpoint.parameters.map(\.name).joined(separator: ", ")
        return """
            \(UI.facts([
                (t("Phạm vi"), "<code>\(endpoint.scope)</code>"), (t("Quyền"), "<code>\(endpoint.right.name)</code>"),
                (t("Tham số"), "\(parameters)"),
            ]))
            <pre class="code" tabindex="0"><code>\(example(endpoint, origin))</code></pre>
            """
    }

    private static func example(_ endpoint: Endpoint, _ origin: String) -> String {
        let url = "\(origin)\(endpoint.path)"
        guard let body = endpoint.example else { return "curl -H \"Authorization: Bearer …\" \(url)" }
        var json = JSONBytes()
        json.value(body)
        return """
            curl -X \(endpoint.method.rawValue) -H "Authorization: Bearer …" -H "Content-Type: application/json" \\
              -d '\(String(decoding: json.bytes, as: UTF8.self))' \(url)
            """
    }
}
