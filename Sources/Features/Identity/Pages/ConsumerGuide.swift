import Base
import Web

/// How a connected system is set up, in lines to copy.
enum ConsumerGuide {
    static func html(_ origin: String, _ row: ConsumerRow, secret: String? = nil) -> HTML {
        let shown = secret ?? "…"
        let token =
            "curl -u \(row.id.code):\(shown) -d grant_type=client_credentials \(origin)/oauth/token"
        let call =
            "curl -H \"Authorization: Bearer …\" \"\(origin)/ims/oneroster/rostering/v1p2/orgs?limit=100\""
        return """
            \(UI.facts([
                (t("Địa chỉ lấy mã (token URL)"), "<code>\(origin)/oauth/token</code>"),
                (t("Địa chỉ gốc OneRoster"), "<code>\(origin)/ims/oneroster/rostering/v1p2</code>"),
                (t("Phạm vi (scope)"), "<code>\(row.scopes.joined(separator: " "))</code>"),
            ]))
            <p>\(t("Lấy mã truy cập, dùng được một giờ:"))</p><pre class="code" tabindex="0"><code>\(token)</code></pre>
            <p>\(t("Gọi bằng mã đó:"))</p><pre class="code" tabindex="0"><code>\(call)</code></pre>
            """
    }
}
