import Base
import Storage

/// What an address written by hand says of the commune.
enum SchoolAddress {
    private static let kinds: [(words: [String], kind: String)] = [
        (["thi", "tran"], "Thị trấn"), (["phuong"], "Phường"), (["xa"], "Xã"), (["tt"], "Thị trấn"), (["p"], "Phường"),
    ]
    private static let stops: Set<String> = [
        "quan", "huyen", "tp", "thanh", "tinh", "q", "h", "tphcm", "khu", "kp", "duong", "ap", "to",
    ]

    /// The commune's name with its kind: "Phường Linh Trung" of "KP 6 - phường Linh Trung - Q. Thủ Đức"; `P14` is Phường 14.
    static func commune(in address: String, isName: Bool) -> String? {
        if isName { return address }
        let parts = address.split { ",;-\n–".contains($0) }.flatMap { $0.split(separator: "  ") }
        for part in parts.reversed() {
            let words = part.split { $0 == " " || $0 == "." }.map(String.init)
            if let name = name(in: words) { return name }
        }
        return nil
    }

    private static func name(in words: [String]) -> String? {
        let keys = words.map { Fold.key($0) }
        for (index, key) in keys.enumerated() {
            if key.hasPrefix("p"), let number = Int(key.dropFirst()) { return "Phường \(number)" }
            for (said, kind) in kinds where keys[index...].starts(with: said) {
                let rest = words[(index + said.count)...].prefix { !stops.contains(Fold.key($0)) }.prefix(5)
                guard !rest.isEmpty, said != ["p"] || rest.first.flatMap({ Int($0) }) != nil else { continue }
                return "\(kind) \(rest.joined(separator: " "))"
            }
        }
        return nil
    }
}
