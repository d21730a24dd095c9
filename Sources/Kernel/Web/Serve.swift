import Base
import HTTPTypes
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOExtras
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// Where and how the server listens.
public struct Listening: Sendable {
    public var host = "127.0.0.1"
    public var port = 8080
    /// A socket that already listens, inherited from the parent that keeps it over a fall of this process.
    public var socket: Int32?
    /// Certificate chain and key in PEM files, for HTTPS.
    public var certificate: String?, privateKey: String?
    public var maxConnections = 2000
    public init() {}
}

/// Hummingbird's HTTP engine on a socket of our own: the gate answers, a signal lets running requests finish.
public struct GateServer: Service {
    let gate: Gate
    let listening: Listening
    let log: Logger
    let onRunning: @Sendable (Int) async -> Void

    public init(_ gate: Gate, _ listening: Listening, log: Logger, onRunning: @escaping @Sendable (Int) async -> Void) {
        (self.gate, self.listening, self.log, self.onRunning) = (gate, listening, log, onRunning)
    }

    public func run() async throws {
        var http1 = HTTP1Channel.Configuration(idleTimeout: .seconds(12))
        http1.httpDecoder = .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
        let plain = HTTP1Channel(responder: respond, configuration: http1)
        guard let certificate = listening.certificate, let key = listening.privateKey else {
            return try await serve(plain)
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        try await serve(try TLSChannel(plain, tlsConfiguration: tls))
    }

    private func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        var response = await gate.answer(request, peer: channel.remoteAddress?.ipAddress ?? "local")
        response.headers[.date] = HTTPDate.now()
        let isLast = response.headers[.connection] == "close"
        try await writer.write(response: response.head, body: response.body)
        if isLast { channel.pipeline.fireUserInboundEventTriggered(LastAnswer()) }
    }

    private func serve(_ child: some ServerChildChannel) async throws {
        let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
        let server = try await bind(child, quiescing)
        await onRunning(server.channel.localAddress?.port ?? listening.port)
        var quiet = log
        quiet.logLevel = .critical
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                do {
                    try await server.executeThenClose { inbound in
                        for try await connection in inbound {
                            group.addTask(executorPreference: Threads.pages) { [quiet] in
                                await child.handle(value: connection, logger: quiet)
                            }
                        }
                    }
                } catch {
                    log.error("listening failed: \(type(of: error))")
                }
            }
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: nil)
        }
    }

    private func bind<Child: ServerChildChannel>(
        _ child: Child, _ quiescing: ServerQuiescingHelper
    ) async throws -> NIOAsyncChannel<Child.Value, Never> {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: 1024)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .serverChannelInitializer { [most = listening.maxConnections] channel in
                channel.eventLoop.makeCompletedFuture {
                    let delegate = MaximumAvailableConnections(most)
                    try channel.pipeline.syncOperations.addHandler(
                        AvailableConnectionsChannelHandler(delegate: delegate))
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
        let setUp: @Sendable (any Channel) -> EventLoopFuture<Child.Value> = { [log] channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(LineGuard()) }
                .flatMap { child.setup(channel: channel, logger: log) }
        }
        if let socket = listening.socket { return try await bootstrap.bind(socket, childChannelInitializer: setUp) }
        return try await bootstrap.bind(host: listening.host, port: listening.port, childChannelInitializer: setUp)
    }
}

/// The moment as HTTP writes it (RFC 9110, 5.6.7).
enum HTTPDate {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func now(_ moment: Int64 = Clock.system.now) -> String {
        let iso = moment.isoMoment
        guard let day = Day(iso: iso.prefix(10)) else { return iso }
        let (year, month, number) = day.parts
        return
            "\(weekdays[day.weekday - 1]), \(number < 10 ? "0" : "")\(number) \(months[month - 1]) \(year) \(iso.dropFirst(11).prefix(8)) GMT"
    }
}
