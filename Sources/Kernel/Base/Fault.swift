/// What went wrong in a way that a person or a caller can act on; anything else is a defect and answers 500.
public struct Fault: Error, Sendable {
    public enum Kind: Sendable, Equatable {
        case invalid, unauthenticated, forbidden, notFound, conflict, gone, tooLarge, unsupported, tooMany, unavailable,
            full, timedOut
    }

    public let kind: Kind
    /// The sentence for the person, in Vietnamese; the English catalogue translates it.
    public let message: String
    public let problems: [Problem]
    /// Seconds after which another try makes sense.
    public let retryAfter: Int?

    public init(_ kind: Kind, _ message: String, problems: [Problem] = [], retryAfter: Int? = nil) {
        (self.kind, self.message, self.problems, self.retryAfter) = (kind, message, problems, retryAfter)
    }

    /// A form or file whose fields need mending.
    public static func invalid(_ problems: [Problem]) -> Fault {
        Fault(.invalid, "Có mục chưa đúng. Sửa các mục được đánh dấu rồi gửi lại.", problems: problems)
    }

    public static func invalid(_ message: String) -> Fault { Fault(.invalid, message) }

    /// The same words whether the thing is missing or only out of the visitor's reach, so that asking tells nothing.
    public static let notFound = Fault(.notFound, "Không tìm thấy trang hoặc hồ sơ này, hoặc bạn không có quyền xem.")
    public static let forbidden = Fault(.forbidden, "Bạn không có quyền làm việc này.")
    public static let unauthenticated = Fault(.unauthenticated, "Hãy đăng nhập để tiếp tục.")

    /// What the request asks no longer fits what is stored.
    public static func conflict(_ message: String) -> Fault { Fault(.conflict, message) }
}

/// One field that needs mending, with the sentence shown beside it.
public struct Problem: Sendable, Equatable {
    public let field: String
    public let message: String

    public init(_ field: String, _ message: String) { (self.field, self.message) = (field, message) }
}
