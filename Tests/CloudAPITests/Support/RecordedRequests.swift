import DataValue
import Glibc
import CloudAPI

/// Requests that official clients really sent, with the signatures that they carried.
///
/// They lie in a folder beside the package, which not every checkout has: tests that need them say that they are skipped.
enum RecordedRequests {
    struct Request: Sendable {
        var client: String
        var secret: String
        var method: String
        var target: String
        var headers: [(name: String, value: String)]
        var body: String
    }

    static let all: [Request] = read()

    private static func read() -> [Request] {
        // …/Tests/CloudAPITests/Support/RecordedRequests.swift, and the folder is beside the package's root.
        let path = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        guard let bytes = contents("/" + path + "/../shared/facts/signed-requests.jsonl") else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard case .record(let record)? = try? JSON.parse(Array(line)) else { return nil }
            func text(_ name: String) -> String {
                if case .string(let text)? = record[name] { text } else { "" }
            }
            var headers: [(name: String, value: String)] = []
            if case .list(let pairs)? = record["headers"] {
                for case .list(let pair) in pairs {
                    if case .string(let name)? = pair.first, case .string(let value)? = pair.last {
                        headers.append((name, value))
                    }
                }
            }
            return Request(
                client: text("client"), secret: text("access_key_secret"), method: text("method"),
                target: text("path"), headers: headers, body: text("body"))
        }
    }

    private static func contents(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
