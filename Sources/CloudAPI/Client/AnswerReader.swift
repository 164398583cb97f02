import DataValue
import SystemSupport

/// Makes an answer, or an error, of what came off the wire.
struct AnswerReader {
    let call: APICall
    let response: WireResponse

    func read() throws(APIError) -> APIAnswer {
        let headerID = response.header("x-acs-request-id")
        let content = parsed()
        guard (200..<300).contains(response.status) else { throw failure(content, headerID: headerID) }
        guard case .json(let record) = content else {
            throw notUnderstood(content, requestID: content.error?.requestID ?? headerID)
        }
        var requestID = headerID
        if case .string(let text)? = record["RequestId"] { requestID = text }
        // Some operations say so in the answer and not by the status.
        if case .bool(false)? = record["Success"], case .string? = record["Code"] {
            throw failure(content, headerID: headerID)
        }
        return APIAnswer(
            value: SecretSealer.sealed(.record(record)), requestID: requestID, httpStatus: response.status)
    }

    /// What a message adds where nobody knows whether a write was done; empty for a read.
    static func unknownOutcome(of call: APICall) -> String {
        guard call.changesAnything else { return "" }
        let token = call.clientToken.map { " (ClientToken \($0))" } ?? ""
        return "; the outcome of \(call.action) is unknown\(token)"
    }

    // MARK: What the body is

    private enum Content {
        case empty
        case json(Record)
        /// JSON that is no record.
        case otherJSON
        /// An error in the service's XML.
        case xml(ServiceError)
        case html
        case brokenJSON(JSONError)
        case other

        var error: ServiceError? { if case .xml(let error) = self { error } else { nil } }
    }

    private func parsed() -> Content {
        guard let first = response.body.first(where: { !Self.isBlank($0) }) else { return .empty }
        if first == UInt8(ascii: "<") || first == 0xEF {
            if let error = XMLErrorReader.read(response.body) { return .xml(error) }
            return isHTML ? .html : .other
        }
        do {
            guard case .record(let record) = try JSON.parse(response.body) else { return .otherJSON }
            return .json(record)
        } catch {
            let starts = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            return starts ? .brokenJSON(error) : .other
        }
    }

    private var isHTML: Bool {
        let start = String(decoding: response.body.prefix(512), as: UTF8.self).lowercased()
        return start.contains("<html") || start.contains("<!doctype html")
            || response.header("Content-Type")?.lowercased().contains("html") == true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    // MARK: Errors

    /// How the codes begin that only the embedded service has; it gives them where it is certain that nothing was done.
    private static let localCodes = "Local."

    /// Whether the status says nothing about a write: 5xx, but for 501 and 507, which say that there is no such
    /// operation and no room.
    private var leavesOutcomeOpen: Bool {
        call.changesAnything && response.status >= 500 && response.status != 501 && response.status != 507
    }

    /// The error of an answer with a status other than 2xx.
    private func failure(_ content: Content, headerID: String?) -> APIError {
        var error = content.error
        if case .json(let record) = content { error = ServiceError(record) }
        guard let error, !(300..<400).contains(response.status) else {
            return notUnderstood(content, requestID: error?.requestID ?? headerID)
        }
        var failure = APIError(
            code: error.code, message: error.message, httpStatus: response.status,
            requestID: error.requestID ?? headerID, action: call.action, attempts: 1,
            isAmbiguous: leavesOutcomeOpen && !error.code.hasPrefix(Self.localCodes))
        failure.serverTime = response.header("Date").flatMap(Timestamp.parseHTTP)
        // Somebody has used the nonce of this very sending: a copy of it came before.
        if error.code == "SignatureNonceUsed", call.changesAnything { failure.isAmbiguous = true }
        return failure
    }

    private func notUnderstood(_ content: Content, requestID: String?) -> APIError {
        var requestID = requestID
        let status = response.status
        var message: String
        switch content {
        case .empty: message = "the answer is empty"
        case .json(let record):
            message = "the answer is no error that the service would give"
            if case .string(let text)? = record["RequestId"] { requestID = text }
        case .otherJSON: message = "the answer is JSON, but no record"
        case .xml(let error): message = "the answer is XML where JSON was asked for, with the error \(error.code)"
        case .html: message = "the answer is a web page, perhaps of a proxy or a gateway on the way"
        case .brokenJSON(let error):
            message = "the answer is no valid JSON: \(error.message) (byte \(error.offset) of \(response.body.count))"
        case .other: message = "the answer is neither JSON nor an error in XML"
        }
        if (300..<400).contains(status) { message = "the service answers with a redirect, which is not followed" }
        message += " (HTTP status \(status))"
        // 2xx says that the work is done, though not how it went.
        let isAmbiguous = leavesOutcomeOpen || (200..<300).contains(status) && call.changesAnything
        if isAmbiguous { message += Self.unknownOutcome(of: call) }
        return APIError(
            code: "Client.Answer", message: message, httpStatus: status, requestID: requestID, action: call.action,
            attempts: 1, isAmbiguous: isAmbiguous)
    }
}

/// The service's own account of an error.
struct ServiceError: Sendable, Equatable {
    var code: String
    var message: String
    var requestID: String?

    init(code: String, message: String, requestID: String?) {
        self.code = code
        self.message = message
        self.requestID = requestID
    }

    /// Nil where the record has no code, without which it is no error of the service.
    init?(_ record: Record) {
        guard case .string(let code)? = record["Code"], !code.isEmpty else { return nil }
        self.code = code
        message = if case .string(let text)? = record["Message"] { text } else { "" }
        requestID = if case .string(let text)? = record["RequestId"] { text } else { nil }
    }
}
