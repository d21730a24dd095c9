/// The hidden command `hoaban parse zip IN OUTDIR`: what comes from outside is opened in a child process under limits.
public enum ParseCommand {
    /// Runs the command with the words after `parse`; the status is the process's.
    public static func run(arguments: [String]) -> Int32 { 2 }
}
