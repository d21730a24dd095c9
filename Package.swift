// swift-tools-version: 6.1
import PackageDescription

/// One line a room: its name, its folder, what it may import. SwiftPM refuses circles, so the arrows only point down.
struct Room {
    let name: String, path: String, uses: [Target.Dependency]
    init(_ name: String, in folder: String, uses: [Target.Dependency]) {
        (self.name, self.path, self.uses) = (name, "Sources/\(folder)/\(name)", uses)
    }
}

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let kernel: [Target.Dependency] = ["Base", "Facts", "Files", "Storage", "Work", "Web"]
let ground: [Target.Dependency] = kernel + ["Registry", "Identity"]

let rooms: [Room] = [
    // floor 0: the kernel
    Room("Base", in: "Kernel", uses: ["CSodium"]),
    Room("Facts", in: "Kernel", uses: ["Base"]),
    Room("Storage", in: "Kernel", uses: [
        "Base", "CPQ", "CSodium",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
    ]),
    Room("Files", in: "Kernel", uses: ["Base", "CArchive", "CSpawn", "CXLSX"]),
    Room("Work", in: "Kernel", uses: [
        "Base", "Facts", "Storage", "CSodium", "CArchive",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]),
    Room("Web", in: "Kernel", uses: [
        "Base", "Facts", "Storage", "Work", "CZlib", "CQREncode", hummingbird,
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOExtras", package: "swift-nio-extras"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
    ]),
    // floor 1: the ground floor, which every room above may use
    Room("Registry", in: "Features", uses: kernel),
    Room("Identity", in: "Features", uses: kernel + ["Registry", "CSodium"]),
    // floor 3: overlooking
    Room("Exchange", in: "Features", uses: ground),
    Room("Demo", in: ".", uses: ground),
    // floor 4: the house
    Room("House", in: ".", uses: ground + ["Exchange", .product(name: "Logging", package: "swift-log")]),
]

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
    targets: [
        .systemLibrary(name: "CPQ", path: "Sources/C/CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSodium", path: "Sources/C/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CArchive", path: "Sources/C/CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CSpawn", path: "Sources/C/CSpawn"),
        .systemLibrary(name: "CXLSX", path: "Sources/C/CXLSX", providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CQREncode", path: "Sources/C/CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    ] + rooms.map { room in
        .target(name: room.name, dependencies: room.uses, path: room.path)
    } + [
        // floor 5: one binary
        .executableTarget(name: "App", dependencies: ground + [
            "House", "Demo", "CSpawn", hummingbird,
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        ], path: "Sources/App"),
        .target(name: "TestSupport", dependencies: ["Base", "Storage"], path: "Tests/TestSupport"),
        .testTarget(name: "KernelTests", dependencies: kernel.map { $0 } + ["TestSupport"], path: "Tests/KernelTests"),
        .testTarget(name: "RegistryTests", dependencies: kernel + ["Registry", "TestSupport"], path: "Tests/RegistryTests"),
        .testTarget(name: "VisitTests", dependencies: ground + [
            "House", "Demo", "TestSupport", .product(name: "HummingbirdCore", package: "hummingbird"),
        ], path: "Tests/VisitTests"),
        .testTarget(name: "IdentityTests", dependencies: ground + ["TestSupport"], path: "Tests/IdentityTests"),
        .testTarget(name: "DemoTests", dependencies: ground + ["Demo", "TestSupport"], path: "Tests/DemoTests"),
        .testTarget(name: "HouseTests", path: "Tests/HouseTests"),
        .executableTarget(name: "FilesChild", dependencies: ["Files"], path: "Tests/FilesChild"),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Base", "CArchive", "FilesChild"], path: "Tests/FilesTests"),
    ],
    swiftLanguageModes: [.v6]
)
