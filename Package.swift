// swift-tools-version:6.2
import PackageDescription

/// Warnings are errors everywhere: a build with a warning is a build that failed.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// For the modules that the language's machine is made of: memory is exclusive there by construction (one machine is used
/// by one thread, and no closure runs while a register is changed), and to check it at every access took a third of the
/// time of a call.
let fast: [SwiftSetting] = strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
    name: "vpcsh",
    products: [.executable(name: "vpcsh", targets: ["vpcsh"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "SystemSupport", dependencies: ["CLinux"], swiftSettings: fast),
        .target(name: "LineEditor", dependencies: ["CLibEdit", "SystemSupport"], swiftSettings: strict),
        .target(name: "DataValue", dependencies: ["SystemSupport"], swiftSettings: fast),
        .target(name: "ScriptSyntax", dependencies: ["SystemSupport"], swiftSettings: fast),
        .target(
            name: "ScriptRuntime", dependencies: ["ScriptSyntax", "DataValue", "SystemSupport"], swiftSettings: fast),
        .target(
            name: "CloudAPI",
            dependencies: [
                "DataValue", "SystemSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LocalVPC",
            dependencies: [
                "CloudAPI", "DataValue", "SystemSupport", "CSQLite",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "VPCShell",
            dependencies: [
                "LineEditor", "DataValue", "ScriptSyntax", "ScriptRuntime", "CloudAPI", "LocalVPC", "SystemSupport",
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "vpcsh",
            dependencies: [
                "CloudAPI",
                "DataValue",
                "SystemSupport",
                "VPCShell",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            linkerSettings: [
                // The released program starts a thousand times a day: no shared Swift runtime to look up, no symbols
                // exported (32,000 that nobody looks up, and each kept what it names from being left out), and at a
                // fixed address, so that no page of data is written to for a relocation's sake. Together 5.9 to 4.0 ms
                // (see "Start-up and size" in the README).
                .unsafeFlags(
                    [
                        "-static-stdlib", "-use-ld=lld", "-Xclang-linker", "-no-pie", "-l_FoundationCollections",
                        "-l_FoundationCShims",
                        "-Xlinker", "--gc-sections", "-Xlinker", "--no-export-dynamic", "-Xlinker",
                        "--strip-debug",
                    ],
                    .when(platforms: [.linux], configuration: .release))
            ]
        ),
        .testTarget(name: "SystemSupportTests", dependencies: ["SystemSupport"], swiftSettings: strict),
        .testTarget(name: "DataValueTests", dependencies: ["DataValue", "SystemSupport"], swiftSettings: strict),
        .testTarget(name: "LineEditorTests", dependencies: ["LineEditor", "SystemSupport"], swiftSettings: strict),
        .testTarget(name: "ScriptSyntaxTests", dependencies: ["ScriptSyntax"], swiftSettings: strict),
        .testTarget(
            name: "ScriptRuntimeTests", dependencies: ["ScriptRuntime", "ScriptSyntax", "DataValue", "SystemSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "CloudAPITests",
            dependencies: [
                "CloudAPI",
                "DataValue",
                "SystemSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LocalVPCTests", dependencies: ["LocalVPC", "CloudAPI", "DataValue", "SystemSupport", "CSQLite"],
            swiftSettings: strict),
        .testTarget(
            name: "VPCShellTests",
            dependencies: [
                "VPCShell", "LocalVPC", "CloudAPI", "ScriptRuntime", "ScriptSyntax", "DataValue", "SystemSupport",
            ],
            swiftSettings: strict),
    ]
)
