import CloudAPI
import DataValue
import ScriptRuntime
import Synchronization
import SystemSupport

/// What an operation that destroys or cuts traffic is about to hit: ids, names, region, and what depends on it, as far as the service
/// tells it in time.
struct Impact {
    private let call: APICall
    private let service: any APIHandler
    /// How long a person waits for a question, in milliseconds. What is not known by then is not told.
    private static let patience = Duration.seconds(3)
    /// More names than these are only counted.
    private static let namesShown = 5

    init(_ call: APICall, _ service: any APIHandler) {
        self.call = call
        self.service = service
    }

    /// What is found out.
    struct Subject: Sendable, Equatable {
        /// The question.
        var text: String
        /// What stands for the thing where it must be typed: its name, or its id where it has none.
        var name: String
    }

    /// Asks the service, for a few seconds at most.
    func lookedUp() -> Subject {
        let cancellation = Cancellation(parent: call.cancellation)
        let found = Found()
        let done = Waker()
        let thread = try? SystemThread.start(stackSize: 1 << 20) { [self] in
            lookUp(found, cancellation)
            found.state.withLock { $0.isComplete = true }
            done.wake()
        }
        // Without a thread nothing is found out, and the question says so.
        if let thread {
            thread.detach()
            call.cancellation.whileObserving({ done.wake() }) { _ = done.wait(for: Self.patience) }
        }
        cancellation.cancel()
        return found.state.withLock { subject($0) }
    }

    // MARK: Words

    private func subject(_ state: Found.State) -> Subject {
        let ids = call.parameters.filter { !$0.isSecret && $0.name.hasSuffix("Id") && $0.name != "RegionId" }
        let id = ids.first { $0.name == Self.lookups[call.action]?.parameter } ?? ids.first
        var lines = ["\(call.action) in \(call.region)"]
        for parameter in ids {
            var line = "  \(parameter.name) \(parameter.value)"
            if parameter.name == id?.name, !state.facts.isEmpty { line += "  " + state.facts.joined(separator: "  ") }
            lines.append(line.visible)
        }
        lines += state.dependents.map { "  depends on it: \($0)".visible }
        if let problem = state.dependentsProblem {
            lines.append("  what depends on it could not all be found out: \(problem)".visible)
        }
        if !state.isComplete { lines.append("  what depends on it could not be found out in time") }
        if let problem = state.problem { lines.append("  what it is could not be found out: \(problem)".visible) }
        lines.append("Go on?")
        return Subject(text: lines.joined(separator: "\n"), name: state.name ?? id?.value ?? call.action)
    }

    // MARK: Looking up

    private final class Found: Sendable {
        struct State {
            /// Whether the service has shown what is hit.
            var isFound = false
            var name: String?
            /// Name, state, addresses.
            var facts: [String] = []
            /// A phrase for each kind of thing: `2 IPsec connections (berlin, paris)`.
            var dependents: [String] = []
            /// Why it is not known what is hit.
            var problem: String?
            /// Why it is not known what all depends on it: to be silent about that would say that nothing does.
            var dependentsProblem: String?
            var isComplete = false
        }
        let state = Mutex(State())
    }

    /// How to find out about what an operation hits.
    struct Lookup {
        /// The parameter that has its id.
        var parameter: String
        /// The operation that shows it, and under which name it takes the id.
        var shows: (action: String, parameter: String)
        /// Fields of it that tell a person what it is; the first is its name.
        var facts: [String]
        var dependents: [Dependents] = []
    }
    /// Things that depend on what is hit: a list operation that takes the id as a filter.
    struct Dependents {
        var noun: String
        var action: String
        var filter: String
        /// The field to call one by, where it has one.
        var name: String
        /// The field with its id.
        var id: String
    }

    private static let connection = Lookup(
        parameter: "VpnConnectionId", shows: ("DescribeVpnConnection", "VpnConnectionId"),
        facts: ["Name", "Status", "LocalSubnet", "RemoteSubnet"])
    private static let gateway = Lookup(
        parameter: "VpnGatewayId", shows: ("DescribeVpnGateway", "VpnGatewayId"),
        facts: ["Name", "Status", "InternetIp"])

    static let lookups: [String: Lookup] = [
        "DeleteVpnGateway": Lookup(
            parameter: "VpnGatewayId", shows: ("DescribeVpnGateway", "VpnGatewayId"),
            facts: ["Name", "Status", "InternetIp", "VpcId"],
            dependents: [
                Dependents(
                    noun: "IPsec connection", action: "DescribeVpnConnections", filter: "VpnGatewayId", name: "Name",
                    id: "VpnConnectionId"),
                Dependents(
                    noun: "SSL server", action: "DescribeSslVpnServers", filter: "VpnGatewayId", name: "Name",
                    id: "SslVpnServerId"),
                Dependents(
                    noun: "IPsec server", action: "ListIpsecServers", filter: "VpnGatewayId", name: "IpsecServerName",
                    id: "IpsecServerId"),
                Dependents(
                    noun: "route", action: "DescribeVpnRouteEntries", filter: "VpnGatewayId", name: "RouteDest",
                    id: "RouteDest"),
            ]),
        "DeleteVpnConnection": connection,
        "DeleteVpnAttachment": connection, "ModifyVpnAttachmentAttribute": connection,
        "ModifyVpnConnectionAttribute": connection, "ModifyTunnelAttribute": connection,
        "ModifySslVpnServer": Lookup(
            parameter: "SslVpnServerId", shows: ("DescribeSslVpnServers", "SslVpnServerId"),
            facts: ["Name", "Proto", "Port", "Connections"]),
        "PublishVpnRouteEntry": gateway, "ModifyVpnRouteEntryWeight": gateway, "ModifyVpnPbrRouteEntryWeight": gateway,
        "ModifyVpnPbrRouteEntryAttribute": gateway, "DeleteVpnRouteEntry": gateway, "DeleteVpnPbrRouteEntry": gateway,
        "DeleteCustomerGateway": Lookup(
            parameter: "CustomerGatewayId", shows: ("DescribeCustomerGateway", "CustomerGatewayId"),
            facts: ["Name", "IpAddress"],
            dependents: [
                Dependents(
                    noun: "IPsec connection", action: "DescribeVpnConnections", filter: "CustomerGatewayId",
                    name: "Name", id: "VpnConnectionId")
            ]),
        "DeleteSslVpnServer": Lookup(
            parameter: "SslVpnServerId", shows: ("DescribeSslVpnServers", "SslVpnServerId"),
            facts: ["Name", "Proto", "Port", "Connections"],
            dependents: [
                Dependents(
                    noun: "client certificate", action: "DescribeSslVpnClientCerts", filter: "SslVpnServerId",
                    name: "Name", id: "SslVpnClientCertId")
            ]),
        "DeleteSslVpnClientCert": Lookup(
            parameter: "SslVpnClientCertId", shows: ("DescribeSslVpnClientCerts", "SslVpnClientCertId"),
            facts: ["Name", "Status"]),
        "DeleteIpsecServer": Lookup(
            parameter: "IpsecServerId", shows: ("ListIpsecServers", "IpsecServerId.1"),
            facts: ["IpsecServerName", "ClientIpPool", "OnlineClientCount"]),
        "DeleteVpc": Lookup(
            parameter: "VpcId", shows: ("DescribeVpcs", "VpcId"), facts: ["VpcName", "Status", "CidrBlock"],
            dependents: [
                Dependents(
                    noun: "vSwitch", action: "DescribeVSwitches", filter: "VpcId", name: "VSwitchName", id: "VSwitchId"),
                Dependents(
                    noun: "VPN gateway", action: "DescribeVpnGateways", filter: "VpcId", name: "Name",
                    id: "VpnGatewayId"),
            ]),
        "DeleteVSwitch": Lookup(
            parameter: "VSwitchId", shows: ("DescribeVSwitches", "VSwitchId"),
            facts: ["VSwitchName", "Status", "CidrBlock", "ZoneId"]),
        "ReleaseEipAddress": Lookup(
            parameter: "AllocationId", shows: ("DescribeEipAddresses", "AllocationId"),
            facts: ["Name", "IpAddress", "Status", "InstanceId"]),
    ]

    private func lookUp(_ found: Found, _ cancellation: Cancellation) {
        guard call.isOfCatalogue, let lookup = Self.lookups[call.action],
            let id = call.parameters.first(where: { $0.name == lookup.parameter })?.value
        else { return }
        do throws(APIError) {
            let answer = try read(lookup.shows.action, lookup.shows.parameter, id, cancellation)
            var record: Record? = if case .record(let whole) = answer { whole } else { nil }
            if let items = Self.items(of: lookup.shows.action, answer) { record = items.items.first }
            let facts = lookup.facts.map { Self.text(record?[$0]) }
            let name = facts.first.flatMap { $0.isEmpty ? nil : $0 }
            found.state.withLock { state in
                state.isFound = true
                state.name = name
                state.facts = facts.filter { !$0.isEmpty }
                if record == nil { state.problem = "the service knows no such thing" }
            }
            for kind in lookup.dependents {
                let list = try read(kind.action, kind.filter, id, cancellation)
                guard let items = Self.items(of: kind.action, list), items.count > 0 else { continue }
                let names = items.items.prefix(Self.namesShown).map { item -> String in
                    let name = Self.text(item[kind.name])
                    return name.isEmpty ? Self.text(item[kind.id]) : name
                }
                let more = items.count > names.count ? ", …" : ""
                let phrase =
                    "\(items.count) \(kind.noun)\(items.count == 1 ? "" : "s") (\(names.joined(separator: ", "))\(more))"
                found.state.withLock { $0.dependents.append(phrase) }
            }
        } catch {
            let code = error.code
            found.state.withLock { if $0.isFound { $0.dependentsProblem = code } else { $0.problem = code } }
        }
    }

    private static func text(_ value: Value?) -> String {
        switch value {
        case nil, .null?: ""
        case let value?: value.displayText
        }
    }

    private func read(_ action: String, _ parameter: String, _ value: String, _ cancellation: Cancellation)
        throws(APIError) -> Value
    {
        var parameters = [WireParameter("RegionId", call.region), WireParameter(parameter, value)]
        if Catalogue.operation(named: action)?.parameter(named: "PageSize") != nil {
            parameters.append(WireParameter("PageSize", "50"))
        }
        var read = APICall(action: action, region: call.region, parameters: parameters, isWrite: false)
        read.cancellation = cancellation
        read.timeLimit = Self.patience
        return try service.send(read).value
    }

    /// The items of a list operation's answer, and how many there are in all; nil of an operation that lists nothing.
    private static func items(of action: String, _ answer: Value) -> (items: [Record], count: Int)? {
        guard let operation = Catalogue.operation(named: action), operation.itemPath != nil else { return nil }
        let elements = operation.items(in: answer) ?? []
        let records = elements.compactMap { if case .record(let record) = $0 { record } else { nil } }
        var count = records.count
        if case .record(let whole) = answer, case .int(let total)? = whole["TotalCount"] { count = max(count, total) }
        return (records, count)
    }
}
