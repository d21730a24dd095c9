import Base
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Where and how the server listens.
public struct Listening: Sendable {
    public var host = "127.0.0.1"
    public var port = 8080
    /// Certificate chain and key in PEM files, for HTTPS.
    public var certificate: String?, privateKey: String?
    public var maxConnections = 2000
    public init() {}
}

/// The context of one request: nothing but the peer's address.
struct PeerContext: InitializableFromSource, Sendable {
    let peer: String

    init(source: ApplicationRequestContextSource) {
        peer = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}

struct GateResponder: HTTPResponder {
    let gate: Gate

    func respond(to request: Request, context: PeerContext) async throws -> Response {
        await gate.answer(request, peer: context.peer)
    }
}

/// Builds the server as one service: gate in front, the other services started before it and stopped after it.
public func makeServer(
    _ gate: Gate, _ listening: Listening, services: [any Service], log: Logger, onRunning: @escaping @Sendable (Int) async -> Void
) throws -> some Service {
    var http1 = HTTP1Channel.Configuration(idleTimeout: .seconds(30))
    http1.httpDecoder = .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
    var server = HTTPServerBuilder.http1(configuration: http1)
    if let certificate = listening.certificate, let key = listening.privateKey {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        server = try .tls(server, tlsConfiguration: tls)
    }
    var quiet = log
    quiet.logLevel = .error
    return Application(
        responder: GateResponder(gate: gate), server: server,
        configuration: .init(
            address: .hostname(listening.host, port: listening.port), serverName: nil, backlog: 1024,
            availableConnectionsDelegate: MaximumAvailableConnections(listening.maxConnections)),
        services: services,
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? listening.port) },
        logger: quiet)
}
