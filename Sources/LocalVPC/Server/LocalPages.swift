import CloudAPI
import DataValue
import NIOHTTP1

/// What the server says about itself, beside the API: `/_local/health` and `/_local/metrics`.
enum LocalPages {
    static let prefix = "/_local/"

    static func answer(_ head: HTTPRequestHead, _ core: ServerCore) -> WireResponse {
        let path = head.uri.prefix { $0 != "?" }
        guard head.method == .GET || head.method == .HEAD else {
            return text(
                405, "text/plain; charset=utf-8", "Only GET and HEAD are possible here.\n",
                further: [("Allow", "GET, HEAD")])
        }
        switch path {
        case "/_local/health":
            let record = Record(fields: [
                ("status", .string(core.isDraining.load(ordering: .relaxed) ? "stopping" : "ok")),
                ("service", "vpcsh local VPC"), ("version", .string(LocalService.version)),
                ("database", .string(core.service.location.description)),
            ])
            return text(200, "application/json", JSON.text(.record(record)) + "\n")
        case "/_local/metrics":
            return text(
                200, "text/plain; version=0.0.4; charset=utf-8", core.metrics.text(connections: core.connectionCount))
        default:
            return text(404, "text/plain; charset=utf-8", "There are /_local/health and /_local/metrics.\n")
        }
    }

    private static func text(
        _ status: Int, _ type: String, _ text: String, further: [(name: String, value: String)] = []
    ) -> WireResponse {
        let body = Array(text.utf8)
        return WireResponse(
            status: status, headers: [("Content-Type", type), ("Content-Length", "\(body.count)")] + further,
            body: body)
    }
}
