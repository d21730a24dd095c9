import Base
import Foundation
import HTTPTypes
import Identity
import Registry
import Storage
import Testing
import Web

/// A connected system at the door, with a token of its own.
struct Connected: Sendable {
    static let root = "/ims/oneroster/rostering/v1p2"
    let door: Door, id: ID<Consumer>, secret: String, token: String

    /// Makes a system that reads at a unit, and takes its first token.
    static func make(
        _ door: Door, at org: ID<Org>, scopes: [String] = RosterScopes.all, by visitor: Visitor = .commandLine
    ) async throws -> Connected {
        var form = ConsumerForm()
        (form.name, form.contact, form.org) = ("Hệ thống thử", "0912 345 678", org)
        (form.scopes, form.expiresOn) = (scopes, Day(at: door.db.clock.now).adding(30))
        let (id, secret) = try await makeConsumer(form, by: visitor, in: door.db)
        let answer = await ask(door, id.code, secret)
        let token = try #require(answer.object?["access_token"] as? String, "\(answer.status) \(answer.text)")
        return Connected(door: door, id: id, secret: secret, token: token)
    }

    /// The topmost unit, and a school of the sample.
    static func top(_ door: Door) async throws -> ID<Org> {
        let id = try await door.db.read { tx in
            try tx.value("SELECT id FROM registry_org WHERE parent_id IS NULL ORDER BY id LIMIT 1", ID<Org>.self)
        }
        return try #require(id)
    }

    static func schools(_ door: Door) async throws -> [ID<Org>] {
        try await door.db.read { tx in
            try tx.all(
                """
                SELECT o.id FROM registry_org o WHERE o.is_institution = 1
                AND EXISTS (SELECT 1 FROM registry_student s WHERE s.org_id = o.id) ORDER BY o.id
                """, ID<Org>.self)
        }
    }

    /// Asks for a token as programs do.
    static func ask(_ door: Door, _ client: String, _ secret: String, _ fields: [(String, String)] = []) async -> Answer
    {
        let basic = Data("\(client):\(secret)".utf8).base64EncodedString()
        return await door.post(
            "/oauth/token", [("grant_type", "client_credentials")] + fields,
            headers: [.authorization: "Basic \(basic)"])
    }

    /// Asks the service; the path is what stands behind its root.
    func get(_ path: String, headers: HTTPFields = [:]) async -> Answer {
        var headers = headers
        headers[.authorization] = "Bearer \(token)"
        return await door.get(path.hasPrefix("/ims") ? path : "\(Self.root)\(path)", headers: headers)
    }

    /// The objects of a list.
    func list(_ path: String, _ queries: [(String, String)] = []) async throws -> [[String: Any]] {
        let query = queries.map { "\($0.0)=\(Percent.encode($0.1))" }.joined(separator: "&")
        let answer = await get(query.isEmpty ? path : "\(path)?\(query)")
        try #require(answer.status == 200, "\(path)?\(query): \(answer.status) \(answer.text.prefix(300))")
        return try #require(answer.object?.values.first as? [[String: Any]])
    }

    /// Their names.
    func names(_ path: String, _ queries: [(String, String)] = []) async throws -> [String] {
        try await list(path, [("limit", "10000")] + queries).map { try #require($0["sourcedId"] as? String) }
    }
}

extension Answer {
    /// The answer as a JSON object.
    var object: [String: Any]? { (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] }

    /// The codes of a status payload of 1EdTech's services: major, severity, minor.
    var codes: [String] {
        let minor = (object?["imsx_CodeMinor"] as? [String: Any])?["imsx_codeMinorField"] as? [[String: Any]]
        return [
            object?["imsx_codeMajor"] as? String, object?["imsx_severity"] as? String,
            minor?.first?["imsx_codeMinorFieldValue"] as? String,
        ].compactMap { $0 }
    }
}
