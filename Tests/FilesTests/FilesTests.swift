import Testing

@testable import Files

@Suite struct FilesTests {}
