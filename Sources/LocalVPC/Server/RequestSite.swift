import CloudAPI
import Glibc
import NIOHTTP1

/// Where a request says that it comes from and goes to, and whether it may.
///
/// The service's key is known to everybody, and its port is the same everywhere. So what keeps a page in a browser on
/// this machine from using it is not the signature but where the page is from. Browsers say that: by `Origin` where a
/// page writes across sites, by `Sec-Fetch-Site`, and by `Host` where a page's own name was made to lead to this machine
/// (DNS rebinding). Clients of the API send neither of the former, and as `Host` what they were pointed at.
enum RequestSite {
    /// Why a request is not looked at further; nil where it is.
    ///
    /// - Parameters:
    ///   - isLoopback: whether only programs on this machine reach the server: then it has no other name than that.
    ///   - port: the server's own.
    static func refusal(
        _ version: HTTPVersion, _ headers: HTTPHeaders, isLoopback: Bool, port: Int
    ) -> ServiceError? {
        let hosts = headers["host"]
        if hosts.count > 1 || hosts.isEmpty && version.minor > 0 {
            return ServiceError(400, "InvalidRequest", "A request of HTTP/1.1 has one header Host.")
        }
        let own = hosts.first.flatMap { Authority($0) }
        if isLoopback, let host = hosts.first, own?.isThisMachine(port: port) != true {
            return ServiceError(
                403, "Local.ForeignHost",
                "The request is for '\(host.prefix(100))', and the service answers to this machine only: to "
                    + "127.0.0.1:\(port) and localhost:\(port). Nothing was done.")
        }
        for origin in headers["origin"] where !isOwn(origin, own, isLoopback: isLoopback, port: port) {
            return ServiceError(
                403, "Local.ForeignOrigin",
                "The request comes from a page of '\(origin.prefix(100))', and pages of other sites may not use the "
                    + "service. Nothing was done.")
        }
        for site in headers["sec-fetch-site"] where !["same-origin", "none"].contains(site.lowercased()) {
            return ServiceError(
                403, "Local.ForeignOrigin",
                "The request comes from a page of another site (Sec-Fetch-Site: \(site.prefix(100))), and those may not "
                    + "use the service. Nothing was done.")
        }
        return nil
    }

    /// Whether an origin is the server itself, under one of its names.
    private static func isOwn(_ origin: String, _ own: Authority?, isLoopback: Bool, port: Int) -> Bool {
        let scheme = "http://"
        guard origin.lowercased().hasPrefix(scheme), let site = Authority(origin.dropFirst(scheme.count)) else {
            return false
        }
        return isLoopback ? site.isThisMachine(port: port) : site == own
    }

    /// Whether an address that is listened on leads nowhere but to this machine.
    static func isLoopback(address: String) -> Bool {
        IPv4Address(address).map { $0.bits >> 24 == 127 } ?? isIPv6Loopback(address)
    }

    fileprivate static func isIPv6Loopback(_ text: String) -> Bool {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return false }
        let bytes = withUnsafeBytes(of: &address) { Array($0) }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 0xFF }
        return isMapped ? bytes[12] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }
}

/// A host with a port, as `Host` and `Origin` have them: `localhost:8016`, `[::1]:8016`.
struct Authority: Equatable {
    /// In lower case, without brackets.
    let host: String
    let port: Int
    private let isIPv6: Bool

    /// Nil for what is none. Without a port it is that of HTTP.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text.lowercased())
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            isIPv6 = true
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<end])
            rest = rest[end...]
            isIPv6 = false
        }
        guard !host.isEmpty else { return nil }
        if rest.isEmpty {
            port = 80
            return
        }
        let digits = rest.dropFirst()
        guard rest.first == ":", 1...5 ~= digits.utf8.count, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let number = Int(digits), 1...65535 ~= number
        else { return nil }
        port = number
    }

    /// Whether it is one of the names that this machine has for itself, with a port.
    func isThisMachine(port: Int) -> Bool {
        guard self.port == port else { return false }
        if isIPv6 { return RequestSite.isIPv6Loopback(host) }
        return host == "localhost" || IPv4Address(host).map { $0.bits >> 24 == 127 } ?? false
    }
}
