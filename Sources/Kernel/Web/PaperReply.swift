import Base

extension Visit {
    /// Whether the people of this installation are made up: papers and files say so.
    public var isDemo: Bool { house.isDemo }
}

extension Reply {
    /// A paper to print: a document of its own, with the sample band where the data are a sample.
    public static func paper(_ title: String, for visit: Visit, back: String? = nil, _ content: HTML) -> Reply {
        .document(UI.paper(title, content, isDemo: visit.isDemo, back: back, assetVersion: visit.house.assets.version))
    }
}
