import CloudAPI
import DataValue
import LocalVPC
import ScriptRuntime
import ScriptSyntax
import Synchronization
import SystemSupport
import VPCShell

/// A transport that answers as it was told, and keeps what it was sent.
final class ScriptedTransport: Transport {
    enum Outcome {
        case answer(Int, String)
        case lost
        case notSent

        static func error(_ status: Int, _ code: String) -> Outcome {
            .answer(status, #"{"Code":"\#(code)","Message":"as told","RequestId":"R-1"}"#)
        }
    }
    private let state: Mutex<(outcomes: [Outcome], requests: [WireRequest])>

    init(_ outcomes: [Outcome]) { state = Mutex((outcomes, [])) }

    func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        let outcome = state.withLock { state in
            state.requests.append(request)
            return state.outcomes.isEmpty ? .answer(200, #"{"RequestId":"R-0"}"#) : state.outcomes.removeFirst()
        }
        switch outcome {
        case .answer(let status, let body):
            return WireResponse(
                status: status, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
        case .lost: throw TransportError(.network, "the connection was lost", mayHaveArrived: true)
        case .notSent: throw TransportError(.network, "no connection came about", mayHaveArrived: false)
        }
    }

    /// What every request carried as a parameter; nil where it had none.
    func sent(_ name: String) -> [String?] {
        state.withLock { state in
            state.requests.map { request in
                let query = request.target.split(separator: "?", maxSplits: 1).last ?? ""
                return PercentEncoding.parseQuery(String(query))?.first { $0.name == name }?.value
            }
        }
    }
}

/// The embedded endpoint, reached over a socket of its own.
final class ServedTransport: Transport {
    private let server: LocalServer
    private let http = HTTPTransport()

    init(time: any TimeSource) throws {
        var options = LocalServer.Options(database: .memory)
        options.loops = 1
        server = try LocalServer(options, time: time)
    }

    func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        var request = request
        request.origin = server.url
        // It was signed for a host without a port, which the server, rightly, does not take for itself.
        request.headers = request.headers.map {
            $0.name.lowercased() == "host" ? ($0.name, "\(server.host):\(server.port)") : $0
        }
        return try http.send(request, timeouts: timeouts, cancellation: cancellation)
    }

    func close() { server.stop() }
}

/// A clock that moves only when somebody sleeps.
final class SteppingTime: TimeSource {
    private let nanoseconds = Mutex<Int64>(1_790_000_000_000_000_000)
    func now() -> WallTime { WallTime(nanoseconds: nanoseconds.withLock { $0 }) }
    func sleep(for span: Duration, cancellation: Cancellation) { nanoseconds.withLock { $0 += span.nanoseconds } }
}

/// Runs statements against a transport; yields the status and what was written.
func run(
    _ text: String, _ transport: any Transport, options: ShellOptions = ShellOptions(), arguments: [String] = []
) -> (status: Int32, output: String, error: String) {
    let output = Output(capturing: ())
    let session = Session(
        options: options, surroundings: Surroundings(environment: [:]), output: output, target: .local(.memory),
        time: SteppingTime(), transport: transport)
    let program = Program(session: session, interrupt: Cancellation())
    let status = program.run(SourceText(name: "test.vpcsh", text: text), arguments: arguments)
    return (status, output.captured.output, output.captured.error)
}
