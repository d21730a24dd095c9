import Work

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ImportReport {
    init(json: String) throws { self = try JSONDecoder().decode(ImportReport.self, from: Data(json.utf8)) }

    /// The report as it is kept with its batch.
    var json: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }
}
