import DataValue

/// A call and what came of it, as a recording keeps it: a line of JSON, without secrets.
struct RecordedExchange: Sendable {
    var product: String
    var version: String
    var action: String
    var region: String
    /// Without what is secret, and without the client token: a repetition has another.
    var parameters: [(name: String, value: String)]
    var result: Result<APIAnswer, APIError>

    /// The first line of a recording.
    static let header = #"{"recording":"vpcsh","version":1}"#

    init(_ call: APICall, _ result: Result<APIAnswer, APIError>) {
        product = call.product
        version = call.version
        action = call.action
        region = call.region
        parameters = call.redactedParameters.filter { $0.name != "ClientToken" }
        self.result = result
    }

    /// Nil where the line is none of a recording's.
    init?(line: String) {
        guard case .record(let record)? = try? JSON.parse(line), let product = record.plainText("product"),
            let version = record.plainText("version"), let action = record.plainText("action"),
            case .record(let parameters)? = record["parameters"]
        else { return nil }
        self.product = product
        self.version = version
        self.action = action
        region = record.plainText("region") ?? ""
        self.parameters = parameters.fields.map { ($0.0, $0.1.displayText) }
        let status: Int? = if case .int(let status)? = record["status"] { status } else { nil }
        let requestID = record.plainText("requestId")
        if let code = record.plainText("code") {
            let isAmbiguous = if case .bool(true)? = record["ambiguous"] { true } else { false }
            result = .failure(
                APIError(
                    code: code, message: record.plainText("message") ?? "", httpStatus: status, requestID: requestID,
                    action: action, isAmbiguous: isAmbiguous))
        } else if let answer = record["answer"] {
            result = .success(
                APIAnswer(value: SecretSealer.sealed(answer), requestID: requestID, httpStatus: status ?? 200))
        } else {
            return nil
        }
    }

    /// A line of a recording, without its newline.
    var line: String {
        var record = Record()
        record["product"] = .string(product)
        record["version"] = .string(version)
        record["action"] = .string(action)
        record["region"] = .string(region)
        record["parameters"] = .record(Record(parameters.map { ($0.name, Value.string($0.value)) }))
        switch result {
        case .success(let answer):
            record["status"] = .int(answer.httpStatus)
            if let id = answer.requestID { record["requestId"] = .string(id) }
            record["answer"] = answer.value
        case .failure(let error):
            record["code"] = .string(error.code)
            record["message"] = .string(error.message)
            if let status = error.httpStatus { record["status"] = .int(status) }
            if let id = error.requestID { record["requestId"] = .string(id) }
            if error.isAmbiguous { record["ambiguous"] = .bool(true) }
        }
        return JSON.text(.record(record))
    }

    /// Whether two stand for the same request, whatever came of it.
    func isSameRequest(as other: RecordedExchange) -> Bool {
        product == other.product && version == other.version && action == other.action && region == other.region
            && differences(from: other).isEmpty
    }

    /// The names of the parameters that are not the same in both, in alphabetical order.
    func differences(from other: RecordedExchange) -> [String] {
        let mine = Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let others = Dictionary(other.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        return Set(mine.keys).union(others.keys).filter { mine[$0] != others[$0] }.sorted()
    }

    /// The request as a person would write it.
    var text: String {
        ([action] + parameters.map { "\($0.name)=\(JSON.text(.string($0.value)))" }).joined(separator: " ")
    }
}
