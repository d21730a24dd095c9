import Base
import Storage
import Work

extension Registry {
    /// Mends a campus's name, code or distance; its main one stays the main one.
    public static func editSite(
        _ id: ID<Site>, of org: ID<Org>, name: String, code: String, distance: Double?, by visitor: Visitor,
        in db: any Database
    ) async throws {
        try visitor.must(.editOrgs)
        let name = Fold.compose(name), code = Fold.compose(code)
        guard (1...100).contains(name.unicodeScalars.count) else {
            throw Fault.invalid([Problem("name", "Tên điểm trường phải có 1 đến 100 chữ.")])
        }
        guard code.unicodeScalars.count <= 20 else {
            throw Fault.invalid([Problem("code", "Mã điểm trường dài quá 20 ký tự.")])
        }
        try await db.write(as: visitor, "registry.org.edit-site", on: .org(org)) { tx in
            guard try tx.org(org, scope: visitor.scope) != nil, let old = try tx.siteName(id, of: org) else {
                throw Fault.notFound
            }
            try tx.changed(.org(org), "site", from: old, to: name)
            try tx.update(site: id, of: org, name: name, code: code, distance: distance)
        }
    }
}
