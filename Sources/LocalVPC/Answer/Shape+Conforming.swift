import CloudAPI
import DataValue

extension Shape {
    /// A value in this shape: fields that the model of the answer does not have are left out, and numbers, booleans and
    /// text are turned into what it has in their place. (The same field is text in one answer of the API and a number
    /// in another.)
    func conforming(_ value: Value) -> Value {
        switch (self, value) {
        case (.record(let fields), .record(let record)):
            return .record(
                Record(
                    fields: fields.compactMap { field in
                        record[field.name].map { (field.name, field.shape.conforming($0)) }
                    }))
        case (.list(let element), .list(let items)): return .list(items.map { element.conforming($0) })
        case (.string, .int(let number)): return .string("\(number)")
        case (.string, .bool(let flag)): return .string("\(flag)")
        case (.int, .string(let text)): return Int(text).map { .int($0) } ?? .null
        case (.bool, .string(let text)): return .bool(text.lowercased() == "true")
        default: return value
        }
    }
}

extension CallContext {
    /// An answer with the fields and types that the model of the operation's answer has.
    func conforming(_ record: Record) -> Record {
        guard let shape = Catalogue.operation(named: operation)?.answer,
            case .record(let answer) = shape.conforming(.record(record))
        else { return record }
        return answer
    }
}
