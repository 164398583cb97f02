import CloudAPI
import DataValue
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SystemSupport
import Testing

@Suite struct HTTPTransportTests {
    private func request(_ origin: String, target: String = "/", body: String = "") -> WireRequest {
        WireRequest(
            method: "POST", origin: origin, target: target, headers: [("Host", "127.0.0.1")], body: Array(body.utf8))
    }

    private func failure(
        _ action: LoopbackServer.Action, transport: HTTPTransport = HTTPTransport(), timeouts: Timeouts = Timeouts()
    ) throws -> TransportError? {
        let server = try LoopbackServer(action)
        defer { server.stop() }
        return #expect(throws: TransportError.self) {
            try transport.send(request(server.origin), timeouts: timeouts, cancellation: Cancellation())
        }
    }

    @Test func carriesRequestsAndAnswers() throws {
        let server = try LoopbackServer(.echo)
        defer { server.stop() }
        let target = "/?a=%2F%2A%20%E5%90%8D~+x&b=&Signature=%2B%3D"
        let response = try HTTPTransport().send(
            request(server.origin, target: target, body: "k=v%26"), timeouts: Timeouts(), cancellation: Cancellation())
        #expect(response.status == 200)
        #expect(String(decoding: response.body, as: UTF8.self) == "\(target)\nk=v%26")
        #expect(response.header("X-ACS-Request-ID") == "req-1")
    }

    @Test func usesAConnectionAgain() throws {
        let server = try LoopbackServer(.answer(status: 200, body: "{}"))
        defer { server.stop() }
        let transport = HTTPTransport()
        for _ in 0..<20 {
            _ = try transport.send(request(server.origin), timeouts: Timeouts(), cancellation: Cancellation())
        }
        #expect(server.requests == 20)
        #expect(server.connections == 1)
    }

    @Test(arguments: [301, 307, 404, 503])
    func followsNoRedirectAndPassesEveryStatusOn(status: Int) throws {
        let server = try LoopbackServer(.answer(status: status, body: "x"))
        defer { server.stop() }
        let response = try HTTPTransport()
            .send(request(server.origin), timeouts: Timeouts(), cancellation: Cancellation())
        #expect(response.status == status)
        #expect(server.requests == 1)
    }

    @Test func knowsThatARefusedConnectionCarriedNothing() throws {
        let server = try LoopbackServer(.silence)
        let origin = server.origin
        server.stop()
        let error = #expect(throws: TransportError.self) {
            try HTTPTransport().send(request(origin), timeouts: Timeouts(), cancellation: Cancellation())
        }
        #expect(error?.reason == .network)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.message.contains("refused") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(origin) == true)
    }

    @Test func saysThatALostAnswerMayHaveArrived() throws {
        for action in [LoopbackServer.Action.half, .close, .reset] {
            let error = try failure(action)
            #expect(error?.reason == .network, "\(action)")
            #expect(error?.mayHaveArrived == true, "\(action)")
            #expect(error?.message.contains("127.0.0.1") == true, "\(error?.message ?? "")")
        }
    }

    @Test func waitsNoLongerThanTheReadLimit() throws {
        for action in [LoopbackServer.Action.silence, .headOnly] {
            let error = try failure(action, timeouts: Timeouts(read: 50_000_000))
            #expect(error?.reason == .timeout, "\(action)")
            #expect(error?.mayHaveArrived == true, "\(action)")
            #expect(error?.message.contains("50ms") == true, "\(error?.message ?? "")")
        }
    }

    @Test func waitsNoLongerThanTheTotalLimit() throws {
        let error = try failure(.silence, timeouts: Timeouts(total: 50_000_000))
        #expect(error?.reason == .timeout)
        #expect(error?.mayHaveArrived == true)
    }

    @Test func takesNoAnswerBeyondTheLimit() throws {
        for action in [LoopbackServer.Action.chunks(1 << 20), .announce(70_000)] {
            let error = try failure(action, transport: HTTPTransport(answerLimit: 65_536))
            #expect(error?.reason == .answerTooLarge, "\(action)")
            #expect(error?.mayHaveArrived == true, "\(action)")
        }
    }

    @Test func takesALargeAnswerWithinTheLimit() throws {
        let server = try LoopbackServer(.chunks(1 << 20))
        defer { server.stop() }
        let response = try HTTPTransport(answerLimit: 1 << 20)
            .send(request(server.origin), timeouts: Timeouts(), cancellation: Cancellation())
        #expect(response.body.count == 1 << 20)
    }

    @Test func stopsAtOnceWhenCancelled() throws {
        let server = try LoopbackServer(.silence)
        defer { server.stop() }
        let cancellation = Cancellation()
        server.onFirstRequest { cancellation.cancel() }
        let error = #expect(throws: TransportError.self) {
            try HTTPTransport().send(request(server.origin), timeouts: Timeouts(), cancellation: cancellation)
        }
        #expect(error?.reason == .cancelled)
        #expect(error?.mayHaveArrived == true)
    }

    @Test func sendsNothingOnceCancelled() throws {
        let server = try LoopbackServer(.echo)
        defer { server.stop() }
        let cancellation = Cancellation()
        cancellation.cancel()
        let error = #expect(throws: TransportError.self) {
            try HTTPTransport().send(request(server.origin), timeouts: Timeouts(), cancellation: cancellation)
        }
        #expect(error?.reason == .cancelled)
        #expect(error?.mayHaveArrived == false)
        #expect(server.connections == 0)
    }

    @Test func speaksTLSOnlyToWhoSpeaksItToo() throws {
        let server = try LoopbackServer(.echo)
        defer { server.stop() }
        let error = #expect(throws: TransportError.self) {
            try HTTPTransport().send(
                request("https://127.0.0.1:\(server.port)"), timeouts: Timeouts(), cancellation: Cancellation())
        }
        #expect(error?.reason == .tls, "\(error?.message ?? "")")
        #expect(error?.mayHaveArrived == false)
        #expect(server.requests == 0)
    }

    @Test func refusesWhatIsNoURL() {
        for origin in ["http://", "nonsense", "ftp://127.0.0.1"] {
            let error = #expect(throws: TransportError.self, "\(origin)") {
                try HTTPTransport().send(request(origin), timeouts: Timeouts(), cancellation: Cancellation())
            }
            #expect(error?.mayHaveArrived == false)
        }
    }

    @Test func carriesASignedCallFromEndToEnd() throws {
        let server = try LoopbackServer(.answer(status: 200, body: #"{"RequestId":"req-1"}"#))
        defer { server.stop() }
        let client = SigningClient(
            transport: HTTPTransport(), credentials: Credentials(accessKeyID: "i", accessKeySecret: Secret("s")),
            endpoint: server.origin)
        #expect(try client.send(.listing).requestID == "req-1")
    }
}
