import CloudAPI
import DataValue
import Glibc
import LocalVPC
import Synchronization
import Testing

/// What came of many intended writes.
private struct Tally {
    var histories = 0
    var writes = 0
    var reads = 0
    var done = 0
    var refused = 0
    var unknown = 0
    /// Of the unknown ones, those that were done.
    var unknownDone = 0
    var effects = 0
    var twice = 0
    var broken: [String] = []
}

/// A session's client over a faulty network, and a clean way to the same endpoint to look at what has happened.
private final class Simulation {
    let clock = ManualClock()
    let network: FaultyNetwork
    private let client: any APIHandler
    private let clean: SigningClient
    private var random = Repeatable(1)
    private var seed: UInt64 = 0
    var tally = Tally()

    /// - Parameter wrap: Stands between the engine and the sending of one request.
    init(wrap: (any APIHandler) -> any APIHandler = { $0 }) throws {
        let ids = Repeatable(7)
        let endpoint = try LocalEndpoint(
            database: .memory, time: clock, timing: .immediate, random: { ids.next() })
        network = FaultyNetwork(endpoint, clock: clock)
        let clock = clock
        let signing = { @Sendable (transport: any Transport) in
            SigningClient(
                transport: transport, credentials: Credentials(accessKeyID: "local", accessKeySecret: Secret("local")),
                signature: .v1, endpoint: "http://localhost", clock: clock)
        }
        clean = signing(endpoint)
        let chance = Chance(ids)
        client = Retrying(
            wrap(signing(network)), policy: RetryPolicy(callLimit: .seconds(300)), control: RetryControl(),
            clock: clock, chance: chance)
    }

    private struct Chance: ChanceSource {
        let source: Repeatable
        init(_ source: Repeatable) { self.source = source }
        func next() -> Double { Double(source.next() % 1000) / 1000 }
    }

    private enum Outcome { case done(id: String), refused, unknown }

    /// One history: a few writes and reads, one after the other, then everything that is still under way arrives, and the
    /// effects are counted.
    func run(seed: UInt64) {
        self.seed = seed
        random = Repeatable(seed ^ 0xABCD)
        network.begin(seed: seed)
        tally.histories += 1
        var intended: [(name: String, outcome: Outcome)] = []
        for number in 0..<(2 + Int(random.next() % 4)) {
            if random.next() % 4 == 0 { read() }
            let name = "h\(seed)-\(number)"
            intended.append((name, write(name)))
        }
        network.settle()
        for (name, outcome) in intended { check(name, outcome) }
    }

    /// Intends one write, as a script does with `on error … retry` behind it: what is in doubt is repeated as the same
    /// write, what was refused as a new one, up to a few times.
    private func write(_ name: String) -> Outcome {
        tally.writes += 1
        var call = APICall(
            action: "CreateVpc", region: "cn-hangzhou",
            parameters: [WireParameter("RegionId", "cn-hangzhou"), WireParameter("VpcName", name)], isWrite: true)
        // One in eight is a write that takes no token.
        if random.next() % 8 == 0 { call.product = "Tokenless" }
        var patience = random.next() % 3
        while true {
            do throws(APIError) {
                let answer = try client.send(call)
                guard case .record(let record) = answer.value, case .string(let id)? = record["VpcId"] else {
                    tally.broken.append("\(name): an answer without an id")
                    return .unknown
                }
                return .done(id: id)
            } catch {
                if error.isAmbiguous != error.message.contains("the outcome of CreateVpc is unknown") {
                    tally.broken.append("\(name): the message does not fit: \(error.message)")
                }
                guard patience > 0 else { return error.isAmbiguous ? .unknown : .refused }
                patience -= 1
                call.parameters.removeAll { $0.name == "ClientToken" }
                call.tokenOrigin = .given
                if let token = error.openToken {
                    call.parameters.append(WireParameter("ClientToken", token))
                    call.tokenOrigin = .kept
                } else if error.isAmbiguous {
                    // Nothing can tell a repetition from another write, so a careful user looks first.
                    return .unknown
                }
                clock.advance(seconds: 1)
            }
        }
    }

    private func read() {
        tally.reads += 1
        do {
            _ = try client.send(listing("nobody"))
        } catch {
            if error.isAmbiguous || error.message.contains("outcome") { tally.broken.append("a read in doubt") }
        }
    }

    private func listing(_ name: String) -> APICall {
        APICall(
            action: "DescribeVpcs", region: "cn-hangzhou",
            parameters: [WireParameter("RegionId", "cn-hangzhou"), WireParameter("VpcName", name)], isWrite: false)
    }

    private func check(_ name: String, _ outcome: Outcome) {
        guard let answer = try? clean.send(listing(name)), case .record(let record) = answer.value,
            case .record(let list)? = record["Vpcs"], case .list(let vpcs)? = list["Vpc"]
        else {
            tally.broken.append("\(name): the effects cannot be read")
            return
        }
        let ids = vpcs.compactMap { vpc -> String? in
            guard case .record(let vpc) = vpc, case .string(let id)? = vpc["VpcId"] else { return nil }
            return id
        }
        tally.effects += ids.count
        if ids.count > 1 { tally.twice += 1 }
        switch outcome {
        case .done(let id):
            tally.done += 1
            if ids != [id] { tally.broken.append("\(name): done as \(id), but there is \(ids)") }
        case .refused:
            tally.refused += 1
            if !ids.isEmpty { tally.broken.append("\(name): refused, but there is \(ids)") }
        case .unknown:
            tally.unknown += 1
            tally.unknownDone += ids.count
            if ids.count > 1 { tally.broken.append("\(name): unknown, and there is \(ids)") }
        }
    }
}

/// A client that makes the mistake that others made: a new token for each sending.
private struct NewTokenEachTime: APIHandler {
    let next: any APIHandler
    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        var call = call
        for place in call.parameters.indices where call.parameters[place].name == "ClientToken" {
            call.parameters[place].value = RandomUUIDs().next()
        }
        return try next.send(call)
    }
}

@Suite("A faulty network: each intended write happens once, or is reported as unknown")
struct FaultyNetworkTests {
    private static let isLong = getenv("VPCSH_LONG").map { String(cString: $0) } == "1"
    private static let histories = isLong ? 100_000 : 5000
    /// An endpoint serves so many histories: one of its own for each would take most of the time.
    private static let share = 100

    @Test("Random histories")
    func randomHistories() throws {
        var total = Tally()
        var counts: [Fault: Int] = [:]
        var sendings = 0
        var clock = timespec()
        clock_gettime(CLOCK_MONOTONIC, &clock)
        let start = Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
        for first in stride(from: 0, to: Self.histories, by: Self.share) {
            let simulation = try Simulation()
            for seed in first..<min(first + Self.share, Self.histories) { simulation.run(seed: UInt64(seed) + 1) }
            let tally = simulation.tally
            total.histories += tally.histories
            total.writes += tally.writes
            total.reads += tally.reads
            total.done += tally.done
            total.refused += tally.refused
            total.unknown += tally.unknown
            total.unknownDone += tally.unknownDone
            total.effects += tally.effects
            total.twice += tally.twice
            total.broken += tally.broken
            sendings += simulation.network.sendings
            counts.merge(simulation.network.counts, uniquingKeysWith: +)
        }
        clock_gettime(CLOCK_MONOTONIC, &clock)
        let seconds = Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9 - start
        let faults = Fault.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }.joined(separator: ", ")
        print(
            """
            figure: faulty network: \(total.histories) histories, \(total.writes) intended writes, \(total.reads) reads, \
            \(sendings) sendings in \(Int(seconds * 10) / 10) s
            figure: faulty network: \(total.done) writes reported done, \(total.refused) refused, \(total.unknown) unknown \
            (\(total.unknownDone) of them done); \(total.effects) effects, \(total.twice) twice
            figure: faulty network: faults: \(faults)
            """)
        #expect(total.twice == 0)
        #expect(total.broken.isEmpty, "\(total.broken.prefix(10))")
        #expect(total.effects == total.done + total.unknownDone)
        #expect(total.done > total.writes / 2, "most writes come through")
        #expect(Fault.allCases.allSatisfy { (counts[$0] ?? 0) > 100 }, "every fault was met")
    }

    @Test("The simulation finds the mistake that others made: a new token for each sending")
    func findsMistake() throws {
        let simulation = try Simulation { NewTokenEachTime(next: $0) }
        for seed in 1...300 { simulation.run(seed: UInt64(seed)) }
        #expect(simulation.tally.twice > 0)
    }
}
