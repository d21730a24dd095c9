import Testing

@testable import Base

@Suite struct FoldTests {
    private static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    // MARK: the stored form

    @Test(arguments: [
        ("e\u{302}\u{301}", "ế"), ("e\u{301}\u{302}", "ế"), ("é\u{302}", "ế"), ("ê\u{301}", "ế"),
        ("Ho\u{300}\u{302} Chi\u{301} Minh", "Hồ Chí Minh"), ("Che\u{301}\u{302} Lan Vie\u{302}n", "Chế Lan Viên"),
        ("u\u{31B}\u{323}", "ự"), ("u\u{323}\u{31B}", "ự"), ("ụ\u{31B}", "ự"), ("a\u{306}\u{309}", "ẳ"),
        ("o\u{340}", "ò"), ("a\u{301}\u{301}", "á"), ("y\u{303}", "ỹ"),
        ("Ðặng Ðức", "Đặng Đức"), ("NGUYỄN ÐỨC", "NGUYỄN ĐỨC"), ("Ê-ðê", "Ê-đê"), ("Gu\u{F0}run", "Gu\u{F0}run"),
        ("  Lò \t Văn\u{A0}\u{3000}An\n", "Lò Văn An"), ("Lò\u{200B} V\u{202E}ăn \u{FEFF}An", "Lò Văn An"),
        ("a\u{200D}\u{301}", "á"), ("u\u{308}", "ü"), ("n\u{303}", "ñ"), ("ế\u{308}", "ế\u{308}"), ("漢字 An", "漢字 An"),
        ("", ""), ("   ", ""), ("An", "An"), ("\u{301}An", "\u{301}An"),
    ])
    func composingJoinsMarksInAnyOrder(_ typed: String, _ stored: String) {
        #expect(FoldTests.scalars(Fold.compose(typed)) == FoldTests.scalars(stored))
        #expect(FoldTests.scalars(Fold.compose(stored)) == FoldTests.scalars(stored))
    }

    @Test func everyVietnameseLetterComposesFromItsParts() {
        let shapes = [
            "a", "a\u{306}", "a\u{302}", "e", "e\u{302}", "i", "o", "o\u{302}", "o\u{31B}", "u", "u\u{31B}", "y",
        ]
        let tones = ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"]
        let letters = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
        var rest = FoldTests.scalars(letters)[...]
        for shape in shapes {
            for tone in tones {
                #expect(FoldTests.scalars(Fold.compose(shape + tone)) == [rest.removeFirst()])
            }
        }
        #expect(rest.isEmpty)
    }

    // MARK: searching (standards.md, appendix I)

    @Test(arguments: [
        ("Đặng Thị Ngọc", "dang thi ngoc"), ("Ðặng", "dang"), ("H'Mông", "hmong"), ("HMông", "hmong"),
        ("H’Mông", "hmong"),
        ("Khơ-mú", "kho mu"), ("Ê-đê", "e de"), ("ＮＧＵＹỄＮ", "nguyen"),
        ("Gia-rai / Ba-na : lịch sử.", "gia rai ba na lich su"),
        ("Nguye\u{302}\u{303}n", "nguyen"), ("Nguyễn", "nguyen"), ("Quí", "quy"), ("Quý", "quy"), ("Quyên", "quyen"),
        ("Müller Ångström Œuvre Straße", "muller angstrom oeuvre strasse"), ("Lớp 10A1", "lop 10a1"), ("Тест", "тест"),
        ("  An  ", "an"), ("--", ""), ("Thuý", "thuy"), ("Thúy", "thuy"),
    ])
    func theKeyDropsDiacritics(_ text: String, _ key: String) {
        #expect(Fold.key(text) == key)
        #expect(Fold.key(key) == key)
    }

    @Test(arguments: [
        ("hoà", "hòa"), ("thuý", "thúy"), ("hoè", "hòe"), ("Huế", "Húê"), ("giá", "gía"), ("quả", "qủa"),
        ("Việt", "Vịêt"),
        ("HOÀ BÌNH", "Hòa Bình"), ("khoẻ", "khỏe"), ("khuỷu", "khủyu"), ("Ðức", "đức"), ("Thuỷ!", "thu\u{309}y"),
    ])
    func oldAndNewTonePlacesAreEqual(_ one: String, _ other: String) {
        #expect(FoldTests.scalars(Fold.accentKey(one)) == FoldTests.scalars(Fold.accentKey(other)))
    }

    @Test(arguments: [
        ("ma", "má"), ("má", "mà"), ("đa", "da"), ("quí", "quý"), ("cúa", "cuá"), ("mùa", "múa"), ("mai", "mải"),
        ("gìn", "gin"),
    ])
    func accentsStayApart(_ one: String, _ other: String) {
        #expect(FoldTests.scalars(Fold.accentKey(one)) != FoldTests.scalars(Fold.accentKey(other)))
    }

    @Test func accentKeysKeepTheVowelThatCarriesTheTone() {
        #expect(Fold.accentKey("Hoàng, Của Múa ngoài; GÌN-giữ") == "hoàng của múa ngoài gìn giữ")
    }

    // MARK: sorting

    @Test func lettersSortInVietnameseOrder() {
        let order = "0 1 2 10 a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z"
            .split(separator: " ").map(String.init)
        #expect(order.reversed().sorted { Fold.sortKey($0) < Fold.sortKey($1) } == order)
    }

    @Test func tonesSortWithinTheSyllableAndAfterItsLetters() {
        let order = ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "mài", "man", "mă", "mâ", "mẩn"]
        #expect(order.reversed().sorted { Fold.sortKey($0) < Fold.sortKey($1) } == order)
    }

    @Test func givenNamesSortBeforeMiddleAndFamily() {
        let order = [
            "An", "Lò An", "Nguyễn Ánh An", "Lò Văn An", "Nguyễn Văn An", "Nguyễn Thị Áo", "Ăn", "Ân", "Âu",
            "Vàng A Dương",
            "Giàng A Đặng", "Trần Hoa", "Lê Hòa", "Trần Hoà", "Lý Hoà Bình Hóa",
        ]
        #expect(order.shuffled().sorted { Fold.sortKey($0) < Fold.sortKey($1) } == order)
    }

    @Test func sortKeysArePlainAscii() {
        for name in ["Nguyễn Đức Ân", "漢字 Тест", "Ê-đê H'Hen Niê", "ðð ßæ 007"] {
            #expect(Fold.sortKey(name).utf8.allSatisfy { (0x2C...0x7A).contains($0) })
        }
    }

    @Test func numbersInTextsSortByValue() {
        let order = ["Lớp 1A1", "Lớp 1A2", "Lớp 1A10", "Lớp 2A1", "Lớp 10A1", "Lớp 012A", "Lớp A"]
        #expect(order.reversed().sorted { Fold.sortKey(text: $0) < Fold.sortKey(text: $1) } == order)
    }
}
