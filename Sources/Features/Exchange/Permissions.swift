import Base
import Web

extension Permission {
    /// Reading files into the register.
    public static let importFiles = Permission(
        "exchange.import-files",
        [
            .administrator, .department, .commune, .principal, .deputy, .clerk,
        ])
    /// Writing whole registers to files; each is audited.
    public static let exportFiles = Permission(
        "exchange.export-files",
        [
            .administrator, .department, .commune, .inspector, .principal, .deputy, .clerk,
        ])
    static let exchange: [Permission] = [importFiles, exportFiles]
}
