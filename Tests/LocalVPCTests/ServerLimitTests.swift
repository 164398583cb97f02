import CloudAPI
import DataValue
import LocalVPC
import Testing

/// What a server takes of connections, and for how long. The limits are those of a test: a tenth of a second.
@Suite struct ServerLimitTests {
    private func server(_ change: (inout ServerLimits) -> Void = { _ in }) throws -> LocalServer {
        var options = LocalServer.Options(database: .memory)
        change(&options.limits)
        return try LocalServer(options)
    }

    private static let short: Nanoseconds = 100_000_000
    private func host(_ server: LocalServer) -> String { "Host: 127.0.0.1:\(server.port)\r\n" }
    private func health(_ server: LocalServer) -> String { "GET /_local/health HTTP/1.1\r\n\(host(server))\r\n" }

    @Test(arguments: ["G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "])
    func halfAHeadIsAnsweredWithTimeout(text: String) throws {
        let server = try server { $0.head = Self.short }
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port)
        connection.send(text)
        let answer = try #require(connection.readToEnd())
        #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
        #expect(answer.contains("Connection: close"))
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
    func halfABodyIsAnsweredWithTimeout(rest: String) throws {
        let server = try server { $0.body = Self.short }
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port)
        connection.send("POST /?Format=JSON HTTP/1.1\r\n\(host(server))\(rest)")
        let answer = try #require(connection.readToEnd())
        #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
        #expect(answer.contains(#""Code":"RequestTimeout""#))
    }

    @Test func theTimeOfAHeadBeginsWithItsFirstByte() throws {
        let server = try server { $0.head = Self.short }
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port)
        connection.send(health(server))
        #expect(connection.read(until: "\"database\"").hasPrefix("HTTP/1.1 200 "))
        connection.send("GET /_loc")
        #expect(connection.readToEnd()?.contains("HTTP/1.1 408 ") == true)
    }

    @Test(arguments: [false, true])
    func anIdleConnectionIsClosedWithoutAWord(afterARequest: Bool) throws {
        let server = try server { $0.idle = Self.short }
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port)
        if afterARequest { connection.send(health(server)) }
        let text = try #require(connection.readToEnd())
        #expect(afterARequest == text.hasPrefix("HTTP/1.1 200 "))
        #expect(!text.contains("408"))
    }

    /// A client that asks and asks and takes no answers: no more of them are made than fit, and then it is cut.
    @Test func whoTakesNoAnswersIsCut() throws {
        let server = try server { $0.stalled = Self.short }
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port, receiveBuffer: 4096)
        let requests = String(repeating: "GET /_local/metrics HTTP/1.1\r\n\(host(server))\r\n", count: 1000)
        var batches = 0
        while batches < 200, connection.send(requests) { batches += 1 }
        #expect(batches < 200, "two hundred thousand answers were made for nobody")
        #expect(connection.waitForBreak())
    }

    /// The oldest idle connection goes for a new one; where none is idle, the new one is told so.
    @Test func thereAreOnlySoManyConnections() throws {
        let server = try server {
            $0.connections = 4
            $0.lingering = Self.short
        }
        defer { server.stop(patience: 0) }
        let idle = (0..<4).map { _ in RawConnection(port: server.port) }
        for connection in idle {
            connection.send(health(server))
            _ = connection.read(until: "\"database\"")
        }
        let fifth = RawConnection(port: server.port)
        fifth.send(health(server))
        #expect(fifth.read(until: "\"database\"").hasPrefix("HTTP/1.1 200 "))
        #expect(idle[0].readToEnd() != nil, "the oldest is still open")
        // Half a request each, so that none is idle. Until the server has seen that, a newcomer takes the place of one.
        var busy = Array(idle[1...] + [fifth])
        for connection in busy { connection.send("GET /_local/he") }
        var refused = ""
        for _ in 0..<20 where refused.isEmpty {
            let newcomer = RawConnection(port: server.port)
            newcomer.send(health(server))
            let text = newcomer.read(until: "\r\n\r\n")
            if text.hasPrefix("HTTP/1.1 503 ") {
                refused = text
            } else {
                newcomer.send("GET /_local/he")
                busy.append(newcomer)
            }
        }
        #expect(refused.contains("Retry-After: 1"), "\(refused)")
        let last = try #require(busy.last)
        last.send("alth HTTP/1.1\r\n\(host(server))X: \r\n\r\n")
        #expect(last.read(until: "\"database\"").contains("HTTP/1.1 200 "))
    }

    @Test func aTooLongBodyIsRefusedBeforeItIsSent() throws {
        let server = try server()
        defer { server.stop(patience: 0) }
        let limit = 1 << 20
        for (length, status) in [(limit + 1, 413), (9_999_999_999, 413)] {
            let connection = RawConnection(port: server.port)
            connection.send(
                "POST / HTTP/1.1\r\n\(host(server))Expect: 100-continue\r\nContent-Length: \(length)\r\n\r\n")
            let head = connection.read(until: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(head)")
        }
        let chunk = "10000\r\n" + String(repeating: "a", count: 65536) + "\r\n"
        let connection = RawConnection(port: server.port)
        connection.send("POST / HTTP/1.1\r\n\(host(server))Transfer-Encoding: chunked\r\n\r\n")
        #expect(connection.send(String(repeating: chunk, count: 100)), "what comes after the refusal is taken")
        #expect(connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 413 "))
        let just = RawConnection(port: server.port)
        just.send("POST / HTTP/1.1\r\n\(host(server))Content-Length: \(limit)\r\n\r\n")
        just.send(String(repeating: "a", count: limit))
        #expect(just.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
    }

    /// The refusal comes after the answers that were asked for before, and nothing after it.
    @Test func answersComeInOrder() throws {
        let server = try server()
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port)
        connection.send(health(server) + health(server) + "nonsense\r\n\r\n" + health(server))
        let text = try #require(connection.readToEnd())
        let statuses = text.split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
        #expect(statuses == [200, 200, 400])
    }

    @Test func aThousandRequestsAtATimeAreAnswered() throws {
        let server = try server()
        defer { server.stop(patience: 0) }
        let connection = RawConnection(port: server.port)
        let last = "GET /_local/health HTTP/1.1\r\n\(host(server))Connection: close\r\n\r\n"
        let requests = String(repeating: health(server), count: 999) + last
        onThreads(1) { _ in connection.send(requests) }
        #expect(connection.readToEnd()?.ranges(of: "HTTP/1.1 200 OK").count == 1000)
    }

    @Test func everyAnswerHasADate() throws {
        let clock = ManualClock()
        let server = try LocalServer(LocalServer.Options(database: .memory), time: clock)
        defer { server.stop(patience: 0) }
        func date(_ request: String) -> String {
            let connection = RawConnection(port: server.port)
            connection.send(request)
            let lines = connection.read(until: "\r\n\r\n").split(separator: "\r\n")
            return lines.first { $0.hasPrefix("Date: ") }.map { String($0.dropFirst(6)) } ?? ""
        }
        #expect(date(health(server)) == "Sun, 22 Nov 2026 21:12:00 GMT")
        clock.advance(seconds: 12 * 86_400 + 3_600)
        #expect(date("GET / HTTP/1.1\r\n\r\n") == "Fri, 04 Dec 2026 22:12:00 GMT")
        clock.advance(seconds: 1)
        #expect(date("nonsense\r\n\r\n") == "Fri, 04 Dec 2026 22:12:01 GMT")
    }
}
