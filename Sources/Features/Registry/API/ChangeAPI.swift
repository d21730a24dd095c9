import Base
import Storage
import Web
import Work

/// The feed of changes: what the trail says was done to records of the register, oldest first, for those who keep a copy.
enum ChangeAPI {
    static let endpoints: [Endpoint] = [
        .get(
            "/api/v1/changes", t("Những thay đổi sau một mốc, cũ nhất trước"), .viewFigures, scope: .list,
            parameters: [.init("limit", .integer(1...200)), .init("after", .key)],
            answer: Endpoint.page(of: .named("Change")), list)
    ]

    @Sendable private static func list(_ call: Call) async throws -> JSONValue {
        let after: ID<AuditEntry>? = try RecordAPI.key(call, "after"), scope = call.visitor.scope
        let rows = try await call.visit.db.read { tx in
            try tx.changes(after: after, verb: "registry.", scope: scope, limit: call.limit)
        }
        let items = rows.map { row in
            JSONValue.object([
                "id": .key(row.id), "at": .text(row.at.preciseMoment), "verb": .text(row.verb),
                "kind": .text(row.subjectKind), "subject": .key(row.subjectID.flatMap { ID<Org>(raw: $0) }),
                "org": .key(row.subjectOrg.flatMap { ID<Org>(raw: $0) }),
            ])
        }
        // The place stays where it was when there is nothing new: the same call goes on from there.
        return .object(["items": .array(items), "next": .some((rows.last?.id ?? after)?.code)])
    }
}
