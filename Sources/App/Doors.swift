import ArgumentParser
import Base
import Web

/// `on` or `off`, in a flag, the environment or the file of settings.
enum OnOff: String, ExpressibleByArgument, Sendable {
    case on, off

    /// What was set: by the flag, else by the environment.
    static func find(_ flag: OnOff?, _ name: String, preset: OnOff) throws -> OnOff {
        guard flag == nil, let text = environment(name) else { return flag ?? preset }
        guard let value = OnOff(rawValue: text) else { throw Failure("\(name) phải là on hoặc off.") }
        return value
    }
}

/// How the outside reaches the server safely: over its own HTTPS, or through a proxy that it trusts.
struct Doors: ParsableArguments {
    @Option(help: "PEM file of the certificate chain (HOABAN_CERTIFICATE).") var certificate: String?
    @Option(help: "PEM file of the private key (HOABAN_CERTIFICATE_KEY).") var key: String?
    @Option(
        name: .customLong("trusted-proxy"),
        help: "Address of a proxy whose X-Forwarded-For and -Proto count (HOABAN_TRUSTED_PROXY).")
    var proxies: [String] = []

    func certificateAndKey() throws -> (String?, String?) {
        let pair = (
            certificate ?? environment("HOABAN_CERTIFICATE"), key ?? environment("HOABAN_CERTIFICATE_KEY")
        )
        guard (pair.0 == nil) == (pair.1 == nil) else {
            throw Failure("HTTPS cần cả chứng thư (certificate) và khóa (key).")
        }
        return pair
    }

    var trusted: Set<String> {
        let named = proxies.isEmpty ? environment("HOABAN_TRUSTED_PROXY").map { [$0] } ?? [] : proxies
        return Set(named.flatMap { $0.split { $0 == " " || $0 == "," }.map(String.init) })
    }
}

/// `127.0.0.1:8080`, `localhost:8080` or `[::1]:8080`.
struct HostAndPort: Equatable {
    let host: String, port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        (self.host, self.port) = (String(host), port)
    }
}
