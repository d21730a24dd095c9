import Base
import Storage
import Work

/// A personal number as it is kept: findable without being readable, readable only with the key.
struct SealedPersonalID {
    let blind: [UInt8]?
    let sealed: [UInt8]?
}

extension SealedPersonalID {
    init(_ number: String, _ keys: Keys) {
        self.init(blind: keys.blind(number, Tx.personalPurpose), sealed: keys.seal(number, Tx.personalPurpose))
    }
}

extension Tx {
    static let personalPurpose = "personal-id"

    /// A personal number in the form in which it is kept, to be written with the record that it is of.
    func seal(personalID: String?) throws -> SealedPersonalID {
        guard let personalID, !personalID.isEmpty else { return SealedPersonalID(blind: nil, sealed: nil) }
        let keys = try sealing()
        if keys.isChanging { try bringOver(personalID, keys) }
        return SealedPersonalID(personalID, keys)
    }

    /// Takes the next permanent code of learners; `count` takes a block and answers its first serial.
    public func nextStudentSerial(count: Int = 1) throws -> Int { try next("registry.student", count: count) }
    public func nextStaffSerial(count: Int = 1) throws -> Int { try next("registry.staff", count: count) }

    /// The record that another system knows by this identifier.
    public func entity(source: String, type: String, value: String) throws -> (
        entity: String, id: Int64, digest: [UInt8]
    )? {
        try one(
            """
            SELECT entity, entity_id, digest FROM registry_identifier
            WHERE source = \(source) AND type = \(type) AND value = \(value)
            """
        ) { (entity: try $0(), id: try $0(), digest: try $0()) }
    }

    /// Notes that another system knows a record by this identifier, with its row as sent and the row's digest.
    public func identify(
        _ entity: String, _ id: Int64, source: String, type: String, value: String, record: String = "",
        digest: [UInt8] = [], batch: ID<Batch>? = nil
    ) throws {
        try exec(
            """
            INSERT INTO registry_identifier (source, type, value, entity, entity_id, record, digest, batch_id)
            VALUES (\(source), \(type), \(value), \(entity), \(id), \(record), \(digest), \(batch))
            ON CONFLICT (source, type, value) DO UPDATE SET entity = excluded.entity, entity_id = excluded.entity_id,
            record = excluded.record, digest = excluded.digest, batch_id = excluded.batch_id
            """)
    }

    /// How other systems name a record.
    public func identifiers(of entity: String, _ id: Int64) throws -> [(source: String, type: String, value: String)] {
        try all(
            """
            SELECT source, type, value FROM registry_identifier WHERE entity = \(entity) AND entity_id = \(id) ORDER BY source, type, value
            """
        ) { (source: try $0(), type: try $0(), value: try $0()) }
    }
}
