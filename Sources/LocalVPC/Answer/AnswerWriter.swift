import CloudAPI
import DataValue

/// Puts answers and errors on the wire.
struct AnswerWriter: Sendable {
    /// Nil where the request asks for something else than there is.
    var format: AnswerFormat?
    var requestID: String
    var host: String

    init(_ service: LocalService, _ request: WireRequest) {
        format = ServiceRequest.format(of: request)
        host = ServiceRequest.host(request)
        requestID = Self.newID(service.random)
    }

    /// A random UUID in upper case.
    private static func newID(_ random: () -> UInt64) -> String {
        let high = random() & ~0xF000 | 0x4000
        let low = random() & ~(0b11 << 62) | 0b10 << 62
        let digits = Array("0123456789ABCDEF".utf8)
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for (number, word) in [high, low].enumerated() {
                for nibble in 0..<16 {
                    if number * 16 + nibble == 8 || [12, 16, 20].contains(number * 16 + nibble) {
                        buffer[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    buffer[position] = digits[Int(truncatingIfNeeded: word >> UInt64(60 - nibble * 4)) & 15]
                    position += 1
                }
            }
            return position
        }
    }

    /// Why nothing can be answered as it is asked for; nil where it can.
    var refusal: ServiceError? {
        format == nil ? ServiceError.invalidParameter("Format", "must be JSON or XML") : nil
    }

    func answer(_ result: CallResult) -> WireResponse {
        switch result.outcome {
        case .success(let record): answer(record, action: result.action)
        case .failure(let error): answer(error)
        }
    }

    /// The answer to a call that succeeded: its fields behind the `RequestId`.
    func answer(_ fields: Record, action: String) -> WireResponse {
        if format == .json {
            // The id goes before the fields in the text: putting it into the record would make all of that anew.
            var body = Array(#"{"RequestId":"\#(requestID)""#.utf8)
            body.reserveCapacity(1024)
            let brace = body.count
            JSON.write(.record(fields), into: &body)
            if fields.count > 0 { body[brace] = UInt8(ascii: ",") } else { body.remove(at: brace) }
            return response(200, body, .json)
        }
        var record = Record(fields: [("RequestId", .string(requestID))])
        for (name, value) in fields.fields { record[name] = value }
        return response(200, record, root: action + "Response")
    }

    func answer(_ error: ServiceError) -> WireResponse {
        let record = Record(fields: [
            ("RequestId", .string(requestID)),
            ("HostId", .string(host)),
            ("Code", .string(error.code)),
            ("Message", .string(error.message)),
            ("Recommend", .string(Self.recommendation(error.code))),
        ])
        var response = response(error.status, record, root: "Error")
        // What a request may be sent by instead.
        if error.status == 405 { response.headers.append(("Allow", "GET, POST")) }
        return response
    }

    /// Where to read on: the service's own page on its codes. There is none on ours.
    private static func recommendation(_ code: String) -> String {
        code.hasPrefix("Local.") ? "" : "https://api.aliyun.com/troubleshoot?q=\(code)&product=Vpc"
    }

    private func response(_ status: Int, _ record: Record, root: String) -> WireResponse {
        var body: [UInt8] = []
        let format = format ?? .xml
        switch format {
        case .json: JSON.write(.record(record), into: &body)
        case .xml: XMLWriter.write(record, root: root, into: &body)
        }
        return response(status, body, format)
    }

    private func response(_ status: Int, _ body: [UInt8], _ format: AnswerFormat) -> WireResponse {
        WireResponse(
            status: status,
            headers: [
                ("Content-Type", format.contentType), ("Content-Length", "\(body.count)"),
                ("x-acs-request-id", requestID),
            ], body: body)
    }
}

/// XML as the service writes it: elements named for fields, one element for each element of a list, no attributes.
enum XMLWriter {
    static func write(_ record: Record, root: String, into bytes: inout [UInt8]) {
        bytes += #"<?xml version="1.0" encoding="UTF-8"?>"#.utf8
        element(root, .record(record), &bytes)
    }

    private static func element(_ name: String, _ value: Value, _ bytes: inout [UInt8]) {
        switch value {
        case .null: return
        case .list(let elements):
            // A list within a list has no name of its own in this notation, and the service has none.
            for item in elements { element(name, item, &bytes) }
            return
        default: break
        }
        bytes += "<\(name)>".utf8
        switch value {
        case .record(let record):
            for (field, value) in record.fields { element(field, value, &bytes) }
        case .string(let text): escape(text, &bytes)
        default: JSON.write(value, into: &bytes)
        }
        bytes += "</\(name)>".utf8
    }

    private static func escape(_ text: String, _ bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes += "&amp;".utf8
            case "<": bytes += "&lt;".utf8
            case ">": bytes += "&gt;".utf8
            case "\"": bytes += "&quot;".utf8
            case "'": bytes += "&apos;".utf8
            // A bare one would be read back as a line feed.
            case "\r": bytes += "&#13;".utf8
            // XML 1.0 has no way to write these.
            case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
                bytes += "\u{fffd}".utf8
            default: bytes += String(scalar).utf8
            }
        }
    }
}
