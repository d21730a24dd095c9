import Base

/// Where a transfer stands.
public enum TransferState: String, Sendable, CaseIterable {
    /// Asked for; no head has said anything yet.
    case asked
    /// The receiving school agreed; the giving school's head is asked.
    case agreed
    /// The giving school let the learner go; the receiving school's head is asked.
    case given
    /// Both agreed; it happens on its day.
    case approved
    case done, refused, withdrawn, lapsed

    static let open: [TransferState] = [.asked, .agreed, .given, .approved]
    public var isOpen: Bool { TransferState.open.contains(self) }
}

/// The two schools of a transfer.
public enum TransferSide: String, Sendable, CaseIterable {
    case giving, receiving
    public var other: TransferSide { self == .giving ? .receiving : .giving }
}

/// What can happen to a transfer.
enum TransferEvent: Sendable, Equatable {
    case approval(TransferSide), refusal(TransferSide)
    case withdrawal, day, lapse
}

/// How a transfer goes on: a school of the same province needs the heads of both (QĐ 51/2002/QĐ-BGDĐT, TT 50/2021/TT-BGDĐT), one
/// outside the system is beyond asking, so the giving head alone decides.
enum Transferring {
    /// After how many days an open request lapses.
    static let days = 30

    /// The state after an event; nothing where the event has no place.
    static func next(_ state: TransferState, _ event: TransferEvent, isOutside: Bool) -> TransferState? {
        switch (state, event) {
        case (.asked, .approval(.giving)): isOutside ? .approved : .given
        case (.asked, .approval(.receiving)): isOutside ? nil : .agreed
        case (.agreed, .approval(.giving)), (.given, .approval(.receiving)): .approved
        case (.approved, .day): .done
        case (.asked, .refusal), (.agreed, .refusal(.giving)), (.given, .refusal(.receiving)): .refused
        case (.asked, .withdrawal), (.agreed, .withdrawal), (.given, .withdrawal), (.approved, .withdrawal): .withdrawn
        case (.asked, .lapse), (.agreed, .lapse), (.given, .lapse): .lapsed
        default: nil
        }
    }

    /// Whose word is waited for.
    static func waiting(_ state: TransferState, isOutside: Bool) -> Set<TransferSide> {
        switch state {
        case .asked: isOutside ? [.giving] : [.giving, .receiving]
        case .agreed: [.giving]
        case .given: [.receiving]
        default: []
        }
    }

    /// How a stay ends by a transfer on a day: in the first term, the second, or the summer (catalogue `enrolment-statuses`).
    static func leaving(on day: Day) -> String {
        switch day.parts.month {
        case 9...12: "moved-1"
        case 1...5: "moved-2"
        default: "moved-summer"
        }
    }

    /// The papers of a transfer (TT 50/2021/TT-BGDĐT; QĐ 51/2002/QĐ-BGDĐT, article 5).
    static let papers = ["request", "report-book", "birth", "introduction", "diploma", "admission", "residence"]
}
