import DataValue

/// The text that a value becomes on the wire.
struct PlainText {
    /// How deeply lists and records may be nested in an argument.
    static let depthLimit = 64

    enum Failure: Error {
        /// The value is no such thing as declared; what it is, in words.
        case mismatch(found: String)
        /// Text that stands for nothing of the declared type. It is no secret by itself; its parameter may be one.
        case badForm(String)
        case tooDeep
    }

    /// Secrets included with what they hold.
    let content: String
    /// Whether a secret went into it, or a field whose name says that it is one.
    let holdsSecret: Bool

    /// The text of a value as a type; a list or record becomes compact JSON where text is due.
    init(_ value: Value, as type: ParameterType) throws(Failure) {
        var holdsSecret = false
        content = try Self.text(value, as: type, &holdsSecret)
        self.holdsSecret = holdsSecret
    }

    private static func text(_ value: Value, as type: ParameterType, _ holdsSecret: inout Bool) throws(Failure)
        -> String
    {
        if case .secret(let secret) = value {
            holdsSecret = true
            guard accepts(secret.content, as: type) else { throw .mismatch(found: "secret") }
            return secret.content
        }
        switch (type, value) {
        case (_, .null), (_, .duration): throw .mismatch(found: value.typeName)
        case (_, .string(let text)):
            guard accepts(text, as: type) else { throw .badForm(text) }
            return text
        case (.string, .list), (.string, .record), (.any, .list), (.any, .record):
            return JSON.text(try revealed(value, depth: 0, &holdsSecret))
        case (.string, .bool(let bool)), (.bool, .bool(let bool)), (.any, .bool(let bool)):
            return bool ? "true" : "false"
        case (.string, .int(let number)), (.int, .int(let number)), (.float, .int(let number)),
            (.any, .int(let number)):
            return String(number)
        case (.string, .float), (.float, .float), (.any, .float), (.string, .bigNumber), (.float, .bigNumber),
            (.any, .bigNumber):
            return JSON.text(value)
        default: throw .mismatch(found: value.typeName)
        }
    }

    /// Whether text can stand for a number or a truth value.
    private static func accepts(_ text: String, as type: ParameterType) -> Bool {
        switch type {
        case .int: Int(text) != nil && text.utf8.first != UInt8(ascii: "+")
        case .float: Double(text)?.isFinite ?? false
        case .bool: text == "true" || text == "false"
        default: true
        }
    }

    /// Whether text that was written out by hand has a secret field in it, going by the name of its parameter.
    func looksSecret(in name: String) -> Bool {
        guard let first = content.utf8.first(where: { $0 > UInt8(ascii: " ") }) else { return false }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return SecretNames.mayHold(name) }
        guard let value = try? JSON.parse(content) else { return true }
        var holdsSecret = false
        return (try? Self.revealed(value, depth: 0, &holdsSecret)) == nil || holdsSecret
    }

    /// The value with what its secrets hold, for JSON that goes to the service.
    private static func revealed(_ value: Value, depth: Int, _ holdsSecret: inout Bool) throws(Failure) -> Value {
        guard depth < depthLimit else { throw .tooDeep }
        switch value {
        case .secret(let secret):
            holdsSecret = true
            return .string(secret.content)
        case .duration: throw .mismatch(found: "record or list with a duration in it")
        case .list(let elements):
            var revealedElements: [Value] = []
            for element in elements { revealedElements.append(try revealed(element, depth: depth + 1, &holdsSecret)) }
            return .list(revealedElements)
        case .record(let record):
            var revealedRecord = Record()
            for (name, field) in record.fields {
                if SecretNames.contains(name) { holdsSecret = true }
                revealedRecord[name] = try revealed(field, depth: depth + 1, &holdsSecret)
            }
            return .record(revealedRecord)
        default: return value
        }
    }
}
