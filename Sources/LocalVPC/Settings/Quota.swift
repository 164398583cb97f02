/// What there may be a limited number of. The names are ours; the real service's limits are those that its pages on
/// limits give (VPN Gateway: "Limits"; VPC: "Limits and quotas"), and `vpcsh local quota real` sets them. Where those
/// give none, the standard holds in both.
package enum Quota: String, Sendable, CaseIterable {
    case vpcs
    case vSwitches = "vswitches-per-vpc"
    case eips
    case vpnGateways = "vpn-gateways"
    case customerGateways = "customer-gateways"
    case connections = "connections-per-gateway"
    case attachments
    case subnets = "subnets-per-connection"
    case routes = "routes-per-gateway"
    case policyRoutes = "policy-routes-per-gateway"
    case connectionRoutes = "routes-per-connection"
    case vpcRoutes = "routes-per-route-table"
    case sslServers = "ssl-servers-per-gateway"
    case clientCertificates = "ssl-client-certificates"
    case sslSubnets = "subnets-per-ssl-server"
    case ipsecServers = "ipsec-servers-per-gateway"
    case tags = "tags-per-resource"

    /// What it counts, for people.
    package var summary: String {
        switch self {
        case .vpcs: "VPCs in a region"
        case .vSwitches: "vSwitches in a VPC"
        case .eips: "elastic IP addresses in a region"
        case .vpnGateways: "VPN gateways in all regions"
        case .customerGateways: "customer gateways in a region"
        case .connections: "IPsec connections of a VPN gateway"
        case .attachments: "IPsec connections without a VPN gateway in a region"
        case .subnets: "CIDR blocks on either side of an IPsec connection"
        case .routes: "destination-based routes of a VPN gateway"
        case .policyRoutes: "policy-based routes of a VPN gateway"
        case .connectionRoutes: "routes of an IPsec connection without a VPN gateway"
        case .vpcRoutes: "custom routes of a VPC's route table"
        case .sslServers: "SSL servers of a VPN gateway"
        case .clientCertificates: "SSL client certificates in all regions"
        case .sslSubnets: "CIDR blocks behind an SSL server"
        case .ipsecServers: "IPsec servers of a VPN gateway"
        case .tags: "tags of a resource"
        }
    }

    /// What the real service allows before anybody asks for more.
    package var real: Int {
        switch self {
        case .vpcs: 10
        case .vSwitches: 150
        case .eips: 20
        case .vpnGateways: 30
        case .customerGateways: 100
        case .connections: 10
        case .attachments, .connectionRoutes: standard
        case .subnets: 5
        case .routes, .policyRoutes: 20
        case .vpcRoutes: 200
        case .sslServers: 1
        case .clientCertificates: 50
        case .sslSubnets: 5
        case .ipsecServers: 1
        case .tags: 20
        }
    }

    /// What holds unless something else is set. Where a number is no matter of load but of how the service is made, it
    /// is the real one; everywhere else there is room for a load test.
    package var standard: Int {
        switch self {
        case .sslServers, .ipsecServers, .tags: real
        case .subnets, .sslSubnets: 50
        default: 1_000_000
        }
    }
}

/// The limits that are set; every other one has its standard.
package struct Quotas: Sendable, Equatable {
    private var limits: [Quota: Int] = [:]

    package init() {}

    package subscript(quota: Quota) -> Int {
        get { limits[quota] ?? quota.standard }
        set { limits[quota] = newValue == quota.standard ? nil : newValue }
    }

    /// Those that differ from their standard.
    package var changed: [(Quota, Int)] { Quota.allCases.compactMap { quota in limits[quota].map { (quota, $0) } } }

    /// The real service's limits.
    package static var real: Quotas {
        var quotas = Quotas()
        for quota in Quota.allCases { quotas[quota] = quota.real }
        return quotas
    }
}
