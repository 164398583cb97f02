import CloudAPI
import SystemSupport

/// What a request asks for and how it is signed, whichever of the two ways it was signed in.
///
/// Version 1.0 has everything in parameters, of the query and of a form body together. ACS3 has the action, the version,
/// the time, the nonce and the signature in headers, and only what the operation takes in parameters.
struct ServiceRequest: Sendable {
    /// How a request says who sent it.
    enum Signing: Sendable {
        /// By parameters.
        case version1
        /// By headers; holds the value of `Authorization`.
        case acs3(String)
    }

    var method: String
    var signing: Signing
    /// Those of the query in order, then those of the form.
    var parameters: [(name: String, value: String)]
    /// How many of `parameters` are of the query.
    var queryCount: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// By name.
    var values: [String: String]

    /// Whoever calls with more than this does not mean it.
    static let limit = 1 << 20

    init(_ request: WireRequest) throws(ServiceError) {
        method = request.method
        headers = request.headers
        body = request.body
        let authorization = request.header("Authorization")
        signing =
            authorization.map { $0.hasPrefix(SignatureACS3.method) ? .acs3($0) : .version1 } ?? .version1
        guard request.method == "GET" || request.method == "POST" else {
            throw ServiceError(405, "UnsupportedHTTPMethod", "Requests are sent by GET or POST.")
        }
        guard request.target.utf8.count <= Self.limit, request.body.count <= Self.limit else {
            throw ServiceError(413, "RequestTooLarge", "The request is longer than \(Self.limit) bytes.")
        }
        let target = Self.parse(request.target)
        guard target.isRoot else {
            throw ServiceError(404, "InvalidAction.NotFound", "The service has no other path than /.")
        }
        guard let query = target.query else {
            throw .invalidParameter("query", "is not percent-encoded UTF-8")
        }
        parameters = query
        queryCount = parameters.count
        if !request.body.isEmpty {
            let type = request.header("Content-Type")?.lowercased() ?? ""
            guard type.isEmpty || type.hasPrefix("application/x-www-form-urlencoded") else {
                throw .invalidParameter("body", "is no form (application/x-www-form-urlencoded)")
            }
            guard let form = request.body.withUnsafeBufferPointer({ PercentEncoding.parseQuery($0) }) else {
                throw .invalidParameter("body", "is not percent-encoded UTF-8")
            }
            parameters += form
        }
        values = Dictionary(minimumCapacity: parameters.count)
        for (name, value) in parameters where values.updateValue(value, forKey: name) != nil {
            throw .invalidParameter(name, "is given twice")
        }
    }

    /// Whether a target's path is that of the service, and the parameters behind it; nil where they are malformed.
    private static func parse(_ target: String) -> (isRoot: Bool, query: [(name: String, value: String)]?) {
        var target = target
        return target.withUTF8 { bytes in
            let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
            let isRoot = mark == 0 || mark == 1 && bytes[0] == UInt8(ascii: "/")
            guard isRoot, mark < bytes.count else { return (isRoot, []) }
            return (isRoot, PercentEncoding.parseQuery(UnsafeBufferPointer(rebasing: bytes[(mark + 1)...])))
        }
    }

    /// The operation that is asked for.
    var action: String {
        get throws(ServiceError) { try common("Action", header: "x-acs-action") }
    }
    /// The version of the API that is asked for.
    var version: String {
        get throws(ServiceError) { try common("Version", header: "x-acs-version") }
    }

    /// What every request says: a parameter, or with ACS3 a header.
    private func common(_ name: String, header: String) throws(ServiceError) -> String {
        switch signing {
        case .version1: try required(name)
        case .acs3: try requiredHeader(header)
        }
    }

    /// The value of a parameter that must be there and not be empty.
    func required(_ name: String) throws(ServiceError) -> String {
        guard let value = values[name], !value.isEmpty else { throw .missingParameter(name) }
        return value
    }

    /// The value of a header, its name in lower case, that must be there and not be empty.
    func requiredHeader(_ name: String) throws(ServiceError) -> String {
        guard let value = header(name), !value.isEmpty else {
            throw ServiceError(400, "MissingParameter", "The header \(name) is required.")
        }
        return value
    }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    /// In which format the answer is wanted. A parameter says it, or with ACS3 the header `Accept`; otherwise it is the
    /// signature's own default: XML for version 1.0, JSON for ACS3. Nil where something else is asked for.
    ///
    /// Works on requests that are wrong otherwise, so that their errors come in the wanted format if at all possible.
    static func format(of request: WireRequest) -> AnswerFormat? {
        var target = request.target
        if let name = target.withUTF8({ formatParameter(in: $0, behind: UInt8(ascii: "?")) }) {
            return AnswerFormat(name: name)
        }
        if !request.body.isEmpty, let name = request.body.withUnsafeBufferPointer({ formatParameter(in: $0) }) {
            return AnswerFormat(name: name)
        }
        guard request.header("Authorization")?.hasPrefix(SignatureACS3.method) == true else { return .xml }
        let accepted = request.header("Accept")?.lowercased() ?? ""
        return accepted.contains("xml") && !accepted.contains("json") ? .xml : .json
    }

    private static let formatName = Array("Format=".utf8)

    /// - Parameter mark: what stands before the first parameter; nil where it is the first byte.
    private static func formatParameter(in text: UnsafeBufferPointer<UInt8>, behind mark: UInt8? = nil) -> String? {
        let length = formatName.count
        var start = mark.map { (text.firstIndex(of: $0) ?? text.count) + 1 } ?? 0
        while start + length <= text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "&")) ?? text.count
            if end - start >= length, text[start] == formatName[0],
                text[start..<(start + length)].elementsEqual(formatName)
            {
                return String(decoding: text[(start + length)..<end], as: UTF8.self)
            }
            start = end + 1
        }
        return nil
    }

    /// What the client calls the service; answered as `HostId`.
    static func host(_ request: WireRequest) -> String {
        if let header = request.header("Host"), !header.isEmpty { return header }
        guard let scheme = request.origin.firstRange(of: "://") else { return "vpc.aliyuncs.com" }
        return String(request.origin[scheme.upperBound...])
    }

    /// Common to every request, and no part of what it asks for.
    static let commonParameters: Set<String> = [
        "Action", "Version", "Format", "AccessKeyId", "SecurityToken", "Signature", "SignatureMethod",
        "SignatureVersion", "SignatureType", "SignatureNonce", "Timestamp",
    ]

    /// What the request asks for, in one canonical text: the same for the same parameters in whatever order.
    func canonicalParameters(without ignored: String) -> String {
        PercentEncoding.query(
            parameters
                .filter { $0.name != ignored && !Self.commonParameters.contains($0.name) }
                .sorted { $0.name < $1.name })
    }
}
