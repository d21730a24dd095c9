import Base
import Registry
import Storage
import Work

extension Subject {
    /// A connected system, and the unit whose people may read the entry.
    static func consumer(_ id: ID<Consumer>, org: ID<Org>? = nil) -> Subject { Subject("consumer", id.raw, org: org) }
}

/// Makes a connected system within the maker's reach; its first secret is only in the answer.
public func makeConsumer(_ form: ConsumerForm, by visitor: Visitor, in db: any Database) async throws -> (
    id: ID<Consumer>, secret: String
) {
    try visitor.must(.manageTokens)
    let secret = "hbs_\(Secret.random(32).hex)"
    let id = try await db.write(as: visitor, "identity.consumer.create", on: Subject("consumer")) { tx in
        let (form, org, expires) = try tx.checked(form, by: visitor)
        let id = try tx.insertConsumer(
            form, org: org, expiresOn: expires, levels: visitor.scope.levels, by: visitor.account)
        tx.audit(subject: .consumer(id, org: org))
        tx.audit(note: form.scopes.map(ConsumerWords.short).joined(separator: " "))
        try tx.insertSecret(Secret.sha256(secret.utf8), of: id, by: visitor.account)
        return id
    }
    return (id, secret)
}

/// Changes what a connected system is and may ask for; tokens given under wider terms end.
public func change(
    _ id: ID<Consumer>, _ form: ConsumerForm, version: Int, by visitor: Visitor, in db: any Database
) async throws {
    try visitor.must(.manageTokens)
    try await db.write(as: visitor, "identity.consumer.update", on: .consumer(id)) { tx in
        let old = try tx.consumer(id, keptBy: visitor)
        let (form, org, expires) = try tx.checked(form, by: visitor)
        tx.audit(subject: .consumer(id, org: org))
        tx.audit(note: form.scopes.map(ConsumerWords.short).joined(separator: " "))
        guard old.state != .revoked else { throw ConsumerFault.revoked }
        guard try tx.update(id, form, org: org, expiresOn: expires, levels: old.levels, version: version) else {
            throw Fault.conflict("Người khác vừa sửa hệ thống này. Hãy xem lại rồi lưu.")
        }
        if old.org != org || !Set(old.scopes).isSubset(of: form.scopes) { try tx.endAccess(of: id) }
    }
}

/// Gives a connected system a new secret; the earlier ones open for some hours more, so that nothing stops meanwhile.
public func rotateSecret(of id: ID<Consumer>, overlapHours: Int, by visitor: Visitor, in db: any Database)
    async throws -> String
{
    try visitor.must(.manageTokens)
    guard ConsumerTerms.overlapHours.contains(overlapHours) else {
        throw Fault.invalid([Problem("overlap", "Hãy chọn thời gian khóa cũ còn dùng được.")])
    }
    let secret = "hbs_\(Secret.random(32).hex)"
    try await db.write(as: visitor, "identity.consumer.renew", on: .consumer(id)) { tx in
        let row = try tx.consumer(id, keptBy: visitor)
        tx.audit(subject: .consumer(id, org: row.org))
        guard row.state != .revoked else { throw ConsumerFault.revoked }
        try tx.endSecrets(of: id, at: tx.now + Int64(overlapHours) * Lifetimes.hour)
        try tx.insertSecret(Secret.sha256(secret.utf8), of: id, by: visitor.account)
    }
    return secret
}

/// Lets a connected system call no more for a while; its tokens end at once.
public func pause(_ id: ID<Consumer>, by visitor: Visitor, in db: any Database) async throws {
    try await turn(id, to: .paused, "identity.consumer.suspend", by: visitor, in: db)
}

/// Lets a paused system call again.
public func resume(_ id: ID<Consumer>, by visitor: Visitor, in db: any Database) async throws {
    try await turn(id, to: .active, "identity.consumer.restore", by: visitor, in: db)
}

/// Ends a connected system for good: its tokens and secrets end at once.
public func revoke(consumer id: ID<Consumer>, by visitor: Visitor, in db: any Database) async throws {
    try await turn(id, to: .revoked, "identity.consumer.revoke", by: visitor, in: db)
}

private func turn(
    _ id: ID<Consumer>, to state: ConsumerState, _ verb: Verb, by visitor: Visitor, in db: any Database
) async throws {
    try visitor.must(.manageTokens)
    try await db.write(as: visitor, verb, on: .consumer(id)) { tx in
        let row = try tx.consumer(id, keptBy: visitor)
        tx.audit(subject: .consumer(id, org: row.org))
        guard row.state != .revoked else { throw ConsumerFault.revoked }
        try tx.set(state, of: id)
        if state != .active { try tx.endAccess(of: id) }
        if state == .revoked { try tx.endSecrets(of: id, at: tx.now) }
    }
}

private enum ConsumerFault {
    static let revoked = Fault.conflict("Hệ thống kết nối này đã bị thu hồi. Muốn dùng lại thì tạo hệ thống mới.")
}

extension Tx {
    /// The form with its texts made sound, its unit found within reach, its last day; throws with what is to be mended.
    fileprivate func checked(_ form: ConsumerForm, by visitor: Visitor) throws -> (ConsumerForm, ID<Org>, Day) {
        var form = form, problems: [Problem] = []
        form.name = Fold.compose(form.name)
        form.contact = Fold.compose(form.contact)
        form.scopes = RosterScopes.all.filter(form.scopes.contains)
        if !(1...100).contains(form.name.unicodeScalars.count) {
            problems.append(Problem("name", "Hãy ghi tên hệ thống, nhiều nhất 100 chữ."))
        }
        if !(1...200).contains(form.contact.unicodeScalars.count) {
            problems.append(Problem("contact", "Hãy ghi người hoặc nơi liên hệ, nhiều nhất 200 chữ."))
        }
        if form.scopes.isEmpty { problems.append(Problem("scopes", "Hãy chọn ít nhất một phạm vi dữ liệu.")) }
        if !ConsumerTerms.perMinute.contains(form.perMinute) {
            problems.append(Problem("per_minute", "Số lượt gọi mỗi phút từ 1 đến 6.000."))
        }
        let days = form.expiresOn.map { Int($0.number - today.number) } ?? 0
        if !ConsumerTerms.days.contains(days) {
            problems.append(Problem("expires", "Ngày hết hạn phải sau hôm nay và không quá ba năm."))
        }
        let org = try form.org.flatMap { try reaches(visitor.scope, org: $0) ? $0 : nil }
        if org == nil { problems.append(Problem("org", "Hãy chọn đơn vị trong phạm vi của bạn.")) }
        guard problems.isEmpty, let org, let expires = form.expiresOn else { throw Fault.invalid(problems) }
        return (form, org, expires)
    }
}
