import DataValue

extension Operation {
    /// The operations on customer gateways. They have no states.
    static let customerGatewayOperations: [Operation] = [
        .write(
            "CreateCustomerGateway",
            [
                .region.required,
                ParameterRule("IpAddress", .text(maximum: 64), code: "InvalidIpAddress.WrongFormat")
                    .required,
                .name, .description(),
                ParameterRule("Asn", .text(maximum: 16)), ParameterRule("AuthKey", .text(maximum: 64)),
                .resourceGroup,
            ]
        ) { try $0.createCustomerGateway() },
        .read(
            "DescribeCustomerGateway", on: "CustomerGatewayId", [.region.required, .id("CustomerGatewayId").required]
        ) { call in
            call.customerGatewayAnswer(try call.customerGateway())
        },
        .read(
            "DescribeCustomerGateways", on: "CustomerGatewayId",
            [.region.required, .id("CustomerGatewayId"), .resourceGroup] + ParameterRule.page
        ) { call in
            try call.list(
                .customerGateway, as: "CustomerGateways", "CustomerGateway",
                filter: try call.filter(ids: "CustomerGatewayId", attributes: ["ResourceGroupId"]),
                call.customerGatewayAnswer)
        },
        .write(
            "ModifyCustomerGatewayAttribute", on: "CustomerGatewayId",
            [
                .region.required, .id("CustomerGatewayId").required,
                .name, .description(),
                ParameterRule("AuthKey", .text(maximum: 64)),
            ]
        ) { try $0.modifyCustomerGateway() },
        .write(
            "DeleteCustomerGateway", on: "CustomerGatewayId", [.region.required, .id("CustomerGatewayId").required]
        ) { try $0.deleteCustomerGateway() },
    ]
}

extension CallContext {
    /// Addresses at which no gateway can be.
    private static let unusable =
        IPv4Block.reserved + ["0.0.0.0/8", "248.0.0.0/5"].compactMap { IPv4Block($0) }

    fileprivate func createCustomerGateway() throws -> Record {
        let region = try requiredRegion()
        let text = try required("IpAddress")
        guard let address = IPv4Address(text), !Self.unusable.contains(where: { $0.contains(address) }) else {
            throw ServiceError(
                400, "InvalidIpAddress.WrongFormat", "The parameter IpAddress must be an IPv4 address of a gateway.")
        }
        let asn = try autonomousSystem()
        try checkAuthKey()
        let tags = try newTags("Tags")
        try require(.customerGateways, used: try store.count(.customerGateway, region: region, .any))
        let attribute = Attribute("IpAddress", address.text)
        if try store.count(.customerGateway, region: region, attribute) > 0 {
            throw ServiceError(
                400, "InvalidIpAddress.AlreadyExist", "A customer gateway with the address \(text) exists already.")
        }
        let gateway = try store.insert(
            .customerGateway, id: try newID("cgw", region: region), region: region, now: now,
            document: Record(fields: [
                ("IpAddress", .string(address.text)), ("Name", .string(self["Name"] ?? "")),
                ("Description", .string(self["Description"] ?? "")), ("Asn", asn.map { .int($0) } ?? .null),
                ("AuthKey", .string(self["AuthKey"] ?? "")), ("Tags", tags),
                ("ResourceGroupId", group),
            ]))
        return Record(fields: [
            ("CustomerGatewayId", .string(gateway.id)), ("IpAddress", .string(address.text)),
            ("Name", gateway.document.field("Name")), ("Description", gateway.document.field("Description")),
            ("CreateTime", createTime(gateway)),
        ])
    }

    private func autonomousSystem() throws(ServiceError) -> Int? {
        guard let text = self["Asn"] else { return nil }
        guard let number = AutonomousSystem.number(text), number != AutonomousSystem.service else {
            throw .invalidParameter(
                "Asn", "must be a number from 1 to 4294967295 other than \(AutonomousSystem.service)")
        }
        return number
    }

    private func checkAuthKey() throws(ServiceError) {
        guard let key = self["AuthKey"] else { return }
        if !key.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "?") }) {
            throw .invalidParameter("AuthKey", "must be ASCII without blanks and question marks")
        }
    }

    fileprivate func modifyCustomerGateway() throws -> Record {
        var gateway = try customerGateway()
        try checkAuthKey()
        for name in ["Name", "Description", "AuthKey"] {
            if let value = self[name] { gateway.document[name] = .string(value) }
        }
        try store.update(gateway)
        var answer = customerGatewayAnswer(gateway)
        for name in ["Asn", "AuthKey", "Tags"] { answer[name] = nil }
        return answer
    }

    fileprivate func deleteCustomerGateway() throws -> Record {
        let gateway = try customerGateway()
        let attribute = Attribute("CustomerGatewayId", gateway.id)
        if try store.count(.vpnConnection, region: gateway.region, attribute) > 0 {
            // The documentation says that it is refused, but not with which code.
            throw ServiceError(
                400, "DependencyViolation.VpnConnection", "The customer gateway \(gateway.id) still has connections.")
        }
        try store.delete(gateway)
        return Record()
    }

    /// The customer gateway that the call names.
    func customerGateway() throws -> Resource {
        try customerGateway(try required("CustomerGatewayId"), region: region)
    }

    fileprivate func customerGatewayAnswer(_ gateway: Resource) -> Record {
        let document = gateway.document
        var answer = Record(fields: [
            ("CustomerGatewayId", .string(gateway.id)), ("IpAddress", document.field("IpAddress")),
            ("Name", document.field("Name")), ("Description", document.field("Description")),
            ("CreateTime", createTime(gateway)), ("Asn", document.field("Asn", .null)),
            ("AuthKey", document.field("AuthKey")),
            ("ResourceGroupId", document.field("ResourceGroupId")), ("Tags", Record.tagList(document)),
        ])
        if answer["Asn"] == .null { answer["Asn"] = nil }
        return answer
    }
}
