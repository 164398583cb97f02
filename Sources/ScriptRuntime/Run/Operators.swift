import DataValue
import ScriptSyntax
import SystemSupport

/// What the operators do, away from the machine's loop, which has only the short cuts for integers.
enum Operators {
    private static func mismatch(_ verb: String, _ left: Value, _ right: Value, help: String? = nil) -> ScriptError {
        .type("cannot \(verb) \(article(left)) and \(article(right))", help: help)
    }

    static func article(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .int: "an int"
        default: "a \(value.typeName)"
        }
    }

    /// A number as a float, or nil.
    static func float(_ value: Value) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .float(let number): number
        case .bigNumber(let text): Double(text)
        default: nil
        }
    }

    private static func finite(_ value: Double, _ operation: String) throws -> Value {
        guard value.isFinite else { throw ScriptError("Script.Overflow", "\(operation) is too large for a float") }
        return .float(value)
    }

    static func add(_ left: Value, _ right: Value) throws -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            if overflow { throw ScriptError.overflow("\(a) + \(b)") }
            return .int(sum)
        case (.string(let a), .string(let b)):
            try SizeLimits.check(text: a.utf8.count, plus: b.utf8.count)
            return .string(a + b)
        case (.list(let a), .list(let b)):
            try SizeLimits.check(elements: a.count, plus: b.count)
            return .list(a + b)
        case (.duration(let a), .duration(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            if overflow { throw ScriptError("Script.Overflow", "the duration is too long") }
            return .duration(sum)
        case (.secret(let a), .secret(let b)):
            try SizeLimits.check(text: a.size, plus: b.size)
            return .secret(a + b)
        case (.secret(let a), .string(let b)):
            try SizeLimits.check(text: a.size, plus: b.utf8.count)
            return .secret(a + b)
        case (.string(let a), .secret(let b)):
            try SizeLimits.check(text: b.size, plus: a.utf8.count)
            return .secret(a + b)
        default:
            if let a = float(left), let b = float(right) { return try finite(a + b, "the sum") }
            var help: String?
            switch (left, right) {
            case (.string, _), (_, .string): help = "text is put together in quotes: \"$a$b\""
            case (.list, _): help = "an element is added as a list: $xs + [x]"
            default: break
            }
            throw mismatch("add", left, right, help: help)
        }
    }

    static func subtract(_ left: Value, _ right: Value) throws -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)):
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            if overflow { throw ScriptError.overflow("\(a) - \(b)") }
            return .int(difference)
        case (.duration(let a), .duration(let b)):
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            if overflow { throw ScriptError("Script.Overflow", "the duration is too long") }
            return .duration(difference)
        default:
            if let a = float(left), let b = float(right) { return try finite(a - b, "the difference") }
            throw mismatch("subtract", left, right)
        }
    }

    static func multiply(_ left: Value, _ right: Value) throws -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)):
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            if overflow { throw ScriptError.overflow("\(a) * \(b)") }
            return .int(product)
        case (.duration(let span), .int(let factor)), (.int(let factor), .duration(let span)):
            let (product, overflow) = span.multipliedReportingOverflow(by: Int64(factor))
            if overflow { throw ScriptError("Script.Overflow", "the duration is too long") }
            return .duration(product)
        case (.duration(let span), .float(let factor)), (.float(let factor), .duration(let span)):
            return try duration(Double(span) * factor)
        default:
            if let a = float(left), let b = float(right) { return try finite(a * b, "the product") }
            throw mismatch("multiply", left, right)
        }
    }

    private static func duration(_ nanoseconds: Double) throws -> Value {
        guard let exact = Int64(exactly: nanoseconds.rounded()) else {
            throw ScriptError("Script.Overflow", "the duration is too long")
        }
        return .duration(exact)
    }

    static func divide(_ left: Value, _ right: Value) throws -> Value {
        if let b = float(right) {
            if case .duration(let span) = left {
                if b == 0 { throw divisionByZero }
                return try duration(Double(span) / b)
            }
            if let a = float(left) {
                if b == 0 { throw divisionByZero }
                return try finite(a / b, "the quotient")
            }
        }
        throw mismatch("divide", left, right)
    }

    private static var divisionByZero: ScriptError { ScriptError("Script.DivideByZero", "a division by zero") }

    static func divideWhole(_ left: Value, _ right: Value) throws -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)):
            if b == 0 { throw divisionByZero }
            let (quotient, overflow) = a.dividedReportingOverflow(by: b)
            if overflow { throw ScriptError.overflow("\(a) // \(b)") }
            return .int(quotient)
        case (.duration(let a), .duration(let b)):
            if b == 0 { throw divisionByZero }
            let (quotient, overflow) = a.dividedReportingOverflow(by: b)
            if overflow { throw ScriptError.overflow("the quotient") }
            return .int(Int(quotient))
        default:
            guard let a = float(left), let b = float(right) else { throw mismatch("divide", left, right) }
            if b == 0 { throw divisionByZero }
            guard let whole = Int(exactly: (a / b).rounded(.towardZero)) else {
                throw ScriptError.overflow("the quotient")
            }
            return .int(whole)
        }
    }

    static func remainder(_ left: Value, _ right: Value) throws -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)):
            if b == 0 { throw divisionByZero }
            // The one quotient that overflows has no remainder.
            return .int(b == -1 ? 0 : a % b)
        default:
            guard let a = float(left), let b = float(right) else {
                throw mismatch("take the remainder of", left, right)
            }
            if b == 0 { throw divisionByZero }
            return .float(a.truncatingRemainder(dividingBy: b))
        }
    }

    static func negate(_ value: Value) throws -> Value {
        switch value {
        case .int(let number):
            if number == .min { throw ScriptError.overflow("-(\(number))") }
            return .int(-number)
        case .float(let number): return .float(-number)
        case .bigNumber(let text): return .bigNumber(text.hasPrefix("-") ? String(text.dropFirst()) : "-" + text)
        case .duration(let span):
            if span == .min { throw ScriptError("Script.Overflow", "the duration is too long") }
            return .duration(-span)
        default: throw ScriptError.type("cannot negate \(article(value))")
        }
    }

    /// Whether the left is less than the right: numbers, texts (by their code points), durations.
    static func isLess(_ left: Value, _ right: Value) throws -> Bool {
        switch (left, right) {
        case (.int(let a), .int(let b)): return a < b
        case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.duration(let a), .duration(let b)): return a < b
        case (.secret(let a), .secret(let b)): return a.content.utf8.lexicographicallyPrecedes(b.content.utf8)
        case (.secret(let a), .string(let b)): return a.content.utf8.lexicographicallyPrecedes(b.utf8)
        case (.string(let a), .secret(let b)): return a.utf8.lexicographicallyPrecedes(b.content.utf8)
        default:
            if let a = comparableFloat(left), let b = comparableFloat(right) { return a < b }
            throw mismatch("compare", left, right)
        }
    }

    /// A number as a float, also one that was derived from a secret: the length of a key.
    private static func comparableFloat(_ value: Value) -> Double? {
        if case .secret(let secret) = value { return Int(secret.content).map { Double($0) } }
        return float(value)
    }

    static func contains(_ element: Value, in collection: Value) throws -> Bool {
        switch collection {
        case .list(let elements): return elements.contains(element)
        case .record(let record):
            guard case .string(let key) = element else {
                throw ScriptError.type("a key is a string, not \(article(element))")
            }
            return record.position(of: key) != nil
        case .string(let text):
            guard let part = plainText(element) else {
                throw ScriptError.type("only a string can be part of a string, not \(article(element))")
            }
            return part.isEmpty || text.contains(part)
        case .secret(let secret):
            guard let part = plainText(element) else {
                throw ScriptError.type("only a string can be part of a string, not \(article(element))")
            }
            return part.isEmpty || secret.content.contains(part)
        default: throw ScriptError.type("'in' looks into a list, a record or a string, not \(article(collection))")
        }
    }

    /// The content of a string or a secret.
    static func plainText(_ value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .secret(let secret): secret.content
        default: nil
        }
    }

    static func matches(_ value: Value, _ pattern: Value) throws -> Bool {
        guard let text = plainText(value), case .string(let glob) = pattern else {
            throw ScriptError.type(
                "'matches' compares a string with a glob, not \(article(value)) with \(article(pattern))")
        }
        try SizeLimits.checkScalars(of: text.utf8.count)
        return Glob.matches(glob, text)
    }

    // MARK: Paths

    static func field(_ name: String, of base: Value, isOptional: Bool) throws -> Value {
        if case .record(let record) = base {
            if let value = record[name] { return value }
            if isOptional { return .null }
        }
        if isOptional, case .null = base { return .null }
        throw missingField(name, of: base)
    }

    static func index(_ base: Value, _ key: Value, isOptional: Bool) throws -> Value {
        switch (base, key) {
        case (.list(let elements), .int(let place)):
            let position = place < 0 ? elements.count + place : place
            if elements.indices.contains(position) { return elements[position] }
            if isOptional { return .null }
            throw ScriptError("Script.Index", "there is no element \(place): the list has \(elements.count)")
        case (.record, .string(let name)): return try field(name, of: base, isOptional: isOptional)
        case (.string(let text), .int(let place)):
            let position = place < 0 ? text.count + place : place
            if position >= 0, let index = text.index(text.startIndex, offsetBy: position, limitedBy: text.endIndex),
                index < text.endIndex
            {
                return .string(String(text[index]))
            }
            if isOptional { return .null }
            throw ScriptError("Script.Index", "there is no character \(place): the string has \(text.count)")
        case (.null, _) where isOptional: return .null
        default:
            throw ScriptError.type("\(article(base)) cannot be indexed by \(article(key))")
        }
    }

    /// The error of a field that is not there.
    static func missingField(_ name: String, of base: Value, at span: Span? = nil) -> ScriptError {
        guard case .record(let record) = base else {
            return ScriptError("Script.Field", "\(article(base)) has no fields, so no '\(name)'", span: span)
        }
        if let unsent = DryRunAnswer.message(record) {
            return ScriptError("Script.Field", "the field '\(name)' has no value: \(unsent)", span: span)
        }
        // A record of a million fields is data: the nearest name is of no use, and takes long to find.
        let nearest = Spelling.nearest(to: name, among: record.keys.prefix(1000)).first
        var help = nearest.map { "is it .\($0)?" }
        if help == nil, !record.isEmpty {
            help = "it has: \(record.keys.prefix(12).joined(separator: ", "))\(record.count > 12 ? ", …" : "")"
        }
        return ScriptError("Script.Field", "there is no field '\(name)'", help: help, span: span)
    }

    static func nothingToSet(_ base: Value) -> ScriptError {
        .type("\(article(base)) has neither fields nor elements to set")
    }

    /// Changes what lies at the end of a path of keys, in place where nobody else holds the value.
    static func assign(
        _ base: UnsafeMutablePointer<Value>, _ keys: UnsafeMutablePointer<Value>, _ count: Int, _ value: Value
    ) throws {
        if count == 0 { return base.assign(value) }
        // No pattern binds the value itself: a second reference to it would make the change copy all of it.
        if case .list = base.pointee {
            guard case .int(let place) = keys.pointee else {
                throw ScriptError.type("a place in a list is an int, not \(article(keys.pointee))")
            }
            let list = base.listInPlace
            try SizeLimits.checkCopy(base)
            let length = list.pointee.count
            let position = place < 0 ? length &+ place : place
            guard position >= 0, position < length else {
                throw ScriptError("Script.Index", "there is no element \(place): the list has \(length)")
            }
            let element = list.pointee.withUnsafeMutableBufferPointer { $0.baseAddress.map { $0 + position } }
            if let element { try assign(element, keys + 1, count - 1, value) }
        } else if case .record = base.pointee {
            guard case .string(let name) = keys.pointee else {
                throw ScriptError.type("a field's name is a string, not \(article(keys.pointee))")
            }
            let record = base.recordInPlace
            if let position = record.pointee.position(of: name) {
                try assign(record.pointee.placeForChange(of: position), keys + 1, count - 1, value)
            } else if count == 1 {
                try SizeLimits.check(fields: record.pointee.count)
                record.pointee.appendNew(name, value)
            } else {
                throw missingField(name, of: base.pointee)
            }
        } else {
            throw nothingToSet(base.pointee)
        }
    }
}

/// What a write yields in a dry run: a record in which no field of the answer can be read.
package enum DryRunAnswer {
    private static let key = "DryRun"

    /// The yield of a write that was not sent.
    package static func record(action: String) -> Value {
        .record(Record([(key, .string("\(action) was not sent"))]))
    }

    /// Why a field is missing, if the record is such a yield.
    static func message(_ record: Record) -> String? {
        guard record.count == 1, case .string(let text)? = record[key], text.hasSuffix(" was not sent") else {
            return nil
        }
        return "\(text) (--dry-run)"
    }
}
