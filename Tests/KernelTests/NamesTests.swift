import Testing

@testable import Base

@Suite struct NamesTests {
    /// Names as the province's peoples bear them: apostrophes, no family name, one word, hyphens, many words.
    private static let names: [(full: String, family: String, middle: String, given: String)] = [
        ("Nguyễn Văn An", "Nguyễn", "Văn", "An"), ("Trần Thị Thuý Hằng", "Trần", "Thị Thuý", "Hằng"),
        ("Lò Văn Hặc", "Lò", "Văn", "Hặc"), ("Quàng Thị Ín", "Quàng", "Thị", "Ín"),
        ("Giàng A Páo", "Giàng", "A", "Páo"),
        ("Sùng Thị Mỷ", "Sùng", "Thị", "Mỷ"), ("Vàng A H'Lử", "Vàng", "A", "H'Lử"), ("Tẩn Láo Lở", "Tẩn", "Láo", "Lở"),
        ("Chẻo U Mẩy", "Chẻo", "U", "Mẩy"), ("Pờ Gia Tư", "Pờ", "Gia", "Tư"), ("Lỳ Xú Phu", "Lỳ", "Xú", "Phu"),
        ("Vàng Gò Ché", "Vàng", "Gò", "Ché"), ("Ly", "", "", "Ly"), ("H'Mông", "", "", "H'Mông"),
        ("Lò May", "Lò", "", "May"),
        ("H'Hen Niê", "H'Hen", "", "Niê"), ("Mác-Đô-nan", "", "", "Mác-Đô-nan"),
        ("Lý Thị Mai-ca", "Lý", "Thị", "Mai-ca"),
        ("Hoàng Phủ Ngọc Tường An", "Hoàng", "Phủ Ngọc Tường", "An"), ("Ê Ban Y Phu", "Ê", "Ban Y", "Phu"),
    ]

    @Test(arguments: names.indices)
    func aFullNameFallsIntoItsParts(_ index: Int) throws {
        let expected = NamesTests.names[index]
        let name = try PersonName(full: expected.full)
        #expect((name.family, name.middle, name.given) == (expected.family, expected.middle, expected.given))
        #expect(name.full == expected.full)
    }

    @Test func theSameNameTypedInAnyWayIsOne() throws {
        let name = try PersonName(full: "Đặng Thị Huyền")
        #expect(try PersonName(full: "  Ða\u{323}\u{306}ng  Thi\u{323} Huye\u{300}\u{302}n ") == name)
        #expect(name.key == "dang thi huyen")
        #expect(name.accentKey == "đặng thị huyền")
        #expect(Set([name, try PersonName(full: "Đặng\u{200B} Thị Huyền")]).count == 1)
    }

    @Test func classListsSortByGivenName() throws {
        let order = ["Lò Văn An", "Nguyễn Văn An", "Vàng A Chu", "Lý Dương", "Giàng A Đà", "Hoà", "Lê Thị Yến"]
        let sorted = try order.reversed().map { try PersonName(full: $0) }.sorted().map(\.full)
        #expect(sorted == order)
    }

    @Test(arguments: [
        ("", "Chưa có tên"), ("  \u{200B} ", "Chưa có tên"), ("An\u{7}", "điều khiển"), ("12345", "phải có chữ"),
        ("- -", "bắt đầu"),
        ("'' ..", "phải có chữ"), ("=HYPERLINK(1)", "bắt đầu"), ("+84 An", "bắt đầu"), ("@An", "bắt đầu"),
        ("＝An", "bắt đầu"),
        ("Nguyễn -An", "bắt đầu"), ("Nguyễn Аn", "bảng chữ khác"), ("Lò Văn Ан", "bảng chữ khác"),
        ("Αn", "bảng chữ khác"),
        ("Nguy\u{FFFD}n An", "hỏng"), ("Lò \u{E000}", "hỏng"),
    ])
    func aNameThatCannotBeIsRefusedWithASentence(_ typed: String, _ words: String) {
        let fault = #expect(throws: Fault.self) { try PersonName(full: typed, field: "full_name") }
        #expect(fault?.problems.first?.field == "full_name")
        #expect(fault?.problems.first?.message.contains(words) == true, "\(fault?.problems as Any)")
    }

    @Test(arguments: ["Иван Петров", "王小明", "Nguyễn Văn An (B)", "Đinh Y. Nhi", "O'Neill", "Ñụ", "Nguyễn Văn A2"])
    func aForeignNameIsAName(_ full: String) throws {
        #expect(try PersonName(full: full).full == full)
    }

    @Test func aPartHasAtMostAHundredAndTwentyLetters() throws {
        let most = String(repeating: "ế", count: 120)
        #expect(try PersonName(family: most, middle: most, given: most).full.unicodeScalars.count == 362)
        #expect(throws: Fault.self) { try PersonName(family: "", middle: "", given: most + "a") }
        #expect(throws: Fault.self) { try PersonName(full: most + "a") }
        #expect(throws: Fault.self) { try PersonName(full: String(repeating: "a ", count: 1_000_000)) }
        #expect(throws: Fault.self) { try PersonName(full: "a" + String(repeating: "\u{301}", count: 1_000_000)) }
    }

    @Test func aSeedGivesItsSequence() {
        var one = SeededRandom(seed: 1_234_567), other = SeededRandom(seed: 1_234_567)
        // The reference sequence of SplitMix64 for this seed.
        #expect([one.next(), one.next()] == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
        _ = (other.next(), other.next())
        #expect((0..<100).map { _ in one.below(10) } == (0..<100).map { _ in other.below(10) })
        #expect((0..<1000).allSatisfy { _ in (0..<7).contains(one.below(7)) })
    }
}
