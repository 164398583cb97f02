import DataValue

/// A structure within a parameter, JSON in a string or flattened: which fields it may have and what they must look like.
struct ConfigurationRules: Sendable {
    struct Field: Sendable {
        /// As clients write it, in whatever case.
        let name: String
        /// As it is kept and answered.
        let kept: String
        let check: @Sendable (ConfigurationValue) throws(ConfigurationError) -> Value
    }
    let fields: [Field]

    init(_ fields: [Field]) { self.fields = fields }

    /// Takes over what is given; what is not mentioned stays as it was.
    ///
    /// - Parameter name: the structure's, for messages.
    func apply(_ given: Record, onto start: Record, name: String) throws(ServiceError) -> Record {
        var result = start
        for (key, value) in given.fields {
            let lowered = key.lowercased()
            guard let field = fields.first(where: { $0.name.lowercased() == lowered }) else {
                throw .invalidParameter("\(name).\(key)", "is not known")
            }
            do throws(ConfigurationError) {
                result[field.kept] = try field.check(ConfigurationValue(value: value))
            } catch {
                throw .invalidParameter("\(name).\(key)", error.reason)
            }
        }
        return result
    }
}

extension ConfigurationRules.Field {
    init(
        _ name: String, as kept: String? = nil,
        _ check: @escaping @Sendable (ConfigurationValue) throws(ConfigurationError) -> Value
    ) {
        self.init(name: name, kept: kept ?? name, check: check)
    }
}

/// What is wrong with a field; never what its value was, which may be a key.
struct ConfigurationError: Error {
    var reason: String
}

/// The value of a field. Clients write numbers and booleans with and without quotes.
struct ConfigurationValue: Sendable {
    let value: Value

    private var text: String? {
        switch value {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        default: nil
        }
    }

    func choice(_ choices: [String]) throws(ConfigurationError) -> Value {
        guard let text, choices.contains(text) else {
            throw ConfigurationError(reason: "must be one of " + choices.joined(separator: ", "))
        }
        return .string(text)
    }

    func flag() throws(ConfigurationError) -> Value {
        switch text?.lowercased() {
        case "true": true
        case "false": false
        default: throw ConfigurationError(reason: "must be true or false")
        }
    }

    func number(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Value {
        guard let number = text.flatMap({ Int($0) }), range.contains(number) else {
            throw ConfigurationError(reason: "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return .int(number)
    }

    /// The number of an autonomous system: plain, or its upper and lower 16 bits with a point between.
    func autonomousSystem() throws(ConfigurationError) -> Value {
        guard let number = text.flatMap({ AutonomousSystem.number($0) }) else {
            throw ConfigurationError(reason: "must be a number from 1 to 4294967295, or two of 16 bits with a point")
        }
        return .int(number)
    }

    func printable(maximum: Int) throws(ConfigurationError) -> Value {
        guard let text, 1...maximum ~= text.utf8.count, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw ConfigurationError(reason: "must be 1 to \(maximum) ASCII characters without blanks")
        }
        return .string(text)
    }

    /// A pre-shared key: the printable characters of ASCII but blanks and quotation marks.
    func key() throws(ConfigurationError) -> Value {
        guard let text, 1...100 ~= text.utf8.count, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x27 }) else {
            throw ConfigurationError(reason: "must be 1 to 100 characters of ASCII without blanks and apostrophes")
        }
        return .string(text)
    }

    func address() throws(ConfigurationError) -> Value {
        guard let address = text.flatMap({ IPv4Address($0) }) else {
            throw ConfigurationError(reason: "must be an IPv4 address")
        }
        return .string(address.text)
    }

    func text(maximum: Int) throws(ConfigurationError) -> Value {
        guard let text, text.count <= maximum else {
            throw ConfigurationError(reason: "must be text of at most \(maximum) characters")
        }
        return .string(text)
    }

    /// The 30-bit blocks of 169.254.0.0/16 that the service has not taken for itself.
    func tunnelBlock() throws(ConfigurationError) -> Value {
        let taken = (0...6).map { "169.254.\($0).0/30" } + ["169.254.169.252/30"]
        guard let block = text.flatMap({ IPv4Block($0) }), block.length == 30, !taken.contains(block.text),
            IPv4Block("169.254.0.0/16")?.contains(block) == true
        else {
            throw ConfigurationError(
                reason: "must be a block of 30 bits in 169.254.0.0/16 other than \(taken.joined(separator: ", "))")
        }
        return .string(block.text)
    }
}

/// Numbers of autonomous systems.
enum AutonomousSystem {
    /// That of the service itself.
    static let service = 45104

    /// Plain, or its upper and lower 16 bits with a point between.
    static func number(_ text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let number: Int? =
            switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
            case (1, let number?, _): number
            case (2, let high?, let low?) where 0...65535 ~= high && 0...65535 ~= low: high << 16 | low
            default: nil
            }
        return number.flatMap { 1...4_294_967_295 ~= $0 ? $0 : nil }
    }
}
