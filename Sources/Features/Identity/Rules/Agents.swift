import Base

/// What a list of sessions says of a browser: its name and its machine's, no more than its owner needs to know it again.
enum Agents {
    /// The browser and the machine named in a User-Agent header.
    static func label(_ agent: String) -> (browser: String, machine: String) {
        (first(browsers, in: agent), first(machines, in: agent))
    }

    private static func first(_ marks: [(mark: String, name: String)], in agent: String) -> String {
        marks.first { agent.contains($0.mark) }?.name ?? ""
    }

    // The order tells: Edge, Cốc Cốc and Opera call themselves Chrome too, and Chrome calls itself Safari.
    private static let browsers: [(mark: String, name: String)] = [
        ("coc_coc", "Coc Coc"), ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
        ("Zalo", "Zalo"),
        ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
        ("curl", "curl"),
    ]
    private static let machines: [(mark: String, name: String)] = [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ]

    /// An address without its last parts: enough to tell home from school, too little to follow a person.
    static func shortened(_ address: String) -> String {
        if address.contains(":") { return address.split(separator: ":").prefix(3).joined(separator: ":") + ":…" }
        let parts = address.split(separator: ".")
        return parts.count == 4 ? parts.prefix(2).joined(separator: ".") + ".…" : address
    }
}
