import DataValue

/// A region in which resources live.
struct Region: Sendable {
    let id: String
    let name: String
    /// The letters of its zones.
    let zones: String
    /// How ids made in it begin.
    let idPrefix: String
    /// Whether the service answers for it at the central endpoint.
    var isCentral = false

    var endpoint: String { isCentral ? "vpc.aliyuncs.com" : "vpc.\(id).aliyuncs.com" }
    var zoneIDs: [String] { zones.map { id.last?.isNumber == true ? "\(id)\($0)" : "\(id)-\($0)" } }

    static func named(_ id: String) -> Region? { byID[id] }

    static let all = [
        Region(id: "cn-qingdao", name: "China (Qingdao)", zones: "bc", idPrefix: "m5e", isCentral: true),
        Region(id: "cn-beijing", name: "China (Beijing)", zones: "cdefghijkl", idPrefix: "2ze", isCentral: true),
        Region(id: "cn-zhangjiakou", name: "China (Zhangjiakou)", zones: "abc", idPrefix: "8vb"),
        Region(id: "cn-huhehaote", name: "China (Hohhot)", zones: "ab", idPrefix: "hp3"),
        Region(id: "cn-wulanchabu", name: "China (Ulanqab)", zones: "abc", idPrefix: "0jl"),
        Region(id: "cn-hangzhou", name: "China (Hangzhou)", zones: "bcdefghijk", idPrefix: "bp1", isCentral: true),
        Region(id: "cn-shanghai", name: "China (Shanghai)", zones: "abcdefglmn", idPrefix: "uf6", isCentral: true),
        Region(id: "cn-shenzhen", name: "China (Shenzhen)", zones: "abcdef", idPrefix: "wz9", isCentral: true),
        Region(id: "cn-heyuan", name: "China (Heyuan)", zones: "ab", idPrefix: "f8z"),
        Region(id: "cn-guangzhou", name: "China (Guangzhou)", zones: "ab", idPrefix: "7xv"),
        Region(id: "cn-chengdu", name: "China (Chengdu)", zones: "ab", idPrefix: "2vc"),
        Region(id: "cn-hongkong", name: "China (Hong Kong)", zones: "bcd", idPrefix: "j6c", isCentral: true),
        Region(id: "ap-northeast-1", name: "Japan (Tokyo)", zones: "abc", idPrefix: "6we"),
        Region(id: "ap-northeast-2", name: "South Korea (Seoul)", zones: "a", idPrefix: "mj7"),
        Region(id: "ap-southeast-1", name: "Singapore", zones: "abc", idPrefix: "t4n", isCentral: true),
        Region(id: "ap-southeast-3", name: "Malaysia (Kuala Lumpur)", zones: "abc", idPrefix: "8ps"),
        Region(id: "ap-southeast-5", name: "Indonesia (Jakarta)", zones: "abc", idPrefix: "k1a"),
        Region(id: "ap-southeast-6", name: "Philippines (Manila)", zones: "a", idPrefix: "5ts"),
        Region(id: "ap-southeast-7", name: "Thailand (Bangkok)", zones: "a", idPrefix: "0jo"),
        Region(id: "us-east-1", name: "US (Virginia)", zones: "ab", idPrefix: "0xi", isCentral: true),
        Region(id: "us-west-1", name: "US (Silicon Valley)", zones: "ab", idPrefix: "rj9", isCentral: true),
        Region(id: "eu-west-1", name: "UK (London)", zones: "ab", idPrefix: "d7o"),
        Region(id: "eu-central-1", name: "Germany (Frankfurt)", zones: "abc", idPrefix: "gw8"),
        Region(id: "me-east-1", name: "UAE (Dubai)", zones: "a", idPrefix: "eb3"),
        Region(id: "me-central-1", name: "Saudi Arabia (Riyadh)", zones: "ab", idPrefix: "l4v"),
    ]

    private static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Operation {
    static let regionOperations: [Operation] = [
        .read("DescribeRegions", [ParameterRule("AcceptLanguage", .choice(["zh-CN", "en-US", "ja"]))]) { _ in
            let regions = Region.all.map { region -> Value in
                .record(
                    Record(fields: [
                        ("RegionId", .string(region.id)), ("LocalName", .string(region.name)),
                        ("RegionEndpoint", .string(region.endpoint)),
                    ]))
            }
            return Record(fields: [("Regions", .nested("Region", .list(regions)))])
        },
        .read(
            "DescribeZones",
            [
                .region.required, ParameterRule("AcceptLanguage", .choice(["zh-CN", "en-US", "ja"])),
                ParameterRule("ZoneType", .choice(["AvailabilityZone", "EdgeZone"])),
            ]
        ) { call in
            let region = Region.named(try call.requiredRegion())
            let ids = call["ZoneType"] == "EdgeZone" ? [] : region?.zoneIDs ?? []
            let zones = ids.map { id -> Value in
                let letter = id.suffix(1).uppercased()
                return .record(
                    Record(fields: [
                        ("ZoneId", .string(id)), ("LocalName", .string("\(region?.name ?? "") Zone \(letter)")),
                        ("ZoneType", "AvailabilityZone"),
                    ]))
            }
            return Record(fields: [("Zones", .nested("Zone", .list(zones)))])
        },
    ]
}
