/// Where a region's requests go.
package struct Endpoint: Sendable, Equatable {
    /// `http` or `https`.
    package let scheme: String
    /// Host with the port where one is given: `vpc.aliyuncs.com`, `127.0.0.1:8097`, `[::1]:80`.
    package let authority: String

    /// Scheme, host and port as ``WireRequest/origin`` has them.
    package var origin: String { "\(scheme)://\(authority)" }

    /// The endpoint of a product in a region, or the one that overrides it.
    ///
    /// - Parameters:
    ///   - product: Its code, `Vpc`. See ``usualHost(product:region:)``.
    ///   - region: As in `cn-hangzhou`; one that the catalogue does not list has its endpoint by the service's rule.
    ///   - override: A host with or without a port, or a URL of scheme, host and port. Empty is the same as nil.
    ///   - allowsInsecure: Whether plain `http` may go further than to loopback.
    package static func resolve(
        product: String = APICall.catalogueProduct, region: String, override: String? = nil,
        allowsInsecure: Bool = false
    ) throws(EndpointError) -> Endpoint {
        if let override, !override.isEmpty { return try parse(override, allowsInsecure: allowsInsecure) }
        guard product == APICall.catalogueProduct else {
            let host = usualHost(product: product, region: region)
            guard isHost(host) else { throw EndpointError("\(product) in \(region)", "there is no such host") }
            return Endpoint(scheme: "https", authority: host)
        }
        if let host = Catalogue.endpoint(region: region) { return Endpoint(scheme: "https", authority: host) }
        guard isLabel(region) else { throw EndpointError(region, "a region is letters, digits and hyphens") }
        return Endpoint(scheme: "https", authority: "vpc.\(region).aliyuncs.com")
    }

    private static func parse(_ text: String, allowsInsecure: Bool) throws(EndpointError) -> Endpoint {
        var rest = text[...]
        var scheme = "https"
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            scheme = parts[0].lowercased()
            rest = parts[1]
        }
        guard scheme == "https" || scheme == "http" else {
            throw EndpointError(text, "the scheme is https or http")
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.contains("@") else { throw EndpointError("…", "a user or password has no place in an endpoint") }
        guard !rest.contains(where: { "/?#".contains($0) }) else {
            throw EndpointError(text, "an endpoint is scheme, host and port, without path or query")
        }
        let (host, port) = try split(rest, of: text)
        if let port {
            guard let number = Int(port), (1...65535).contains(number), String(number) == port else {
                throw EndpointError(text, "a port is a number from 1 to 65535")
            }
        }
        guard isHost(host) else { throw EndpointError(text, host.isEmpty ? "the host is missing" : "no such host") }
        guard scheme == "https" || allowsInsecure || isLoopback(host) else {
            throw EndpointError(text, "plain http would show the request to others on the way; use https")
        }
        return Endpoint(scheme: scheme, authority: host.lowercased() + (port.map { ":" + $0 } ?? ""))
    }

    /// Host and port; the brackets of an IPv6 address belong to the host.
    static func split(_ text: Substring, of whole: String) throws(EndpointError) -> (String, String?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw EndpointError(whole, "a ] is missing") }
            let host = String(text[...end])
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            guard rest.hasPrefix(":") else { throw EndpointError(whole, "only a port may follow the ]") }
            return (host, String(rest.dropFirst()))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return (String(parts[0]), nil)
        case 2: return (String(parts[0]), String(parts[1]))
        default: throw EndpointError(whole, "an IPv6 address stands in brackets")
        }
    }

    static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            let address = host.dropFirst().dropLast().utf8
            return address.count >= 2
                && address.allSatisfy { byte in
                    UInt8(ascii: ":") == byte || UInt8(ascii: ".") == byte
                        || Unicode.Scalar(byte).properties.isASCIIHexDigit
                }
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253 && labels.allSatisfy { isLabel(String($0)) }
    }

    private static func isLabel(_ label: String) -> Bool {
        let bytes = Array(label.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        let hyphen = UInt8(ascii: "-")
        return first != hyphen && last != hyphen
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), hyphen:
                    true
                default: false
                }
            }
    }

    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "[::1]" { return true }
        // Written out in four numbers: `127.1.evil.example` is a name.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// Why something cannot be an endpoint.
package struct EndpointError: Error, Sendable, Equatable {
    /// What was given, without user and password.
    package var endpoint: String
    /// What is wrong with it.
    package var reason: String

    init(_ endpoint: String, _ reason: String) {
        self.endpoint = endpoint
        self.reason = reason
    }

    /// Both in a sentence.
    package var message: String { "\(endpoint) is no usable endpoint: \(reason)" }
}
