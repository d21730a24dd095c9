import Base

/// What stands for the changed fields of one entry in its hash: the sealed values, so that it outlives a person's key.
struct FieldDigest {
    private struct Field {
        let kind: String, subject: Int64, name: String, old: [UInt8]?
        var new: [UInt8]?

        /// Each part preceded by its length, so that no two fields can be written alike.
        var bytes: [UInt8] {
            let values = [old, new].map { $0.map(\.hex) ?? "-" }
            return ([kind, String(subject), name] + values).flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
        }
    }

    private var fields: [String: Field] = [:]

    /// The same field twice is one change, from the first value to the last: as it is stored.
    mutating func add(_ kind: String, _ subject: Int64, _ name: String, _ old: [UInt8]?, _ new: [UInt8]?) {
        let key = "\(kind)/\(subject)/\(name)"
        if fields[key] != nil {
            fields[key]?.new = new
            return
        }
        fields[key] = Field(kind: kind, subject: subject, name: name, old: old, new: new)
    }

    var hash: [UInt8] {
        Secret.sha256(
            fields.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }.flatMap(\.value.bytes))
    }
}
