import DataValue
import LocalVPC
import Testing

/// A bench on which something of everything has been built.
struct World {
    let bench: Bench
    let vpc: String
    /// Single tunnels, SSL and IPsec servers.
    let gateway: String
    let peer: String
    let connection: String
    let sslServer: String
    let certificate: String
    let ipsecServer: String
    /// Two tunnels.
    let dualGateway: String
    let nationalGateway: String

    init(_ bench: Bench) throws {
        self.bench = bench
        func make(_ action: String, _ parameters: KeyValuePairs<String, String>, _ field: String, wait: Double = 0)
            throws
            -> String
        {
            let reply = bench.call(action, parameters)
            bench.clock.advance(seconds: wait)
            return try #require(reply.string(field), "\(action): \(reply.text)")
        }
        vpc = try make("CreateVpc", ["CidrBlock": "10.0.0.0/8"], "VpcId", wait: 1)
        var switches: [String] = []
        for (zone, block) in [("cn-hangzhou-h", "10.1.0.0/24"), ("cn-hangzhou-i", "10.2.0.0/24")] {
            switches.append(
                try make("CreateVSwitch", ["VpcId": vpc, "ZoneId": zone, "CidrBlock": block], "VSwitchId", wait: 1))
        }
        gateway = try make(
            "CreateVpnGateway",
            ["VpcId": vpc, "Bandwidth": "10", "EnableSsl": "true", "VSwitchId": switches[0]], "VpnGatewayId", wait: 3)
        dualGateway = try make(
            "CreateVpnGateway",
            [
                "VpcId": vpc, "Bandwidth": "200", "VSwitchId": switches[0], "DisasterRecoveryVSwitchId": switches[1],
                "EnableSsl": "true",
            ], "VpnGatewayId", wait: 3)
        nationalGateway = try make(
            "CreateVpnGateway", ["VpcId": vpc, "Bandwidth": "10", "VpnType": "NationalStandard"], "VpnGatewayId",
            wait: 3)
        peer = try make("CreateCustomerGateway", ["IpAddress": "203.0.113.5", "Asn": "65010"], "CustomerGatewayId")
        connection = try make(
            "CreateVpnConnection",
            [
                "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "10.1.0.0/24",
                "RemoteSubnet": "192.168.0.0/24",
            ], "VpnConnectionId", wait: 4)
        sslServer = try make(
            "CreateSslVpnServer",
            ["VpnGatewayId": gateway, "ClientIpPool": "172.16.0.0/24", "LocalSubnet": "10.1.0.0/24"],
            "SslVpnServerId", wait: 2)
        certificate = try make(
            "CreateSslVpnClientCert", ["SslVpnServerId": sslServer, "Name": "laptop"], "SslVpnClientCertId")
        ipsecServer = try make(
            "CreateIpsecServer",
            [
                "VpnGatewayId": gateway, "ClientIpPool": "172.17.0.0/24", "LocalSubnet": "10.1.0.0/24",
                "PskEnabled": "true",
            ], "IpsecServerId", wait: 2)
    }

    /// Parameters with which an operation on this world succeeds; nil for one that has none here.
    func parameters(_ action: String) -> [(String, String)]? {
        let own = [("VpnGatewayId", gateway)]
        let route = own + [("RouteDest", "192.168.7.0/24"), ("NextHop", connection), ("Weight", "100")]
        let policy = route + [("RouteSource", "10.1.0.0/24")]
        switch action {
        case "AssociateVpnGatewayWithCertificate", "DissociateVpnGatewayWithCertificate":
            return [("VpnGatewayId", nationalGateway), ("CertificateId", "cert-1"), ("CertificateType", "Signature")]
        case "CreateCustomerGateway": return [("IpAddress", "203.0.113.77")]
        case "CreateIpsecServer":
            return own + [("ClientIpPool", "172.18.0.0/24"), ("LocalSubnet", "10.1.0.0/24"), ("PskEnabled", "true")]
        case "CreateSslVpnClientCert": return [("SslVpnServerId", sslServer)]
        case "CreateSslVpnServer": return own + [("ClientIpPool", "172.18.0.0/24"), ("LocalSubnet", "10.1.0.0/24")]
        case "CreateVpnConnection":
            return own + [
                ("CustomerGatewayId", peer), ("LocalSubnet", "10.1.0.0/24"), ("RemoteSubnet", "192.168.9.0/24"),
            ]
        case "CreateVpnGateway": return [("VpcId", vpc), ("Bandwidth", "10")]
        case "CreateVpnRouteEntry": return route + [("PublishVpc", "true")]
        case "CreateVpnPbrRouteEntry": return policy + [("PublishVpc", "true")]
        case "DeleteVpnPbrRouteEntry": return policy
        case "ModifyVpnPbrRouteEntryWeight": return policy + [("NewWeight", "0")]
        case "DeleteCustomerGateway", "DescribeCustomerGateway", "ModifyCustomerGatewayAttribute":
            return [("CustomerGatewayId", peer)]
        case "DeleteIpsecServer", "UpdateIpsecServer": return [("IpsecServerId", ipsecServer)]
        case "DeleteSslVpnClientCert", "ModifySslVpnClientCert": return [("SslVpnClientCertId", certificate)]
        case "DeleteSslVpnServer", "ModifySslVpnServer": return [("SslVpnServerId", sslServer)]
        case "DeleteVpnConnection", "DescribeVpnConnection", "ModifyVpnConnectionAttribute",
            "DownloadVpnConnectionConfig":
            return [("VpnConnectionId", connection)]
        case "DeleteVpnGateway", "DescribeVpnGateway", "ModifyVpnGatewayAttribute": return own
        case "TagResources": return [("ResourceType", "VpnGateway"), ("ResourceId.1", gateway), ("Tag.1.Key", "a")]
        case "UnTagResources": return [("ResourceType", "VpnGateway"), ("ResourceId.1", gateway), ("TagKey.1", "a")]
        default:
            return ["Describe", "List"].contains { action.hasPrefix($0) } ? [] : nil
        }
    }
}

extension [(String, String)] {
    /// The list with one value set or replaced.
    func with(_ name: String, _ value: String) -> [(String, String)] { filter { $0.0 != name } + [(name, value)] }
}
