import LocalVPC
import Testing

/// The service's key is known to everybody: what keeps pages in a browser out is where they say they are from.
@Suite struct RequestSiteTests {
    private func status(_ address: String, _ headers: (Int) -> String, version: String = "1.1") throws -> String {
        var options = LocalServer.Options(database: .memory)
        options.address = address
        let server = try LocalServer(options)
        defer { server.stop(patience: 0) }
        var statuses: Set<Substring> = []
        for target in ["/_local/health", "/?Format=JSON"] {
            let connection = RawConnection(port: server.port)
            connection.send("GET \(target) HTTP/\(version)\r\n\(headers(server.port))Connection: close\r\n\r\n")
            let text = try #require(connection.readToEnd())
            let status = text.dropFirst("HTTP/1.1 ".count).prefix(3)
            statuses.insert(["403", "400"].contains(status) && text.contains("Local.") ? "403" : status)
            if status == "400", text.contains("InvalidRequest") { statuses.insert("no host") }
        }
        if statuses.contains("403") { return statuses.count == 1 ? "refused" : "\(statuses)" }
        return statuses.contains("no host") ? "no host" : "taken"
    }

    @Test(arguments: [
        ("127.0.0.1:PORT", "taken"), ("localhost:PORT", "taken"), ("LocalHost:PORT", "taken"), ("[::1]:PORT", "taken"),
        ("127.7.7.7:PORT", "taken"), ("[0:0:0:0:0:0:0:1]:PORT", "taken"), ("127.0.0.1", "refused"),
        ("localhost", "refused"), ("127.0.0.1:1", "refused"), ("localhost:0", "refused"), ("localhost:", "refused"),
        ("evil.example:PORT", "refused"), ("evil.example", "refused"), ("128.0.0.1:PORT", "refused"),
        ("127.0.0.1.evil.example:PORT", "refused"), ("localhost.evil.example:PORT", "refused"),
        ("127.1:PORT", "refused"), ("0.0.0.0:PORT", "refused"), ("[::2]:PORT", "refused"), ("[::1:PORT", "refused"),
        ("user@localhost:PORT", "refused"), ("localhost:PORT:PORT", "refused"), ("", "refused"),
    ])
    func hostMustBeThisMachine(host: String, outcome: String) throws {
        let found = try status("127.0.0.1", { "Host: \(host.replacing("PORT", with: "\($0)"))\r\n" })
        #expect(found == outcome)
    }

    @Test func aRequestOfHTTP11HasOneHost() throws {
        #expect(try status("127.0.0.1", { _ in "" }) == "no host")
        #expect(try status("127.0.0.1", { "Host: localhost:\($0)\r\nHost: localhost:\($0)\r\n" }) == "no host")
        #expect(try status("127.0.0.1", { _ in "" }, version: "1.0") == "taken")
        #expect(try status("127.0.0.1", { _ in "Host: evil.example\r\n" }, version: "1.0") == "refused")
    }

    @Test(
        arguments: ["127.0.0.1", "0.0.0.0"],
        [
            ("Origin: null", "refused"), ("Origin: http://evil.example", "refused"),
            ("Origin: https://127.0.0.1:PORT", "refused"),
            ("Origin: http://127.0.0.1:3000", "refused"), ("Origin: http://127.0.0.1:PORT", "taken"),
            ("Origin: http://127.0.0.1:PORT\r\nOrigin: http://evil.example", "refused"), ("Origin: ", "refused"),
            ("Sec-Fetch-Site: cross-site", "refused"), ("Sec-Fetch-Site: same-site", "refused"),
            ("Sec-Fetch-Site: none", "taken"), ("sec-fetch-site: same-origin", "taken"), ("X: y", "taken"),
        ])
    func pagesOfOtherSitesAreRefused(address: String, line: (String, String)) throws {
        let found = try status(
            address, { "Host: 127.0.0.1:\($0)\r\n\(line.0.replacing("PORT", with: "\($0)"))\r\n" })
        #expect(found == line.1)
    }

    @Test func whoeverIsListenedToEverywhereHasAnyName() throws {
        #expect(try status("0.0.0.0", { _ in "Host: my-machine.example\r\n" }) == "taken")
        let own = "Host: my-machine.example:8016\r\nOrigin: http://my-machine.example"
        #expect(try status("0.0.0.0", { _ in own + ":8016\r\n" }) == "taken")
        #expect(try status("0.0.0.0", { _ in own + "\r\n" }) == "refused")
    }
}
