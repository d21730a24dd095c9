import Base
import Synchronization

extension Catalogues {
    /// Read without a lock: a page asks for some hundred words.
    private static let inUse = AtomicLazyReference<Held>()

    /// Reads the lists of a folder for everybody; done once at start, the first ones stay.
    public static func use(_ directory: String) throws { _ = inUse.storeIfNil(try load(from: directory).held) }

    /// The lists in use; empty ones before `use`.
    public static var current: Catalogues { Catalogues(inUse.load() ?? none) }

    private static let none = Held([:], [:], [], [], [])

    /// The fields of a record: `student`, `staff`, `school`, `class`.
    public func fields(of record: String) -> FieldList {
        fields[record] ?? FieldList(ListFile(name: record, legalBasis: nil, headings: nil, items: []))
    }
}
