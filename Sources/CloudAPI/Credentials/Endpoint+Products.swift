extension Endpoint {
    /// Products that are the same everywhere and have one host, by their code in lower case.
    private static let central: [String: String] = [
        "ram": "ram.aliyuncs.com", "ims": "ims.aliyuncs.com", "sts": "sts.aliyuncs.com",
        "resourcemanager": "resourcemanager.aliyuncs.com", "bssopenapi": "business.aliyuncs.com",
        "cbn": "cbn.aliyuncs.com", "alidns": "alidns.aliyuncs.com", "cdn": "cdn.aliyuncs.com",
    ]
    /// Products whose host is not called as their code is.
    private static let hostNames = ["cms": "metrics"]

    /// The host that a product usually has in a region, by the service's naming rule, `ecs.cn-hangzhou.aliyuncs.com`; the
    /// one host of a product that has no regions.
    static func usualHost(product: String, region: String) -> String {
        let code = product.lowercased()
        if let host = central[code] { return host }
        return "\(hostNames[code] ?? code).\(region).aliyuncs.com"
    }
}
