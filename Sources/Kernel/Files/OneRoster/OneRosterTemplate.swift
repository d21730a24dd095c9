/// Empty files with the headings of the standard, for those who begin.
public enum OneRosterTemplate {
    /// The files that a register reads, each with its columns of edition 1.2.
    public static var files: [(name: String, header: [String])] {
        let files: [OneRosterFile] = [
            .orgs, .academicSessions, .courses, .classes, .users, .roles, .demographics, .enrollments,
        ]
        return files.map { file in
            (
                file.fileName,
                OneRosterSchema.columns(of: file).filter { $0.versions.contains(.v12) }.map(\.name)
            )
        }
    }
}
