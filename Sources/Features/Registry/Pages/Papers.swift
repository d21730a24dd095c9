import Base
import Web

/// What the room's printed papers have in common.
enum Papers {
    /// The head of a school's own list: who it is of, without the national heading.
    static func head(_ org: String, above: String = "") -> HTML {
        "\(when(!above.isEmpty, "<p class=\"upper\">\(above)</p>"))<p class=\"upper\"><strong>\(org)</strong></p>"
    }

    static func head(_ file: ClassFile) -> HTML {
        head(file.path.last?.name ?? "", above: file.path.dropLast().last?.name ?? "")
    }

    /// The post under a paper: the head's own, else the usual one.
    static func post(_ head: (position: String, name: String)?) -> String {
        head.map { Words.position($0.position) } ?? t("Hiệu trưởng")
    }

    /// The name of a place without its kind, as it stands before a date: `thi-tran` are two words, `xa` one.
    static func placeName(_ place: PlaceRecord?) -> String {
        guard let place else { return "" }
        return place.name.split(separator: " ").dropFirst(place.kind.split(separator: "-").count).joined(separator: " ")
    }
}
