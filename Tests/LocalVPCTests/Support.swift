import CloudAPI
import DataValue
import Glibc
import LocalVPC
import Synchronization
import SystemSupport
import Testing

/// A clock that moves when it is told to.
final class ManualClock: TimeSource {
    private let time: Mutex<Int64>

    /// Starts at 2026-11-22T21:12:00Z.
    init(_ start: Int64 = 1_795_381_920_000_000_000) { time = Mutex(start) }

    func now() -> WallTime { WallTime(nanoseconds: time.withLock { $0 }) }
    func sleep(for span: Duration, cancellation: Cancellation) { advance(seconds: span.inSeconds) }
    func advance(seconds: Double) { time.withLock { $0 += Int64(seconds * 1e9) } }
}

/// Numbers that look random and are the same in every run.
final class Repeatable: Sendable {
    private let state: Mutex<UInt64>
    init(_ seed: UInt64 = 1) { state = Mutex(seed) }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }
}

/// An answer, read.
struct Reply {
    var status: Int
    var text: String
    var value: Value
    var headers: [(name: String, value: String)]

    /// The value at a path such as `VpnConnections.VpnConnection.0.Status`.
    func at(_ path: String) -> Value? {
        var value: Value? = value
        for step in path.split(separator: ".") {
            switch value {
            case .record(let record)?: value = record[String(step)]
            case .list(let list)?:
                guard let index = Int(step), list.indices.contains(index) else { return nil }
                value = list[index]
            default: return nil
            }
        }
        return value
    }
    func string(_ path: String) -> String? {
        if case .string(let text)? = at(path) { text } else { nil }
    }
    func list(_ path: String) -> [Value] {
        if case .list(let list)? = at(path) { list } else { [] }
    }
    var code: String? { string("Code") }
    /// Status and code of an error, `400 InvalidParameter`; `200` for a success.
    var outcome: String { code.map { "\(status) \($0)" } ?? "\(status)" }
}

typealias Parameters = [(name: String, value: String)]

/// An endpoint with a clock, and calls that are signed as a client signs them.
///
/// Where the environment has `VPCSH_TRANSPORT=socket`, the same service stands on a port and every call goes over a
/// connection: one suite for both ways in.
struct Bench: Sendable {
    let service: ServiceUnderTest
    let clock: ManualClock
    static let nonces = Atomic<Int>(0)
    static let overSocket = getenv("VPCSH_TRANSPORT").map { String(cString: $0) } == "socket"
    static let timing = LifeCycleTiming(
        network: 1_000_000_000, gateway: 3_000_000_000, configuration: 2_000_000_000, phaseOne: 2_000_000_000,
        phaseTwo: 4_000_000_000)

    init(
        _ database: DatabaseLocation = .memory, clock: ManualClock = ManualClock(),
        timing: LifeCycleTiming = timing, policy: AccessPolicy = .rootOnly, maximumPages: Int? = nil,
        seed: UInt64 = 1
    ) throws {
        let random = Repeatable(seed)
        self.clock = clock
        if Self.overSocket {
            var options = LocalServer.Options(database: database)
            options.timing = timing
            options.policy = policy
            options.maximumPages = maximumPages
            options.loops = 1
            service = ServiceUnderTest(server: try LocalServer(options, time: clock, random: { random.next() }))
        } else {
            service = ServiceUnderTest(
                endpoint: try LocalEndpoint(
                    database: database, time: clock, timing: timing, accessPolicy: policy, maximumPages: maximumPages,
                    random: { random.next() }))
        }
    }

    func setAccessPolicy(_ policy: AccessPolicy) { service.setAccessPolicy(policy) }

    /// The common parameters of a request made now.
    func common(_ action: String, key: String = "local") -> Parameters {
        let nonce = Self.nonces.add(1, ordering: .relaxed).newValue
        return [
            ("Action", action), ("Version", "2016-04-28"), ("Format", "JSON"), ("AccessKeyId", key),
            ("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0"), ("SignatureNonce", "nonce-\(nonce)"),
            ("Timestamp", Self.timestamp(Int64(clock.now().seconds))),
        ]
    }

    static func timestamp(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Signs and sends: by GET in the query, by POST half in the query and half in a form.
    func send(_ parameters: Parameters, method: String = "GET", secret: String = "local") -> Reply {
        let signature = SignatureV1.sign(method: method, parameters: parameters, secret: secret).signature
        let signed = parameters + [("Signature", signature)]
        guard method == "POST" else { return sendRaw("/?" + PercentEncoding.query(signed)) }
        let half = signed.count / 2
        return sendRaw(
            "/?" + PercentEncoding.query(Array(signed[..<half])), method: "POST",
            body: Array(PercentEncoding.query(Array(signed[half...])).utf8))
    }

    /// What ``send(_:method:secret:)`` sends by GET.
    func signedTarget(_ parameters: Parameters, secret: String = "local") -> String {
        let signature = SignatureV1.sign(method: "GET", parameters: parameters, secret: secret).signature
        return "/?" + PercentEncoding.query(parameters + [("Signature", signature)])
    }

    func sendRaw(_ target: String, method: String = "GET", body: [UInt8] = []) -> Reply {
        var headers = [(name: "Host", value: "vpc.local")]
        if !body.isEmpty { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        let request = WireRequest(
            method: method, origin: "http://vpc.local", target: target, headers: headers, body: body)
        guard let response = try? service.send(request) else {
            return Reply(status: 0, text: "", value: .null, headers: [])
        }
        return Reply(
            status: response.status, text: String(decoding: response.body, as: UTF8.self),
            value: (try? JSON.parse(response.body)) ?? .null, headers: response.headers)
    }

    /// One call in cn-hangzhou, unless the parameters name another region. What succeeds must have the fields and types
    /// of the model in the official SDK, and nothing else.
    @discardableResult
    func call(
        _ action: String, _ parameters: KeyValuePairs<String, String> = [:], region: String? = "cn-hangzhou",
        method: String = "GET", format: String = "JSON", key: String = "local", secret: String = "local"
    ) -> Reply {
        call(
            action, parameters.map { ($0.key, $0.value) }, region: region, method: method, format: format, key: key,
            secret: secret)
    }

    @discardableResult
    func call(
        _ action: String, _ parameters: [(String, String)], region: String? = "cn-hangzhou", method: String = "GET",
        format: String = "JSON", key: String = "local", secret: String = "local"
    ) -> Reply {
        var all = common(action, key: key).map { $0.name == "Format" ? ("Format", format) : $0 }
        if let region { all.append(("RegionId", region)) }
        all += parameters.map { (name: $0.0, value: $0.1) }
        let reply = send(all, method: method, secret: secret)
        if reply.status == 200, format == "JSON", let shape = Catalogue.operation(named: action)?.answer {
            let problems = AnswerShape.problems(reply.value, shape)
            if !problems.isEmpty { Issue.record("\(action) answers what the model has not: \(problems)") }
        }
        return reply
    }

    func makeVpc(_ block: String = "192.168.0.0/16", region: String = "cn-hangzhou") -> String {
        let id = call("CreateVpc", ["CidrBlock": block], region: region).string("VpcId") ?? ""
        clock.advance(seconds: 1)
        return id
    }

    /// An active VPN gateway.
    func makeGateway(vpc: String? = nil, region: String = "cn-hangzhou") -> String {
        let vpc = vpc ?? makeVpc(region: region)
        let id = call("CreateVpnGateway", ["VpcId": vpc, "Bandwidth": "10"], region: region).string("VpnGatewayId")
        clock.advance(seconds: 3)
        return id ?? ""
    }

    func makeCustomerGateway(_ address: String = "203.0.113.5", region: String = "cn-hangzhou") -> String {
        call("CreateCustomerGateway", ["IpAddress": address], region: region).string("CustomerGatewayId") ?? ""
    }

    /// A connection whose gateway is active again.
    func makeConnection(gateway: String, peer: String, remote: String = "10.0.0.0/24") -> String {
        let id = call(
            "CreateVpnConnection",
            [
                "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24",
                "RemoteSubnet": remote,
            ]
        ).string("VpnConnectionId")
        clock.advance(seconds: 2)
        return id ?? ""
    }

    /// A gateway, a customer gateway and a connection between them.
    func makeOffice() -> (gateway: String, peer: String, connection: String) {
        let gateway = makeGateway()
        let peer = makeCustomerGateway()
        return (gateway, peer, makeConnection(gateway: gateway, peer: peer))
    }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path: String

    init() {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/vpcsh-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? base
    }

    var files: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func write(_ text: String, to name: String) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fputs(text, file)
        fclose(file)
    }

    /// A plain copy of a file's bytes.
    func copy(_ name: String, to copy: String) throws {
        let source = try #require(fopen("\(path)/\(name)", "r"))
        defer { fclose(source) }
        let target = try #require(fopen("\(path)/\(copy)", "w"))
        defer { fclose(target) }
        var byte = getc(source)
        while byte != EOF {
            putc(byte, target)
            byte = getc(source)
        }
    }

    /// The permission bits of a file.
    func mode(of name: String) -> mode_t {
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 ? status.st_mode & 0o777 : 0
    }

    func size(of name: String) -> Int {
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 ? Int(status.st_size) : -1
    }

    deinit {
        for name in files { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}
