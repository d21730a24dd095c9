import Base
import CQREncode

/// Square codes that a phone reads, drawn as one path.
public enum QRCode {
    /// The most bytes a code holds here: more would need modules too small for a printed card.
    public static let mostBytes = 300

    /// The drawing of a text, error correction M, with the quiet zone of four modules (ISO/IEC 18004); nothing for a longer or empty one.
    public static func svg(_ text: String, label: String = "QR") -> HTML? {
        guard !text.isEmpty, text.utf8.count <= mostBytes, !text.utf8.contains(0),
            let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M)
        else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard width > 0, let modules = code.pointee.data else { return nil }
        let dark = UnsafeBufferPointer(start: modules, count: width * width).map { $0 & 1 == 1 }
        let side = width + 8
        return """
            <svg class="qr" role="img" aria-label="\(label)" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path stroke="#000" d="\(path(dark, width))"/></svg>
            """
    }

    /// Each row as one line of dashes and gaps: short words that repeat, so that a sheet of codes stays small.
    private static func path(_ dark: [Bool], _ width: Int) -> String {
        var out = ""
        for row in 0..<width {
            out += "M4 \(row + 4).5"
            var column = 0
            while column < width {
                let start = column, isDark = dark[row * width + column]
                while column < width, dark[row * width + column] == isDark { column += 1 }
                if isDark { out += "h\(column - start)" } else if column < width { out += "m\(column - start) 0" }
            }
        }
        return out
    }
}
