extension Operation {
    /// Parameters that name resources, as they end: `TunnelOptionsSpecification.1.CustomerGatewayId` is one.
    private static let resourceParameters: Set<String> = [
        "AllocationId", "AssociatedInstanceId", "CustomerGatewayId", "DisasterRecoveryVSwitchId", "InstanceId",
        "IpsecServerId", "NextHop", "NextHopId", "ResourceId", "RouteTableId", "SslVpnClientCertId", "SslVpnServerId",
        "VSwitchId", "VpcId", "VpnConnectionId", "VpnConnectionIds", "VpnGatewayId", "VpnSslServerId",
    ]

    /// The ids of all resources that a call names: what it is about, or the empty id where it does not say, and whatever
    /// else it touches or connects. So no resource goes unseen because another one is named before it.
    func namedResources(_ values: [String: String]) -> [String] {
        var own: Set<String> = []
        var others: Set<String> = []
        for (name, value) in values where !value.isEmpty {
            // `ResourceId.2` is one of a list.
            let parts = name.split(separator: ".")
            let named = parts.last.flatMap { Int($0) } == nil ? parts[...] : parts.dropLast()
            guard let last = named.last.map({ String($0) }), Self.resourceParameters.contains(last) else { continue }
            let ids = value.split(separator: ",").map(String.init)
            if named.count == 1, last == resource { own.formUnion(ids) } else { others.formUnion(ids) }
        }
        return (own.isEmpty ? [""] : own.sorted()) + others.subtracting(own).sorted()
    }
}
