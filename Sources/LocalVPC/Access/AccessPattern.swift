import CloudAPI
import DataValue
import SystemSupport

/// Why a rule or a fault would never apply as it is written.
package struct AccessRuleProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// For a person.
    package var message: String
    /// What to write instead.
    package var help: String

    package var description: String { "\(message): \(help)" }
}

/// Which operations a rule or a fault is about. Case does not matter, as it does not in RAM.
package struct ActionPattern: Sendable {
    private let text: String
    /// In lower case, without the product.
    private let pattern: String

    package init(_ text: String) {
        self.text = text
        let lowered = text.lowercased()
        pattern = lowered.hasPrefix("vpc:") ? String(lowered.dropFirst(4)) : lowered
    }

    func matches(_ action: String) -> Bool {
        // Nearly every pattern is one of these.
        pattern == "*" || Glob.matches(pattern, action.lowercased())
    }

    /// Why no call is ever one of these; nil where some are.
    package var problem: AccessRuleProblem? {
        if pattern.hasPrefix("acs:") {
            return AccessRuleProblem(
                message: "'\(text)' is a resource, and a rule begins with an action",
                help: "put the resource after the action: *@\(text)")
        }
        if let colon = pattern.firstIndex(of: ":") {
            return AccessRuleProblem(
                message: "'\(text)' is an action of \(pattern[..<colon]), and there are those of vpc only",
                help: "vpc:DeleteVpc is one, and DeleteVpc the same")
        }
        if Catalogue.operationNames.contains(where: { matches($0) }) { return nil }
        let name = String(text.drop { $0 != ":" }.dropFirst())
        let nearest = Catalogue.nearestOperations(to: name.isEmpty ? text : name).first
        return AccessRuleProblem(
            message: "no operation is called '\(text)'",
            help: nearest.map { "is it \($0)?" } ?? "DeleteVpc is one, and 'Delete*' stands for all that begin so")
    }
}

/// Which resources a rule is about: ids, `vco-*`, or as RAM writes them, `acs:vpc:cn-hangzhou:*:vpnconnection/vco-*`.
struct ResourcePattern: Sendable {
    private var region = "*"
    private var account = "*"
    /// In lower case.
    private var type = "*"
    private var id: String

    /// The form that RAM has for them.
    private static let form = "acs:vpc:REGION:ACCOUNT:TYPE/ID"

    init(_ text: String) throws(AccessRuleProblem) {
        guard text.contains(where: { $0 == ":" || $0 == "/" }) else {
            id = text
            return
        }
        let parts = text.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0].lowercased() == "acs" else {
            let id = text.split(separator: "/").last.map(String.init) ?? text
            throw AccessRuleProblem(
                message: "'\(text)' is not a resource; with its type, one is written \(Self.form)",
                help: "\(id) is one by its id alone, and acs:vpc:*:*:vpnconnection/vco-1 one with its type")
        }
        guard ["vpc", "*"].contains(parts[1].lowercased()) else {
            throw AccessRuleProblem(
                message: "'\(text)' is a resource of \(parts[1]), and there are those of vpc only",
                help: "acs:vpc:*:*:vpnconnection/vco-1 is one")
        }
        // An empty part is any, as in RAM.
        region = parts[2].isEmpty ? "*" : parts[2].lowercased()
        account = parts[3].isEmpty ? "*" : parts[3]
        let relative = parts[4].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if relative == ["*"] {
            id = "*"
            return
        }
        guard relative.count == 2, !relative[0].isEmpty, !relative[1].isEmpty else {
            throw AccessRuleProblem(
                message: "'\(parts[4])' in '\(text)' is not a type and an id", help: "vpnconnection/vco-1 is one")
        }
        type = relative[0].lowercased()
        id = relative[1]
        if !Self.types.contains(where: { Glob.matches(type, $0) }) {
            let nearest = Spelling.nearest(to: type, among: Self.types).first
            throw AccessRuleProblem(
                message: "there is no type of resources '\(relative[0])'",
                help: nearest.map { "is it \($0)?" } ?? "there are " + Self.types.joined(separator: ", "))
        }
    }

    /// Types of resources by the beginnings of their ids; the first is what RAM calls them.
    private static let typesOfIDs: [String: [String]] = [
        "vpc": ["vpc"], "vsw": ["vswitch"], "vtb": ["routetable"], "eip": ["eip", "eipaddress"],
        "vpn": ["vpngateway"], "cgw": ["customergateway"], "vco": ["vpnconnection", "vpnattachment"],
        "vss": ["sslvpnserver"], "vsc": ["sslvpnclientcert"], "iss": ["ipsecserver"],
    ]
    private static let types = typesOfIDs.values.joined().sorted()

    /// - Parameters:
    ///   - resource: an id; empty where the call names none.
    ///   - whereUncertain: what holds where the call does not say in which region, or the id not of what type.
    func matches(_ resource: String, _ request: AccessRequest, whereUncertain: Bool) -> Bool {
        guard Glob.matches(id, resource), account == "*" || Glob.matches(account, "\(CallContext.accountID)") else {
            return false
        }
        if region != "*" {
            guard request.region.isEmpty ? whereUncertain : Glob.matches(region, request.region) else { return false }
        }
        if type == "*" { return true }
        if resource.isEmpty {
            // What is created or listed has no id yet, but its type is in the operation's name.
            let action = request.action.lowercased()
            return Self.types.contains { Glob.matches(type, $0) && action.contains($0) }
        }
        guard let dash = resource.firstIndex(of: "-"), let types = Self.typesOfIDs[String(resource[..<dash])] else {
            return whereUncertain
        }
        return types.contains { Glob.matches(type, $0) }
    }
}
