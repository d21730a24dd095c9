import Base
import Registry

/// Makes up names true to each of the province's peoples: the same seed gives the same names, and nobody real is meant.
///
///     var names = DemoNames(seed: 1)
///     let people = names.ethnicity(in: "107")                                 // "35", Hà Nhì
///     names.person(ethnicity: people, sex: Sex.female, birthYear: 2015).full  // "Pờ Go Xó"
public struct DemoNames: Sendable {
    private var random: SeededRandom

    public init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Makes a name by the grammar of a people (code of the catalogue `ethnic-groups`; unknown ones name like the Kinh).
    public mutating func person(ethnicity: String, sex: String, birthYear: Int) -> PersonName {
        let people = People.all[ethnicity] ?? People.kinh
        let isFemale = sex == Sex.female
        let given = givenName(people, isFemale: isFemale, birthYear: birthYear)
        if random.chance(people.single) { return PersonName(storedFamily: "", middle: "", given: given) }
        let family = early(people.families) ?? "Lò"
        if random.chance(people.short) { return PersonName(storedFamily: family, middle: "", given: given) }
        return PersonName(
            storedFamily: family, middle: middleName(people, isFemale: isFemale, birthYear: birthYear, not: given),
            given: given)
    }

    /// Draws a child's people as they live in a district (code until 30/06/2025); an unknown code gives the province's mix.
    public mutating func ethnicity(in district: String) -> String {
        let mix = Mix.of[district] ?? Mix.province
        var draw = random.below(mix.sum)
        for (code, share) in mix.shares {
            if draw < share { return code }
            draw -= share
        }
        return "01"
    }

    /// Younger children bear names in fashion everywhere more often than their grandparents.
    private mutating func givenName(_ people: People, isFemale: Bool, birthYear: Int) -> String {
        let modern = birthYear < 1990 ? people.modern / 2 : birthYear < 2005 ? people.modern * 3 / 4 : people.modern
        let source = random.chance(modern * 10) ? People.kinh : people
        return random.pick(isFemale ? source.women : source.men) ?? "An"
    }

    private mutating func middleName(_ people: People, isFemale: Bool, birthYear: Int, not given: String) -> String {
        let middles = isFemale ? people.middlesOfWomen : people.middlesOfMen
        let usual = middles.first ?? "Văn"
        let other =
            random.chance(birthYear < 1990 ? people.plain + (1000 - people.plain) / 2 : people.plain)
            ? usual : random.pick(middles) ?? usual
        return other == given ? usual : other
    }

    /// Picks one of a list that stands in order of frequency: the early ones more often.
    private mutating func early(_ list: [String]) -> String? {
        guard !list.isEmpty else { return nil }
        return list[min(random.below(list.count), random.below(list.count))]
    }
}

/// How a people names its children.
private struct People: Sendable {
    /// Most frequent first; the first middle is the usual one.
    let families, middlesOfMen, middlesOfWomen, men, women: [String]
    /// In a hundred children born now, how many bear a given name in fashion everywhere.
    let modern: Int
    /// In a thousand: the usual middle, no middle at all, one name alone.
    let plain, short, single: Int

    /// Reads the rows of a table: families, men's middles, women's middles, men's and women's given names (`_` is a space).
    init(modern: Int, plain: Int = 600, short: Int = 5, single: Int = 0, _ table: String) {
        let rows = table.split(separator: "\n").map { row in
            row.split(separator: " ").map { String($0.replacing("_", with: " ")) }
        }
        func row(_ index: Int) -> [String] { index < rows.count ? rows[index] : [] }
        (families, middlesOfMen, middlesOfWomen, men, women) = (row(0), row(1), row(2), row(3), row(4))
        (self.modern, self.plain, self.short, self.single) = (modern, plain, short, single)
    }

    static let kinh = People(
        modern: 0, plain: 350, short: 2,
        """
        Nguyễn Nguyễn Nguyễn Trần Lê Nguyễn Phạm Hoàng Vũ Trần Lê Bùi Đặng Đỗ Ngô Dương Đinh Phan Trịnh Đào Mai Lương Cao
        Văn Đức Minh Quang Hữu Gia Thành Ngọc Tuấn Đình Xuân Anh Quốc Duy Bảo
        Thị Thị_Thu Thị_Ngọc Ngọc Thu Minh Khánh Phương Thị_Hồng Thị_Thanh Thùy Bảo Hà Thị_Kim Diệu
        An Anh Bách Bảo Bình Chiến Công Cường Dũng Dương Duy Đại Đạt Đức Giang Hải Hiếu Hiệp Hoàng Hòa Huy Hùng Hưng Khánh \
        Khoa Kiên Lâm Long Lộc Mạnh Minh Nam Nghĩa Nguyên Phong Phú Phúc Quân Quang Quyết Sơn Tài Tâm Thái Thành Thắng \
        Thiện Thịnh Tiến Toàn Trí Trung Tú Tuấn Tùng Việt Vinh Vũ
        An Anh Ánh Bích Châu Chi Diệp Diễm Dung Duyên Giang Hà Hạnh Hằng Hân Hiền Hoa Hồng Huệ Huyền Hương Khánh Lan Liên \
        Linh Loan Ly Mai My Nga Ngân Ngọc Nguyệt Nhi Nhung Như Oanh Phương Phượng Quyên Quỳnh Thanh Thảo Thu Thủy Thúy \
        Thương Trang Trà Trâm Trinh Tuyết Uyên Vân Vy Xuân Yến
        """)

    static let all: [String: People] = ["01": kinh].merging(others) { own, _ in own }

    private static let others: [String: People] = [
        "03": People(
            modern: 55, plain: 900,
            """
            Lò Lò Vàng Lường Quàng Hoàng Tòng Cà Điêu Đèo Mào Lèo Nùng Khoàng
            Văn Xuân Đức Minh
            Thị Thị_Thu Thị_Minh
            Ánh Bun Chung Đôi Hặc Hoan Hom Inh Ín Khiêm Khoán Lả Lún Mấng Nghiệp Ngoan Ón Pản Panh Pâng Phanh Phóng Sơ Sượng \
            Thương Tướng Ún Vui Xôm Xuân
            Ban Bóng Chiêng Chướng Dọn Dua Đôi Hịa Hiên Hom Inh Ín Khiêm Lả Lún Mấng Nọi Ngoan Ón Pâng Phanh Pom Sim Sơ Thoan \
            Tươi Ưởng Xiên Xoan Xuôm
            """),
        "08": People(
            modern: 30, plain: 920, short: 25, single: 3,
            """
            Giàng Sùng Vàng Thào Lý Mùa Hạng Cứ Lầu Ma Chang Hờ Tráng Vừ Sình Chá
            A Văn Seo
            Thị Y
            Chống Chu Chứ Chư Của Dê Dình Dơ Dua Đớ Giống Hồ H'Lử Hử Khua Kỷ Lầu Lềnh Lồng Lử Mềnh Nếnh Nhìa Nủ Páo Phông \
            Phử Pủa Sáu Sình Súa Tính Tồng Trừ Tủa
            Chía Chu Chư Cở Của Dí Dở Dợ Dua Dủa Gầu Ghênh Giống H'Mỷ Ka Kía Lia Lú Mái Máy Mảo Mo Mỷ Nhìa Pà Pàng Say Sông Sua \
            Súa Tông Xi Xoa
            """),
        "09": People(
            modern: 35, plain: 350, short: 15,
            """
            Tẩn Chẻo Phàn Lò Lý Phùng Tẩn Chẻo Triệu Bàn Chìn Tòng Vàng
            Láo A Văn Sài Chỉn Phù Kim Dào
            U Mẩy Thị Tả San Lở Mùi
            Chản Chiêu Chòi Dìn Hiến Khé Lìn Lở Ngan Nhàn Pao Phâu Phin Quẩy Sài Seng Siểu Sinh Tá Tình Vần
            Chiêm Dần Ghến Khé Lai Liều Liễu Man May Mẩy Mùi Nái Pham San Sểnh Tá Viện Xoang
            """),
        "35": People(
            modern: 25, plain: 150, short: 30, single: 10,
            """
            Lỳ Pờ Chu Khoàng Lỳ Pờ Phùng Sờ Cà Mạ Chang Toán Sừng
            Gia Xú Phí Hừ Lòng Hà Gió Xè Khai Chừ
            Go Mé Xó Hừ Phì Mò Nu Gió Ló Xú
            Cà Chè Chừ Dừ Hừ Ky Long Phu Pư Tư Xá Xè Xứ Chóng Lòng Hà
            Be Cà Chồ Mé Mò Mư Nhù Nu Pớ Pứ Sứ Xa Xó Gư Pha
            """),
        "25": People(
            modern: 60, plain: 600,
            """
            Vàng Lù Lò Hoàng Vương Nùng Lý Sần Phan Tẩn
            Văn A Đức Seo Minh
            Thị Thị_Thu Thị_Mai
            Chính Dìn Giằng Hòa Lìn Páo Phà Phong Phúc Pín Sần Sín Tài Thìn Vần
            Chấn Dín Hoan Lìn Lụa Máy Nẳm Pín Sao Sẩu Sín Thim Vân Xuân
            """),
        "41": People(
            modern: 15, plain: 150, short: 40, single: 20,
            """
            Vàng Ly Phùng Lò Ly Vàng Giàng Pờ Kha Thàng
            Gò Xạ Phì Lò Giá Hừ Cà Xì
            Gò Mỳ Nhù Mé Nu Lò Xó Go
            Ché Cà De Ga Ha Hu Hừ Lòng Po Pừ Xó Xừ Xè Chừ Gió
            Bơ Ché Chừ Mé Mò Né No Nu Pứ Xó Nhẹ Ga Go Mư
            """),
        "29": People(
            modern: 40, plain: 880, short: 15,
            """
            Lò Hà Lường Quàng Vi Cút Moong Tòng Chìu Hoàng
            Văn Đức
            Thị Thị_Mai
            Chựa Khon Ngọt Nhon Ơn Pấng Phon Sơn Un Đơn Hom Thon Hặc Xương Phanh
            Chựa Khon Ngoan Nhon Ơn Pâng Phon Tem Thoong Un Đơn Hom Xuân Ịn Lả
            """),
        "42": People(
            modern: 35, plain: 750, short: 15,
            """
            Tao Lò Vàng Tao Khoàng Pờ Chin
            Văn Khăm
            Thị Nang
            Chon Đeng Đôi Ín Kẻo Khăm Khằm Ón Pâng Phanh Sơn Som Xôm Xướng
            Chon Đeng Đôi Ín Kẻo Khằm Ón Pâng Phanh Som Xao Xướng Ỏn Bua
            """),
        "37": People(
            modern: 40, plain: 850, short: 10,
            """
            Lò Vàng Lường Tao Ken Vi Lù
            Văn Khăm
            Thị Nang
            Bun Chăn Đeng Kẻo Khăm Một Phăn Seng Vông Xỷ Nọi Lả Phủi
            Bun Chăn Đeng Kẻo Khăm Lả Một Nọi Phăn Seng Xỷ Bua Phủi
            """),
        "45": People(
            modern: 25, plain: 500, short: 30, single: 15,
            """
            Lò Chìn Tào Pàn Lùng Sìn Lò
            A Văn Me
            Me Thị Y
            Đao Khi Len Ó Pành Phủ Sơn Sươi Xe Đe Lạc Vần
            Đao Khi Len Me Ó Pành Phủ Sươi Xe Mo Lạc Xuôi
            """),
        "48": People(
            modern: 35, plain: 600, short: 20, single: 5,
            """
            Lò Lùng Chảo Nạ Hù Khoàng Lý
            Văn Há Phạ
            Thị Nu Mé
            Bun Chung Đôi Khon Pản Phạ Po Sơn Thành Ún Xuân
            Ban Đôi Hom Khon Lả Mé Nu Pứ Xoan Xuân
            """),
        "33": People(
            modern: 50, plain: 900,
            """
            Lò Lường Quàng Hoàng Cà Tòng Lừ
            Văn Đức
            Thị Thị_Thu
            Bun Chung Hặc Hom Inh Khoán Lún Ngoan Phanh Sơ Tướng Xôm
            Chiêng Hom Inh Lả Lún Nọi Ngoan Phanh Sơ Xiên Xoan
            """),
        "02": People(
            modern: 80, plain: 500,
            """
            Hoàng Nông Lương Hà Ma Bế Lý Vi Ma
            Văn Đức Quang
            Thị Thị_Bích Thúy
            Đàm Hoan Khơi Lịch Nhình Thoại Thuyên Tuyền
            Bế Hoan Lịch Nhình Thoan Thuyên Tuyền Ươm
            """),
        "06": People(
            modern: 85, plain: 500,
            """
            Bùi Quách Đinh Hà Bạch Phạm Bùi Xa
            Văn Đức Mạnh
            Thị Thị_Thu Thúy
            Chinh Dần Dậu Nhẫn Thiệp Ủng Xiển
            Chinh Dần Dậu Nhẫn Thiệp Ứng Xiêm
            """),
        "07": People(
            modern: 75, plain: 500,
            """
            Nông Hoàng Lương Long Vi Lục Nùng
            Văn Đức
            Thị Thị_Lan
            Chấn Din Phần Sìn Vần Vằn
            Chấn Din Phần Sìn Mỷ Viền
            """),
        "04": People(
            modern: 60, plain: 300,
            """
            Lý Trần Vương Hoàng Lâm Lưu
            Chí Gia Văn Vĩ
            Mỹ Thị Gia Tú
            Chấn Cường Hào Kiệt Phát Vĩ
            Hoa Lệ Linh Mỹ Phụng Quyên
            """),
        "50": People(
            modern: 25, plain: 200, short: 30, single: 10,
            """
            Hù Pờ Lý Chang Ly Giàng
            Chà Cố Lòng Văn
            Cố Thị Mé Pó
            Chà Chừ Cố Hừ Lòng Nơ Po Sơn Xá
            Chừ Mé Nơ Nu Pó Po Xá Xuân
            """),
    ]
}

/// The peoples of a district, in tens of persons (census of 2019, rounded): the very small ones live together.
private struct Mix: Sendable {
    let shares: [(code: String, share: Int)]
    let sum: Int

    init(_ row: String) {
        shares = row.split(separator: " ").compactMap { pair in
            let parts = pair.split(separator: ":")
            guard parts.count == 2, let share = Int(parts[1]) else { return nil }
            return (String(parts[0]), share)
        }
        sum = shares.reduce(0) { $0 + $1.share }
    }

    static let province = Mix(
        "03:310 08:260 01:140 09:130 35:36 25:28 41:27 29:17 42:15 37:15 45:10 48:3 33:3 02:3 06:3 04:1 07:1 50:1")

    static let of: [String: Mix] = [
        "105": Mix("01:2400 03:600 08:550 25:400 09:150 02:60 06:60 07:30 04:30 42:10 35:10"),
        "106": Mix("08:1950 09:800 03:800 01:650 37:400 42:400 25:250 02:30 29:20 06:20"),
        "107": Mix("35:1550 41:1190 03:800 08:350 01:350 48:120 09:120 50:45 25:30 45:10 29:10 02:10 06:10"),
        "108": Mix("08:2850 09:2500 03:2000 01:350 42:280 29:200 45:80 25:30 33:30 35:10 02:10"),
        "109": Mix("08:2450 03:2000 09:2000 01:800 25:550 35:80 04:20 02:20 06:20 07:10"),
        "110": Mix("03:4500 08:1150 01:800 29:300 37:100 09:20 33:20 02:20 06:20 25:10"),
        "111": Mix("03:2700 08:1650 01:800 09:300 29:250 37:150 33:80 06:20 02:10 25:10"),
        "112": Mix("03:1100 08:780 45:360 01:250 09:150 41:30 48:20 29:20 35:10 33:10 25:10"),
    ]
}
