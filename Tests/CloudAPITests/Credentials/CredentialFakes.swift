import CloudAPI
import DataValue
import NIOConcurrencyHelpers
import SystemSupport

/// Answers requests by what they ask for, and keeps them.
final class RoutedTransport: Transport {
    typealias Route = @Sendable (WireRequest) -> WireResponse?
    private let requests = NIOLockedValueBox<[WireRequest]>([])
    private let route: Route

    init(_ route: @escaping Route) { self.route = route }

    var sent: [WireRequest] { requests.withLockedValue { $0 } }

    func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        requests.withLockedValue { $0.append(request) }
        guard let response = route(request) else {
            throw TransportError(.network, "nobody is there", mayHaveArrived: false)
        }
        return response
    }

    static func answer(_ body: String, status: Int = 200) -> WireResponse {
        WireResponse(status: status, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
    }
}

/// A world of files and programs in memory.
struct FakeWorld {
    var environment: [String: String] = ["HOME": "/home/u"]
    var files: [String: String] = [:]
    var openFiles: Set<String> = []
    var isInstance = false
    var programs: @Sendable ([String]) throws(CredentialsFailure) -> String = { words throws(CredentialsFailure) in
        throw CredentialsFailure("the program '\(words[0])' cannot be started")
    }
    var transport: any Transport = RoutedTransport { _ in nil }
    var clock: any TimeSource = ManualClock()

    var world: CredentialWorld {
        let (files, openFiles, programs) = (files, openFiles, programs)
        let isInstance = isInstance
        return CredentialWorld(
            environment: environment,
            readFile: { path throws(CredentialsFailure) in
                if files[path] == "<unreadable>" { throw CredentialsFailure("\(path): Permission denied") }
                return files[path].map { Array($0.utf8) }
            }, isReadableByOthers: { openFiles.contains($0) },
            run: { words, _, _ throws(CredentialsFailure) in Array(try programs(words).utf8) },
            isInstance: { isInstance }, transport: transport, clock: clock, uniqueTexts: CountedTexts())
    }

    static let configurationPath = "/home/u/.aliyun/config.json"

    /// With a configuration of the aliyun CLI, given by its profiles in JSON.
    static func configured(_ profiles: String, current: String = "default") -> FakeWorld {
        var world = FakeWorld()
        world.files[configurationPath] = #"{"current":"\#(current)","profiles":[\#(profiles)]}"#
        return world
    }

    /// What STS gives out.
    static func sts(_ id: String, expires: String = "2026-11-22T22:12:00Z") -> String {
        """
        {"RequestId":"R","Credentials":{"AccessKeyId":"\(id)","AccessKeySecret":"sts-secret","SecurityToken":"sts-token",
        "Expiration":"\(expires)"}}
        """
    }
}
