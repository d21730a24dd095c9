import ArgumentParser
import Base
import Registry
import Storage
import Work

/// `hoaban reorganise --on 2025-07-01 --basis "NQ 1670/NQ-UBTVQH15"`: takes the tree over a new division of the country.
struct ReorganiseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reorganise",
        abstract: "Puts every institution into the commune that took over its old one, and under that commune's office."
    )
    @OptionGroup var place: Where
    @Option(help: "First day of the new division, such as 2025-07-01.") var on: String
    @Option(help: "The decision: number and day.") var basis: String
    @OptionGroup var answer: Answer

    func run() async throws {
        guard let day = Day(iso: on) else { throw ValidationError("--on takes a day such as 2025-07-01") }
        let installation = try await Installation.open(place)
        let report = try await Registry.convertTree(on: day, basis: basis, by: .commandLine, in: installation.db)
        await installation.db.close()
        let doubts = report.uncertain.map {
            "\n  \($0.name): \($0.choices.isEmpty ? "chưa rõ xã" : $0.choices.joined(separator: " hoặc "))"
        }
        try answer.tell(
            report,
            """
            Đã chuyển địa bàn \(report.placed) trường, đổi đơn vị quản lý \(report.moved), lập \(report.founded) và kết thúc \(report.closed) cơ quan quản lý. \
            \(report.settled) trường đã ở xã mới. \(report.uncertain.count) trường chưa rõ xã, xem ở Chất lượng dữ liệu.\(doubts.joined())
            """)
    }
}
