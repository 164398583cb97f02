import CloudAPI

/// The names and values that a request carries, of its query and its form body together.
struct ServiceRequest {
    var method: String
    var parameters: [(name: String, value: String)]
    /// By name.
    var values: [String: String]
    /// What the client called the service; answered as `HostId`.
    var host: String

    /// Whoever calls with more than this does not mean it.
    private static let limit = 1 << 20

    init(_ request: WireRequest) throws(ServiceError) {
        method = request.method
        host = Self.host(request)
        guard request.method == "GET" || request.method == "POST" else {
            throw ServiceError(405, "UnsupportedHTTPMethod", "Requests are sent by GET or POST.")
        }
        guard request.target.utf8.count <= Self.limit, request.body.count <= Self.limit else {
            throw ServiceError(413, "RequestTooLarge", "The request is longer than \(Self.limit) bytes.")
        }
        let target = request.target.utf8.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = target.first, path.elementsEqual("/".utf8) || path.isEmpty else {
            throw ServiceError(404, "InvalidAction.NotFound", "The service has no other path than /.")
        }
        parameters = []
        if target.count > 1 {
            guard let query = String(validating: target[1], as: UTF8.self).flatMap(PercentEncoding.parseQuery) else {
                throw .invalidParameter("query", "is not percent-encoded UTF-8")
            }
            parameters = query
        }
        if !request.body.isEmpty {
            let type = request.header("Content-Type")?.lowercased() ?? ""
            guard type.isEmpty || type.hasPrefix("application/x-www-form-urlencoded") else {
                throw .invalidParameter("body", "is no form (application/x-www-form-urlencoded)")
            }
            guard let form = String(validating: request.body, as: UTF8.self).flatMap(PercentEncoding.parseQuery) else {
                throw .invalidParameter("body", "is not percent-encoded UTF-8")
            }
            parameters += form
        }
        values = [:]
        for (name, value) in parameters where values.updateValue(value, forKey: name) != nil {
            throw .invalidParameter(name, "is given twice")
        }
    }

    /// The value of a parameter that must be there and not be empty.
    func required(_ name: String) throws(ServiceError) -> String {
        guard let value = values[name], !value.isEmpty else { throw .missingParameter(name) }
        return value
    }

    /// In which format the answer is wanted: the service's own default is XML.
    ///
    /// Works on requests that are wrong otherwise, so that their errors come in the wanted format if at all possible.
    static func format(of request: WireRequest) -> AnswerFormat? {
        let query = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
        let texts = [query.first.map(String.init) ?? "", String(decoding: request.body, as: UTF8.self)]
        for text in texts {
            for piece in text.split(separator: "&") where piece.hasPrefix("Format=") {
                return AnswerFormat(name: String(piece.dropFirst(7)))
            }
        }
        return .xml
    }

    static func host(_ request: WireRequest) -> String {
        if let header = request.header("Host"), !header.isEmpty { return header }
        guard let scheme = request.origin.range(of: "://") else { return "vpc.aliyuncs.com" }
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

extension String {
    /// The first occurrence of a text, without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
