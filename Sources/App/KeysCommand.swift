import ArgumentParser
import Base
import House
import Storage
import Work

/// `hoaban keys`: replaces the master key while everybody goes on working.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Shows the master keys, and replaces them without stopping: add, use, reseal, forget.",
        subcommands: [
            KeysShow.self, KeysAdd.self, KeysUse.self, KeysReseal.self, KeysForget.self,
        ], defaultSubcommand: KeysShow.self)
}

/// What the key commands answer: the keys, and what is kept under each.
struct KeysAnswer: Encodable {
    struct Key: Encodable {
        let mark: String, state: String
    }

    struct Values: Encodable {
        let name: String, current: Int, former: Int, broken: Int
    }

    var keys: [Key] = [], values: [Values] = []
    var former: Int { values.reduce(0) { $0 + $1.former } }
    var broken: Int { values.reduce(0) { $0 + $1.broken } }

    enum CodingKeys: String, CodingKey { case keys, values }

    private static let states = ["in-use": "đang dùng", "former": "khóa cũ", "added": "đã thêm, chưa dùng"]

    var words: String {
        let keys = keys.map { "\($0.mark.prefix(8)): \(Self.states[$0.state] ?? "")" }
        let values = values.map {
            "\($0.name): \($0.current) bằng khóa đang dùng, \($0.former) bằng khóa khác"
                + ($0.broken > 0 ? ", \($0.broken) không mở được" : "")
        }
        return (keys + values).joined(separator: "\n")
    }
}

extension Installation {
    /// The keys with their states, and what is kept under each; `isSealing` seals what a former key had sealed,
    /// `isLast` looks past unfinished writers.
    fileprivate func keysAnswer(isSealing: Bool = false, isLast: Bool = false) async throws -> KeysAnswer {
        let state = try await db.read { try $0.keyState() }
        var answer = KeysAnswer()
        answer.keys = db.keys.marks.map { mark in
            .init(mark: mark, state: mark == state.mark ? "in-use" : mark == state.former ? "former" : "added")
        }
        for values in House.sealed {
            let turn = try await db.turn(values, isSealing: isSealing, isLast: isLast)
            answer.values.append(
                .init(name: values.name, current: turn.current, former: turn.former, broken: turn.broken))
        }
        return answer
    }

    /// Waits until every running program knows a key.
    fileprivate func waitUntilKnown(_ mark: String) async throws {
        for _ in 0..<(20 * KeyWatch.pause) {
            if try await db.read({ try $0.processes(without: mark) == 0 }) { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        let count = try await db.read { try $0.processes(without: mark) }
        throw Failure(
            """
            Còn \(count) máy chủ chưa biết khóa mới. Xem tệp khóa \(keyFile.path) có đọc được bằng tài khoản chạy máy chủ và đã chép sang các máy \
            khác chưa, rồi chạy lại; máy vừa tắt thì chờ 3 phút.
            """)
    }
}

/// `hoaban keys show`.
struct KeysShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the keys by their marks, and how many values each has sealed.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place, migrating: false)
        let found = try await installation.keysAnswer()
        await installation.db.close()
        try answer.tell(found, found.words)
    }
}

/// `hoaban keys add`: a new key in the file, which opens and does not seal yet.
struct KeysAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a new key to the key file; nothing is sealed under it yet.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place)
        guard !installation.db.keys.isChanging else {
            throw Failure(
                "Tệp khóa đã có hai khóa: hoàn tất lần thay trước (keys use, reseal, forget) rồi mới thêm khóa.")
        }
        let keys = installation.db.keys.adding(Secret.random(32)), mark = keys.marks.last ?? ""
        try await installation.db.write(as: .commandLine, "keys.add", on: .system) { tx in
            tx.audit(note: String(mark.prefix(8)))
        }
        try installation.keyFile.write(keys)
        await installation.db.close()
        try answer.tell(
            ["mark": mark],
            """
            Đã thêm khóa \(mark.prefix(8)) vào \(installation.keyFile.path). Máy chủ đang chạy sẽ biết khóa này sau vài giây. Nhiều máy \
            chủ: chép tệp khóa sang từng máy. Bước sau: hoaban keys use.
            """)
    }
}

/// `hoaban keys use`: seals under the added key from now on.
struct KeysUse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Seals under the added key from now on, once every running server knows it.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place), db = installation.db
        let state = try await db.read { try $0.keyState() }
        guard let added = db.keys.marks.last, added != state.mark else {
            throw Failure("Chưa có khóa mới. Chạy hoaban keys add trước.")
        }
        guard added != state.former else {
            throw Failure("Khóa mới đang được dùng rồi. Bước sau: hoaban keys reseal.")
        }
        try await installation.waitUntilKnown(added)
        try await db.write(as: .commandLine, "keys.use", on: .system) { tx in
            tx.audit(note: String(added.prefix(8)))
            guard try tx.useKey(added) else {
                throw Failure("Khóa này vừa được đưa vào dùng hoặc bị bỏ. Xem lại: hoaban keys.")
            }
        }
        await db.close()
        try answer.tell(
            ["mark": added],
            "Từ nay niêm phong bằng khóa \(added.prefix(8)); khóa cũ vẫn mở được những gì đã niêm phong. Bước sau: hoaban keys reseal."
        )
    }
}

/// `hoaban keys reseal`: brings what a former key had sealed over to the key in use.
struct KeysReseal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reseal",
        abstract: "Brings what a former key had sealed over to the key in use, beside running work.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer

    func run() async throws {
        let installation = try await Installation.open(place)
        let found = try await installation.keysAnswer(isSealing: true)
        try await installation.db.write(as: .commandLine, "keys.reseal", on: .system) { tx in
            tx.audit(note: "rows \(found.former)")
        }
        await installation.db.close()
        try answer.tell(
            ["resealed": found.former, "broken": found.broken],
            "Đã niêm phong lại \(found.former) giá trị bằng khóa đang dùng."
                + (found.broken > 0 ? " \(found.broken) giá trị không mở được bằng khóa nào." : "")
                + " Bước sau: hoaban keys forget.")
    }
}

/// `hoaban keys forget`: takes the former key out of the file when nothing is sealed under it any more.
struct KeysForget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Takes the former key out of the key file; refuses while something is sealed under it.")
    @OptionGroup var place: Where
    @OptionGroup var answer: Answer
    @Flag(help: "Go on although codes on paper and recovery codes made under the former key end with it.") var yes =
        false

    func run() async throws {
        let installation = try await Installation.open(place), db = installation.db
        guard db.keys.isChanging, let going = db.keys.marks.last else {
            throw Failure("Chỉ có một khóa: không có khóa nào để bỏ.")
        }
        let found = try await installation.keysAnswer(isLast: true)
        guard found.former == 0 else {
            throw Failure(
                "Còn \(found.former) giá trị niêm phong bằng khóa cũ. Chạy hoaban keys reseal trước.\n\(found.words)")
        }
        let isSure = yes
        let ended = try await installation.keyFile.replace(with: db.keys.inUse) {
            try await end(going, db, isSure: isSure)
        }
        await db.close()
        try answer.tell(
            ["ended": ended],
            """
            Tệp khóa chỉ còn khóa \(db.keys.marks[0].prefix(8)). Nhiều máy chủ: chép tệp khóa sang từng máy. Các bản sao lưu cũ mang theo \
            khóa của chúng.
            """)
    }

    /// Gives the key up for good, and ends what cannot be brought over; answers how many.
    private func end(_ mark: String, _ db: any Database, isSure: Bool) async throws -> Int {
        try await db.write(as: .commandLine, "keys.forget", on: .system) { tx in
            let state = try tx.keyState()
            guard state.mark == tx.keys.marks[0], try tx.giveUpKey(mark) else {
                throw Failure("Khóa đang dùng vừa đổi. Xem lại: hoaban keys.")
            }
            // A key that was added and never used has made none. The clocks of several machines may differ a little.
            let since = state.former == mark ? state.since + 60_000 : 0
            let counts = try House.codes.map { (name: $0.name, count: try $0.count(tx, since)) }.filter { $0.count > 0 }
            guard counts.isEmpty || isSure else {
                let list = counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
                throw Failure(
                    "Bỏ khóa cũ thì hết hiệu lực: \(list). Chờ chúng được dùng hoặc hết hạn, hoặc chạy lại với --yes.")
            }
            for codes in House.codes { try codes.end(tx, since) }
            tx.audit(note: String(mark.prefix(8)))
            return counts.reduce(0) { $0 + $1.count }
        }
    }
}
