import Base
import Storage
import Work

extension Registry {
    /// What the register keeps of one person: the own record and what hangs on it, of others no more than how they are related.
    static let holding = PersonHolding(
        tables: [
            "registry_student", "registry_enrolment", "registry_policy", "registry_guardianship", "registry_guardian",
            "registry_staff", "registry_post", "registry_teaching", "registry_class", "registry_document",
            "registry_identifier", "registry_charge", "registry_transfer", "registry_merge", "registry_former",
        ]
    ) { tx, person in
        switch person.kind {
        case .student: try Held(tx, person.id).student()
        case .staff: try Held(tx, person.id).staff()
        case .guardian: try Held(tx, person.id).guardian()
        }
    }
}

/// Reads what is held of one person; whoever calls has made sure that the one who asks may have it.
private struct Held {
    let tx: Tx, id: Int64

    init(_ tx: Tx, _ id: Int64) { (self.tx, self.id) = (tx, id) }

    func student() throws -> [HeldPart] {
        guard let record = try tx.student(ID(stored: id), scope: .everything) else { return [] }
        let student = record.id
        return [
            HeldPart(
                t("Hồ sơ học sinh"), table: "registry_student",
                rows: [try own(record.code, record.values, "student", number: tx.personalID(ofStudent: student))]),
            HeldPart(
                t("Quá trình học"), table: "registry_enrolment",
                rows: try tx.enrolments(of: student, scope: .everything).map { stay in
                    [
                        (t("Trường"), stay.orgName), (t("Lớp"), stay.className ?? ""),
                        (t("Năm học"), stay.year.description),
                        (t("Khối"), stay.grade), (t("Thời gian"), Words.period(stay.period)),
                        (t("Kết thúc"), Words.label(stay.leaving, "enrolment-statuses")), (t("Lý do"), stay.reason),
                    ]
                }),
            HeldPart(
                t("Đối tượng chính sách"), table: "registry_policy",
                rows: try tx.policies(of: student, scope: .everything).map { policy in
                    [
                        (t("Đối tượng chính sách"), Words.label(policy.kind, "policy-statuses")),
                        (t("Thời gian"), Words.period(policy.period)), (t("Căn cứ"), policy.basis),
                        (t("Số giấy tờ"), policy.document),
                    ]
                }),
            try kin(of: "g.student_id = \(id)"), try papers("student"), try identifiers("student"), try transfers(),
            try merges(),
        ]
    }

    func staff() throws -> [HeldPart] {
        guard let record = try tx.staff(ID(stored: id), scope: .everything) else { return [] }
        return [
            HeldPart(
                t("Hồ sơ nhân sự"), table: "registry_staff",
                rows: [try own(record.code, record.values, "staff", number: tx.personalID(ofStaff: record.id))]),
            HeldPart(
                t("Vị trí công tác"), table: "registry_post",
                rows: try tx.posts(of: record.id, scope: .everything).map { post in
                    [
                        (t("Đơn vị"), post.orgName), (t("Vị trí"), Words.position(post.position)),
                        (t("Thời gian"), Words.period(post.period)), (t("Căn cứ"), post.basis),
                    ]
                }),
            HeldPart(
                t("Phân công giảng dạy"), table: "registry_teaching",
                rows: try tx.teachings(by: record.id, scope: .everything, limit: 5000).map { line in
                    [
                        (t("Lớp"), line.className), (t("Môn học"), Words.subject(line.subject)),
                        (t("Thời gian"), Words.period(line.period)),
                    ]
                }),
            HeldPart(
                t("Lớp chủ nhiệm"), table: "registry_class",
                rows: try tx.all("SELECT name, year FROM registry_class WHERE homeroom_id = \(id) ORDER BY year, name")
                { row in
                    [(t("Lớp"), try row(String.self)), (t("Năm học"), try row(SchoolYear.self).description)]
                }),
            HeldPart(
                t("Việc phụ trách"), table: "registry_charge",
                rows: try tx.all(
                    "SELECT duty, phone, valid_from FROM registry_charge WHERE staff_id = \(id) ORDER BY valid_from"
                ) { row in
                    [
                        (t("Việc"), try row(String.self)), (t("Điện thoại"), try row(String.self)),
                        (t("Từ ngày"), try row(Day.self).shown),
                    ]
                }),
            try papers("staff"), try identifiers("staff"),
        ]
    }

    func guardian() throws -> [HeldPart] {
        guard let record = try tx.guardian(ID(stored: id), scope: .everything) else { return [] }
        let sealed =
            try tx.value("SELECT personal_sealed FROM registry_guardian WHERE id = \(id)", [UInt8]?.self) ?? nil
        let facts: [HeldFact] = [
            (t("Họ và tên"), record.name), (t("Giới tính"), Words.sex(record.sex)),
            (t("Ngày sinh"), record.birthDate?.shown ?? ""),
            (t("Điện thoại"), record.phone),
            (t("Số định danh cá nhân"), sealed.flatMap { tx.keys.open($0, Tx.personalPurpose) } ?? ""),
        ]
        let rest = record.details.values.sorted { $0.key < $1.key }.map { (term: $0.key, value: $0.value) }
        return [
            HeldPart(t("Hồ sơ cha mẹ, người giám hộ"), table: "registry_guardian", rows: [facts + rest]),
            try kin(of: "g.guardian_id = \(id)"), try identifiers("guardian"),
        ]
    }

    /// The own record in the words of its form.
    private func own(_ code: String, _ values: [String: String], _ kind: String, number: String?) throws -> [HeldFact] {
        let list = Words.catalogues.fields(of: kind)
        let facts = list.fields.compactMap { field -> HeldFact? in
            values[field.key].map { (translated(field.label), Words.catalogues.show($0, as: field)) }
        }
        let other = values.filter { list[$0.key] == nil }.sorted { $0.key < $1.key }.map {
            (term: $0.key, value: $0.value)
        }
        return [(t("Mã"), code), (t("Số định danh cá nhân"), number ?? "")] + facts + other
    }

    private func kin(of condition: SQL) throws -> HeldPart {
        HeldPart(
            t("Quan hệ gia đình trong sổ"), table: "registry_guardianship",
            rows: try tx.all(
                "SELECT g.relation, g.is_contact, g.valid_from FROM registry_guardianship g WHERE \(sql: condition) ORDER BY g.valid_from"
            ) { row in
                [
                    (t("Quan hệ"), Words.label(try row(), "relations")),
                    (t("Người liên hệ chính"), try row(Bool.self) ? t("Có") : t("Không")),
                    (t("Từ ngày"), since(try row(Day.self))),
                ]
            })
    }

    private func since(_ day: Day) -> String { day == .first ? "" : day.shown }

    private func papers(_ kind: String) throws -> HeldPart {
        HeldPart(
            t("Giấy tờ"), table: "registry_document",
            rows: try tx.all(
                """
                SELECT type, name, number, issued_on, expires_on, removed_at FROM registry_document
                WHERE subject_kind = \(kind) AND subject_id = \(id) ORDER BY added_at
                """
            ) { row in
                [
                    (t("Loại giấy tờ"), try row(String.self)), (t("Tên"), try row(String.self)),
                    (t("Số"), try row(String.self)),
                    (t("Ngày cấp"), try row(Day?.self)?.shown ?? ""), (t("Hết hạn"), try row(Day?.self)?.shown ?? ""),
                    (t("Đã gỡ"), try row(Int64?.self)?.shownMoment ?? ""),
                ]
            })
    }

    private func transfers() throws -> HeldPart {
        HeldPart(
            t("Chuyển trường"), table: "registry_transfer",
            rows: try tx.all(
                """
                SELECT f.name, COALESCE(o.name, t.outside), t.day, t.reason, t.asked_at FROM registry_transfer t
                JOIN registry_org f ON f.id = t.from_org LEFT JOIN registry_org o ON o.id = t.to_org
                WHERE t.student_id = \(id) ORDER BY t.id
                """
            ) { row in
                [
                    (t("Trường chuyển đi"), try row(String.self)), (t("Trường chuyển đến"), try row(String.self)),
                    (t("Từ ngày"), try row(Day.self).shown), (t("Lý do"), try row(String.self)),
                    (t("Lúc"), try row(Int64.self).shownMoment),
                ]
            })
    }

    /// Records that were once this learner's too; their codes go on leading here.
    private func merges() throws -> HeldPart {
        HeldPart(
            t("Hồ sơ đã gộp vào"), table: "registry_merge",
            rows: try tx.all(
                """
                SELECT m.other_code, m.other_name, m.reason, m.at FROM registry_merge m
                WHERE m.kept_id = \(id) AND m.kind = 'merge' AND m.undone_at IS NULL ORDER BY m.id
                """
            ) { row in
                [
                    (t("Mã"), try row(String.self)), (t("Tên"), try row(String.self)),
                    (t("Lý do"), try row(String.self)),
                    (t("Lúc"), try row(Int64.self).shownMoment),
                ]
            })
    }

    private func identifiers(_ kind: String) throws -> HeldPart {
        HeldPart(
            t("Mã ở hệ thống khác"), table: "registry_identifier",
            rows: try tx.identifiers(of: kind, id).map {
                [(t("Hệ thống"), $0.source), (t("Loại mã"), $0.type), (t("Mã"), $0.value)]
            })
    }
}
