import Foundation

/// Programs that are built beside the tests.
public enum Programs {
    /// What `hoaban parse` is to the server: the child that opens what comes from outside.
    public static let filesChild: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        let places = [own, bundle].map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) + "/FilesChild" }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
            ?? FileManager.default.currentDirectoryPath + "/.build/debug/FilesChild"
    }()
}
