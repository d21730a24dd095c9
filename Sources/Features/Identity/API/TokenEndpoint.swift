import Base
import FoundationEssentials
import Web

/// `POST /oauth/token`: OAuth 2.0 client credentials (RFC 6749, section 4.4), the client known by Basic or by the form.
enum TokenEndpoint {
    static func mount(_ routes: Routes) {
        routes.post("/oauth/token", .everyone, scope: .none, body: 8192, load: .program) { visit in
            try await answer(visit)
        }
    }

    private static func answer(_ visit: Visit) async throws -> Reply {
        do {
            let (client, secret) = try credentials(visit)
            guard visit.form.text("grant_type") == "client_credentials" else { throw try grantType(visit) }
            let grant = try await visit.door.grantAccess(
                client: client, secret: secret, scope: visit.form.text("scope"), address: visit.address)
            return told(grant)
        } catch let refusal as AccessRefusal {
            return refused(refusal)
        }
    }

    private static func grantType(_ visit: Visit) throws -> AccessRefusal {
        visit.form.text("grant_type").isEmpty
            ? AccessRefusal(code: "invalid_request", sentence: t("Thiếu grant_type."))
            : AccessRefusal(code: "unsupported_grant_type", sentence: t("Chỉ nhận grant_type là client_credentials."))
    }

    private static func told(_ grant: AccessGrant) -> Reply {
        var json = JSONBytes()
        json.object { json in
            json.member("access_token", grant.token)
            json.member("token_type", "Bearer")
            json.member("expires_in", grant.seconds)
            json.member("scope", grant.scopes.joined(separator: " "))
        }
        return .json(json.bytes)
    }

    private static func refused(_ refusal: AccessRefusal) -> Reply {
        var json = JSONBytes()
        json.object { json in
            json.member("error", refusal.code)
            json.member("error_description", translated(refusal.sentence))
        }
        guard refusal.code == "invalid_client" else { return .json(json.bytes, status: .badRequest) }
        return .json(json.bytes, status: .unauthorized).setting(.wwwAuthenticate, "Basic realm=\"HoaBan\"")
    }

    /// The client's id and secret: in the head or in the form, never both (RFC 6749, 2.3.1).
    private static func credentials(_ visit: Visit) throws -> (client: String, secret: String) {
        let typed = (client: visit.form.text("client_id"), secret: visit.form.raw("client_secret"))
        guard let header = visit.headers[.authorization] else {
            guard !typed.client.isEmpty, !typed.secret.isEmpty else { throw AccessRefusal.client }
            return typed
        }
        guard typed.secret.isEmpty else {
            throw AccessRefusal(code: "invalid_request", sentence: t("Chỉ gửi khóa bí mật theo một cách."))
        }
        guard header.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: String(header.dropFirst(6)).trimmed),
            let colon = data.firstIndex(of: UInt8(ascii: ":")),
            let client = Percent.decoded(data[..<colon]),
            let secret = Percent.decoded(data[data.index(after: colon)...])
        else { throw AccessRefusal.client }
        return (client, secret)
    }
}
