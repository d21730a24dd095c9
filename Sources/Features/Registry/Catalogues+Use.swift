import Base
import Synchronization

extension Catalogues {
    private static let held = Mutex<Catalogues?>(nil)

    /// Reads the lists of a folder for everybody; done once at start.
    public static func use(_ directory: String) throws {
        let catalogues = try load(from: directory)
        held.withLock { $0 = catalogues }
    }

    /// The lists in use; empty ones before `use`.
    public static var current: Catalogues {
        held.withLock { $0 } ?? Catalogues(lists: [:], fields: [:], calendars: [], subjects: [], places: [])
    }

    /// The fields of a record: `student`, `staff`, `school`, `class`.
    public func fields(of record: String) -> FieldList {
        fields[record] ?? FieldList(ListFile(name: record, legalBasis: nil, headings: nil, items: []))
    }
}
