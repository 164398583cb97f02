import DataValue

/// Functions of networks in CIDR notation, of IPv4 and of IPv6. A network is the one that an address with a prefix lies
/// in: `10.0.0.5/24` is `10.0.0.0/24`.
extension NativeFunction {
    /// Networks with more hosts than this are not listed.
    private static let hostLimit: UInt128 = 65_536

    static let networks: [NativeFunction] = [
        NativeFunction("cidr_contains", 2...2) { .bool(try $0.network(0).contains(try $0.network(1))) },
        NativeFunction("cidr_overlaps", 2...2) { .bool(try $0.network(0).overlaps(try $0.network(1))) },
        NativeFunction("cidr_hosts", 1...1) { arguments in
            let network = try arguments.network(0)
            let hosts = network.hosts
            guard hosts.upperBound - hosts.lowerBound < hostLimit else {
                throw arguments.bad("the network has more than \(hostLimit) hosts")
            }
            return .list(
                (0...Int(hosts.upperBound - hosts.lowerBound)).map {
                    .string(IPNetwork.text(of: hosts.lowerBound + UInt128($0), width: network.width))
                })
        },
    ]
}

extension NativeFunction.Arguments {
    fileprivate func network(_ place: Int) throws -> IPNetwork {
        let text = try string(place)
        guard let network = IPNetwork(text) else {
            throw bad("'\(text)' is not an address or a network such as 10.0.0.0/16")
        }
        return network
    }
}
