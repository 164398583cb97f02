import AsyncHTTPClient

/// Which proxy a request goes through, by the variables that other programs obey as well.
package struct ProxySettings: Sendable, Equatable {
    /// A proxy.
    package struct Proxy: Sendable, Hashable {
        package enum Kind: Sendable, Hashable { case http, socks }
        package var kind: Kind
        package var host: String
        package var port: Int
        /// `user:password`, decoded; never shown.
        var login: String?
    }
    /// Why a variable names no proxy. Holds no password.
    package struct Problem: Error, Sendable, Equatable {
        package var message: String
    }

    private var secure: Proxy?
    private var plain: Proxy?
    private var exceptions: [Exception] = []

    /// No proxy at all.
    package init() {}

    /// By `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, each also in lower case.
    package init(_ environment: [String: String]) throws(Problem) {
        func variable(_ name: String) -> (name: String, value: String)? {
            for name in [name, name.lowercased()] {
                if let value = environment[name], !value.isEmpty { return (name, value) }
            }
            return nil
        }
        let all = variable("ALL_PROXY")
        secure = try (variable("HTTPS_PROXY") ?? all).map { pair throws(Problem) in
            try Self.proxy(pair.value, by: pair.name)
        }
        plain = try (variable("HTTP_PROXY") ?? all).map { pair throws(Problem) in
            try Self.proxy(pair.value, by: pair.name)
        }
        exceptions = (variable("NO_PROXY")?.value ?? "").split(separator: ",").compactMap {
            Exception(String($0).trimmed)
        }
    }

    /// The proxy for requests to a host; nil where they go there directly, as those to this machine always do.
    ///
    /// - Parameter origin: Scheme, host and port.
    package func proxy(for origin: String) -> Proxy? {
        guard secure != nil || plain != nil, let (scheme, host, port) = Self.parts(of: origin) else { return nil }
        guard let proxy = scheme == "https" ? secure : plain else { return nil }
        if Endpoint.isLoopback(host) || origin == InstanceRole.address { return nil }
        return exceptions.contains { $0.matches(host, port) } ? nil : proxy
    }

    private static func parts(of origin: String) -> (scheme: String, host: String, port: Int)? {
        let pieces = origin.split(separator: "://", maxSplits: 1).map(String.init)
        guard pieces.count == 2 else { return nil }
        let standard = pieces[0] == "https" ? 443 : 80
        guard let (host, port) = try? Endpoint.split(pieces[1][...], of: origin) else { return nil }
        return (pieces[0], host, port.flatMap { Int($0) } ?? standard)
    }

    private static func proxy(_ text: String, by variable: String) throws(Problem) -> Proxy {
        var kind = Proxy.Kind.http
        var rest = text[...]
        if let scheme = text.firstRange(of: "://") {
            switch text[..<scheme.lowerBound].lowercased() {
            case "http": break
            case "socks5", "socks5h", "socks": kind = .socks
            default: throw Problem(message: "\(variable): a proxy is reached by http:// or socks5://")
            }
            rest = text[scheme.upperBound...]
        }
        var login: String?
        if let at = rest.lastIndex(of: "@") {
            guard let decoded = PercentEncoding.decode(rest[..<at].utf8, plusIsBlank: false) else {
                throw Problem(message: "\(variable): user and password are not percent-encoded")
            }
            login = decoded
            rest = rest[rest.index(after: at)...]
        }
        rest = rest.prefix { $0 != "/" }
        guard let (host, port) = try? Endpoint.split(rest, of: ""), !host.isEmpty, Endpoint.isHost(host) else {
            throw Problem(message: "\(variable) names no proxy; http://HOST:PORT does")
        }
        let number = port.map { Int($0) } ?? (kind == .socks ? 1080 : 80)
        guard let number, (1...65535).contains(number) else {
            throw Problem(message: "\(variable): a port is a number from 1 to 65535")
        }
        return Proxy(kind: kind, host: host, port: number, login: login)
    }

    /// A piece of `NO_PROXY`.
    private enum Exception: Equatable {
        case everything
        /// A host with all below it.
        case domain(String, port: Int?)
        case network(UInt32, bits: Int)

        init?(_ text: String) {
            if text.isEmpty { return nil }
            if text == "*" {
                self = .everything
                return
            }
            let slash = text.split(separator: "/", maxSplits: 1).map(String.init)
            if slash.count == 2, let address = Self.address(slash[0]), let bits = Int(slash[1]), (0...32).contains(bits)
            {
                self = .network(address, bits: bits)
                return
            }
            guard let (host, port) = try? Endpoint.split(text[...], of: text) else { return nil }
            var name = host.lowercased()
            while let first = name.first, first == "." || first == "*" { name.removeFirst() }
            if name.isEmpty { return nil }
            self = .domain(name, port: port.flatMap { Int($0) })
        }

        func matches(_ host: String, _ port: Int) -> Bool {
            switch self {
            case .everything: return true
            case .domain(let name, let only):
                let host = host.lowercased()
                return (host == name || host.hasSuffix("." + name)) && (only == nil || only == port)
            case .network(let network, let bits):
                guard let address = Self.address(host) else { return false }
                return bits == 0 || (address ^ network) >> UInt32(32 - bits) == 0
            }
        }

        private static func address(_ text: String) -> UInt32? {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4 else { return nil }
            var address: UInt32 = 0
            for part in parts {
                guard let byte = UInt8(part) else { return nil }
                address = address << 8 | UInt32(byte)
            }
            return address
        }
    }
}

extension ProxySettings.Proxy {
    /// As the HTTP client takes it.
    var configuration: HTTPClient.Configuration.Proxy {
        switch kind {
        case .socks: return .socksServer(host: host, port: port)
        case .http:
            let authorization = login.map { login in
                let parts = login.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return HTTPClient.Authorization.basic(username: parts[0], password: parts.count > 1 ? parts[1] : "")
            }
            return .server(host: host, port: port, authorization: authorization)
        }
    }
}
