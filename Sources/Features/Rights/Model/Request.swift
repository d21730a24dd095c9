import Base
import Registry
import Storage
import Work

/// What keys of the room's own table stand for.
enum PersonRequest {}

/// Where a request stands.
enum RequestState: String, Sendable, CaseIterable, Column {
    case open, taken, done, refused, withdrawn

    var isUnderway: Bool { self == .open || self == .taken }

    var label: String {
        switch self {
        case .open: t("Mới gửi")
        case .taken: t("Đã tiếp nhận")
        case .done: t("Đã làm xong")
        case .refused: t("Từ chối, có lý do")
        case .withdrawn: t("Đã rút lại")
        }
    }
}

/// A request as it is kept.
struct RequestRecord: Sendable {
    let id: ID<PersonRequest>, kind: String, person: HeldPerson, words: String
    let askedBy: ID<Account>?, askedAt: Int64
    /// The last days for a first answer, and for having it done.
    let answerBy: Day, doneBy: Day
    let state: RequestState, answer: String, answeredAt: Int64?

    /// Whether a deadline has passed.
    func isLate(on day: Day) -> Bool {
        state.isUnderway && (doneBy < day || state == .open && answerBy < day)
    }
}

/// A kind of request, read from the catalogue `person-requests`.
struct RequestKind: Sendable {
    let code: String, name: String, advice: String, basis: String
    /// Working days for the first answer, days for all of it.
    let answerDays: Int, doneDays: Int

    static var all: [RequestKind] {
        Catalogues.current.items(in: "person-requests").compactMap { item in
            guard let answer = item.parameters?["answer"].flatMap({ Int($0) }),
                let done = item.parameters?["done"].flatMap({ Int($0) })
            else { return nil }
            return RequestKind(
                code: item.code, name: item.name, advice: item.advice ?? "", basis: item.legalBasis ?? "",
                answerDays: answer,
                doneDays: done)
        }
    }
}

/// What the job of an export is asked to do.
struct ParcelOrder: Codable, Sendable {
    let person: HeldPerson, folder: String, name: String, code: String, org: Int64?
}

/// What a finished export left behind.
struct Parcel: Codable, Sendable {
    let path: String, name: String, parts: Int, rows: Int
}
