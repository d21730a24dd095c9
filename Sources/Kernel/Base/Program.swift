/// A program that calls with a bearer token: what it may ask for and how often, beside the visitor it speaks as.
public struct Program: Sendable, Hashable {
    /// The key of its token, or of the connected system that holds many.
    public let id: Int64
    public let scopes: Set<String>
    /// How many calls it has in a minute.
    public let perMinute: Int

    /// How many calls a minute a token of one account has.
    public static let ofAccount = 1200

    public init(id: Int64, scopes: Set<String>, perMinute: Int = Program.ofAccount) {
        (self.id, self.scopes, self.perMinute) = (id, scopes, perMinute)
    }

    /// Whether one of the scopes was given to it.
    public func has(oneOf wanted: [String]) -> Bool { wanted.contains(where: scopes.contains) }
}
