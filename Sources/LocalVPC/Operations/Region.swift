import CloudAPI
import DataValue

/// A region in which resources live: one of the catalogue's, with what only the local service makes of it.
struct Region: Sendable {
    /// What distinguishes the places that resources are made in.
    private struct Site {
        /// The letters of the zones.
        var zones = "ab"
        /// How ids made in the region begin.
        var idPrefix = "loc"
        /// Whether the service answers for the region at the central endpoint.
        var isCentral = false
    }

    let id: String
    let name: String
    private let site: Site

    private init(_ region: KnownRegion) {
        id = region.id
        name = region.name
        site = Self.sites[region.id] ?? Site()
    }

    /// How ids made in it begin.
    var idPrefix: String { site.idPrefix }
    /// The host that answers for it, as `DescribeRegions` shows it.
    var endpoint: String {
        Catalogue.endpoint(region: id) ?? (site.isCentral ? "vpc.aliyuncs.com" : "vpc.\(id).aliyuncs.com")
    }
    var zoneIDs: [String] { site.zones.map { id.last?.isNumber == true ? "\(id)\($0)" : "\(id)-\($0)" } }

    static func named(_ id: String) -> Region? { byID[id] }

    /// Sorted by id.
    static let all = Catalogue.knownRegions.map { Region($0) }

    private static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

    /// What is known of some; the others have the defaults.
    private static let sites: [String: Site] = [
        "ap-northeast-1": Site(zones: "abc", idPrefix: "6we"),
        "ap-northeast-2": Site(zones: "a", idPrefix: "mj7"),
        "ap-southeast-1": Site(zones: "abc", idPrefix: "t4n", isCentral: true),
        "ap-southeast-3": Site(zones: "abc", idPrefix: "8ps"),
        "ap-southeast-5": Site(zones: "abc", idPrefix: "k1a"),
        "ap-southeast-6": Site(zones: "a", idPrefix: "5ts"),
        "ap-southeast-7": Site(zones: "a", idPrefix: "0jo"),
        "cn-beijing": Site(zones: "cdefghijkl", idPrefix: "2ze", isCentral: true),
        "cn-chengdu": Site(zones: "ab", idPrefix: "2vc"),
        "cn-guangzhou": Site(zones: "ab", idPrefix: "7xv"),
        "cn-hangzhou": Site(zones: "bcdefghijk", idPrefix: "bp1", isCentral: true),
        "cn-heyuan": Site(zones: "ab", idPrefix: "f8z"),
        "cn-hongkong": Site(zones: "bcd", idPrefix: "j6c", isCentral: true),
        "cn-huhehaote": Site(zones: "ab", idPrefix: "hp3"),
        "cn-qingdao": Site(zones: "bc", idPrefix: "m5e", isCentral: true),
        "cn-shanghai": Site(zones: "abcdefglmn", idPrefix: "uf6", isCentral: true),
        "cn-shenzhen": Site(zones: "abcdef", idPrefix: "wz9", isCentral: true),
        "cn-wulanchabu": Site(zones: "abc", idPrefix: "0jl"),
        "cn-zhangjiakou": Site(zones: "abc", idPrefix: "8vb"),
        "eu-central-1": Site(zones: "abc", idPrefix: "gw8"),
        "eu-west-1": Site(zones: "ab", idPrefix: "d7o"),
        "me-central-1": Site(zones: "ab", idPrefix: "l4v"),
        "me-east-1": Site(zones: "a", idPrefix: "eb3"),
        "us-east-1": Site(zones: "ab", idPrefix: "0xi", isCentral: true),
        "us-west-1": Site(zones: "ab", idPrefix: "rj9", isCentral: true),
    ]
}

extension Operation {
    /// The documentation writes the languages in either way, and the names are English in all of them here.
    private static let language = ParameterRule("AcceptLanguage", .choice(["zh-CN", "en-US", "ja", "zh-cn", "en-us"]))

    static let regionOperations: [Operation] = [
        .read("DescribeRegions", [language]) { _ in
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
                .region.required, language,
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
