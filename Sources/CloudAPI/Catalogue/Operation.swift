import DataValue

/// An operation of the API, as the catalogue knows it.
package struct Operation: Sendable {
    /// How a list operation hands out its pages.
    package enum Paging: Sendable, Equatable {
        /// One answer holds everything.
        case none
        /// `PageNumber` and `PageSize` in the request, `TotalCount` in the answer.
        case pageNumber
        /// `NextToken` in the request and in every answer but the last.
        case nextToken
    }

    /// The operation's name, `DescribeVpnConnections`.
    package let name: String
    /// Sorted by name.
    package let parameters: [Parameter]
    /// Whether the operation changes anything. What is not known to be a read counts as a write.
    package let isWrite: Bool
    /// Where the items of a list operation lie in its answer, `["VpnConnections", "VpnConnection"]`; nil for others.
    package let itemPath: [String]?
    /// How the pages of a list operation follow each other.
    package let paging: Paging
    private let answerText: Range<Int>

    init(
        name: String, parameters: [Parameter], isWrite: Bool, itemPath: [String]?, paging: Paging,
        answerText: Range<Int>
    ) {
        self.name = name
        self.parameters = parameters
        self.isWrite = isWrite
        self.itemPath = itemPath
        self.paging = paging
        self.answerText = answerText
    }

    /// The complete shape of the answer, read from the catalogue's text at each use.
    package var answer: Shape { CatalogueReader.shape(in: answerText) }

    /// Whether a token can make a repetition of the call safe.
    package var takesClientToken: Bool { parameter(named: "ClientToken") != nil }
    /// Whether the service can check the call without carrying it out.
    package var takesDryRun: Bool { parameter(named: "DryRun") != nil }

    /// The items in a list operation's answer; none where the answer leaves them out. Nil where there is something else
    /// in their place, and of an operation that lists nothing.
    package func items(in answer: Value) -> [Value]? {
        guard let itemPath else { return nil }
        var value = answer
        for name in itemPath {
            guard case .record(let record) = value else { return nil }
            guard let inner = record[name] else { return [] }
            value = inner
        }
        guard case .list(let items) = value else { return nil }
        return items
    }

    /// The parameter of exactly this name.
    package func parameter(named name: String) -> Parameter? { parameters.first { $0.name == name } }
}

/// A parameter of an operation, or a field of a structured one.
package struct Parameter: Sendable, Equatable {
    /// How a list or record becomes text.
    package enum Encoding: Sendable, Equatable {
        /// A parameter for each element and field: `Tag.1.Key=…`.
        case flattened
        /// One parameter with compact JSON.
        case json
        /// One parameter with the elements between commas.
        case commaSeparated
    }

    /// The name on the wire.
    package var name: String
    /// What it takes.
    package var type: ParameterType
    /// Whether the service refuses the call without it.
    package var isRequired: Bool
    /// Where it travels; fields of a structured parameter travel with it.
    package var position: ParameterPosition
    /// How a list or record becomes text.
    package var encoding: Encoding
    /// Whether the value must never be shown. See ``SecretNames``.
    package var isSecret: Bool { SecretNames.contains(name) }
}

/// What a parameter takes.
package indirect enum ParameterType: Sendable, Equatable {
    case string, int, float, bool
    /// Anything that can be text.
    case any
    case list(ParameterType)
    /// Names of the caller's choice, each with a value.
    case map(ParameterType)
    case record([Parameter])

    /// The word for it in messages, `list of strings`.
    package var description: String {
        switch self {
        case .string: "string"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .any: "value"
        case .list(let element): "list of \(element.description)s"
        case .map, .record: "record"
        }
    }
}

/// The shape of an answer.
package indirect enum Shape: Sendable, Equatable {
    case string, int, float, bool
    /// Anything.
    case any
    case list(Shape)
    /// Names that are not known beforehand, each with a value.
    case map(Shape)
    case record([Field])

    /// A field of a record, under its name on the wire.
    package struct Field: Sendable, Equatable {
        /// The name on the wire.
        package var name: String
        /// What the field holds.
        package var shape: Shape
    }

    /// The shape at the end of a path of field names; nil where there is no such field.
    package func shape(at path: some Collection<String>) -> Shape? {
        guard let name = path.first else { return self }
        switch self {
        case .record(let fields): return fields.first { $0.name == name }?.shape.shape(at: path.dropFirst())
        case .map(let shape): return shape.shape(at: path.dropFirst())
        default: return nil
        }
    }
}
