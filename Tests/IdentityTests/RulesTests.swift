import Base
import Testing

@testable import Identity

@Suite("Rules of accounts")
struct AccountRulesTests {
    @Test(
        "a name is made from a person's",
        arguments: [
            ("Giàng A Sinh", "giang.a.sinh"), ("Đặng Thị Ngọc Ánh", "dang.thi.ngoc.anh"), ("H'Mông", "hmong"),
            ("Lý", "nd.ly"), ("Ơ", "nd.o"),
        ])
    func base(name: String, username: String) {
        #expect(Usernames.base(for: name) == username)
        #expect(Usernames.problem(with: username) == nil)
    }

    @Test("candidates are the base, then numbers")
    func candidates() {
        #expect(
            (1...3).map { Usernames.candidate("giang.a.sinh", $0) } == [
                "giang.a.sinh", "giang.a.sinh2", "giang.a.sinh3",
            ])
        #expect(Usernames.candidate(Usernames.base(forCode: "LC-0012"), 2) == "lc0012.2")
        #expect(Set((1...3000).map { Usernames.key(Usernames.candidate("giang.a.sinh", $0)) }).count == 3000)
    }

    @Test(
        "look-alikes are one name",
        arguments: [
            ("giang.a.sinh", "Giàng A Sinh"), ("admin1", "adminl"), ("ho.0", "ho-o"), ("mai", "rnai"),
            ("wang", "vvang"), ("a.b.c", "abc"),
        ])
    func alike(one: String, other: String) { #expect(Usernames.key(one) == Usernames.key(other)) }

    @Test(
        "names that are refused",
        arguments: [
            "ab", "Giang", "giang a", "1giang", "giang.", "gi..ang", "gіang", "quantri", "quan.tri", "hoaban", "r00t",
            String(repeating: "a", count: 41), "",
        ])
    func refused(name: String) { #expect(Usernames.problem(with: name) != nil) }

    @Test(
        "E8 passwords that are refused",
        arguments: [
            "", "ngan", "12345678", "matkhau123", "Mật khẩu 2026", "11111111", "abababab", "qwertyuiop", "iloveyou2",
            "anhyeuem99", "giangasinh",
            "sinh123456", "Giàng.A.Sinh", "15052014", "hoaban2026", "vietnam123", "1qaz2wsx3edc", "hocsinhgioi",
            "yeumeyeubo", "password1!",
            String(repeating: "x y", count: 60),
        ])
    func weak(password: String) {
        let holder = Passwords.Holder(
            username: "giang.a.sinh", name: "Giàng A Sinh", roles: [.student], birthYear: 2014)
        #expect(Passwords.problem(with: password, for: holder) != nil)
    }

    @Test(
        "E8 passwords that are taken",
        arguments: [
            "con trâu đen", "trời mưa to lắm nhé", "xk8-2pqv", "núi Fansipan 3143", "!!??--++ ấy ơi",
            "sáu mươi tư ký tự trở lên vẫn được và dán vào được, không cần gì thêm nữa đâu",
        ])
    func strong(password: String) {
        #expect(
            Passwords.problem(
                with: password, for: Passwords.Holder(username: "giang.a.sinh", name: "Giàng A Sinh", roles: [.student])
            ) == nil)
    }

    @Test("E8 staff need twelve characters, pupils eight; 128 bytes are the most")
    func lengths() {
        let staff = Passwords.Holder(username: "x", roles: [.clerk]),
            pupil = Passwords.Holder(username: "x", roles: [.student])
        #expect(Passwords.problem(with: "xk8-2pqv-7z", for: staff) != nil)
        #expect(Passwords.problem(with: "xk8-2pqv-7zt", for: staff) == nil)
        #expect(Passwords.problem(with: "xk8-2pq", for: pupil) != nil)
        let long = (0..<128).map { "\($0 % 7)\($0 % 3)" }.joined().prefix(128)
        #expect(Passwords.problem(with: String(long), for: pupil) == nil)
        #expect(Passwords.problem(with: long + "x", for: pupil) != nil)
    }

    @Test("E8 one password, whichever way the keyboard writes its marks, and every space counts")
    func composed() {
        #expect(Passwords.bytes("hoà bình ") == Passwords.bytes("hoa\u{300} bi\u{300}nh "))
        #expect(Passwords.bytes("a  b") != Passwords.bytes("a b"))
        #expect(Passwords.bytes(String(repeating: "a\u{301}\u{327}", count: 5000)) == nil)
    }

    @Test("E2 ten wrong in fifteen minutes, then one minute, two, four, eight, fifteen")
    func delays() {
        let now: Int64 = 1_800_000_000_000, minute: Int64 = 60_000
        func wrong(_ count: Int) -> [Int64] { (0..<count).map { now - Int64($0) * 1000 } }
        #expect(Attempts.next(after: wrong(9), now: now) == now)
        for (count, minutes) in [(10, 1), (11, 2), (12, 4), (13, 8), (14, 15), (30, 15)] as [(Int, Int64)] {
            #expect(Attempts.next(after: wrong(count), now: now) == now + minutes * minute)
        }
        #expect(Attempts.next(after: wrong(50), now: now) > now + 20 * 3_600_000)
        let old = (0..<20).map { now - 16 * minute - Int64($0) }
        #expect(Attempts.next(after: old, now: now) == now)
    }

    @Test("E2 spraying: at most fifty guesses of one account are tried in a day")
    func spraying() {
        var now: Int64 = 1_800_000_000_000, wrong: [Int64] = [], tried = 0
        let end = now + 24 * 3_600_000
        while now < end {
            let next = Attempts.next(after: wrong, now: now)
            if next <= now {
                wrong.insert(now, at: 0)
                tried += 1
            }
            now = max(next, now + 1000)
        }
        #expect(tried <= 50)
    }

    @Test(
        "networks of addresses",
        arguments: [
            ("10.1.2.3", "i:10.1.2.3", "n:10.1.2"), ("::ffff:10.1.2.3", "i:10.1.2.3", "n:10.1.2"),
            ("2001:DB8:1:2::5", "i:2001:db8:1:2", "n:2001:db8:1"), ("::1", "i:0:0:0:0", "n:0:0:0"),
            ("no", "i:?", "n:?"), ("", "i:?", "n:?"),
            ("1.2.3", "i:?", "n:?"), ("1.2.3.256", "i:?", "n:?"), ("1:2:3:4:5:6:7:8:9", "i:?", "n:?"),
            (":::1", "i:?", "n:?"), ("+1.2.3.4", "i:?", "n:?"),
        ])
    func networks(address: String, own: String, network: String) {
        #expect(Networks.keys(of: address) == (own, network))
    }

    @Test("nobody gives a role wider than their own", arguments: Role.allCases)
    func granting(role: Role) {
        #expect(!Granting.given(by: role).contains(.student) && !Granting.given(by: role).contains(.guardian))
        if role != .administrator {
            #expect(!Granting.given(by: role).contains(role))
            #expect(!Granting.below(role).contains(role))
            #expect(Granting.given(by: role).isSubset(of: Granting.below(role)))
        }
        #expect(Granting.levels(nil, within: [.primary]) == [.primary])
        #expect(Granting.levels([.primary, .preschool], within: [.primary]) == [.primary])
    }

    @Test("printed codes: a wrong digit or two exchanged are found, O and I are read as 0 and 1")
    func codes() throws {
        let code = PrintedCodes.make()
        #expect(code.utf8.count == 16 && PrintedCodes.shown(code).utf8.count == 19)
        #expect(PrintedCodes.read(PrintedCodes.shown(code).lowercased()) == code)
        let bytes = Array(code.utf8)
        for index in 0..<16 {
            for digit in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8 where digit != bytes[index] {
                var wrong = bytes
                wrong[index] = digit
                #expect(PrintedCodes.read(String(decoding: wrong, as: UTF8.self)) == nil)
            }
        }
        #expect(PrintedCodes.read("") == nil && PrintedCodes.read(String(repeating: "0", count: 17)) == nil)
        #expect(PrintedCodes.read("OOOO-0000-0000-0000") == "0000000000000000")
    }
}
