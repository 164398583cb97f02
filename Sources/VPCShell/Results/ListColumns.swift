import DataValue

/// The columns that say most about a kind of item: what a person looks for first, in a width that a terminal has.
///
/// An item is known by its fields: the first row of the table whose first column it has, and of whose columns it has at
/// least half. What a `select` has already narrowed down is left as it is.
enum ListColumns {
    /// Items with fewer fields than this are somebody's choice.
    private static let leastFields = 8

    /// Specific kinds stand before those that they refer to: a connection has the id of its gateway too.
    private static let known: [[String]] = [
        ["VpnConnectionId", "Name", "Status", "VpnGatewayId", "CustomerGatewayId", "LocalSubnet", "RemoteSubnet"],
        ["SslVpnClientCertId", "Name", "Status", "SslVpnServerId", "EndTime"],
        ["SslVpnServerId", "Name", "VpnGatewayId", "ClientIpPool", "LocalSubnet", "Proto", "Port", "Connections"],
        ["IpsecServerId", "IpsecServerName", "VpnGatewayId", "ClientIpPool", "LocalSubnet", "OnlineClientCount"],
        ["CustomerGatewayId", "Name", "IpAddress", "Asn", "Description"],
        ["VpnGatewayId", "Name", "Status", "BusinessStatus", "InternetIp", "VpcId", "Spec"],
        ["RouteEntryId", "DestinationCidrBlock", "Status", "Type", "RouteEntryName", "NextHops.NextHop"],
        ["RouteTableId", "RouteTableName", "RouteTableType", "Status", "VpcId"],
        ["VSwitchId", "VSwitchName", "Status", "CidrBlock", "ZoneId", "VpcId", "AvailableIpAddressCount"],
        ["NatGatewayId", "Name", "Status", "Spec", "VpcId", "NatType"],
        ["AllocationId", "Name", "IpAddress", "Status", "InstanceId", "InstanceType", "Bandwidth"],
        ["VpcId", "VpcName", "Status", "CidrBlock", "IsDefault", "CreationTime"],
    ]

    /// The columns for some items; nil where they are no items of a kind that is known, or have been narrowed down.
    static func columns(for items: [Value]) -> [String]? {
        guard case .record(let first)? = items.first, first.count >= leastFields else { return nil }
        return known.first { columns in
            first[columns[0]] != nil && 2 * columns.filter { first[$0] != nil }.count >= columns.count
        }
    }
}
