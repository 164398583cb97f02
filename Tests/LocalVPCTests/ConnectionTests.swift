import DataValue
import LocalVPC
import Testing

@Suite struct ConnectionTests {
    @Test func connectionComesUpWhileItsGatewayIsConfigured() throws {
        let bench = try Bench()
        let gateway = bench.makeGateway()
        let peer = bench.makeCustomerGateway("203.0.113.5")
        let created = bench.call(
            "CreateVpnConnection",
            [
                "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24,192.168.1.0/24",
                "RemoteSubnet": "10.0.0.0/24", "Name": "office",
            ])
        let id = try #require(created.string("VpnConnectionId"))
        #expect(id.hasPrefix("vco-bp1"))
        #expect(created.string("Name") == "office")
        #expect(created.at("CreateTime") == .int(1_795_381_924_000))

        func status() -> String? { bench.call("DescribeVpnConnection", ["VpnConnectionId": id]).string("Status") }
        func gatewayStatus() -> String? {
            bench.call("DescribeVpnGateway", ["VpnGatewayId": gateway]).string("Status")
        }
        #expect(status() == "ike_sa_not_established")
        #expect(gatewayStatus() == "updating")
        for action in ["ModifyVpnConnectionAttribute", "DeleteVpnConnection"] {
            #expect(bench.call(action, ["VpnConnectionId": id]).outcome == "400 VpnGateway.Configuring")
        }
        for action in ["ModifyVpnGatewayAttribute", "DeleteVpnGateway"] {
            #expect(bench.call(action, ["VpnGatewayId": gateway]).outcome == "400 VpnGateway.Configuring")
        }
        #expect(
            bench.call(
                "CreateVpnConnection",
                [
                    "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24",
                    "RemoteSubnet": "10.0.1.0/24",
                ]
            ).outcome == "400 VpnGateway.Configuring")
        bench.clock.advance(seconds: 2)
        #expect(status() == "ike_sa_established")
        #expect(gatewayStatus() == "active")
        bench.clock.advance(seconds: 2)
        #expect(status() == "ipsec_sa_established")

        #expect(
            bench.call("DeleteVpnGateway", ["VpnGatewayId": gateway]).outcome == "400 DependencyViolation.VpnConnection"
        )
        #expect(
            bench.call("DeleteCustomerGateway", ["CustomerGatewayId": peer]).outcome
                == "400 DependencyViolation.VpnConnection")
        #expect(bench.call("DeleteVpnConnection", ["VpnConnectionId": id]).status == 200)
        #expect(gatewayStatus() == "updating")
        #expect(bench.call("DeleteCustomerGateway", ["CustomerGatewayId": peer]).status == 200)
    }

    @Test func defaultsAreFilledIn() throws {
        let bench = try Bench()
        let (gateway, peer, id) = bench.makeOffice()
        let one = bench.call("DescribeVpnConnection", ["VpnConnectionId": id])
        let address = bench.call("DescribeVpnGateway", ["VpnGatewayId": gateway]).string("InternetIp")
        #expect(one.string("VpnGatewayId") == gateway)
        #expect(one.string("CustomerGatewayId") == peer)
        #expect(one.at("EffectImmediately") == false)
        #expect(one.at("EnableDpd") == true)
        #expect(one.at("EnableNatTraversal") == true)
        #expect(one.string("IkeConfig.Psk")?.count == 16)
        #expect(one.string("IkeConfig.LocalId") == address)
        #expect(one.string("IkeConfig.RemoteId") == "203.0.113.5")
        for (path, value) in [
            ("IkeConfig.IkeVersion", "ikev1"), ("IkeConfig.IkeMode", "main"), ("IkeConfig.IkeEncAlg", "aes"),
            ("IkeConfig.IkeAuthAlg", "md5"), ("IkeConfig.IkePfs", "group2"), ("IpsecConfig.IpsecEncAlg", "aes"),
            ("IpsecConfig.IpsecAuthAlg", "md5"), ("IpsecConfig.IpsecPfs", "group2"),
            ("VcoHealthCheck.Enable", "false"), ("LocalSubnet", "192.168.0.0/24"), ("RemoteSubnet", "10.0.0.0/24"),
        ] { #expect(one.string(path) == value, "\(path)") }
        #expect(one.at("IkeConfig.IkeLifetime") == 86400)
        #expect(one.at("IpsecConfig.IpsecLifetime") == 86400)
    }

    @Test func whatIsGivenIsKept() throws {
        let bench = try Bench()
        let gateway = bench.makeGateway()
        let peer =
            bench.call("CreateCustomerGateway", ["IpAddress": "203.0.113.5", "Asn": "65010"])
            .string("CustomerGatewayId") ?? ""
        let created = bench.call(
            "CreateVpnConnection",
            [
                "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "0.0.0.0/0",
                "RemoteSubnet": "0.0.0.0/0", "EffectImmediately": "true", "EnableDpd": "false",
                "IkeConfig":
                    #"{"Psk":"s3cret!","IkeVersion":"ikev2","IkeLifetime":"3600","LocalIdIPsec":"edge.example.com"}"#,
                "IpsecConfig": #"{"IpsecPfs":"disabled","IpsecLifetime":1800}"#,
                "HealthCheckConfig": #"{"enable":"true","dip":"10.0.0.1","sip":"192.168.0.1","interval":"5"}"#,
                "BgpConfig":
                    #"{"EnableBgp":"true","LocalAsn":65530,"TunnelCidr":"169.254.11.0/30","LocalBgpIp":"169.254.11.1"}"#,
            ])
        let id = try #require(created.string("VpnConnectionId"), "\(created.text)")
        var one = bench.call("DescribeVpnConnection", ["VpnConnectionId": id])
        #expect(one.string("IkeConfig.Psk") == "s3cret!")
        #expect(one.string("IkeConfig.IkeVersion") == "ikev2")
        #expect(one.at("IkeConfig.IkeLifetime") == 3600)
        #expect(one.string("IkeConfig.LocalId") == "edge.example.com")
        #expect(one.string("IpsecConfig.IpsecPfs") == "disabled")
        #expect(one.at("VcoHealthCheck.Interval") == 5)
        #expect(one.at("VcoHealthCheck.Retry") == 3)
        #expect(one.string("VcoHealthCheck.Status") == "failed")
        #expect(one.at("VpnBgpConfig.PeerAsn") == 65010)
        #expect(one.string("VpnBgpConfig.PeerBgpIp") == "169.254.11.2")
        #expect(one.at("EffectImmediately") == true)
        bench.clock.advance(seconds: 4)
        one = bench.call("DescribeVpnConnection", ["VpnConnectionId": id])
        #expect(one.string("VcoHealthCheck.Status") == "success")
        #expect(one.string("VpnBgpConfig.Status") == "success")
    }

    @Test(arguments: [
        (["VpnGatewayId": ""], "400 MissingParameter"), (["CustomerGatewayId": ""], "400 MissingParameter"),
        (["LocalSubnet": ""], "400 MissingParameter"), (["RemoteSubnet": ""], "400 MissingParameter"),
        (["VpnGatewayId": "vpn-none"], "404 InvalidVpnGatewayInstanceId.NotFound"),
        (["CustomerGatewayId": "cgw-none"], "404 InvalidCustomerGatewayInstanceId.NotFound"),
        (["LocalSubnet": "nonsense"], "400 IllegalParam.LocalSubnet"),
        (["LocalSubnet": "10.0.0.0/24,"], "400 IllegalParam.LocalSubnet"),
        (["LocalSubnet": "10.0.0.1/24"], "400 IllegalParam.LocalSubnet"),
        (["LocalSubnet": "10.0.0.0/33"], "400 IllegalParam.LocalSubnet"),
        (["RemoteSubnet": "10.0.0.0/24,10.0.0.0/24"], "400 IllegalParam.RemoteSubnet"),
        (["RemoteSubnet": "10.0.0.0/24; DROP TABLE resource"], "400 IllegalParam.RemoteSubnet"),
        (["EnableDpd": "yes"], "400 InvalidParameter"), (["IkeConfig": "{"], "400 InvalidParameter"),
        (["IkeConfig": "[]"], "400 InvalidParameter"),
        (["IkeConfig": #"{"IkeVersion":"ikev3"}"#], "400 InvalidParameter"),
        (["IkeConfig": #"{"IkeVerson":"ikev2"}"#], "400 InvalidParameter"),
        (["IkeConfig": #"{"IkeLifetime":86401}"#], "400 InvalidParameter"),
        (["IkeConfig": #"{"IkeLifetime":1e400}"#], "400 InvalidParameter"),
        (["IkeConfig": #"{"Psk":"with blank"}"#], "400 InvalidParameter"),
        (["IkeConfig": #"{"Psk":null}"#], "400 InvalidParameter"),
        (["IpsecConfig": #"{"IpsecEncAlg":"rot13"}"#], "400 InvalidParameter"),
        (["HealthCheckConfig": #"{"enable":"true"}"#], "400 MissingParameter"),
        (["BgpConfig": #"{"EnableBgp":"true"}"#], "400 MissingParameter"),
        (["RemoteCaCertificate": "x"], "400 InvalidParameter"),
        (["Name": "http://x"], "400 InvalidName"),
        (["TunnelOptionsSpecification.1.Role": "master"], "400 InvalidParameter"),
        (["DryRun": "true"], "400 DryRunOperation"),
    ])
    func creationIsChecked(changes: [String: String], outcome: String) throws {
        let bench = try Bench()
        var parameters = [
            "VpnGatewayId": bench.makeGateway(), "CustomerGatewayId": bench.makeCustomerGateway(),
            "LocalSubnet": "192.168.0.0/24", "RemoteSubnet": "10.0.0.0/24",
        ]
        parameters.merge(changes) { _, new in new }
        let reply = bench.send(
            bench.common("CreateVpnConnection") + [("RegionId", "cn-hangzhou")]
                + parameters.map { ($0.key, $0.value) })
        #expect(reply.outcome == outcome)
        #expect(!reply.text.contains("with blank"))
        #expect(bench.call("DescribeVpnConnections").at("TotalCount") == 0)
        #expect(bench.call("DescribeVpnGateways", ["Status": "active"]).at("TotalCount") == 1)
    }

    @Test func secondConnectionBetweenTheSameNetworksIsRefused() throws {
        let bench = try Bench()
        let (gateway, peer, _) = bench.makeOffice()
        func create(_ remote: String) -> String {
            bench.call(
                "CreateVpnConnection",
                [
                    "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24",
                    "RemoteSubnet": remote,
                ]
            ).outcome
        }
        #expect(create("10.0.0.0/24") == "400 InvalidVpnConnection.AlreadyExists")
        #expect(create("10.0.1.0/24") == "200")
    }

    @Test func modificationChangesWhatItNamesAndNegotiatesAnew() throws {
        let bench = try Bench()
        let (_, _, id) = bench.makeOffice()
        bench.clock.advance(seconds: 2)
        let before = bench.call("DescribeVpnConnection", ["VpnConnectionId": id])
        #expect(before.string("Status") == "ipsec_sa_established")
        let modified = bench.call(
            "ModifyVpnConnectionAttribute",
            [
                "VpnConnectionId": id, "RemoteSubnet": "10.9.0.0/24", "IkeConfig": #"{"IkeVersion":"ikev2"}"#,
                "Name": "renamed",
            ])
        #expect(modified.status == 200)
        #expect(modified.string("RemoteSubnet") == "10.9.0.0/24")
        #expect(modified.string("IkeConfig.IkeVersion") == "ikev2")
        #expect(modified.string("IkeConfig.Psk") == before.string("IkeConfig.Psk"))
        #expect(modified.string("LocalSubnet") == "192.168.0.0/24")
        let after = bench.call("DescribeVpnConnection", ["VpnConnectionId": id])
        #expect(after.string("Status") == "ike_sa_not_established")
        #expect(after.string("Name") == "renamed")
        bench.clock.advance(seconds: 4)
        // A new name alone leaves the tunnel up.
        #expect(
            bench.call("ModifyVpnConnectionAttribute", ["VpnConnectionId": id, "Name": "again"]).status == 200)
        #expect(
            bench.call("DescribeVpnConnection", ["VpnConnectionId": id]).string("Status") == "ipsec_sa_established")
    }

    @Test(arguments: [
        ("LocalSubnet", "x", "400 IllegalParam.LocalSubnet"), ("RemoteSubnet", "x", "400 IllegalParam.RemoteSubnet"),
        ("Name", "http://x", "400 InvalidName"), ("IkeConfig", "null", "400 InvalidParameter"),
        ("VpnConnectionId", "vco-none", "404 InvalidVpnConnectionInstanceId.NotFound"),
        ("VpnConnectionId", "", "400 MissingParameter"),
    ])
    func modificationIsChecked(name: String, value: String, outcome: String) throws {
        let bench = try Bench()
        let (_, _, id) = bench.makeOffice()
        let before = bench.call("DescribeVpnConnection", ["VpnConnectionId": id]).at("RemoteSubnet")
        let reply =
            name == "VpnConnectionId"
            ? bench.call("ModifyVpnConnectionAttribute", [name: value])
            : bench.call("ModifyVpnConnectionAttribute", ["VpnConnectionId": id, name: value])
        #expect(reply.outcome == outcome)
        #expect(bench.call("DescribeVpnConnection", ["VpnConnectionId": id]).at("RemoteSubnet") == before)
    }

    @Test func listsAreFilteredAndPaged() throws {
        let bench = try Bench()
        let first = bench.makeGateway()
        let second = bench.makeGateway()
        let peers = (1...2).map { bench.makeCustomerGateway("203.0.113.\($0)") }
        var ids: [String] = []
        for number in 0..<12 {
            ids.append(
                bench.makeConnection(
                    gateway: number < 8 ? first : second, peer: peers[number % 2], remote: "10.0.\(number).0/24"))
        }
        func page(_ parameters: KeyValuePairs<String, String>) -> (ids: [String], total: Value?) {
            let reply = bench.call("DescribeVpnConnections", parameters)
            let found = reply.list("VpnConnections.VpnConnection").indices.compactMap {
                reply.string("VpnConnections.VpnConnection.\($0).VpnConnectionId")
            }
            return (found, reply.at("TotalCount"))
        }
        #expect(page([:]).ids == Array(ids[..<10]))
        #expect(page([:]).total == 12)
        #expect(page(["PageNumber": "2"]).ids == Array(ids[10...]))
        #expect(page(["PageNumber": "3", "PageSize": "5"]).ids == Array(ids[10...]))
        #expect(page(["PageNumber": "4", "PageSize": "5"]).ids.isEmpty)
        #expect(page(["PageNumber": "2147483647", "PageSize": "50"]).total == 12)
        #expect(page(["VpnGatewayId": second]).ids == Array(ids[8...]))
        #expect(page(["VpnGatewayId": first, "CustomerGatewayId": peers[0]]).ids == [ids[0], ids[2], ids[4], ids[6]])
        #expect(page(["VpnGatewayId": first, "CustomerGatewayId": peers[0]]).total == 4)
        #expect(
            page(["VpnGatewayId": first, "CustomerGatewayId": peers[0], "PageSize": "3", "PageNumber": "2"]).ids
                == [ids[6]])
        #expect(page(["VpnConnectionId": ids[3]]).ids == [ids[3]])
        #expect(page(["VpnConnectionId": ids[3], "VpnGatewayId": second]).total == 0)
        #expect(page(["VpnGatewayId": "vpn-none"]).total == 0)
        for (name, value) in [("PageSize", "51"), ("PageSize", "0"), ("PageNumber", "-1"), ("PageNumber", "9e9")] {
            #expect(bench.call("DescribeVpnConnections", [name: value]).outcome == "400 InvalidParameter")
        }
    }
}
