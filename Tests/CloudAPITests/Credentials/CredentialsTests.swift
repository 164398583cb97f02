import CloudAPI
import DataValue
import Testing

@Suite struct CredentialsTests {
    private static let id = "ALIBABA_CLOUD_ACCESS_KEY_ID"
    private static let secret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
    private static let token = "ALIBABA_CLOUD_SECURITY_TOKEN"

    @Test func readsThemFromTheEnvironment() throws {
        let found = try Credentials.fromEnvironment([Self.id: "id", Self.secret: "hunter2"])
        #expect(found == Credentials(accessKeyID: "id", accessKeySecret: Secret("hunter2")))
        let temporary = try Credentials.fromEnvironment([Self.id: "id", Self.secret: "s", Self.token: "t"])
        #expect(temporary?.securityToken == Secret("t"))
        #expect(!String(reflecting: try #require(found)).contains("hunter2"))
    }

    @Test func findsNone() throws {
        #expect(try Credentials.fromEnvironment([:]) == nil)
        #expect(try Credentials.fromEnvironment([Self.id: "", Self.secret: ""]) == nil)
    }

    @Test(arguments: [
        ([id: "x"], [secret]), ([id: "x", secret: ""], [secret]), ([secret: "x"], [id]), ([token: "x"], [id, secret]),
        ([token: "x", id: "x"], [secret]),
    ])
    func namesWhatIsMissing(environment: [String: String], missing: [String]) {
        #expect {
            try Credentials.fromEnvironment(environment)
        } throws: { error in
            guard let error = error as? CredentialsError else { return false }
            return error.missing == missing && missing.allSatisfy(error.message.contains)
        }
    }
}

@Suite struct EndpointTests {
    @Test(arguments: [
        ("cn-hangzhou", nil, "https://vpc.aliyuncs.com"), ("cn-new-1", nil, "https://vpc.cn-new-1.aliyuncs.com"),
        ("x", "", "https://vpc.x.aliyuncs.com"), ("x", "example.org", "https://example.org"),
        ("x", "Example.org:8443", "https://example.org:8443"), ("x", "https://example.org/", "https://example.org"),
        ("x", "http://127.0.0.1:8097", "http://127.0.0.1:8097"), ("x", "http://127.9.8.7", "http://127.9.8.7"),
        ("x", "HTTP://LocalHost:1", "http://localhost:1"), ("x", "http://[::1]:80", "http://[::1]:80"),
        ("x", "https://[fe80::1]", "https://[fe80::1]"),
    ])
    func resolves(region: String, override: String?, origin: String) throws {
        #expect(try Endpoint.resolve(region: region, override: override).origin == origin)
    }

    @Test(arguments: [
        "http://example.org", "http://10.0.0.1", "http://127.0.0.1.example.org", "http://127.1.evil.example",
        "http://localhost.example.org", "http://127.0.0.1@example.org", "http://0.0.0.0", "http://[::2]",
        "http://127.0.0.1\u{0}.example.org", "http://127.0.0", "http://127.0.0.256",
    ])
    func refusesPlainHTTPBeyondLoopback(override: String) {
        #expect(throws: EndpointError.self) { try Endpoint.resolve(region: "x", override: override) }
    }

    @Test func allowsPlainHTTPWhereAsked() throws {
        let endpoint = try Endpoint.resolve(region: "x", override: "http://example.org:80", allowsInsecure: true)
        #expect(endpoint.origin == "http://example.org:80")
    }

    @Test(arguments: [
        "ftp://example.org", "https://", "https://:80", "example.org:0", "example.org:65536", "example.org:x",
        "example.org:", "example.org:+80", "https://example.org/path", "https://example.org?x", "https://a#b", "a b",
        "https://[::1", "https://[::1]x", "https://::1", "-a.example", "a..b", "https://https://a", "[]", "é.example",
        "user:password@example.org",
    ])
    func refusesWhatIsMalformed(override: String) {
        #expect {
            try Endpoint.resolve(region: "x", override: override, allowsInsecure: true)
        } throws: { error in
            guard let error = error as? EndpointError else { return false }
            return !error.reason.isEmpty && !error.message.contains("password@")
        }
    }

    @Test(arguments: ["", "a/b", "evil.example/x?", "a b", "cn-hangzhou@x", "."])
    func refusesRegionsThatAreNone(region: String) {
        #expect(throws: EndpointError.self) { try Endpoint.resolve(region: region) }
    }
}
