import Base

/// A store of rows behind two engines. Bodies are synchronous and may run again (PostgreSQL retries), so they touch nothing but their transaction.
public protocol Database: Sendable {
    var engine: Engine { get }
    var clock: Clock { get }
    var ids: IDSource { get }
    /// The master keys, the same all through a transaction.
    var keys: Keys { get }
    /// The data folder this process works with, by a number of its own: files that a job needs lie there and nowhere else.
    var place: String { get }

    /// Takes other keys from the next transaction on.
    func use(_ keys: Keys)

    /// Runs a body that reads one consistent state.
    func read<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T

    /// Runs a body in a transaction and answers once it is durable. Rooms call `write(as:_:on:)`, which also audits.
    @discardableResult
    func commit<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T

    /// Runs a large piece of work alone in its own transaction: demo data, restores.
    @discardableResult
    func bulk<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T

    /// Writes a consistent copy of the whole database beside running work (SQLite only).
    func copy(to path: String) async throws

    /// Says what is wrong with the stored data, in words; nothing when all is well.
    func integrity() async throws -> [String]

    func close() async
}

/// Bodies run on the engine's own threads: the language of the sentences they throw travels with them.
func inLanguageOfCaller<T>(_ body: @escaping @Sendable (Tx) throws -> T) -> @Sendable (Tx) throws -> T {
    let language = Language.current
    return { tx in try Language.$current.withValue(language) { try body(tx) } }
}

/// What the database could not do, by what a caller can do about it.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable { case unique, foreignKey, check, busy, full, io, readOnly, serialization, lost, other }
    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) { (self.kind, self.description) = (kind, description) }

    /// Whether the same may go well a little later.
    public var isPassing: Bool { [.busy, .serialization, .lost, .full].contains(kind) }

    /// The words for the person who asked.
    public var fault: Fault? {
        switch kind {
        case .unique: .conflict("Mã hoặc tên này đã có trong hệ thống.")
        case .busy, .serialization, .lost:
            Fault(.unavailable, "Hệ thống đang bận. Hãy thử lại sau giây lát.", retryAfter: 2)
        case .io: Fault(.full, "Máy chủ không đọc hoặc ghi được đĩa. Dữ liệu cũ vẫn nguyên vẹn.", retryAfter: 60)
        case .full:
            Fault(.full, "Máy chủ hết chỗ lưu nên chưa ghi được. Dữ liệu cũ vẫn nguyên vẹn.", retryAfter: 60)
        case .foreignKey, .check, .readOnly, .other: nil
        }
    }
}
