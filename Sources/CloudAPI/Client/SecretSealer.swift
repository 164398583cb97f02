import DataValue

/// Turns the fields of an answer that the API treats as secret into secrets. See ``SecretNames``.
///
/// Items of one shape share their names, so that what is secret is found once for each shape; what holds no secret is
/// left as it is.
struct SecretSealer {
    /// Which positions of a table of names are secret. The tables stay alive in the value that is walked.
    private var secretPositions: [ObjectIdentifier: [Bool]] = [:]

    static func sealed(_ value: Value) -> Value {
        var sealer = SecretSealer()
        return sealer.sealedIfChanged(value) ?? value
    }

    /// Nil where nothing in the value is secret.
    private mutating func sealedIfChanged(_ value: Value) -> Value? {
        switch value {
        case .list(let elements):
            var changed: [Value]?
            for (index, element) in elements.enumerated() {
                guard let sealed = sealedIfChanged(element) else { continue }
                if changed == nil { changed = elements }
                changed?[index] = sealed
            }
            return changed.map { .list($0) }
        case .record(let record):
            var changed: Record?
            let secret = positions(record.keyTable)
            for position in 0..<record.count {
                let field = record[position: position]
                guard let sealed = secret[position] ? hidden(field) : sealedIfChanged(field) else { continue }
                if changed == nil { changed = record }
                changed?[position: position] = sealed
            }
            return changed.map { .record($0) }
        default: return nil
        }
    }

    private mutating func positions(_ table: KeyTable) -> [Bool] {
        if let known = secretPositions[ObjectIdentifier(table)] { return known }
        let found = table.keys.map(SecretNames.contains)
        secretPositions[ObjectIdentifier(table)] = found
        return found
    }

    private mutating func hidden(_ value: Value) -> Value? {
        switch value {
        case .string(let text): return .secret(Secret(text))
        case .int(let number): return .secret(Secret(String(number)))
        case .float, .bigNumber: return .secret(Secret(JSON.text(value)))
        case .list(let elements): return .list(elements.map { hidden($0) ?? $0 })
        case .record: return sealedIfChanged(value)
        default: return nil
        }
    }
}
