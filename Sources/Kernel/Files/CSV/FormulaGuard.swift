/// Keeps a spreadsheet from running what somebody typed into a name or an address (reliability, C4).
public enum FormulaGuard {
    /// The text with an apostrophe in front where a spreadsheet would take it for a formula.
    public static func neutralised(_ text: String) -> String { isRisky(text) ? "'" + text : text }

    /// The text as it was before it was neutralised: what comes back from our own lists.
    public static func bare(_ text: String) -> String {
        text.utf8.first == UInt8(ascii: "'") && isRisky(String(text.dropFirst())) ? String(text.dropFirst()) : text
    }

    /// Whether the first character that a spreadsheet looks at starts a formula: `= + - @`, their full-width and small forms,
    /// or a tab or line end in front of anything.
    public static func isRisky(_ text: String) -> Bool {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x2B, 0x2D, 0x3D, 0x40: return true
            case 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20, 0xFE66, 0xFE62, 0xFE63, 0xFE6B, 0x2212: return true
            case 0x20, 0xA0, 0xAD, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000, 0xFEFF, 0...0x1F: continue
            default: return false
            }
        }
        return false
    }
}
