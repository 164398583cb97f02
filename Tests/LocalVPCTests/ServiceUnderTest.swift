import CloudAPI
import DataValue
import Glibc
import LocalVPC
import Synchronization
import SystemSupport
import Testing

/// The service that a test talks to, in process or on a port.
final class ServiceUnderTest: Sendable {
    let endpoint: LocalEndpoint?
    let server: LocalServer?
    private let connections = Mutex<[Int32]>([])
    private let isOpen = Mutex(true)

    init(endpoint: LocalEndpoint) {
        self.endpoint = endpoint
        server = nil
    }

    init(server: LocalServer) {
        endpoint = nil
        self.server = server
    }

    deinit { close() }

    func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        for connection in connections.withLock({ $0 }) { Glibc.close(connection) }
        endpoint?.close()
        server?.stop(patience: 100)
    }

    func setAccessPolicy(_ policy: AccessPolicy) {
        endpoint?.setAccessPolicy(policy)
        server?.setAccessPolicy(policy)
    }

    /// Sets something from outside of the API.
    func administer(_ body: @escaping @Sendable (Administration) throws -> Void) throws {
        try endpoint?.administer(body)
        try server?.administer(body)
    }

    func send(_ request: WireRequest) throws -> WireResponse {
        if let endpoint { return try endpoint.send(request, timeouts: Timeouts(), cancellation: Cancellation()) }
        var lines = "\(request.method) \(request.target) HTTP/1.1\r\n"
        // A server that only this machine reaches has no other name than this machine's.
        lines += "Host: 127.0.0.1:\(server?.port ?? 0)\r\n"
        for (name, value) in request.headers where name.lowercased() != "host" { lines += "\(name): \(value)\r\n" }
        lines += "Content-Length: \(request.body.count)\r\n\r\n"
        guard let response = exchange(Array(lines.utf8) + request.body, method: request.method) else {
            throw TransportError(.network, "the connection ended", mayHaveArrived: true)
        }
        return response
    }

    /// Sends bytes as they are, and reads one answer; nil where the connection ends instead.
    func exchange(_ bytes: [UInt8], method: String = "GET") -> WireResponse? {
        guard let descriptor = connections.withLock({ $0.popLast() }) ?? connect() else { return nil }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { break }
            sent += count
        }
        guard let (response, keepsAlive) = readAnswer(descriptor, hasBody: method != "HEAD") else {
            Glibc.close(descriptor)
            return nil
        }
        if keepsAlive { connections.withLock { $0.append(descriptor) } } else { Glibc.close(descriptor) }
        return response
    }

    private func connect() -> Int32? {
        guard let server, isOpen.withLock({ $0 }) else { return nil }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(server.port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return descriptor }
        Glibc.close(descriptor)
        return nil
    }

    private func readAnswer(_ descriptor: Int32, hasBody: Bool) -> (WireResponse, Bool)? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let gap = Array("\r\n\r\n".utf8)
        var head: [String] = []
        var start = 0
        var length: Int?
        while true {
            if head.isEmpty, let end = bytes.firstRange(of: gap) {
                head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(
                    String.init)
                start = end.upperBound
                length = value("content-length", head).flatMap { Int($0) } ?? 0
                if !hasBody { length = 0 }
            }
            if let length, bytes.count >= start + length { break }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return nil }
            bytes += chunk[..<count]
        }
        let words = head.first?.split(separator: " ") ?? []
        guard words.count > 1, let status = Int(words[1]), let length else { return nil }
        let headers = head.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (String(line[..<colon]), String(value))
        }
        let response = WireResponse(status: status, headers: headers, body: Array(bytes[start..<start + length]))
        return (response, value("connection", head)?.lowercased() != "close")
    }

    private func value(_ name: String, _ head: [String]) -> String? {
        for line in head.dropFirst() where line.lowercased().hasPrefix(name + ":") {
            return String(line.dropFirst(name.count + 1).drop { $0 == " " })
        }
        return nil
    }
}

/// Compares answers with the models of the official SDK.
enum AnswerShape {
    /// Where an answer has a field that the model has not, or a value of another type.
    static func problems(_ value: Value, _ shape: Shape, at path: String = "") -> [String] {
        switch (shape, value) {
        case (.record(let fields), .record(let record)):
            return record.fields.flatMap { name, value -> [String] in
                guard let field = fields.first(where: { $0.name == name }) else { return ["\(path).\(name)"] }
                return problems(value, field.shape, at: "\(path).\(name)")
            }
        case (.list(let element), .list(let items)):
            return items.enumerated().flatMap { problems($1, element, at: "\(path)[\($0)]") }
        case (.string, .string), (.int, .int), (.bool, .bool), (.float, .float), (.float, .int), (.any, _): return []
        case (.map(let element), .record(let record)):
            return record.fields.flatMap { problems($1, element, at: "\(path).\($0)") }
        default: return ["\(path) is \(value.typeName), not \(shape)"]
        }
    }
}
