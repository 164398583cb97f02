/// A region that the product is offered in.
package struct KnownRegion: Sendable, Equatable {
    /// The region's id, `cn-hangzhou`.
    package let id: String
    /// The service's English name for it, `China (Hangzhou)`.
    package let name: String

    init(_ id: String, _ name: String) {
        self.id = id
        self.name = name
    }
}

extension Catalogue {
    /// The regions that the service's documentation lists for the API, industry clouds included, sorted by id.
    ///
    /// The generated endpoints are no such list: they hold the regions whose host breaks the naming rule, many of them
    /// internal to the provider. Regions that the provider has closed (`ap-south-1`, `ap-southeast-2`) are left out.
    /// New ones come into being: a region that is not listed can be called all the same.
    package static let knownRegions = [
        KnownRegion("ap-northeast-1", "Japan (Tokyo)"),
        KnownRegion("ap-northeast-2", "South Korea (Seoul)"),
        KnownRegion("ap-southeast-1", "Singapore"),
        KnownRegion("ap-southeast-3", "Malaysia (Kuala Lumpur)"),
        KnownRegion("ap-southeast-5", "Indonesia (Jakarta)"),
        KnownRegion("ap-southeast-6", "Philippines (Manila)"),
        KnownRegion("ap-southeast-7", "Thailand (Bangkok)"),
        KnownRegion("ap-southeast-8", "Malaysia (Johor)"),
        KnownRegion("cn-beijing", "China (Beijing)"),
        KnownRegion("cn-beijing-finance-1", "China North 2 Finance"),
        KnownRegion("cn-chengdu", "China (Chengdu)"),
        KnownRegion("cn-fuzhou", "China (Fuzhou - Local Region)"),
        KnownRegion("cn-guangzhou", "China (Guangzhou)"),
        KnownRegion("cn-hangzhou", "China (Hangzhou)"),
        KnownRegion("cn-hangzhou-finance", "China East 1 Finance"),
        KnownRegion("cn-heyuan", "China (Heyuan)"),
        KnownRegion("cn-heyuan-acdr-1", "China (Heyuan) Automotive"),
        KnownRegion("cn-hongkong", "China (Hong Kong)"),
        KnownRegion("cn-huhehaote", "China (Hohhot)"),
        KnownRegion("cn-nanjing", "China (Nanjing - Local Region)"),
        KnownRegion("cn-north-2-gov-1", "China North 2 Ali Gov 1"),
        KnownRegion("cn-qingdao", "China (Qingdao)"),
        KnownRegion("cn-shanghai", "China (Shanghai)"),
        KnownRegion("cn-shanghai-finance-1", "China East 2 Finance"),
        KnownRegion("cn-shenzhen", "China (Shenzhen)"),
        KnownRegion("cn-shenzhen-finance-1", "China South 1 Finance"),
        KnownRegion("cn-wuhan-lr", "China (Wuhan - Local Region)"),
        KnownRegion("cn-wulanchabu", "China (Ulanqab)"),
        KnownRegion("cn-zhangjiakou", "China (Zhangjiakou)"),
        KnownRegion("cn-zhengzhou-jva", "China (Zhengzhou)"),
        KnownRegion("cn-zhongwei", "China (Zhongwei)"),
        KnownRegion("eu-central-1", "Germany (Frankfurt)"),
        KnownRegion("eu-west-1", "UK (London)"),
        KnownRegion("eu-west-2", "France (Paris)"),
        KnownRegion("me-central-1", "Saudi Arabia (Riyadh)"),
        KnownRegion("me-east-1", "UAE (Dubai)"),
        KnownRegion("na-south-1", "Mexico"),
        KnownRegion("sa-east-1", "Brazil (São Paulo)"),
        KnownRegion("us-east-1", "US (Virginia)"),
        KnownRegion("us-southeast-1", "US (Atlanta)"),
        KnownRegion("us-west-1", "US (Silicon Valley)"),
    ]

    /// The ids of ``knownRegions``, sorted.
    package static let regions = knownRegions.map(\.id)

    /// Whether a region is listed, or has an endpoint of its own (some that are not offered to everybody have).
    package static func knows(region: String) -> Bool { regions.contains(region) || endpoint(region: region) != nil }
}
