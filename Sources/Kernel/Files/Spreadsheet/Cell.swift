import Base

extension Spreadsheet {
    /// One value of a spreadsheet, with the type that a person will calculate, sort and filter by. There is no formula among them.
    public enum Cell: Sendable, Equatable, ExpressibleByStringLiteral {
        case text(String)
        case whole(Int)
        case number(Double)
        /// A mark: 85 is shown as 8,5.
        case tenths(Int)
        case day(Day)
        case blank

        public init(stringLiteral text: String) { self = .text(text) }

        /// The day, or an empty cell.
        public init(_ day: Day?) { self = day.map(Cell.day) ?? .blank }
        /// The text, or an empty cell.
        public init(_ text: String?) { self = text.map(Cell.text) ?? .blank }
    }

    /// A column of a sheet: its title, and its width in characters.
    public struct Column: Sendable {
        public let title: String
        public let width: Double

        public init(_ title: String, width: Double? = nil) {
            self.title = title
            self.width = min(max(width ?? Double(title.unicodeScalars.count) + 4, 4), 120)
        }
    }
}
