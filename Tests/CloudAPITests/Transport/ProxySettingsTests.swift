import CloudAPI
import Testing

@Suite("Which proxy a request goes through")
struct ProxySettingsTests {
    private func host(_ environment: [String: String], _ origin: String) throws -> String? {
        try ProxySettings(environment).proxy(for: origin).map { "\($0.kind) \($0.host):\($0.port)" }
    }

    @Test("By scheme, in either case, with the standard ports")
    func variables() throws {
        #expect(try host([:], "https://vpc.aliyuncs.com") == nil)
        #expect(try host(["HTTPS_PROXY": ""], "https://vpc.aliyuncs.com") == nil)
        #expect(try host(["HTTPS_PROXY": "http://p:3128"], "https://vpc.aliyuncs.com") == "http p:3128")
        #expect(try host(["https_proxy": "p"], "https://vpc.aliyuncs.com") == "http p:80")
        #expect(try host(["HTTPS_PROXY": "http://p/"], "http://example.org") == nil)
        #expect(try host(["HTTP_PROXY": "http://p"], "http://example.org") == "http p:80")
        #expect(try host(["ALL_PROXY": "socks5://p"], "https://a.example") == "socks p:1080")
        #expect(try host(["ALL_PROXY": "p:1", "HTTPS_PROXY": "q:2"], "https://a.example") == "http q:2")
        #expect(try host(["HTTPS_PROXY": "http://user:p%40ss@[::1]:8080"], "https://a.example") == "http [::1]:8080")
    }

    @Test(
        "Exceptions: hosts with all below them, ports, addresses, networks, everything",
        arguments: [
            ("vpc.aliyuncs.com", "https://vpc.aliyuncs.com", true), ("aliyuncs.com", "https://vpc.aliyuncs.com", true),
            (".aliyuncs.com", "https://vpc.aliyuncs.com", true), ("*.aliyuncs.com", "https://vpc.aliyuncs.com", true),
            ("yuncs.com", "https://vpc.aliyuncs.com", false), ("ALIYUNCS.com", "https://vpc.aliyuncs.com", true),
            ("a, aliyuncs.com ,b", "https://vpc.aliyuncs.com", true), ("*", "https://vpc.aliyuncs.com", true),
            ("aliyuncs.com:443", "https://vpc.aliyuncs.com", true),
            ("aliyuncs.com:8443", "https://vpc.aliyuncs.com", false),
            ("aliyuncs.com:8443", "https://vpc.aliyuncs.com:8443", true), ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.0.0.0/8", "https://11.1.2.3", false), ("0.0.0.0/0", "https://11.1.2.3", true),
            ("10.1.2.3", "https://10.1.2.3:443", true), ("10.0.0.0/33", "https://10.1.2.3", false),
            (",,", "https://a.b", false),
        ])
    func exceptions(list: String, origin: String, isDirect: Bool) throws {
        for name in ["NO_PROXY", "no_proxy"] {
            #expect((try host(["HTTPS_PROXY": "p:1", name: list], origin) == nil) == isDirect)
        }
    }

    @Test(
        "This machine and the metadata service are always reached directly",
        arguments: ["http://127.0.0.1:80", "http://localhost:80", "https://[::1]:443", "http://100.100.100.200"])
    func direct(_ origin: String) throws {
        #expect(try host(["ALL_PROXY": "p:1"], origin) == nil)
    }

    @Test(
        "What names no proxy is an error that holds no password",
        arguments: [
            "https://user:hunter2@p", "ftp://user:hunter2@p", "http://user:hunter2@", "user:hunter2@p:0",
            "user:hunter2@p:x",
            "user:hunter2%@p", "http://", "a b",
        ])
    func malformed(_ text: String) {
        #expect {
            try ProxySettings(["HTTPS_PROXY": text])
        } throws: { error in
            let message = (error as? ProxySettings.Problem)?.message ?? ""
            return message.contains("HTTPS_PROXY") && !message.contains("hunter2")
        }
    }
}
