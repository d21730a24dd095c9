import Base

/// A place's name apart from the word for its kind.
enum PlaceName {
    private static let kinds: [(words: String, kind: String)] = [
        ("thi tran", "thi-tran"), ("thi xa", "thi-xa"), ("thanh pho", "thanh-pho"), ("dac khu", "dac-khu"),
        ("phuong", "phuong"),
        ("huyen", "huyen"), ("quan", "quan"), ("tinh", "tinh"), ("xa", "xa"), ("tt", "thi-tran"), ("tx", "thi-xa"),
        ("tp", "thanh-pho"), ("p", "phuong"), ("h", "huyen"), ("x", "xa"),
    ]

    /// The name without "Xã", "Phường", "TT." and the like in front; a name that is only such a word stays.
    static func bare(_ name: String) -> String {
        let composed = Fold.compose(name), words = composed.split { $0 == " " || $0 == "." }
        guard let count = prefix(of: words) else { return composed }
        return words.dropFirst(count).joined(separator: " ")
    }

    /// The kind that the name says, if it says one.
    static func kind(of name: String) -> String? {
        let words = Fold.compose(name).split { $0 == " " || $0 == "." }
        guard let count = prefix(of: words) else { return nil }
        let said = Fold.key(words.prefix(count).joined(separator: " "))
        return kinds.first { $0.words == said }?.kind
    }

    private static func prefix(of words: [Substring]) -> Int? {
        for (said, _) in kinds {
            let count = said.split(separator: " ").count
            guard words.count > count else { continue }
            if Fold.key(words.prefix(count).joined(separator: " ")) == said { return count }
        }
        return nil
    }
}
