// swift-tools-version: 6.1
import PackageDescription

/// One line a room: its name, its folder, what it may import. SwiftPM refuses circles, so the arrows only point down.
struct Room {
    let name: String, path: String, uses: [Target.Dependency]
    init(_ name: String, in folder: String, uses: [Target.Dependency]) {
        (self.name, self.path, self.uses) = (name, "Sources/\(folder)/\(name)", uses)
    }
}

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let http: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let tls: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")

let network: [Target.Dependency] = [hummingbird, http, tls, nio, nioExtras, nioPosix, nioSSL]
let program: [Target.Dependency] = [arguments, hummingbird, lifecycle, logging]
let kernel: [Target.Dependency] = ["Base", "Facts", "Files", "Storage", "Work", "Web"]
let ground: [Target.Dependency] = kernel + ["Registry", "Identity"]

let rooms: [Room] = [
    // floor 0: the kernel
    Room("Base", in: "Kernel", uses: ["CSodium"]),
    Room("Facts", in: "Kernel", uses: ["Base"]),
    Room("Storage", in: "Kernel", uses: ["Base", "CPQ", "CSodium", grdb, sqlite, logging]),
    Room("Files", in: "Kernel", uses: ["Base", "CArchive", "CFreeXL", "CSpawn", "CXLSX", "CXML"]),
    Room("Work", in: "Kernel", uses: ["Base", "Facts", "Storage", "CSodium", "CArchive", lifecycle, logging]),
    Room("Web", in: "Kernel", uses: network + ["Base", "Storage", "Work", "CZlib", "CQREncode", lifecycle, logging]),
    // floor 1: the ground floor, which every room above may use
    Room("Registry", in: "Features", uses: kernel),
    Room("Identity", in: "Features", uses: kernel + ["Registry", "CSodium"]),
    // floor 2: daily work
    Room("Quality", in: "Features", uses: ground),
    Room("Rights", in: "Features", uses: ground),
    // floor 3: overlooking
    Room("Exchange", in: "Features", uses: ground),
    Room("Demo", in: ".", uses: ground),
    // floor 4: the house
    Room("House", in: ".", uses: ground + ["Exchange", "Quality", "Rights", logging]),
    // floor 5: one binary
    Room("App", in: ".", uses: ground + program + ["House", "Demo", "CArchive", "CSpawn"]),
]

/// A C library of Debian's: its headers stand below `Sources/C`.
func library(_ name: String, _ pkgConfig: String? = nil, of package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// The tests of what stands in a folder of their name.
func tests(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: uses, path: "Tests/\(name)")
}

let package = Package(
    name: "hoaban",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "hoaban", targets: ["App"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: rooms.map { room in
        room.name == "App"
            ? .executableTarget(name: room.name, dependencies: room.uses, path: room.path)
            : .target(name: room.name, dependencies: room.uses, path: room.path)
    } + [
        library("CArchive", "libarchive", of: "libarchive-dev"),
        library("CFreeXL", "freexl", of: "libfreexl-dev"),
        library("CPQ", "libpq", of: "libpq-dev"),
        library("CQREncode", "libqrencode", of: "libqrencode-dev"),
        library("CSodium", "libsodium", of: "libsodium-dev"),
        library("CXLSX", of: "libxlsxwriter-dev"),
        library("CXML", "libxml-2.0", of: "libxml2-dev"),
        library("CZlib", "zlib", of: "zlib1g-dev"),
        .systemLibrary(name: "CSpawn", path: "Sources/C/CSpawn"),
        .target(name: "TestSupport", dependencies: ["Base", "Storage"], path: "Tests/TestSupport"),
        .executableTarget(name: "FilesChild", dependencies: ["Files"], path: "Tests/FilesChild"),
        tests("KernelTests", uses: kernel + ["TestSupport"]),
        tests("FilesTests", uses: ["Files", "Base", "CArchive", "FilesChild", "TestSupport"]),
        tests("RegistryTests", uses: kernel + ["Registry", "TestSupport"]),
        tests("IdentityTests", uses: ground + ["TestSupport"]),
        tests("QualityTests", uses: ground + ["Quality", "TestSupport"]),
        tests("DemoTests", uses: ground + ["Demo", "House", "TestSupport"]),
        tests("VisitTests", uses: ground + ["House", "Quality", "Demo", "TestSupport", "FilesChild", http, nio]),
        tests("AppTests", uses: ground + ["App", "House", "TestSupport", logging]),
        tests("HouseTests"),
    ],
    swiftLanguageModes: [.v6]
)
