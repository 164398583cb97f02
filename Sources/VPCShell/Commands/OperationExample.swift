import CloudAPI
import DataValue

/// A line that calls an operation with what it requires, to be pasted and filled in.
package enum OperationExample {
    /// The statement, without a prompt before it.
    package static func line(_ operation: CloudAPI.Operation) -> String {
        var words = [operation.name]
        for parameter in operation.parameters where parameter.isRequired && parameter.name != "RegionId" {
            words.append("\(parameter.name)=\(sample(parameter, of: operation.name))")
        }
        if words.count == 1, let helpful = operation.parameters.first(where: { helpfulFilters.contains($0.name) }) {
            words.append("\(helpful.name)=\(sample(helpful, of: operation.name))")
        }
        return words.joined(separator: " ")
    }

    /// Which parameter makes the example of an operation that requires none.
    private static let helpfulFilters = ["PageSize"]

    /// What a parameter could be, as it is written in a statement.
    private static func sample(_ parameter: CloudAPI.Parameter, of operation: String) -> String {
        let words = OperationWords.parameter(parameter.name, of: operation)
        if let value = known[parameter.name] { return value }
        if let value = words?.values.first(where: { !$0.isEmpty }) { return quoted(value) }
        return sample(parameter.type, parameter.name, of: operation)
    }

    private static func sample(_ type: ParameterType, _ name: String, of operation: String) -> String {
        switch type {
        case .bool: return "true"
        case .int: return "10"
        case .float: return "1.5"
        case .list(let element):
            let text = sample(element, name, of: operation)
            return element == .string || element == .any ? "[\"\(text)\"]" : "[\(text)]"
        case .record(let fields):
            let required = fields.filter(\.isRequired)
            let shown = required.isEmpty ? Array(fields.prefix(2)) : required
            return "{" + shown.map { "\($0.name): \(expression($0, of: operation))" }.joined(separator: ", ") + "}"
        case .map: return "{name: \"value\"}"
        case .string, .any:
            if name.hasSuffix("Id") || name.hasSuffix("Ids") { return identifier(name) }
            return known[name] ?? "value"
        }
    }

    /// The same inside of a record or list, where text stands in quotes.
    private static func expression(_ parameter: CloudAPI.Parameter, of operation: String) -> String {
        let text = sample(parameter, of: operation)
        switch parameter.type {
        case .string, .any: return text.hasPrefix("\"") ? text : "\"\(text)\""
        default: return text
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isPlain ? text : "\"\(text)\""
    }

    private static func identifier(_ name: String) -> String {
        let prefixes = [
            "VpcId": "vpc", "VSwitchId": "vsw", "VpnGatewayId": "vpn", "CustomerGatewayId": "cgw",
            "VpnConnectionId": "vco",
            "SslVpnServerId": "vss", "SslVpnClientCertId": "vsc", "IpsecServerId": "iss", "AllocationId": "eip",
            "RouteTableId": "vtb", "InstanceId": "i", "ResourceGroupId": "rg",
        ]
        return "\(prefixes[name] ?? "id")-bp1example0000000000"
    }

    private static let known = [
        "CidrBlock": "10.0.0.0/16", "LocalSubnet": "10.0.0.0/16", "RemoteSubnet": "192.168.0.0/24",
        "ClientIpPool": "172.16.0.0/24", "IpAddress": "203.0.113.10", "ZoneId": "cn-hangzhou-h",
        "RouteDest": "192.168.0.0/24",
        "RouteSource": "10.0.0.0/24", "NextHop": "vco-bp1example0000000000", "Bandwidth": "10", "PageSize": "10",
        "DestinationCidrBlock": "192.168.0.0/24", "AcceptLanguage": "en-US", "ResourceType": "VPNGATEWAY",
        "TagKey": "env",
        "ResourceId": "[\"vpn-bp1example0000000000\"]", "Tag": "[{Key: \"env\", Value: \"test\"}]",
    ]
}
