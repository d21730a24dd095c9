import Base
import Work

extension PersonTable {
    /// What of accounts and slips refers to learners: it follows when two records of one child become one.
    static let identity: [PersonTable] = [
        .pointer(
            "identity_account", learner: "person_id", kind: ("person_kind", "student"), isSingle: true,
            label: { t("{} tài khoản học sinh", $0) }),
        .tie(
            "identity_child", columns: "account_id:i student_id:i relation:t slip_id:i valid_from:t valid_to:t",
            keyed: 2,
            label: { t("{} liên kết của cha mẹ có tài khoản", $0) }),
        .pointer("identity_slip", label: { t("{} phiếu cha mẹ", $0) }),
    ]
}
