import Crypto
import DataValue

extension Operation {
    private static let certificate: [ParameterRule] = [.region.required, .id("SslVpnClientCertId").required]

    /// The operations on the certificates with which clients connect to an SSL server.
    static let clientCertificateOperations: [Operation] = [
        .write(
            "CreateSslVpnClientCert", on: "SslVpnServerId",
            [.region.required, .id("SslVpnServerId").required, .name]
        ) { try $0.createClientCertificate() },
        .write("ModifySslVpnClientCert", on: "SslVpnClientCertId", certificate + [.name]) { call in
            var certificate = try call.clientCertificate(try call.required("SslVpnClientCertId"))
            if let name = call["Name"] { certificate.document["Name"] = .string(name) }
            try call.store.update(certificate)
            return Record(fields: [
                ("SslVpnClientCertId", .string(certificate.id)), ("Name", certificate.document.field("Name")),
            ])
        },
        .write("DeleteSslVpnClientCert", on: "SslVpnClientCertId", certificate) { call in
            let certificate = try call.clientCertificate(try call.required("SslVpnClientCertId"))
            if let gateway = try call.gateway(of: certificate) { try call.requireActive(gateway) }
            try call.store.delete(certificate)
            return Record()
        },
        .read("DescribeSslVpnClientCert", on: "SslVpnClientCertId", certificate) { call in
            let certificate = try call.clientCertificate(try call.required("SslVpnClientCertId"))
            var answer = call.clientCertificateAnswer(certificate)
            for name in ["CaCert", "ClientCert", "ClientKey"] { answer[name] = certificate.document.field(name) }
            answer["ClientConfig"] = .string(try call.clientConfiguration(certificate))
            return answer
        },
        .read(
            "DescribeSslVpnClientCerts", on: "SslVpnClientCertId",
            [
                .region.required, .id("SslVpnClientCertId"), .id("SslVpnServerId"), .id("Name"), .resourceGroup,
            ] + ParameterRule.page
        ) { call in
            try call.list(
                .clientCertificate, as: "SslVpnClientCertKeys", "SslVpnClientCertKey",
                filter: try call.filter(
                    ids: "SslVpnClientCertId", attributes: ["SslVpnServerId", "Name", "ResourceGroupId"]),
                call.clientCertificateAnswer)
        },
    ]
}

extension CallContext {
    /// How long a certificate is valid, in seconds: three years.
    private static let lifetime = 3 * CertificateAuthority.year

    /// The client certificate with an id.
    func clientCertificate(_ id: String) throws -> Resource {
        guard let certificate = try store.find(.clientCertificate, id: id, region: region) else {
            throw ServiceError.notFound("InvalidSslVpnClientCertId.NotFound", "client certificate", id)
        }
        return certificate
    }

    fileprivate func gateway(of certificate: Resource) throws -> Resource? {
        guard let server = try store.find(.sslServer, id: certificate.text("SslVpnServerId"), region: nil) else {
            return nil
        }
        return try store.find(.vpnGateway, id: server.text("VpnGatewayId"), region: nil)
    }

    fileprivate func createClientCertificate() throws -> Record {
        var server = try sslServer(try required("SslVpnServerId"))
        if let gateway = try store.find(.vpnGateway, id: server.text("VpnGatewayId"), region: nil) {
            try requireReady(gateway)
        }
        try require(
            .clientCertificates, used: try store.count(.clientCertificate, region: server.region, .anywhere))
        let seconds = now / 1_000_000_000
        let authority = try authority(of: &server, seconds: seconds)
        let id = try newID("vsc", region: server.region)
        let issued = try authority.issue(to: id, seconds: seconds, lifetime: Self.lifetime, random: random)
        let certificate = try store.insert(
            .clientCertificate, id: id, region: server.region, now: now,
            document: Record(fields: [
                ("SslVpnServerId", .string(server.id)), ("Name", .string(self["Name"] ?? "")),
                ("EndTime", .int(Int(seconds + Self.lifetime) * 1000)),
                ("CaCert", .string(PEM.text("CERTIFICATE", authority.certificate))),
                ("ClientCert", .string(PEM.text("CERTIFICATE", issued.certificate))),
                ("ClientKey", .string(CertificateAuthority.pem(issued.key))),
                ("ResourceGroupId", server.document.field("ResourceGroupId")),
            ]))
        return Record(fields: [
            ("SslVpnClientCertId", .string(certificate.id)), ("Name", certificate.document.field("Name")),
        ])
    }

    /// The server's authority, made when its first certificate is wanted.
    private func authority(of server: inout Resource, seconds: Int64) throws -> CertificateAuthority {
        if let key = Self.bytes(server.text("AuthorityKey")), let certificate = Self.bytes(server.text("AuthorityCert"))
        {
            return try CertificateAuthority(named: server.id, rawKey: key, certificate: certificate)
        }
        let authority = try CertificateAuthority(named: server.id, seconds: seconds, random: random)
        server.document["AuthorityKey"] = .string(Self.text(Array(authority.key.rawRepresentation)))
        server.document["AuthorityCert"] = .string(Self.text(authority.certificate))
        try store.update(server)
        return authority
    }

    /// Bytes in hexadecimal, as documents keep them.
    private static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for position in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[position..<position + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    fileprivate func clientCertificateAnswer(_ certificate: Resource) -> Record {
        let document = certificate.document
        let left = Int64(document.integer("EndTime") ?? 0) - now / 1_000_000
        let status = left <= 0 ? "expired" : left <= 7 * 86_400_000 ? "expiring-soon" : "normal"
        return Record(fields: [
            ("SslVpnClientCertId", .string(certificate.id)), ("SslVpnServerId", document.field("SslVpnServerId")),
            ("Name", document.field("Name")), ("RegionId", .string(certificate.region)),
            ("CreateTime", createTime(certificate)), ("EndTime", document.field("EndTime", 0)),
            ("Status", .string(status)), ("ResourceGroupId", document.field("ResourceGroupId")),
        ])
    }

    /// What an OpenVPN client is given beside the files.
    fileprivate func clientConfiguration(_ certificate: Resource) throws -> String {
        let server = try sslServer(certificate.text("SslVpnServerId"))
        let gateway = try gateway(of: certificate)?.document ?? Record()
        let own = gateway.text("SslVpnInternetIp")
        let address = own.isEmpty ? gateway.text("InternetIp") : own
        var lines = [
            "client", "dev tun", "proto \(server.text("Proto").lowercased())",
            "remote \(address) \(server.document.integer("Port") ?? 1194)", "resolv-retry infinite", "nobind",
            "persist-key", "persist-tun", "ca ca.crt", "cert client.crt", "key client.key",
            "cipher \(server.text("Cipher"))", "auth SHA1", "verb 3", "reneg-sec 0",
        ]
        if server.document.flag("Compress") { lines.append("comp-lzo") }
        if server.document.flag("EnableMultiFactorAuth") { lines.append("auth-user-pass") }
        return lines.joined(separator: "\n") + "\n"
    }
}
