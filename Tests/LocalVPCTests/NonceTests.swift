import DataValue
import LocalVPC
import SystemSupport
import Testing

/// A signed request is taken once, also where the service was started anew meanwhile.
@Suite struct NonceTests {
    private static let used = "400 SignatureNonceUsed"
    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private var file: DatabaseLocation { .file(folder.path + "/vpc.db") }

    private func write(_ bench: Bench, _ action: String = "CreateVpc", _ further: Parameters = []) -> Parameters {
        bench.common(action) + [("RegionId", "cn-hangzhou")] + further
    }

    enum Fate: String, CaseIterable, Sendable {
        case carriedOut, dryRun, malformed, missing, forbidden, throttled, dropped
    }

    /// Whatever became of a write when it came first: it does not come again.
    @Test(arguments: Fate.allCases)
    func aWriteIsNotTakenAgainAfterARestart(fate: Fate) throws {
        var bench = try Bench(file, clock: clock)
        let request: Parameters
        switch fate {
        case .dryRun: request = write(bench, "CreateVpc", [("DryRun", "true")])
        case .malformed: request = write(bench, "CreateVpc", [("CidrBlock", "nonsense")])
        case .missing: request = write(bench, "DeleteVpnConnection", [("VpnConnectionId", "vco-none")])
        default: request = write(bench)
        }
        switch fate {
        case .forbidden: try bench.service.administer { try $0.setAccountRules([.deny("CreateVpc")]) }
        case .throttled: try bench.service.administer { try $0.set([LocalVPC.Fault(action: "*", kind: .throttle)]) }
        case .dropped: try bench.service.administer { try $0.set([LocalVPC.Fault(action: "*", kind: .drop)]) }
        default: break
        }
        let first = bench.send(request)
        #expect((first.status == 200) == (fate == .carriedOut), "\(first.text)")
        try bench.service.administer {
            try $0.setAccountRules([])
            try $0.set([LocalVPC.Fault]())
        }
        #expect(bench.send(request).outcome == Self.used)
        let other = try Bench(file, clock: clock, seed: 2)
        #expect(other.send(request).outcome == Self.used, "another process on the file")
        other.service.close()
        bench.service.close()
        clock.advance(seconds: 890)
        bench = try Bench(file, clock: clock, seed: 3)
        #expect(bench.send(request).outcome == Self.used)
        #expect(bench.call("DescribeVpcs").at("TotalCount") == (fate == .carriedOut ? 1 : 0))
        clock.advance(seconds: 20)
        #expect(bench.send(request).outcome == "400 InvalidTimeStamp.Expired")
        bench.service.close()
    }

    @Test(arguments: [-890, 0, 890])
    func forAsLongAsItsTimeIsAccepted(offset: Int64) throws {
        let bench = try Bench(file, clock: clock)
        let time = Bench.timestamp(Int64(clock.now().seconds) + offset)
        let request = write(bench).map { $0.name == "Timestamp" ? ($0.name, time) : $0 }
        #expect(bench.send(request).status == 200)
        bench.service.close()
        var outcome = Self.used
        var seed: UInt64 = 2
        while outcome == Self.used {
            clock.advance(seconds: 97)
            let again = try Bench(file, clock: clock, seed: seed)
            seed += 1
            // Writes in between take away what has expired.
            #expect(again.call("CreateVpc").status == 200)
            outcome = again.send(request).outcome
            again.service.close()
        }
        #expect(outcome == "400 InvalidTimeStamp.Expired")
        #expect(seed == 2 + UInt64((900 + offset) / 97) + 1)
    }

    @Test func whatHasExpiredIsForgotten() throws {
        let bench = try Bench(file, clock: clock)
        for _ in 0..<400 { bench.call("DeleteVpc", ["VpcId": "vpc-none"]) }
        let size = folder.size(of: "vpc.db")
        for _ in 0..<10 {
            clock.advance(seconds: 1900)
            for _ in 0..<400 { bench.call("DeleteVpc", ["VpcId": "vpc-none"]) }
        }
        bench.service.close()
        #expect(folder.size(of: "vpc.db") < size + 65_536)
    }

    /// A server that is stopped in order tells the next one of its reads, too.
    @Test func aReadIsNotTakenAgainByTheNextServer() throws {
        var options = LocalServer.Options(database: file)
        options.loops = 1
        let random = Repeatable()
        var server = ServiceUnderTest(server: try LocalServer(options, time: clock, random: { random.next() }))
        let bench = try Bench(.memory, clock: clock)
        let read = bench.signedTarget(write(bench, "DescribeVpcs"))
        let change = bench.signedTarget(write(bench))
        func outcome(_ target: String) throws -> String {
            let response = try server.send(.init(method: "GET", origin: "", target: target, headers: []))
            let text = String(decoding: response.body, as: UTF8.self)
            return text.contains("SignatureNonceUsed") ? Self.used : "\(response.status)"
        }
        #expect(try outcome(read) == "200")
        #expect(try outcome(change) == "200")
        for _ in 0..<3 {
            server.close()
            clock.advance(seconds: 290)
            server = ServiceUnderTest(server: try LocalServer(options, time: clock, random: { random.next() }))
            #expect(try outcome(read) == Self.used)
            #expect(try outcome(change) == Self.used)
        }
        server.close()
    }
}
