import CloudAPI
import DataValue
import Testing

@Suite struct CatalogueTests {
    @Test func knowsEveryOperationByName() throws {
        let names = Catalogue.operationNames
        #expect(names.count == 403)
        #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        for name in names {
            let operation = try #require(Catalogue.operation(named: name), "\(name)")
            #expect(operation.name == name)
            guard case .record(let fields) = operation.answer else {
                Issue.record("\(name) answers with no record")
                continue
            }
            #expect(fields.contains { $0.name == "RequestId" } || fields.isEmpty, "\(name)")
            #expect(operation.parameters.allSatisfy { !$0.name.isEmpty && $0.type != .any }, "\(name)")
            if let path = operation.itemPath {
                guard case .list? = operation.answer.shape(at: path) else {
                    Issue.record("\(name): \(path) is no list")
                    continue
                }
            }
        }
    }

    @Test(arguments: [
        "", "A", "Zzz", "DescribeVpnConnection\t", "describevpnconnections", "DescribeVpnConnectionsX", "\n",
    ])
    func hasNoOperationOfAnotherName(name: String) {
        #expect(Catalogue.operation(named: name) == nil)
        #expect(Catalogue.endpoint(region: name) == nil)
    }

    @Test(arguments: ["describevpnconnections", "DESCRIBEVPNCONNECTIONS", "DescribeVpnConnections"])
    func findsAnOperationInAnyCase(name: String) {
        #expect(Catalogue.operation(matching: name)?.name == "DescribeVpnConnections")
    }

    @Test func describesAListOperation() throws {
        let operation = try #require(Catalogue.operation(named: "DescribeVpnConnections"))
        #expect(!operation.isWrite)
        #expect(operation.paging == .pageNumber)
        #expect(operation.itemPath == ["VpnConnections", "VpnConnection"])
        #expect(operation.parameter(named: "RegionId")?.isRequired == true)
        #expect(operation.parameter(named: "PageSize")?.type == .int)
        guard case .list(.record(let tag))? = operation.parameter(named: "Tag")?.type else {
            Issue.record("Tag is no list of records")
            return
        }
        #expect(tag.map(\.name) == ["Key", "Value"])
        let psk = operation.answer.shape(at: operation.itemPath ?? [])
        guard case .list(let item)? = psk else { return }
        #expect(item.shape(at: ["IkeConfig", "Psk"]) == .string)
        #expect(item.shape(at: ["TunnelOptionsSpecification", "TunnelOptions"]) != nil)
        #expect(item.shape(at: ["Nothing"]) == nil)
    }

    @Test func describesAWrite() throws {
        let operation = try #require(Catalogue.operation(named: "CreateVpnConnection"))
        #expect(operation.isWrite)
        #expect(operation.takesClientToken)
        #expect(operation.paging == .none)
        #expect(operation.itemPath == nil)
        #expect(operation.parameter(named: "AutoConfigRoute")?.type == .bool)
        #expect(operation.parameter(named: "TunnelOptionsSpecification")?.position == .body)
        #expect(operation.parameter(named: "VpnGatewayId")?.position == .query)
    }

    @Test(arguments: [
        ("DeleteVpnConnection", false), ("DeleteVpnGateway", false), ("CreateRouteEntry", true),
    ])
    func knowsWhoTakesADryRun(name: String, takes: Bool) {
        #expect(Catalogue.operation(named: name)?.takesDryRun == takes)
    }

    @Test func knowsHowListsTravelAsOneText() throws {
        let joined = try #require(Catalogue.operation(named: "GrantInstanceToVbr")?.parameter(named: "VbrInstanceIds"))
        #expect(joined.encoding == .commaSeparated)
        let json = try #require(Catalogue.operation(named: "CreateNatGateway")?.parameter(named: "AccessMode"))
        #expect(json.encoding == .json)
    }

    private static let lists: [(String, [String]?, Operation.Paging)] = [
        ("DescribeRouteEntryList", ["RouteEntrys", "RouteEntry"], .nextToken),
        ("DescribeVpnRouteEntries", ["VpnRouteEntries", "VpnRouteEntry"], .pageNumber),
        ("DescribeVpnConnection", nil, .none), ("DescribeVpnGateway", nil, .none),
        ("ListIpsecServers", ["IpsecServers"], .nextToken), ("DescribeCustomerGateway", nil, .none),
        ("DescribeRegions", ["Regions", "Region"], .none),
    ]

    @Test(arguments: lists)
    func knowsWhereTheItemsAre(name: String, path: [String]?, paging: Operation.Paging) {
        #expect(Catalogue.operation(named: name)?.itemPath == path)
        #expect(Catalogue.operation(named: name)?.paging == paging)
    }

    @Test func countsAsWriteWhatIsNotKnownToRead() {
        for name in Catalogue.operationNames {
            let reads = ["Describe", "List", "Get", "Check"].contains { name.hasPrefix($0) }
            guard !reads else { continue }
            let exceptions = ["DownloadVpnConnectionConfig", "VpcDescribeVpcNatGatewayNetworkInterfaceQuota"]
            #expect(Catalogue.operation(named: name)?.isWrite == !exceptions.contains(name), "\(name)")
        }
    }

    @Test func mapsRegionsToEndpoints() {
        #expect(Catalogue.endpoint(region: "cn-hangzhou") == "vpc.aliyuncs.com")
        #expect(Catalogue.endpoint(region: "nowhere-1") == nil)
    }

    @Test func listsEveryRegionOnceAndSorted() throws {
        let regions = Catalogue.regions
        #expect(regions == Set(regions).sorted())
        #expect(regions.count == 41)
        for region in ["cn-hangzhou", "cn-beijing", "cn-shenzhen", "eu-central-1", "us-west-1", "me-central-1"] {
            #expect(regions.contains(region), "\(region)")
        }
        #expect(!regions.contains { $0.contains("-test-") || $0.hasSuffix("-pop") })
        #expect(try Endpoint.resolve(region: "cn-beijing").origin == "https://vpc.cn-beijing.aliyuncs.com")
        for region in regions {
            let host = try Endpoint.resolve(region: region).authority
            #expect(host == "vpc.aliyuncs.com" || host == "vpc.\(region).aliyuncs.com", "\(region)")
        }
    }

    @Test(arguments: [("cn-beijing", true), ("cn-edge-1", true), ("cn-new-1", false), ("", false)])
    func knowsRegionsThatAreNotOfferedToEverybody(region: String, isKnown: Bool) {
        #expect(Catalogue.knows(region: region) == isKnown)
    }

    @Test func readsOperationsOnManyThreadsAtATime() async {
        let names = Catalogue.operationNames
        await withTaskGroup(of: [String?].self) { group in
            for start in 0..<8 {
                group.addTask {
                    (names[(start * 50)...] + names[..<(start * 50)]).map { Catalogue.operation(named: $0)?.name }
                }
            }
            for await found in group { #expect(found.compactMap(\.self).sorted() == names.sorted()) }
        }
    }

    @Test(arguments: [
        ("DescribeVpnConection", "DescribeVpnConnection"), ("DeleteVpnConnectoin", "DeleteVpnConnection"),
        ("descrbevpcs", "DescribeVpcs"), ("CreateVpnGatway", "CreateVpnGateway"),
    ])
    func suggestsNearOperations(typed: String, meant: String) {
        #expect(Catalogue.nearestOperations(to: typed).first == meant)
        #expect(Catalogue.nearestOperations(to: typed).count <= 3)
    }

    @Test func suggestsNothingForNonsense() {
        #expect(Catalogue.nearestOperations(to: "xyzzy").isEmpty)
        #expect(Catalogue.nearestOperations(to: "").isEmpty)
        #expect(Catalogue.nearestOperations(to: String(repeating: "q", count: 100_000)).isEmpty)
    }

    @Test func measuresNeighboursThatChangedPlaces() {
        #expect(Spelling.nearest(to: "ab", among: ["ba", "xy", "a", "abcdefgh"]) == ["a", "ba"])
    }

    @Test(arguments: [
        ("Psk", true), ("TunnelOptionsSpecification.1.TunnelIkeConfig.Psk", true), ("AccessKeySecret", true),
        ("SecurityToken", true), ("Token", true), ("AuthKey", true), ("Cak", true), ("ClientKey", true),
        ("AdminPassword", true), ("ClientToken", false), ("NextToken", false), ("TagKey", false), ("Key", false),
        ("AccessKeyId", false), ("PskEnabled", false), ("SslVpnClientCertKey", false), ("", false),
    ])
    func knowsSecretsByName(name: String, isSecret: Bool) {
        #expect(SecretNames.contains(name) == isSecret)
    }
}
