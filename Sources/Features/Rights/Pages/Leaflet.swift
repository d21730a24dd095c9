import Base
import Identity
import Storage
import Web
import Work

/// All that is held on one person, to be read and printed, and the same for programs.
struct Leaflet {
    let order: ParcelOrder, parts: [HeldPart], moment: Int64

    var html: HTML {
        """
        <!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
        <title>\(t("Dữ liệu về {}", order.name))</title></head><body>\
        <h1>\(t("Dữ liệu về {}", order.name))</h1><p>\(t("Lập lúc {}. Người khác chỉ có mặt bằng quan hệ hoặc chức vụ.", moment.shownMoment))</p>\
        \(UI.each(parts, section))</body></html>
        """
    }

    private func section(_ part: HeldPart) -> HTML {
        let rows = part.rows.map { row -> HTML in
            "<table border=\"1\" cellpadding=\"4\">\(UI.each(row) { "<tr><th align=\"left\" scope=\"row\">\($0.term)</th><td>\($0.value)</td></tr>" })</table><br>"
        }
        return "<h2>\(part.title)</h2>\(when(rows.isEmpty, "<p>\(t("Không có."))</p>"))\(rows)"
    }

    /// One object, parts by their tables, a record an object of terms and values.
    static func json(_ order: ParcelOrder, _ parts: [HeldPart], _ moment: Int64) -> String {
        let drawn = parts.map { part in
            let rows = part.rows.map { row in
                "{" + row.map { "\(quoted($0.term)):\(quoted($0.value))" }.joined(separator: ",") + "}"
            }
            return
                "{\"title\":\(quoted(part.title)),\"table\":\(quoted(part.table)),\"records\":[\(rows.joined(separator: ","))]}"
        }
        return """
            {"person":\(quoted(order.code)),"kind":\(quoted(order.person.kind.rawValue)),"madeAt":\(quoted(moment.isoMoment)),\
            "parts":[\(drawn.joined(separator: ","))]}
            """
    }
}

/// The trail of one person: what was done with the record and what was changed, by post and never by name.
enum Trail {
    static let most = 20_000

    static func part(of person: HeldPerson, _ tx: Tx) throws -> HeldPart {
        let done = try tx.readings(of: person, classGroup: nil, limit: most).map { reading -> [HeldFact] in
            [
                (t("Lúc"), reading.at.shownMoment), (t("Vai trò"), reading.role?.label ?? ""),
                (t("Việc"), Identity.words(ofVerb: reading.verb)),
            ]
        }
        let changed = try tx.history(of: person.subject, limit: most).map { change -> [HeldFact] in
            [
                (t("Lúc"), change.at.shownMoment), (t("Vai trò"), change.role?.label ?? ""),
                (t("Việc"), Identity.words(ofVerb: change.verb)), (t("Mục"), Identity.words(ofField: change.field)),
                (t("Trước"), change.old ?? ""), (t("Sau"), change.new ?? ""),
            ]
        }
        return HeldPart(t("Ai đã xem hoặc sửa"), table: "work_audit_entry", rows: done + changed)
    }
}
