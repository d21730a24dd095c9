/// A grade as OneRoster writes it (CEDS "Entry Grade Level"), beside the classes of Việt Nam.
public enum CEDSGrade: Hashable, Sendable {
    /// Before grade 1: crèche, then the years of kindergarten.
    case nursery, preschool, fiveYearOlds
    case grade(Int)
    case beyond(String)

    /// Reads a code in any case, with or without the leading zero; nothing for a word that is no code.
    public init?(code text: some StringProtocol) {
        let code = CSVHeader.trim(String(text)).uppercased()
        if let number = Int(code), code.utf8.allSatisfy({ (48...57).contains($0) }), code.utf8.count <= 2 {
            guard (1...13).contains(number) else { return nil }
            self = number == 13 ? .beyond("13") : .grade(number)
            return
        }
        switch code {
        case "IT": self = .nursery
        case "PR", "PK": self = .preschool
        case "TK", "KG": self = .fiveYearOlds
        case "PS", "UG", "AE", "OTHER": self = .beyond(code == "OTHER" ? "Other" : code)
        default: return nil
        }
    }

    public var code: String {
        switch self {
        case .nursery: "IT"
        case .preschool: "PK"
        case .fiveYearOlds: "KG"
        case .grade(let number): number < 10 ? "0\(number)" : "\(number)"
        case .beyond(let code): code
        }
    }
}
