import DataValue
import ScriptSyntax

/// Makes a script of the statements that worked in a session.
///
/// Ids of the service become parameters, whose defaults are those ids, so that the script does what the session did until
/// it is told otherwise. `$_` becomes a variable that the statement before it sets. What only the prompt has (`$error`,
/// a secret that was written out) is left out and said.
struct SessionScript {
    private(set) var parameters: [(name: String, id: String, meaning: String)] = []
    private var statements: [String] = []

    /// Ids by how they begin, with the name of the parameter that one becomes.
    private static let kinds: [String: (name: String, meaning: String)] = [
        "vpc": ("vpc", "the VPC"), "vsw": ("vswitch", "the vSwitch"), "vpn": ("vpn_gateway", "the VPN gateway"),
        "vco": ("connection", "the IPsec connection"), "cgw": ("customer_gateway", "the customer gateway"),
        "vss": ("ssl_server", "the SSL server"), "vsc": ("client_certificate", "the SSL client certificate"),
        "vtb": ("route_table", "the route table"), "rte": ("route_entry", "the route entry"),
        "eip": ("eip", "the elastic IP address"), "ngw": ("nat_gateway", "the NAT gateway"),
        "tun": ("tunnel", "the tunnel"), "tr": ("transit_router", "the transit router"),
        "cen": ("cen", "the CEN instance"),
        "iss": ("ipsec_server", "the IPsec server"), "sg": ("security_group", "the security group"),
        "vpcgr": ("resource_group", "the resource group"), "rg": ("resource_group", "the resource group"),
    ]

    init(_ worked: [String]) {
        for text in worked {
            if text.contains("$error") || SecretLiterals.areIn(text) {
                let why =
                    text.contains("$error")
                    ? "uses $error, which only the prompt has" : "holds a secret: make it a 'param NAME: secret'"
                statements.append("# left out: a statement that \(why)")
                continue
            }
            var text = text
            if Self.usesLastResult(text), let last = statements.indices.last {
                if !statements[last].hasPrefix("let ") { statements[last] = "let last = " + statements[last] }
                let name = statements[last].dropFirst(4).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                text = Self.replacingLastResult(in: text, by: "$" + name)
            }
            statements.append(lifted(text))
        }
    }

    /// The script's text.
    ///
    /// - Parameter heading: Lines for the comment at its beginning.
    func text(heading: [String]) -> String {
        var lines = ["#!/usr/bin/env vpcsh"] + heading.map { "# \($0)" }
        lines += parameters.map { "param \($0.name) = \"\($0.id)\" \"\($0.meaning)\"" }
        if !parameters.isEmpty { lines.append("") }
        return (lines + statements).joined(separator: "\n") + "\n"
    }

    // MARK: $_

    private static func usesLastResult(_ text: String) -> Bool { replacingLastResult(in: text, by: "$x") != text }

    private static func replacingLastResult(in text: String, by name: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let place = rest.firstIndex(of: "$") {
            result += rest[..<place]
            rest = rest[place...].dropFirst()
            let brace = rest.hasPrefix("{_")
            let isLast = brace || rest.first == "_"
            let after = rest.dropFirst(brace ? 2 : 1).first
            if isLast, after.map({ !($0.isLetter || $0.isNumber || $0 == "_") }) ?? true {
                result += brace ? "${" + name.dropFirst() : name
                rest = rest.dropFirst(brace ? 2 : 1)
            } else {
                result += "$"
            }
        }
        return result + rest
    }

    // MARK: Ids

    private mutating func lifted(_ text: String) -> String {
        let characters = Array(text)
        var result = ""
        var place = 0
        var quote: Character?
        var quoteStart = 0
        while place < characters.count {
            let character = characters[place]
            if let open = quote, character == "\\", open == "\"", place + 1 < characters.count {
                result += String(characters[place...(place + 1)])
                place += 2
                continue
            }
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
                quoteStart = place
            }
            let isStart = place == 0 || !Self.isIDPart(characters[place - 1])
            guard isStart, let end = Self.end(ofID: characters, from: place) else {
                result.append(character)
                place += 1
                continue
            }
            let name = parameter(for: String(characters[place..<end]))
            let next = end < characters.count ? characters[end] : nil
            switch quote {
            case "'" where quoteStart == place - 1 && next == "'", "\"" where quoteStart == place - 1 && next == "\"":
                // The whole of a quoted text: the variable itself.
                result.removeLast()
                result += "$" + name
                place = end + 1
                quote = nil
            case "'":
                result += String(characters[place..<end])
                place = end
            case nil where next.map({ $0 == "." || $0 == "[" }) ?? false, "\"":
                result += "${\(name)}"
                place = end
            default:
                result += "$" + name
                place = end
            }
        }
        return result
    }

    private static func isIDPart(_ character: Character) -> Bool {
        character == "-" || character == "_" || character.isLetter || character.isNumber
    }

    /// Where an id of the service ends that begins at a place: `vpc-` and at least six letters and digits.
    private static func end(ofID characters: [Character], from start: Int) -> Int? {
        var place = start
        while place < characters.count, characters[place].isASCII, characters[place].isLetter { place += 1 }
        guard place < characters.count, characters[place] == "-", kinds[String(characters[start..<place])] != nil else {
            return nil
        }
        let body = place + 1
        place = body
        while place < characters.count, isIDPart(characters[place]) { place += 1 }
        let text = characters[body..<place]
        guard text.count >= 6, text.contains(where: \.isNumber) else { return nil }
        return place
    }

    private mutating func parameter(for id: String) -> String {
        if let known = parameters.first(where: { $0.id == id }) { return known.name }
        let kind = Self.kinds[String(id.prefix { $0 != "-" })] ?? ("id", "an id")
        var name = kind.name
        var number = 2
        while parameters.contains(where: { $0.name == name }) {
            name = "\(kind.name)\(number)"
            number += 1
        }
        parameters.append((name, id, kind.meaning))
        return name
    }
}
