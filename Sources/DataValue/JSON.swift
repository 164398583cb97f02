/// JSON in and out, over bytes.
///
/// Our own, since it is the shell's data path: it keeps the order of fields and the digits of numbers, says at which
/// byte a text is wrong, and takes time in proportion to the text whatever the text is.
///
/// | JSON | value |
/// |---|---|
/// | a number without point and exponent that 64 bits hold | `.int` |
/// | any other number whose digits the nearest double gives back (`1.10`, `2e3`) | `.float` |
/// | any other number (`1e400`, thirty digits) | `.bigNumber`, with the digits as they stood |
package enum JSON {
    /// How deeply lists and records may be nested in a text that is read.
    package static let depthLimit = 512

    /// Reads one JSON text, blanks around it allowed. Bytes that are not UTF-8, lone surrogates, a name that occurs
    /// twice in a record, more than ``depthLimit`` levels and anything after the value are errors.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> Value {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in try parse(buffer) }
    }

    /// Reads the UTF-8 of a text; offsets in errors count its bytes.
    package static func parse(_ text: String) throws(JSONError) -> Value {
        var text = text
        return try text.withUTF8 { buffer in
            Result { () throws(JSONError) in try parse(buffer) }
        }.get()
    }

    /// Reads bytes that stay where they are for the duration of the call.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value {
        guard let start = bytes.baseAddress else {
            throw JSONError(message: "there is no JSON value in an empty text", offset: 0)
        }
        var reader = JSONReader(start, count: bytes.count)
        return try reader.readText()
    }

    /// How much work reading takes, in steps that are each of constant cost: what shows that reading is linear.
    package static func parseSteps(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            var reader = JSONReader(start, count: buffer.count)
            _ = try? reader.readText()
            return reader.steps
        }
    }

    /// Compact JSON in one line. Of a value whose text would be longer than `limit` bytes, only the beginning: for values
    /// of any size see ``limitedText(_:limit:)``.
    package static func text(_ value: Value, limit: Int = SizeLimits.text) -> String {
        var writer = JSONWriter(indents: false, limit: limit)
        writer.write(value)
        return String(decoding: writer.bytes, as: UTF8.self) + (writer.failure == nil ? "" : "…")
    }

    /// Compact JSON in one line, of a value that can be of any size.
    package static func limitedText(_ value: Value, limit: Int = SizeLimits.text) throws(LimitError) -> String {
        var writer = JSONWriter(indents: false, limit: limit, of: value)
        return try writer.wholeText(of: value)
    }

    /// JSON over several lines, two blanks a level, without a newline at the end. `level` is how deep in other JSON it is
    /// to stand, which its first line says nothing of. What is too long is cut, as in ``text(_:limit:)``.
    package static func indentedText(_ value: Value, level: Int = 0) -> String {
        var writer = JSONWriter(indents: true, level: level)
        writer.write(value)
        return String(decoding: writer.bytes, as: UTF8.self) + (writer.failure == nil ? "" : "…")
    }

    /// The same of a value that can be of any size.
    package static func limitedIndentedText(_ value: Value, level: Int = 0) throws(LimitError) -> String {
        var writer = JSONWriter(indents: true, level: level, of: value)
        return try writer.wholeText(of: value)
    }

    /// Appends compact JSON.
    ///
    /// Floats always show a point or an exponent and as few digits as read back the same; infinities and NaN, which
    /// JSON does not have, become `null`. Durations are strings in their shortest notation, secrets their masked text.
    package static func write(_ value: Value, into bytes: inout [UInt8]) {
        var writer = JSONWriter(indents: false)
        swap(&writer.bytes, &bytes)
        writer.write(value)
        swap(&writer.bytes, &bytes)
    }
}

/// Why a text is not JSON.
package struct JSONError: Error, Sendable, Equatable {
    /// What is wrong, for a person, without the place.
    package var message: String
    /// The byte, counted from 0, at which the text stops being JSON; the number of bytes where it ends too early.
    package var offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}
