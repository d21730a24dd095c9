import ArgumentParser
import Base
import CSpawn
import House
import Logging
import ServiceLifecycle
import Storage
import Web
import Work

#if canImport(Glibc)
import Glibc
#endif

/// `hoaban serve`: a small parent that brings its child back when it falls, and the child that serves.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves over HTTP, or HTTPS with --certificate and --key.")

    @OptionGroup var place: Where
    @Option(help: "Host and port (HOABAN_ADDRESS).") var address: String?
    @Option(help: "PEM file of the certificate chain.") var certificate: String?
    @Option(help: "PEM file of the private key.") var key: String?
    @Option(name: .customLong("rate-limits"), help: "on or off; off on loopback only.") var rateLimits = "on"
    @Option(name: .customLong("trusted-proxy"), help: "Address of a proxy whose X-Forwarded-For and -Proto count.")
    var proxies: [String] = []
    @Option(name: .customLong("bench-routes"), help: "on: measuring routes, on loopback only.") var benchRoutes = "off"
    @Flag(name: .customLong("no-supervisor"), help: "Serve in this process, without the parent that restarts it.")
    var alone = false

    func run() async throws {
        var listening = try listening()
        if !alone, environment("HOABAN_CHILD") == nil { try Supervisor.run(listening) }
        if environment("HOABAN_CHILD") != nil { _ = hoaban_end_with_parent() }
        let lock = place.url == nil ? try FolderLock(place.folder) : nil
        defer { withExtendedLifetime(lock) {} }
        listening.maxConnections = try Limits.check()
        let installation = try await Installation.open(place)
        let log = Logs.make()
        let metrics = Metrics()
        let gate = try await makeGate(installation, listening, metrics, log)
        let root = "http\(listening.certificate == nil ? "" : "s")://\(listening.host)"
        let server = GateServer(gate, listening, log: log) { port in
            Terminal.say("HoaBan: \(root):\(port)")
        }
        let services: [any Service] = [
            Worker(db: installation.db, jobs: House.jobs, log: log),
            Relay(db: installation.db, listeners: House.listeners, log: log),
            Sealer(db: installation.db, log: log), Caretaker(db: installation.db, upkeep: House.upkeep, log: log),
            server,
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        await installation.db.close()
    }

    private func listening() throws -> Listening {
        let parts = (address ?? environment("HOABAN_ADDRESS") ?? "127.0.0.1:8080").split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
            throw ValidationError("--address needs HOST:PORT")
        }
        var listening = Listening()
        (listening.host, listening.port) = (String(parts[0]), port)
        (listening.certificate, listening.privateKey) = (certificate, key)
        listening.socket = environment("HOABAN_SOCKET").flatMap { Int32($0) }
        let isLoopback = ["127.0.0.1", "localhost"].contains(listening.host)
        guard isLoopback || (rateLimits == "on" && benchRoutes == "off") else {
            throw ValidationError("limits can be switched off, and bench routes on, on loopback only")
        }
        return listening
    }

    private func makeGate(_ installation: Installation, _ listening: Listening, _ metrics: Metrics, _ log: Logger)
        async throws -> Gate
    {
        var settings = Gate.Settings()
        settings.rateLimits = rateLimits != "off"
        settings.isTLS = listening.certificate != nil
        settings.trustedProxies = Set(proxies)
        settings.uploadFolder = installation.uploads
        return try await House.gate(
            db: installation.db, resources: installation.resources, settings: settings, metrics: metrics, log: log
        ) { routes in
            Operations.mount(routes, metrics: metrics)
            if benchRoutes == "on" { BenchRoutes.mount(routes) }
        }
    }
}

/// The limits of the machine that the server needs (reliability fact 4): refuses to start below them.
enum Limits {
    /// Answers how many connections may be open at once.
    @discardableResult
    static func check() throws -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        if limit.rlim_cur < 65_536, limit.rlim_max > limit.rlim_cur {
            limit.rlim_cur = min(limit.rlim_max, 65_536)
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        }
        guard limit.rlim_cur >= 4096 else {
            throw Failure("Giới hạn tệp mở (nofile) là \(limit.rlim_cur); cần ít nhất 4096.")
        }
        return min(20_000, Int(limit.rlim_cur - 200) / 2)
    }
}

/// Logs as lines of JSON on standard error, written by a thread of their own that drops rather than blocks.
enum Logs {
    static func make() -> Logger {
        var log = Logger(label: "hoaban") { _ in LineLog(sink: LogSink.shared) }
        log.logLevel = Logger.Level(rawValue: environment("HOABAN_LOG") ?? "") ?? .info
        return log
    }
}
