import Base
import Storage
import Work

/// One attempt at a door, counted before it is tried.
struct Trial: Sendable {
    let attempt: ID<Attempt>, keys: [String]
}

extension Entrance {
    /// Signs somebody in by name and password. Every door (web, interface, kiosk) comes through here, so that attempts are counted together;
    /// unknown name, wrong password and suspended account give the same answer after the same work.
    public func signIn(
        username: String, password: String, address: String, device: String? = nil, agent: String = ""
    ) async throws -> SignIn {
        let token = device.flatMap(SessionSecret.hash(device:))
        let (trial, account, hash) = try await db.commit { tx -> (Trial, AccountRow?, String?) in
            let account = try tx.account(named: username)
            let trial = try tx.begin(doorKeys(tx, username, account, address, token), limited: settings.limitsAttempts)
            return (trial, account, try account.flatMap { try tx.passwordHash(of: $0.id) })
        }
        let (isRight, fresh) = try await trying(trial) {
            try await hashing.verify(Passwords.bytes(password) ?? [], against: hash)
        }
        guard isRight, let hash, let account, account.state == .active else {
            try await noteRefusal(of: account, isRight: isRight, address: address)
            throw Fault.signInRefused
        }
        let caller = Visitor(kind: .session, account: account.id, name: account.name, address: address)
        return try await db.write(as: caller, "identity.session.create", on: .account(account.id, org: account.org)) {
            tx in
            try tx.takeBack(trial.attempt, trial.keys)
            if let fresh { try tx.refreshPassword(fresh, of: account.id, from: hash) }
            return try open(tx, account, address: address, device: device, agent: agent)
        }
    }

    /// A device that signed this account in before has a budget of its own, so that nobody locks the owner out; all others share three.
    private func doorKeys(
        _ tx: Tx, _ username: String, _ account: AccountRow?, _ address: String, _ device: [UInt8]?
    ) throws -> [Budget] {
        if let device, let account, try tx.knowsDevice(device, of: account.id) {
            return [.account("d:\(device.prefix(16).hex):\(account.id.raw)")]
        }
        return [.account(Budget.key(username)), .address(address), .network(address)]
    }

    /// Runs the slow part; an attempt that could not be tried at all is taken back.
    func trying<T: Sendable>(_ trial: Trial, _ work: () async throws -> T) async throws -> T {
        do { return try await work() } catch {
            try await db.commit { tx in try tx.takeBack(trial.attempt, trial.keys) }
            throw error
        }
    }

    private func noteRefusal(of account: AccountRow?, isRight: Bool, address: String) async throws {
        let subject = account.map { Subject.account($0.id, org: $0.org) } ?? Subject("account")
        try await db.write(as: Visitor(kind: .anonymous, address: address), "identity.session.refuse", on: subject) {
            tx in
            if isRight { tx.audit(note: "state") }
        }
    }

    /// Opens a session: a new secret, a new row, the duties that come first.
    func open(_ tx: Tx, _ account: AccountRow, address: String, device: String?, agent: String) throws -> SignIn {
        let secret = SessionSecret.make(), held = try tx.held(by: account, on: tx.today)
        let isStaff = held.contains { Role.workers.contains($0.role) } || account.person?.kind == .staff
        let duty = try tx.duty(of: account, held, hasPassedFactor: false)
        let whole = Lifetimes.whole(staff: isStaff)
        _ = try tx.insertSession(
            SessionSecret.hash(secret) ?? [], account: account.id, held: held.first?.key ?? "", duty: duty,
            isStaff: isStaff,
            endsAt: tx.now + whole, address: address, agent: agent)
        try tx.noteSeen(account.id)
        try tx.noteSharer(account.id, at: address)
        return SignIn(
            cookie: secret, device: try keep(tx, device, account.id), account: account.id, duty: duty,
            seconds: Int(whole / 1000))
    }

    /// Keeps the device's token when it is one of ours, else makes a new one: nobody can plant one.
    private func keep(_ tx: Tx, _ device: String?, _ account: ID<Account>) throws -> String {
        var token = SessionSecret.makeDevice()
        if let device, let hash = SessionSecret.hash(device: device), try tx.isDevice(hash) { token = device }
        try tx.noteDevice(SessionSecret.hash(device: token) ?? [], of: account)
        return token
    }
}

/// One of the sums that wrong attempts are added to.
enum Budget {
    case account(String), address(String), network(String), factor(ID<Account>)

    /// What a typed name is counted under: it need not exist.
    static func key(_ username: String) -> String {
        let key = Usernames.key(username)
        return "a:" + Secret.sha256(key.isEmpty ? username.utf8.prefix(256) : key.utf8.prefix(256)).prefix(16).hex
    }

    var key: String {
        switch self {
        case .account(let key): key
        case .address(let address): Networks.keys(of: address).address
        case .network(let address): Networks.keys(of: address).network
        case .factor(let account): "f:\(account.raw)"
        }
    }

    fileprivate func next(_ tx: Tx) throws -> Int64 {
        func recent(_ limit: Int) throws -> [Int64] {
            try tx.wrongAttempts(key, since: tx.now - Attempts.window, limit: limit)
        }
        // A whole school behind one address mistypes more than a stranger may.
        func shared(_ limit: Int) throws -> Int64 {
            let next = Attempts.next(after: try recent(limit), limit: limit, now: tx.now)
            guard next > tx.now, try tx.isShared(key) else { return next }
            return Attempts.next(after: try recent(Attempts.perShared), limit: Attempts.perShared, now: tx.now)
        }
        return switch self {
        case .account:
            Attempts.next(
                after: try tx.wrongAttempts(key, since: tx.now - Attempts.day, limit: Attempts.perAccountDay),
                now: tx.now)
        case .address: try shared(Attempts.perAddress)
        case .network: try shared(Attempts.perNetwork)
        case .factor: Attempts.next(after: try recent(Attempts.perFactor), limit: Attempts.perFactor, now: tx.now)
        }
    }
}

extension Tx {
    /// Counts an attempt against its budgets, or says how long to wait.
    func begin(_ budgets: [Budget], limited: Bool) throws -> Trial {
        let next = limited ? try budgets.map { try $0.next(self) }.max() ?? now : now
        guard next <= now else { throw Fault.wait(until: next, now: now) }
        let keys = budgets.map(\.key)
        return Trial(attempt: try reserveAttempt(keys), keys: keys)
    }

    /// What an account must do before anything else.
    func duty(of account: AccountRow, _ held: [HeldRole], hasPassedFactor: Bool) throws -> Duty? {
        if !hasPassedFactor, try hasFactor(account.id) { return .enterFactor }
        if try mustChangePassword(account.id) { return .changePassword }
        guard held.contains(where: { Granting.withSecondFactor.contains($0.role) }), try asksSecondFactor() else {
            return nil
        }
        return try hasFactor(account.id) ? nil : .setUpFactor
    }

    /// Whether this installation wants second factors; demo data do not.
    func asksSecondFactor() throws -> Bool { try setting("identity.second-factor") != "off" }
}
