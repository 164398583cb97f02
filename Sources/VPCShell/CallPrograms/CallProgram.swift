import CloudAPI
import DataValue
import ScriptRuntime

/// A call as a program of another language makes it: what every such program needs to know.
///
/// No secret is in it. Where one would stand, a placeholder stands, for the reader to fill in.
struct CallProgram {
    /// `CreateVpc`.
    let action: String
    let version: String
    let region: String
    /// Host and port of the endpoint.
    let host: String
    let usesTLS: Bool
    /// The parameters as they go on the wire, flattened, in the order given.
    let parameters: [(name: String, value: String)]
    /// The same as they were given, lists and records as what they are.
    let arguments: [(name: String, value: Value)]
    /// What stands in the place of secrets.
    let placeholders: [String]
    /// Whether it has a client token that was made for it.
    let hasToken: Bool

    /// - Parameter token: for a write that takes one and was given none.
    /// - Throws: `Script.Type` where the arguments do not fit the operation.
    init(_ command: OperationCommand, _ given: [(name: String?, value: Value)], endpoint: Endpoint, token: String)
        throws
    {
        var placeholders: [String] = []
        var masked: [(name: String, value: Value)] = []
        for argument in given {
            guard let name = argument.name, name != OperationCommand.regionOption else { continue }
            masked.append((name, Self.masked(argument.value, name: name, &placeholders)))
        }
        let regionOption = given.first { $0.name == OperationCommand.regionOption }
        var isMade = false
        if let operation = command.operation, operation.isWrite, operation.takesClientToken,
            !masked.contains(where: { $0.name == "ClientToken" })
        {
            masked.append(("ClientToken", .string(token)))
            isMade = true
        }
        let call = try command.call(masked.map { (Optional($0.name), $0.value) } + (regionOption.map { [$0] } ?? []))
        if !masked.contains(where: { $0.name == "RegionId" }),
            call.parameters.contains(where: { $0.name == "RegionId" })
        {
            masked.append(("RegionId", .string(call.region)))
        }
        action = call.action
        version = call.version
        region = call.region
        host = endpoint.authority
        usesTLS = endpoint.scheme == "https"
        parameters = call.parameters.map { ($0.name, $0.value) }
        arguments = Self.structured(masked).map { name, value in
            (name, command.operation?.parameter(named: name).map { Self.typed(value, $0) } ?? value)
        }
        self.placeholders = placeholders
        hasToken = isMade
    }

    var protocolName: String { usesTLS ? "HTTPS" : "HTTP" }

    /// What a program says of itself at its head.
    ///
    /// - Parameters:
    ///   - needs: what must be there to run it.
    ///   - readsSecrets: whether it takes secrets from the environment by itself.
    func remarks(needs: String, readsSecrets: Bool = false) -> [String] {
        var lines = ["\(action) of the VPC API \(version).", needs]
        if hasToken {
            lines.append(
                "The ClientToken makes it safe to run twice: the service gives the first answer again. "
                    + "Another write needs a new one.")
        }
        if !placeholders.isEmpty {
            let names = placeholders.joined(separator: ", ")
            lines.append(
                readsSecrets
                    ? "The secrets come from the environment: \(names)." : "Put the secrets in the place of \(names).")
        }
        return lines
    }

    // MARK: Structure

    /// Flattened names (`Tag.1.Key`) put together again to lists and records.
    private static func structured(_ arguments: [(name: String, value: Value)]) -> [(name: String, value: Value)] {
        var whole = Record()
        for argument in arguments {
            let path = argument.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let place = whole[path[0]] ?? .null
            whole[path[0]] = inserting(argument.value, at: path.dropFirst(), into: place)
        }
        return whole.fields.map { ($0.0, $0.1) }
    }

    private static func inserting(_ value: Value, at path: ArraySlice<String>, into place: Value) -> Value {
        guard let step = path.first else { return value }
        if let number = Int(step), number > 0, number <= 1000 {
            var elements: [Value] = if case .list(let list) = place { list } else { [] }
            while elements.count < number { elements.append(.null) }
            elements[number - 1] = inserting(value, at: path.dropFirst(), into: elements[number - 1])
            return .list(elements)
        }
        var record = if case .record(let record) = place { record } else { Record() }
        record[step] = inserting(value, at: path.dropFirst(), into: record[step] ?? .null)
        return .record(record)
    }

    /// The value as a typed client takes it: numbers and truth as such, and what travels as one text as that text.
    private static func typed(_ value: Value, _ parameter: CloudAPI.Parameter) -> Value {
        switch (parameter.type, value) {
        case (.int, .string(let text)): Int(text).map { .int($0) } ?? value
        case (.bool, .string("true")): .bool(true)
        case (.bool, .string("false")): .bool(false)
        case (.string, .int), (.string, .float), (.string, .bool), (.string, .bigNumber): .string(value.displayText)
        case (_, .record) where parameter.encoding == .json, (_, .list) where parameter.encoding == .json,
            (.string, .record), (.string, .list):
            .string(JSON.text(value))
        case (_, .list(let elements)) where parameter.encoding == .commaSeparated:
            .string(elements.map(\.displayText).joined(separator: ","))
        default: value
        }
    }

    // MARK: Secrets

    /// The value with a placeholder for each secret; also those inside of text that is JSON.
    private static func masked(_ value: Value, name: String, _ placeholders: inout [String]) -> Value {
        switch value {
        case .secret: return placeholder(name, &placeholders)
        case .string(let text):
            if SecretNames.contains(name) { return placeholder(name, &placeholders) }
            guard let first = text.first, first == "{" || first == "[", let parsed = try? JSON.parse(text) else {
                return value
            }
            let inner = masked(parsed, name: name, &placeholders)
            return inner == parsed ? value : .string(JSON.text(inner))
        case .list(let elements): return .list(elements.map { masked($0, name: name, &placeholders) })
        case .record(let record):
            return .record(
                Record(record.fields.map { ($0.0, masked($0.1, name: $0.0, &placeholders)) }))
        default: return SecretNames.contains(name) ? placeholder(name, &placeholders) : value
        }
    }

    private static func placeholder(_ name: String, _ placeholders: inout [String]) -> Value {
        let text = "YOUR_" + SnakeCase.text(name).uppercased()
        if !placeholders.contains(text) { placeholders.append(text) }
        return .string(text)
    }
}

/// Names of the API in the form that Python and Terraform give them.
enum SnakeCase {
    /// `VpnGatewayId` as `vpn_gateway_id`: a line before each capital or digit behind a small letter, and before the last
    /// capital of several where a small letter follows.
    static func text(_ name: String) -> String {
        let letters = Array(name)
        var text = ""
        for (place, letter) in letters.enumerated() {
            if letter.isUppercase, place > 0 {
                let followsSmall = letters[place - 1].isLowercase || letters[place - 1].isNumber
                let beginsWord =
                    place + 1 < letters.count && letters[place + 1].isLowercase && letters[place - 1].isUppercase
                if followsSmall || beginsWord { text += "_" }
            }
            text += letter.lowercased()
        }
        return text
    }
}
