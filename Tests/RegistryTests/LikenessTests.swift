import Base
import Testing

@testable import Registry

@Suite("Likeness of records")
struct LikenessTests {
    private static func record(
        _ id: Int64, _ name: String, _ birth: String, sex: String = "male", phone: String = "0912345678",
        parent: String = "Lò Văn Cha", _ lexicon: Lexicon
    ) -> MatchRecord {
        var record = MatchRecord(id: id, name: MatchName(name, lexicon), birth: MatchBirth(birth))
        (record.sex, record.commune) = (sex, 7)
        record.add(guardian: parent, phone: phone, lexicon)
        return record
    }

    @Test(
        "REC-02 one child typed twice is seen through",
        arguments: [
            ("Nguyen Van Hung", "2014-05-03", DuplicateSign.unmarked), ("Nguyễn Văn Hugn", "2014-05-03", .typo),
            ("Văn Hùng Nguyễn", "2014-05-03", .order), ("Nguyeenx Vawn Hungf", "2014-05-03", .unmarked),
            ("Nguye64n Van8 Hung2", "2014-05-03", .unmarked), ("Nguyễn Hùng", "2014-05-03", .missing),
            ("Nguyễn Vănhùng", "2014-05-03", .joined), ("Nguyễn Văn Hùng", "2014-03-05", .name),
            ("Nguyễn Văn Hùng", "2014", .name), ("Nguyễn Văn Hùng", "2014-05-13", .name),
        ])
    func tolerant(name: String, birth: String, sign: DuplicateSign) throws {
        let lexicon = Lexicon()
        let one = Self.record(1, "Nguyễn Văn Hùng", "2014-05-03", lexicon), two = Self.record(2, name, birth, lexicon)
        let likeness = try #require(Likeness.of(one, two, bearers: 40, lexicon))
        #expect(likeness.signs.contains(sign), "\(likeness)")
        #expect(likeness.signs.contains(.phone))
    }

    @Test("REC-02 twins and siblings are not taken for one child")
    func twins() {
        let lexicon = Lexicon()
        let one = Self.record(1, "Giàng A Páo", "2014-05-03", lexicon)
        #expect(Likeness.of(one, Self.record(2, "Giàng A Lử", "2014-05-03", lexicon), bearers: 40, lexicon) == nil)
        #expect(
            Likeness.of(one, Self.record(3, "Giàng A Páo", "2010-01-20", lexicon), bearers: 40, lexicon)?.grade
                != .strong)
        // Two names that both exist, of one day and one family, are never among the surest.
        let hung = Self.record(4, "Nguyễn Văn Hùng", "2014-05-03", lexicon)
        let other = Likeness.of(hung, Self.record(5, "Nguyễn Văn Hưng", "2014-05-03", lexicon), bearers: 2, lexicon)
        #expect(other?.signs.contains(.twins) != false && other?.grade != .strong, "\(String(describing: other))")
        #expect(Likeness.of(hung, Self.record(6, "Nguyễn Thị Lan", "2014-05-03", lexicon), bearers: 2, lexicon) == nil)
    }

    @Test("REC-02 the search finds each pair once, by whatever brings it together")
    func search() {
        let lexicon = Lexicon()
        let records = [
            Self.record(1, "Lò Thị Hoa", "2015-09-12", lexicon), Self.record(2, "Lo Thi Hoa", "2015-12-09", lexicon),
            Self.record(3, "Vàng Thị Mỷ", "2012-02-01", phone: "0388888888", parent: "Vàng A Chu", lexicon),
            Self.record(4, "Vàng Thị Mỷ", "2012", phone: "", parent: "Vang A Chu", lexicon),
        ]
        let pairs = DuplicateSearch(records, lexicon).run()
        #expect(pairs.map { [$0.first, $0.second] }.sorted { $0[0] < $1[0] } == [[1, 2], [3, 4]])
    }

    @Test("distances count letters put in, left out, changed and turned round")
    func distances() {
        func distance(_ one: String, _ other: String) -> Int { Lexicon.distance(Array(one.utf8), Array(other.utf8)) }
        #expect(distance("hung", "hugn") == 1 && distance("hung", "hunng") == 1 && distance("hung", "hun") == 1)
        #expect(distance("hung", "hong") == 1 && distance("nguien", "ngueni") == 2 && distance("a", "toan") == 3)
        #expect(distance("", "") == 0 && distance("", "ab") == 2)
    }

    @Test("dates near a date are the ones people write for it")
    func neighbours() {
        let near = MatchBirth("2014-05-03").neighbours
        #expect(
            near.contains("2014-05-03") && near.contains("2014-03-05") && near.contains("2014")
                && near.contains("2013-05-03"))
        #expect(near.contains("2014-05-13") && !near.contains("2014-06-04") && near.count < 60)
        #expect(MatchBirth("2014-02-29").neighbours.allSatisfy { PartialDay($0) != nil })
        #expect(MatchBirth(nil).neighbours.isEmpty)
    }
}
