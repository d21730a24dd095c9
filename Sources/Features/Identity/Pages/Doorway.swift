import Base
import Web

extension Visit {
    /// What lets people in: the sessions in memory and the hashing threads of this process.
    var door: Entrance { entrance as? Entrance ?? Entrance(db: db) }

    /// The session's secret; nobody without one comes to pages of one's own account.
    var ownCookie: String { sessionCookie ?? "" }

    var agent: String { headers[.userAgent] ?? "" }

    /// The device's token of earlier sign-ins.
    var device: String? { cookie("device") }

    /// Where to go after signing in: only a path of our own.
    var next: String {
        let wanted = form.has("next") ? form.text("next") : query("next")
        return wanted.hasPrefix("/") && !wanted.hasPrefix("//") && !wanted.hasPrefix("/login") ? wanted : "/me"
    }

    /// A cookie that no script reads; `seconds` nil lets it end with the browser.
    private func cookieLine(_ name: String, _ value: String, seconds: Int?) -> String {
        let age = seconds.map { "; Max-Age=\($0)" } ?? ""
        return "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(age)\(isSecure ? "; Secure" : "")"
    }

    /// A session's cookie: a member of staff's ends with the browser, a family's stays on their phone.
    func sessionLine(_ secret: String, isFamily: Bool) -> String {
        cookieLine(isSecure ? "__Host-session" : "session", secret, seconds: isFamily ? 30 * 86_400 : nil)
    }

    /// The cookie that ends the session in the browser.
    var noSessionLine: String { cookieLine(isSecure ? "__Host-session" : "session", "", seconds: 0) }

    func deviceLine(_ token: String) -> String { cookieLine("device", token, seconds: 180 * 86_400) }

    /// The language's cookie; it says nothing about the person.
    func languageLine(_ language: Language) -> String { cookieLine("lang", language.rawValue, seconds: 365 * 86_400) }
}

extension Reply {
    /// Gives the browser a new session and its device's token.
    func opening(_ signIn: SignIn, _ visit: Visit) -> Reply {
        setting(cookie: visit.sessionLine(signIn.cookie, isFamily: signIn.seconds > 86_400))
            .setting(cookie: visit.deviceLine(signIn.device))
    }

    /// Gives the browser the new secret of the session it has.
    func turning(_ secret: String, _ visit: Visit) -> Reply {
        let families: Set<String> = [Role.student.rawValue, Role.guardian.rawValue]
        let keys = visit.session?.roles.map(\.key) ?? []
        return setting(cookie: visit.sessionLine(secret, isFamily: !keys.isEmpty && keys.allSatisfy(families.contains)))
    }
}

extension Duty {
    /// The one page that an account with this duty comes to.
    var path: String {
        switch self {
        case .enterFactor: "/login/code"
        case .changePassword: "/password"
        case .setUpFactor: "/second-factor"
        }
    }
}

extension SessionView {
    /// The session as the gate and the frame need it. Who looks with another's eyes switches no roles meanwhile.
    init(_ state: SessionState) {
        let held = state.isViewingAs ? [] : state.held
        let now = state.current?.key
        var roles = held.map { (key: $0.key, label: $0.label, isCurrent: $0.key == now) }
        if state.isViewingAs { roles = [(key: "", label: state.visitor.role?.label ?? "", isCurrent: true)] }
        self.init(
            id: state.id, csrf: state.csrf, year: state.year, roles: roles, mustVisit: state.duty?.path,
            isViewingAs: state.isViewingAs)
    }
}

/// Shows a form again with what is wrong in it, instead of an error page: runs an act and catches what the person can mend.
func mending(_ act: () async throws -> Reply, redraw: (Fault) async throws -> Reply) async throws -> Reply {
    do { return try await act() } catch let fault as Fault where [.invalid, .conflict, .tooMany].contains(fault.kind) {
        var reply = try await redraw(fault)
        if let wait = fault.retryAfter { reply = reply.setting(.retryAfter, String(wait)) }
        return reply
    }
}

extension Reply {
    /// A page with a form, or the same with what was wrong above it.
    static func form(_ title: String, _ fault: Fault?, crumbs: [(String, String?)] = [], _ content: HTML) -> Reply {
        guard let fault else { return .page(title, crumbs: crumbs, content).narrow }
        let marked = fault.remark + content
        let reply =
            fault.kind == .tooMany
            ? page(title, crumbs: crumbs, status: .tooManyRequests, marked) : redraw(title, crumbs: crumbs, marked)
        return reply.narrow
    }
}

extension Fault {
    /// What is wrong as a whole, when no field of the form is to blame.
    var remark: HTML {
        guard problems.isEmpty else { return HTML() }
        guard let retryAfter else { return UI.flash(translated(message), .bad) }
        return UI.flash(t("{} Thử lại được sau {}.", translated(message), Self.span(retryAfter)), .bad)
    }

    private static func span(_ seconds: Int) -> String {
        seconds < 90 ? t("{} giây", seconds) : t("{} phút", (seconds + 59) / 60)
    }
}
