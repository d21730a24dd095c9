import Base
import Registry
import Storage

extension Tx {
    /// The name of a class, empty for none.
    func className(_ id: ID<ClassGroup>?) throws -> String {
        try id.flatMap { try classGroup($0, scope: .everything) }?.name ?? ""
    }

    /// Where a pupil learns today, in words: the class and the school.
    func placeName(of student: ID<Student>) throws -> String {
        guard let place = try placeOf(student: student) else { return "" }
        return [try className(place.classGroup), try name(of: place.org)].filter { !$0.isEmpty }.joined(
            separator: " · ")
    }
}
