import Files
import Glibc

// The sandboxed child of the tests: what `hoaban parse` is to the server.
exit(ParseCommand.run(arguments: Array(CommandLine.arguments.dropFirst(2))))
