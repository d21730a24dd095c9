import Base
import Storage
import Work

extension Registry {
    /// Where personal numbers are kept sealed: on people, and in what imports keep to be undone by.
    static let sealed: [SealedValues] =
        [
            numbers(t("số định danh của học sinh"), in: "registry_student"),
            numbers(t("số định danh của cán bộ"), in: "registry_staff"),
            numbers(t("số định danh của cha mẹ"), in: "registry_guardian"),
            SealedValues(t("số định danh giữ lại để hoàn tác")) { tx, after, turn in try tx.turnLedger(after, &turn) },
        ]

    private static func numbers(_ name: @autoclosure @escaping @Sendable () -> String, in table: SQL) -> SealedValues {
        SealedValues(name(), in: table, column: "personal_sealed", blind: ("personal_blind", Tx.personalPurpose)) { _ in
            .field(Tx.personalPurpose)
        }
    }
}

extension Tx {
    /// While a key is being replaced, whoever holds a number under the former key is brought over before the number is given to
    /// anybody: the unique index sees numbers under one key alone.
    func bringOver(_ personalID: String, _ keys: Keys) throws {
        let blinds = keys.blinds(personalID, Tx.personalPurpose)
        for table in ["registry_student" as SQL, "registry_staff"] {
            try exec(
                """
                UPDATE \(sql: table) SET personal_blind = \(blinds[0]), personal_sealed = \(keys.seal(personalID, Tx.personalPurpose))
                WHERE personal_blind IN \(list: Array(blinds.dropFirst()))
                """)
        }
    }

    fileprivate func turnLedger(_ after: String, _ turn: inout SealedTurn) throws -> String? {
        let last = after.split(separator: "/").map { Int64($0) ?? 0 }
        let tables = LedgerTable.all.filter { $0.personal != nil }
        let rows = try all(
            """
            SELECT batch_id, number, entity, before FROM registry_batch_change
            WHERE (batch_id, number) > (\(last.first ?? 0), \(last.last ?? 0)) AND entity IN \(list: tables.map(\.entity))
            ORDER BY batch_id, number LIMIT \(SealedTurn.most)
            """
        ) {
            (
                batch: try $0() as Int64, number: try $0() as Int64, entity: try $0() as String,
                before: try $0() as String
            )
        }
        let keys = try sealing()
        for row in rows {
            guard let place = LedgerTable.of(row.entity)?.personal else { continue }
            let kept = try Kept(row.before)
            let fresh = kept.rows.map { renewed($0, at: place, keys, &turn) }
            guard fresh != kept.rows else { continue }
            let text = try Kept(key: kept.key, rows: fresh).text
            try exec(
                """
                UPDATE registry_batch_change SET before = \(text) WHERE batch_id = \(row.batch) AND number = \(row.number)
                """)
        }
        return rows.count == SealedTurn.most ? rows.last.map { "\($0.batch)/\($0.number)" } : nil
    }

    /// A kept row with its number under the key in use.
    private func renewed(
        _ row: KeptRow, at place: LedgerTable.Personal, _ keys: Keys, _ turn: inout SealedTurn
    ) -> KeptRow {
        guard let sealed = place.sealed(in: row), let number = turn.look(sealed, .field(Tx.personalPurpose), keys)
        else {
            return row
        }
        return place.putting(SealedPersonalID(String(decoding: number, as: UTF8.self), keys), in: row)
    }

    /// A kept row that is put back while a key is being replaced: its number under the key in use, and whoever else holds the number
    /// brought over first, so that the unique index sees both.
    func broughtOver(_ row: KeptRow, at place: LedgerTable.Personal) throws -> KeptRow {
        let keys = try sealing()
        guard keys.isChanging, let sealed = place.sealed(in: row), let text = keys.open(sealed, Tx.personalPurpose)
        else {
            return row
        }
        try bringOver(text, keys)
        return place.putting(SealedPersonalID(text, keys), in: row)
    }
}
