import DataValue
import LocalVPC
import Testing

/// Every error that the API's documentation lists for an operation on VPN arises, with its code and status.
@Suite struct DocumentedErrorTests {
    struct Documented: Sendable, CustomTestStringConvertible {
        let action: String
        let status: Int
        let code: String
        var testDescription: String { "\(action) \(code)" }
    }

    private static let permissions = "403 Forbidden, 403 Forbbiden.SubUser"
    private static let list: KeyValuePairs<String, String> = [
        "AssociateVpnGatewayWithCertificate":
            "400 VpnGateway.Configuring, 403 Forbidden, 404 InvalidVpnGatewayInstanceId.NotFound",
        "CreateCustomerGateway":
            "400 InvalidDescription, 400 InvalidIpAddress.AlreadyExist, 400 InvalidIpAddress.WrongFormat, "
            + "400 InvalidName, 400 Resource.QuotaFull, \(permissions)",
        "CreateIpsecServer":
            "400 IllegalParam.LocalSubnet, 400 OperationFailed.IPsecServerExist, 400 OperationUnsupported.IPsecServer, "
            + "400 QuotaExceeded.VpnRouteEntry, 400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, "
            + "400 VpnGateway.SslVpnDisabled, 403 Forbidden, 404 InvalidVpnGatewayInstanceId.NotFound",
        "CreateSslVpnClientCert":
            "400 InvalidName, 400 Resource.QuotaFull, 400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, "
            + permissions,
        "CreateSslVpnServer":
            "400 InvalidName, 400 QuotaExceeded.VpnRouteEntry, 400 Resource.QuotaFull, 400 VpnGateway.Configuring, "
            + "400 VpnGateway.FinancialLocked, \(permissions), 404 InvalidVpnGatewayInstanceId.NotFound",
        "CreateVpnConnection":
            "400 IllegalParam.LocalSubnet, 400 IllegalParam.RemoteSubnet, 400 InvalidVpnConnection.AlreadyExists, "
            + "400 QuotaExceeded.PolicyBasedRoute, 400 Resource.QuotaFull, 400 VpnGateway.Configuring, "
            + "400 VpnGateway.FinancialLocked, \(permissions), 404 InvalidCustomerGatewayInstanceId.NotFound, "
            + "404 InvalidVpnGatewayInstanceId.NotFound",
        "CreateVpnGateway": "400 Resource.QuotaFull",
        "CreateVpnRouteEntry":
            "400 Resource.QuotaFull, 400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, \(permissions), "
            + "404 InvalidVpnGatewayInstanceId.NotFound",
        "DeleteCustomerGateway": "\(permissions), 404 InvalidCustomerGatewayInstanceId.NotFound",
        "DeleteIpsecServer": "400 VpnGateway.Configuring, 403 Forbidden",
        "DeleteSslVpnClientCert": "400 VpnGateway.Configuring, \(permissions)",
        "DeleteSslVpnServer": "400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, \(permissions)",
        "DeleteVpnConnection":
            "400 VpnGateway.Configuring, \(permissions), 404 InvalidVpnConnectionInstanceId.NotFound",
        "DeleteVpnGateway":
            "400 VpnGateway.Configuring, \(permissions), 403 ForbiddenRelease, "
            + "404 InvalidVpnGatewayInstanceId.NotFound",
        "DeleteVpnPbrRouteEntry":
            "400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, \(permissions), "
            + "404 InvalidVpnGatewayInstanceId.NotFound",
        "DescribeCustomerGateway": "\(permissions), 404 InvalidCustomerGatewayInstanceId.NotFound",
        "DescribeCustomerGateways": permissions,
        "DescribeSslVpnClientCerts": permissions,
        "DescribeSslVpnServers": permissions,
        "DescribeVpnConnection": "\(permissions), 404 InvalidVpnConnectionInstanceId.NotFound",
        "DescribeVpnConnections": permissions,
        "DescribeVpnGateway": "\(permissions), 404 InvalidVpnGatewayInstanceId.NotFound",
        "DescribeVpnGateways": permissions,
        "DissociateVpnGatewayWithCertificate":
            "400 VpnGateway.Configuring, 403 Forbidden, 404 InvalidVpnGatewayInstanceId.NotFound",
        "DownloadVpnConnectionConfig": "\(permissions), 404 InvalidVpnConnectionInstanceId.NotFound",
        "ListIpsecServers": "403 Forbidden",
        "ListVpnCertificateAssociations": "403 Forbidden",
        "ModifyCustomerGatewayAttribute":
            "400 InvalidDescription, 400 InvalidName, \(permissions), 404 InvalidCustomerGatewayInstanceId.NotFound",
        "ModifySslVpnClientCert": "400 InvalidName, \(permissions)",
        "ModifySslVpnServer":
            "400 InvalidName, 400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, \(permissions)",
        "ModifyVpnConnectionAttribute":
            "400 IllegalParam.LocalSubnet, 400 IllegalParam.RemoteSubnet, 400 InvalidName, "
            + "400 QuotaExceeded.PolicyBasedRoute, 400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, "
            + "\(permissions), 404 InvalidVpnConnectionInstanceId.NotFound",
        "ModifyVpnGatewayAttribute":
            "400 InvalidDescription, 400 InvalidName, \(permissions), 404 InvalidVpnGatewayInstanceId.NotFound",
        "ModifyVpnPbrRouteEntryWeight":
            "400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, \(permissions), "
            + "404 InvalidVpnGatewayInstanceId.NotFound",
        "TagResources": "403 Forbidden",
        "UnTagResources": "403 Forbidden",
        "UpdateIpsecServer":
            "400 IllegalParam.LocalSubnet, 400 VpnGateway.Configuring, 400 VpnGateway.FinancialLocked, 403 Forbidden",
    ]

    /// Two that are documented are not here, since nothing that these operations do could fill a quota:
    /// `Resource.QuotaFull` of DeleteVpnPbrRouteEntry and of ModifyVpnPbrRouteEntryWeight.
    static let all: [Documented] = list.flatMap { action, text in
        text.split(separator: ",").compactMap { entry in
            let words = entry.split(separator: " ")
            return Int(words[0]).map { Documented(action: action, status: $0, code: String(words[1])) }
        }
    }

    @Test func thereAreAsManyAsTheDocumentationLists() { #expect(Self.all.count == 144 - 2) }

    @Test(arguments: all)
    func arises(error: Documented) throws {
        let world = try World(try Bench())
        let bench = world.bench
        var parameters = try #require(world.parameters(error.action))
        var key = "local"
        switch error.code {
        case "Forbidden":
            bench.setAccessPolicy(AccessPolicy(accountRules: [.deny(error.action)]))
        case "Forbbiden.SubUser":
            let nobody = AccessKey.subUser("nobody", secret: "nobody", rules: [.allow("DescribeRegions")])
            bench.setAccessPolicy(AccessPolicy(keys: [.root, nobody]))
            key = "nobody"
        case "ForbiddenRelease":
            let made = bench.call(
                "CreateVpnGateway",
                [
                    "VpcId": world.vpc, "Bandwidth": "10", "InstanceChargeType": "PREPAY", "Period": "1",
                ])
            bench.clock.advance(seconds: 3)
            parameters = [("VpnGatewayId", made.string("VpnGatewayId") ?? "")]
        case "VpnGateway.Configuring":
            bench.call("ModifyVpnGatewayAttribute", ["VpnGatewayId": world.gateway, "Name": "busy"])
            bench.call("ModifyVpnGatewayAttribute", ["VpnGatewayId": world.nationalGateway, "Name": "busy"])
        case "VpnGateway.FinancialLocked":
            let gateway = world.gateway
            try bench.service.administer { try $0.lock(gateway: gateway, true) }
        case "VpnGateway.SslVpnDisabled":
            parameters = parameters.with("VpnGatewayId", bench.makeGateway(vpc: world.vpc))
        case "OperationUnsupported.IPsecServer":
            parameters = parameters.with("VpnGatewayId", world.dualGateway)
        case "InvalidVpnConnection.AlreadyExists": parameters = parameters.with("RemoteSubnet", "192.168.0.0/24")
        case "InvalidIpAddress.AlreadyExist": parameters = parameters.with("IpAddress", "203.0.113.5")
        case "InvalidIpAddress.WrongFormat": parameters = parameters.with("IpAddress", "203.0.113")
        case "InvalidName": parameters = parameters.with("Name", "http://name")
        case "InvalidDescription": parameters = parameters.with("Description", "https://description")
        case "IllegalParam.LocalSubnet": parameters = parameters.with("LocalSubnet", "10.0.0.0/99")
        case "IllegalParam.RemoteSubnet": parameters = parameters.with("RemoteSubnet", "here")
        case "OperationFailed.IPsecServerExist": break
        case "Resource.QuotaFull", "QuotaExceeded.VpnRouteEntry", "QuotaExceeded.PolicyBasedRoute":
            if error.code == "QuotaExceeded.PolicyBasedRoute" {
                parameters = parameters.with("RemoteSubnet", "192.168.9.0/24")
            }
            if error.code == "QuotaExceeded.VpnRouteEntry", error.action == "CreateIpsecServer" {
                bench.call("DeleteIpsecServer", ["IpsecServerId": world.ipsecServer])
                bench.clock.advance(seconds: 2)
            }
            try bench.service.administer { administration in
                var quotas = try administration.quotas()
                for quota in Quota.allCases where ![.subnets, .sslSubnets, .sslServers].contains(quota) {
                    quotas[quota] = 0
                }
                if error.code == "QuotaExceeded.PolicyBasedRoute" { quotas[.connections] = 100 }
                if error.code == "QuotaExceeded.VpnRouteEntry" { quotas[.sslServers] = 9 }
                if error.action == "CreateIpsecServer" { quotas[.ipsecServers] = 1 }
                try administration.set(quotas)
            }
        default:
            guard error.code.hasSuffix(".NotFound") else { break }
            for name in ["VpnGatewayId", "CustomerGatewayId", "VpnConnectionId"]
            where error.code.contains(name.dropLast(2)) { parameters = parameters.with(name, "none-1") }
        }
        let reply = bench.call(error.action, parameters, key: key, secret: key)
        #expect(reply.outcome == "\(error.status) \(error.code)", "\(reply.text)")
    }

    /// Without what provokes an error, the same calls succeed.
    @Test func theParametersAreGood() throws {
        for action in Set(Self.all.map(\.action)) where action != "DissociateVpnGatewayWithCertificate" {
            let world = try World(try Bench())
            if action == "DeleteVpnPbrRouteEntry" || action == "ModifyVpnPbrRouteEntryWeight" {
                world.bench.call("CreateVpnPbrRouteEntry", try #require(world.parameters("CreateVpnPbrRouteEntry")))
                world.bench.clock.advance(seconds: 1)
            }
            var parameters = try #require(world.parameters(action))
            switch action {
            case "CreateIpsecServer", "CreateSslVpnServer":
                world.bench.call("DeleteIpsecServer", ["IpsecServerId": world.ipsecServer])
                world.bench.clock.advance(seconds: 2)
                world.bench.call("DeleteSslVpnServer", ["SslVpnServerId": world.sslServer])
                world.bench.clock.advance(seconds: 2)
            case "DeleteCustomerGateway": parameters = [("CustomerGatewayId", world.bench.makeCustomerGateway())]
            case "DeleteVpnGateway": parameters = [("VpnGatewayId", world.nationalGateway)]
            default: break
            }
            if action == "DeleteCustomerGateway" {
                parameters = [("CustomerGatewayId", world.bench.makeCustomerGateway("203.0.113.99"))]
            }
            let reply = world.bench.call(action, parameters)
            #expect(reply.status == 200, "\(action): \(reply.text)")
        }
    }
}
