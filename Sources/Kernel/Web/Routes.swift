import Base
import HTTPTypes
import Synchronization

/// Who may come to a route. There is no default: a route without one does not compile.
public enum Right: Sendable {
    /// Anybody, signed in or not.
    case everyone
    /// Anybody who is signed in: the page shows only what is theirs.
    case signedIn
    /// Those who hold the right; how far it reaches is in the query's scope.
    case holder(Permission)
    /// Those who hold one of the rights.
    case anyOf([Permission])
    /// Programs alone, whose bearer token carries one of the scopes; nobody's session.
    case program([String])
    /// Programs alone, whose token carries the scope and speaks for an account that holds the right.
    case interface(Permission, scope: String)
}

/// What is given up first when too much is asked at once.
public enum LoadClass: Int, Sendable, CaseIterable {
    /// Whether the server lives: always answered.
    case health = 0
    /// Sign-in, saving: kept to the last.
    case vital
    case page
    /// What programs ask for: given up before the pages of people.
    case program
    case report
}

/// One route as data: the permission matrix, the header test and the fuzz list are made from the table of these.
public struct Route: Sendable {
    public let method: HTTPRequest.Method
    public let pattern: String
    public let right: Right
    public let load: LoadClass
    /// The largest body taken, in bytes; 0 for a route that takes none.
    public let bodyLimit: Int
    /// How the route is limited to a part of the data, for the matrix.
    public let scope: ScopeRule
    /// Whether its body is JSON and no form.
    var takesJSON = false
    let handle: @Sendable (Visit) async throws -> Reply
}

/// What a route's `{id}` stands for, so that the matrix can ask for one's own and another's.
public enum ScopeRule: String, Sendable {
    case none, own, org, classGroup, student, staff, guardian, account, consumer, list, job
    /// What a program sees through its own reach.
    case program
}

/// Where rooms say their routes.
public final class Routes: Sendable {
    private let table = Mutex<[Route]>([])

    public init() {}

    public var all: [Route] { table.withLock { $0 } }

    /// A page that only reads.
    public func get(
        _ pattern: StaticString, _ right: Right, scope: ScopeRule, load: LoadClass = .page,
        _ handle: @escaping @Sendable (Visit) async throws -> Reply
    ) {
        add(
            Route(
                method: .get, pattern: pattern.description, right: right, load: load, bodyLimit: 0, scope: scope,
                handle: handle))
    }

    /// A change: answers a redirect, or the form again with its problems.
    public func post(
        _ pattern: StaticString, _ right: Right, scope: ScopeRule, body: Int = 1 << 20, load: LoadClass = .vital,
        _ handle: @escaping @Sendable (Visit) async throws -> Reply
    ) {
        add(
            Route(
                method: .post, pattern: pattern.description, right: right, load: load, bodyLimit: body, scope: scope,
                handle: handle))
    }

    /// A call of the programming interface.
    func endpoint(_ endpoint: Endpoint, _ handle: @escaping @Sendable (Visit) async throws -> Reply) {
        add(
            Route(
                method: endpoint.method, pattern: endpoint.path,
                right: .interface(endpoint.right, scope: endpoint.scope),
                load: .program, bodyLimit: endpoint.body == nil ? 0 : 1 << 18, scope: endpoint.rule,
                takesJSON: endpoint.body != nil, handle: handle))
    }

    private func add(_ route: Route) { table.withLock { $0.append(route) } }
}

/// Finds the route of a path: a tree of segments, literal before `{name}`.
struct RouteTree: Sendable {
    private final class Node {
        var literals: [String: Node] = [:]
        var parameter: (name: String, node: Node)?
        var routes: [String: Route] = [:]
    }

    enum Found {
        case route(Route, [String: String])
        case otherMethods([String])
        case nothing
    }

    private indirect enum Branch: Sendable {
        case node(literals: [String: Branch], parameter: (name: String, Branch)?, routes: [String: Route])
    }

    private let root: Branch

    /// Builds the tree; two routes with one method and pattern are a defect of the house, found at start.
    init(_ routes: [Route]) {
        let root = Node()
        for route in routes {
            var node = root
            for segment in route.pattern.split(separator: "/") {
                if segment.hasPrefix("{") {
                    let next = node.parameter?.node ?? Node()
                    node.parameter = node.parameter ?? (String(segment.dropFirst().dropLast()), next)
                    node = next
                } else {
                    let next = node.literals[String(segment)] ?? Node()
                    node.literals[String(segment)] = next
                    node = next
                }
            }
            node.routes[route.method.rawValue] = route
        }
        self.root = Self.frozen(root)
    }

    private static func frozen(_ node: Node) -> Branch {
        .node(
            literals: node.literals.mapValues(frozen), parameter: node.parameter.map { ($0.name, frozen($0.node)) },
            routes: node.routes)
    }

    func find(_ method: HTTPRequest.Method, _ segments: [String]) -> Found {
        var parameters: [String: String] = [:]
        guard case .node(_, _, let routes)? = walk(root, segments[...], &parameters), !routes.isEmpty else {
            return .nothing
        }
        // HEAD is answered by GET's route; the body is dropped on the way out.
        let name = method == .head ? "GET" : method.rawValue
        return routes[name].map { .route($0, parameters) } ?? .otherMethods(routes.keys.sorted())
    }

    private func walk(_ branch: Branch, _ segments: ArraySlice<String>, _ parameters: inout [String: String]) -> Branch?
    {
        guard let segment = segments.first else { return branch }
        guard case .node(let literals, let parameter, _) = branch else { return nil }
        if let next = literals[segment] {
            let kept = parameters
            if let found = walk(next, segments.dropFirst(), &parameters), case .node(_, _, let routes) = found,
                !routes.isEmpty
            {
                return found
            }
            parameters = kept
        }
        guard let (name, next) = parameter else { return nil }
        parameters[name] = segment
        return walk(next, segments.dropFirst(), &parameters)
    }
}
