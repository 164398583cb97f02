import DataValue

/// Flattens arguments one by one into wire parameters, collecting problems instead of stopping at the first.
struct Flattener {
    private(set) var parameters: [WireParameter] = []
    private(set) var problems: [ArgumentProblem] = []
    /// Names of the operation's own parameters for which anything was given.
    private(set) var given: Set<String> = []

    private let action: String
    private let operation: Operation?
    private let allowsUnknown: Bool
    private var seenNames: Set<String> = []
    /// In bytes, a byte for each element and field: what is larger is put together from itself, again and again, rather than
    /// meant for a request. A limit of our own; the service takes less.
    static let longestArgument = 1 << 20
    private var argument = 0
    private var position = ParameterPosition.query

    init(_ operation: Operation, allowsUnknown: Bool) {
        action = operation.name
        self.operation = operation
        self.allowsUnknown = allowsUnknown
    }

    /// For an operation that is not in the catalogue.
    init(_ action: String) {
        self.action = action
        operation = nil
        allowsUnknown = true
    }

    /// Adds an argument; a nil value is one that is not known yet.
    mutating func add(_ name: String, _ value: Value?, argument: Int) {
        self.argument = argument
        guard let (target, type) = resolve(name) else { return }
        position = target?.position ?? .query
        guard let value else {
            note(name)
            if let target { given.insert(target.name) }
            return
        }
        guard TextMeasure.leastLength(of: value) <= Self.longestArgument else { return report(.tooLarge, name) }
        let before = parameters.count + problems.count
        let encoding = target?.name == name ? target?.encoding ?? .flattened : .flattened
        put(name, value, as: type, encoding: encoding, depth: 0)
        // An empty list sends nothing, so nothing counts as given.
        if let target, parameters.count + problems.count > before { given.insert(target.name) }
    }

    // MARK: Names

    /// The operation's parameter that a name, flattened or not, leads into, and the type at its end.
    private mutating func resolve(_ name: String) -> (Parameter?, ParameterType)? {
        guard let operation else { return (nil, .any) }
        if let exact = operation.parameter(named: name) { return (exact, exact.type) }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, let parameter = operation.parameter(named: parts[0]), parameter.encoding == .flattened
        else {
            return unknown(name, parts: parts, at: 0, among: operation.parameters.map(\.name))
        }
        var type = parameter.type
        for (index, part) in parts.enumerated().dropFirst() {
            switch type {
            case .list(let element):
                guard let number = Int(part), number >= 1, String(number) == part else {
                    report(.badIndex, name)
                    return nil
                }
                type = element
            case .map(let element): type = element
            case .record(let fields):
                guard let field = fields.first(where: { $0.name == part }) else {
                    return unknown(name, parts: parts, at: index, among: fields.map(\.name))
                }
                type = field.type
            default: return unknown(name, parts: parts, at: index, among: [])
            }
        }
        return (parameter, type)
    }

    private mutating func unknown(_ name: String, parts: [String], at index: Int, among names: [String])
        -> (Parameter?, ParameterType)?
    {
        if allowsUnknown { return (nil, .any) }
        let nearest = Spelling.nearest(to: parts[index], among: names).map { found in
            (parts[..<index] + [found] + parts[(index + 1)...]).joined(separator: ".")
        }
        report(.unknown, name, nearest: nearest)
        return nil
    }

    private mutating func note(_ name: String) {
        if !seenNames.insert(name).inserted { report(.givenTwice, name) }
    }

    private mutating func report(_ kind: ArgumentProblem.Kind, _ name: String, nearest: [String] = []) {
        problems.append(
            ArgumentProblem(kind, operation: action, parameter: name, nearest: nearest, argument: argument))
    }

    private mutating func mismatch(_ name: String, _ type: ParameterType, _ value: Value) {
        report(.wrongType(expected: type.description, found: value.typeName), name)
    }

    // MARK: Values

    private mutating func put(
        _ name: String, _ value: Value, as type: ParameterType, encoding: Parameter.Encoding, depth: Int
    ) {
        guard depth < PlainText.depthLimit else { return report(.tooDeep, name) }
        switch (type, value) {
        case (.list(let element), .list(let elements)) where encoding == .flattened:
            for (index, item) in elements.enumerated() {
                put("\(name).\(index + 1)", item, as: element, encoding: .flattened, depth: depth + 1)
            }
        case (.record(let fields), .record(let record)) where encoding == .flattened:
            for (key, item) in record.fields {
                if let field = fields.first(where: { $0.name == key }) {
                    put("\(name).\(key)", item, as: field.type, encoding: .flattened, depth: depth + 1)
                } else if allowsUnknown {
                    put("\(name).\(key)", item, as: .any, encoding: .flattened, depth: depth + 1)
                } else {
                    let nearest = Spelling.nearest(to: key, among: fields.map(\.name)).map { "\(name).\($0)" }
                    report(.unknown, "\(name).\(key)", nearest: nearest)
                }
            }
        case (.map(let element), .record(let record)) where encoding == .flattened:
            for (key, item) in record.fields {
                put("\(name).\(key)", item, as: element, encoding: .flattened, depth: depth + 1)
            }
        case (.list(let element), .list(let elements)) where encoding == .commaSeparated:
            putJoined(name, elements, as: element)
        case (.any, .list(let elements)) where operation == nil || allowsUnknown:
            for (index, item) in elements.enumerated() {
                put("\(name).\(index + 1)", item, as: .any, encoding: .flattened, depth: depth + 1)
            }
        case (.any, .record(let record)) where operation == nil || allowsUnknown:
            for (key, item) in record.fields {
                put("\(name).\(key)", item, as: .any, encoding: .flattened, depth: depth + 1)
            }
        case (.list, .string), (.record, .string), (.map, .string), (.list, .secret), (.record, .secret):
            // What travels as one text anyway may be given as that text.
            if encoding == .flattened { return mismatch(name, type, value) }
            putText(name, value, as: .string)
        case (.list, .list), (.record, .record), (.map, .record): putText(name, value, as: .string)
        case (.list, _), (.record, _), (.map, _): mismatch(name, type, value)
        default: putText(name, value, as: type)
        }
    }

    private mutating func putText(_ name: String, _ value: Value, as type: ParameterType) {
        do {
            let text = try PlainText(value, as: type)
            note(name)
            let isSecret = text.holdsSecret || SecretNames.contains(name) || text.looksSecret(in: name)
            parameters.append(WireParameter(name, text.content, isSecret: isSecret, position: position))
        } catch {
            report(error, name, type)
        }
    }

    private mutating func report(_ failure: PlainText.Failure, _ name: String, _ type: ParameterType) {
        switch failure {
        case .tooDeep: report(.tooDeep, name)
        case .mismatch(let found): report(.wrongType(expected: type.description, found: found), name)
        case .badForm(let text):
            let isSecret = SecretNames.contains(name) || SecretNames.mayHold(name)
            let found = isSecret ? "what is given" : ArgumentProblem.quoted(text)
            report(.wrongType(expected: type.description, found: found), name)
        }
    }

    private mutating func putJoined(_ name: String, _ elements: [Value], as element: ParameterType) {
        var texts: [String] = []
        var isSecret = SecretNames.contains(name)
        for (index, item) in elements.enumerated() {
            do {
                let text = try PlainText(item, as: element)
                texts.append(text.content)
                isSecret = isSecret || text.holdsSecret
            } catch {
                return report(error, "\(name).\(index + 1)", element)
            }
        }
        guard !texts.isEmpty else { return }
        note(name)
        parameters.append(
            WireParameter(name, texts.joined(separator: ","), isSecret: isSecret, position: position))
    }
}
