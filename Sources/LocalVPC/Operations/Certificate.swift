import DataValue

extension Operation {
    private static let association: [ParameterRule] = [
        .region.required, .id("VpnGatewayId").required, .id("CertificateId").required,
        ParameterRule("CertificateType", .choice(["Encryption", "Signature"])).required, .dryRun,
    ]

    /// The operations that give VPN gateways of the type NationalStandard their certificates.
    static let certificateOperations: [Operation] = [
        .write("AssociateVpnGatewayWithCertificate", on: "VpnGatewayId", association) {
            try $0.associateCertificate()
        },
        .write("DissociateVpnGatewayWithCertificate", on: "VpnGatewayId", association) { call in
            var gateway = try call.vpnGateway()
            try call.requireActive(gateway)
            let id = try call.required("CertificateId")
            guard let association = try call.association(of: gateway), association.text("CertificateId") == id else {
                throw ServiceError.notFound(
                    "InvalidCertificateId.NotFound", "certificate of the VPN gateway \(gateway.id)", id)
            }
            try call.store.delete(association)
            try call.configure(&gateway)
            return Record()
        },
        .read(
            "ListVpnCertificateAssociations",
            [.region.required, ParameterRule("CertificateType", .choice(["Encryption", "Signature"]))]
                + ParameterRule.continued
        ) { try $0.listAssociations() },
    ]
}

extension CallContext {
    fileprivate func associateCertificate() throws -> Record {
        var gateway = try vpnGateway()
        guard gateway.text("VpnType") == "NationalStandard" else {
            throw ServiceError(
                400, "OperationUnsupported.VpnGateway",
                "Only VPN gateways of the type NationalStandard have certificates; \(gateway.id) is none.")
        }
        try requireActive(gateway)
        if let known = try association(of: gateway) {
            throw ServiceError(
                400, "OperationFailed.CertificateAssociated",
                "The VPN gateway \(gateway.id) has the certificate \(known.text("CertificateId")) for this already.")
        }
        _ = try store.insert(
            .certificateAssociation, id: try newID("vca", region: gateway.region), region: gateway.region, now: now,
            document: Record(fields: [
                ("VpnGatewayId", .string(gateway.id)), ("CertificateId", .string(try required("CertificateId"))),
                ("CertificateType", .string(try required("CertificateType"))),
            ]))
        try configure(&gateway)
        return Record()
    }

    /// The certificate that a gateway has for what the call names.
    fileprivate func association(of gateway: Resource) throws -> Resource? {
        try store.all(.certificateAssociation, region: gateway.region, Attribute("VpnGatewayId", gateway.id))
            .first { $0.text("CertificateType") == self["CertificateType"] }
    }

    /// Those of some gateways, or with some certificates.
    fileprivate func listAssociations() throws -> Record {
        var filter = try filter(ids: "", attributes: ["CertificateType"])
        let gateways = try strings("VpnGatewayId", maximum: 20)
        let certificates = try strings("CertificateId", maximum: 20)
        if !gateways.isEmpty || !certificates.isEmpty {
            let region = try requiredRegion()
            var ids: [String] = []
            for (name, values) in [("VpnGatewayId", gateways), ("CertificateId", certificates)] {
                for value in values {
                    for found in try store.all(.certificateAssociation, region: region, Attribute(name, value)) {
                        let isWanted =
                            (gateways.isEmpty || gateways.contains(found.text("VpnGatewayId")))
                            && (certificates.isEmpty || certificates.contains(found.text("CertificateId")))
                        if isWanted { ids.append(found.id) }
                    }
                }
            }
            filter.ids = ids
        }
        return try continuedList(
            .certificateAssociation, as: "VpnCertificateRelations", filter: filter
        ) { association in
            let document = association.document
            return Record(fields: [
                ("VpnGatewayId", document.field("VpnGatewayId")), ("CertificateId", document.field("CertificateId")),
                ("CertificateType", document.field("CertificateType")), ("RegionId", .string(association.region)),
                ("AssociationTime", creationTime(association)),
            ])
        }
    }
}
