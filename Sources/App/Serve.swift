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
    @OptionGroup var doors: Doors
    @Option(name: .customLong("rate-limits"), help: "on or off; off on loopback only (HOABAN_RATE_LIMITS).")
    var limits: OnOff?
    @Option(name: .customLong("bench-routes"), help: "on: measuring routes, on loopback only (HOABAN_BENCH_ROUTES).")
    var bench: OnOff?
    @Flag(name: .customLong("no-supervisor"), help: "Serve in this process, without the parent that restarts it.")
    var alone = false

    func run() async throws {
        var listening = try listening()
        if try !isAlone(), environment("HOABAN_CHILD") == nil {
            let file = Installation.databaseFile(of: place.folder)
            try Supervisor.run(listening, database: place.url == nil ? file : nil)
        }
        if environment("HOABAN_CHILD") != nil { _ = hoaban_end_with_parent() }
        let lock = place.url == nil ? try await FolderLock(place.folder) : nil
        defer { withExtendedLifetime(lock) {} }
        listening.maxConnections = try Limits.check()
        let installation = try await Installation.open(place)
        try Limits.checkDisk(installation.folder)
        let sweep = Sweep(folder: installation.uploads)
        // Alone on the folder, so that whatever a request was bringing in is of a process that fell.
        if lock != nil { sweep.run(requestsOlderThan: 0) }
        let log = Logs.make()
        let metrics = Metrics()
        let gate = try await makeGate(installation, listening, metrics, log)
        let host = listening.host.contains(":") ? "[\(listening.host)]" : listening.host
        let root = "http\(listening.certificate == nil ? "" : "s")://\(host)"
        let server = GateServer(gate, listening, log: log) { port in
            Terminal.say("HoaBan: \(root):\(port)")
        }
        let keeper = gate.rateKeeper
        try await keeper.begin()
        let watch = KeyWatch(installation, log: log)
        try await watch.begin()
        let services: [any Service] = [
            keeper,
            Worker(db: installation.db, jobs: House.jobs, log: log),
            Relay(db: installation.db, listeners: House.listeners, log: log),
            Sealer(db: installation.db, heads: installation.heads, log: log),
            watch,
            Caretaker(db: installation.db, upkeep: House.upkeep + [sweep.upkeep], log: log), server,
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        // Whoever sends or reads slowly does not hold the program: its work is cut off, and what was not acknowledged is not done.
        configuration.maximumGracefulShutdownDuration = .seconds(Serve.patience)
        let group = ServiceGroup(configuration: configuration)
        try await withTaskExecutorPreference(Threads.services) { try await group.run() }
        await installation.db.close()
    }

    /// How long running requests may take to end after the signal, in seconds.
    static let patience = 25

    private func isAlone() throws -> Bool {
        try alone || OnOff.find(nil, "HOABAN_NO_SUPERVISOR", preset: .off) == .on
    }

    private func listening() throws -> Listening {
        let named = address ?? environment("HOABAN_ADDRESS") ?? "127.0.0.1:8080"
        guard let address = HostAndPort(named) else {
            throw ValidationError("--address needs HOST:PORT, with IPv6 as [HOST]:PORT")
        }
        var listening = Listening()
        (listening.host, listening.port) = (address.host, address.port)
        (listening.certificate, listening.privateKey) = try doors.certificateAndKey()
        listening.socket = environment("HOABAN_SOCKET").flatMap { Int32($0) }
        let isLoopback = ["127.0.0.1", "localhost", "::1"].contains(listening.host)
        guard try isLoopback || (rateLimits() == .on && benchRoutes() == .off) else {
            throw ValidationError("limits can be switched off, and bench routes on, on loopback only")
        }
        return listening
    }

    private func rateLimits() throws -> OnOff { try .find(limits, "HOABAN_RATE_LIMITS", preset: .on) }
    private func benchRoutes() throws -> OnOff { try .find(bench, "HOABAN_BENCH_ROUTES", preset: .off) }

    private func makeGate(_ installation: Installation, _ listening: Listening, _ metrics: Metrics, _ log: Logger)
        async throws -> Gate
    {
        var settings = Gate.Settings()
        settings.rateLimits = try rateLimits() == .on
        settings.isTLS = listening.certificate != nil
        settings.trustedProxies = doors.trusted
        settings.uploadFolder = installation.uploads
        settings.blobFolder = installation.blobs
        let benches = try benchRoutes() == .on
        return try await House.gate(
            db: installation.db, resources: installation.resources, settings: settings, metrics: metrics, log: log
        ) { routes in
            Operations.mount(routes, metrics: metrics)
            if benches { BenchRoutes.mount(routes) }
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

    /// Below this much room a day's work might not find its place (bar A3).
    static func checkDisk(_ folder: String) throws {
        let least = environment("HOABAN_MIN_FREE_MIB").flatMap { UInt64($0) } ?? 1024
        guard let free = freeMiB(folder), free < least else { return }
        throw Failure(
            "Đĩa của \(folder) còn \(free) MiB; cần ít nhất \(least) MiB để phục vụ. Hãy dọn đĩa rồi chạy lại.")
    }

    static func freeMiB(_ folder: String) -> UInt64? {
        var disk = statvfs()
        return statvfs(folder, &disk) == 0 ? (UInt64(disk.f_bavail) * UInt64(disk.f_frsize)) >> 20 : nil
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
