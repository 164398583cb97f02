import DataValue
import ScriptRuntime

extension CallProgram {
    /// A resource of Terraform's alicloud provider, for an operation that makes one.
    ///
    /// - Throws: `Script.Value` where there is no such resource.
    func terraformConfiguration() throws -> String {
        guard let resource = TerraformResource.all[action] else {
            throw ScriptError(
                "Script.Value", "Terraform has no resource that \(action) makes",
                help: "there is one for \(TerraformResource.all.keys.sorted().joined(separator: ", "))")
        }
        var remarks = [
            "The resource that \(action) makes, for Terraform's alicloud provider.",
            "Keys: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.",
        ]
        if !placeholders.isEmpty {
            remarks.append("Put the secrets in the place of \(placeholders.joined(separator: ", ")).")
        }
        var lines: [String] = []
        for (name, value) in arguments where !["RegionId", "ClientToken", "DryRun"].contains(name) {
            lines += resource.lines(name, value)
        }
        return remarks.commented("#") + """
            terraform {
              required_providers {
                alicloud = {
                  source = "aliyun/alicloud"
                }
              }
            }

            provider "alicloud" {
              region = \(SourceLiteral.terraform(region))
            }

            resource "\(resource.type)" "this" {
            \(lines.map { "  " + $0 }.joined(separator: "\n"))
            }
            """
    }
}

/// A resource of the alicloud provider, and what it calls the parameters of the operation that makes it. The names are
/// those of the provider's documentation (`website/docs/r`).
struct TerraformResource {
    let type: String
    /// Names that are not the parameter's in small letters.
    var names: [String: String] = [:]
    /// Parameters for which the resource has no argument.
    var missing: Set<String> = []
    /// Arguments that are lists, where the API takes one text with commas.
    var lists: Set<String> = []
    /// Arguments that are blocks, where the API takes records or JSON.
    var blocks: Set<String> = []

    private static let tunnelBlocks: Set<String> = [
        "bgp_config", "health_check_config", "ike_config", "ipsec_config", "tunnel_options_specification",
        "tunnel_bgp_config", "tunnel_ike_config", "tunnel_ipsec_config",
    ]

    static let all: [String: TerraformResource] = [
        "AllocateEipAddress": TerraformResource(
            type: "alicloud_eip_address",
            names: ["ISP": "isp", "Name": "address_name", "InstanceChargeType": "payment_type"]),
        "CreateCustomerGateway": TerraformResource(
            type: "alicloud_vpn_customer_gateway", names: ["Name": "customer_gateway_name"],
            missing: ["AuthKey", "ResourceGroupId"]),
        "CreateIpsecServer": TerraformResource(
            type: "alicloud_vpn_ipsec_server", missing: ["ResourceGroupId"], blocks: ["ike_config", "ipsec_config"]),
        "CreateSslVpnClientCert": TerraformResource(
            type: "alicloud_ssl_vpn_client_cert", missing: ["ResourceGroupId"]),
        "CreateSslVpnServer": TerraformResource(
            type: "alicloud_ssl_vpn_server", names: ["Proto": "protocol"],
            missing: [
                "EnableMultiFactorAuth", "IDaaSInstanceId", "IDaaSRegionId", "IDaaSApplicationId", "ResourceGroupId",
            ]),
        "CreateVSwitch": TerraformResource(type: "alicloud_vswitch"),
        "CreateVcoRouteEntry": TerraformResource(
            type: "alicloud_vpn_gateway_vco_route", missing: ["Description"]),
        "CreateVpc": TerraformResource(
            type: "alicloud_vpc", names: ["UserCidr": "user_cidrs"], lists: ["user_cidrs"]),
        "CreateVpnAttachment": TerraformResource(
            type: "alicloud_vpn_gateway_vpn_attachment", names: ["Name": "vpn_attachment_name"],
            missing: ["AutoConfigRoute", "RemoteCaCert"], blocks: tunnelBlocks),
        "CreateVpnConnection": TerraformResource(
            type: "alicloud_vpn_connection",
            names: [
                "Name": "vpn_connection_name", "ike_config.LocalId": "ike_local_id",
                "ike_config.RemoteId": "ike_remote_id",
                "TunnelOptionsSpecification": "tunnel_options_specification",
            ], missing: ["RemoteCaCert", "ResourceGroupId"], lists: ["local_subnet", "remote_subnet"],
            blocks: tunnelBlocks),
        "CreateVpnGateway": TerraformResource(
            type: "alicloud_vpn_gateway",
            names: [
                "Name": "vpn_gateway_name", "InstanceChargeType": "payment_type",
                "DisasterRecoveryVSwitchId": "disaster_recovery_vswitch_id",
            ]),
        "CreateVpnPbrRouteEntry": TerraformResource(
            type: "alicloud_vpn_pbr_route_entry", missing: ["Description", "OverlayMode", "Priority"]),
        "CreateVpnRouteEntry": TerraformResource(
            type: "alicloud_vpn_route_entry", missing: ["Description", "OverlayMode"]),
    ]

    /// The lines of an argument or block; a comment where the resource has none.
    func lines(_ name: String, _ value: Value, inside block: String? = nil) -> [String] {
        if missing.contains(name) { return ["# \(type) has no argument for \(name)."] }
        let own = argument(name, inside: block)
        if block == nil, name == "Tag" || name == "Tags", let tags = Self.tags(value) {
            return ["tags = {"] + tags.map { "  \(SourceLiteral.terraform($0)) = \(SourceLiteral.terraform($1))" } + [
                "}"
            ]
        }
        guard blocks.contains(own), let records = Self.records(value) else {
            return ["\(own) = \(literal(own, value))"]
        }
        return records.flatMap { record in
            ["\(own) {"]
                + record.fields.flatMap { field in lines(field.0, field.1, inside: own).map { "  " + $0 } } + ["}"]
        }
    }

    private func argument(_ name: String, inside block: String?) -> String {
        if let known = names[block.map { "\($0).\(name)" } ?? name] { return known }
        // The API writes VSwitch in two capitals, the provider as one word.
        return SnakeCase.text(name.hasPrefix("VSwitch") ? "Vswitch" + name.dropFirst(7) : name)
    }

    private static func records(_ value: Value) -> [Record]? {
        switch value {
        case .record(let record): return [record]
        case .list(let elements):
            let records = elements.compactMap { if case .record(let record) = $0 { record } else { nil } }
            return records.count == elements.count ? records : nil
        case .string(let text):
            guard let first = text.first, first == "{" || first == "[", let parsed = try? JSON.parse(text) else {
                return nil
            }
            return records(parsed)
        default: return nil
        }
    }

    private static func tags(_ value: Value) -> [(String, String)]? {
        records(value)?.map { (($0["Key"] ?? .null).displayText, ($0["Value"] ?? .null).displayText) }
    }

    private func literal(_ name: String, _ value: Value) -> String {
        switch value {
        case .null: return "null"
        case .bool, .int, .float, .bigNumber: return JSON.text(value)
        case .list(let elements): return "[" + elements.map { literal("", $0) }.joined(separator: ", ") + "]"
        case .string(let text) where lists.contains(name):
            return "[" + text.split(separator: ",").map { SourceLiteral.terraform(String($0)) }.joined(separator: ", ")
                + "]"
        default:
            let text = value.displayText
            if name == "payment_type" {
                let word = [
                    "PREPAY": "Subscription", "POSTPAY": "PayAsYouGo", "PrePaid": "Subscription",
                    "PostPaid": "PayAsYouGo",
                ]
                return SourceLiteral.terraform(word[text] ?? text)
            }
            return SourceLiteral.terraform(text)
        }
    }
}
