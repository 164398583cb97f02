import DataValue

/// An operation of the API: what it takes and what it does.
///
/// An operation is declared once, in a table next to its handler; everything that holds for all operations is done from
/// the declaration before and after the handler runs: permissions, required parameters, their form, client tokens,
/// dry runs.
struct Operation: Sendable {
    let name: String
    /// Whether it changes anything; one that does runs under the write lock.
    let isWrite: Bool
    let parameters: [ParameterRule]
    /// The parameter, or list of parameters, that names what the call is about; empty where nothing does. Rules look at
    /// it and at all other resources that a call names (``namedResources(_:)``).
    let resource: String
    /// Parameters of the real operation that ask for what the local service does not have. A name that ends in a dot
    /// stands for all that begin with it.
    let unsupported: [String]
    /// Returns the answer without its `RequestId`; throws a ``ServiceError`` or ``SQLiteError``.
    let handler: @Sendable (CallContext) throws -> Record

    /// An operation that only looks.
    static func read(
        _ name: String, on resource: String = "", _ parameters: [ParameterRule], unsupported: [String] = [],
        _ handler: @escaping @Sendable (CallContext) throws -> Record
    ) -> Operation {
        Operation(
            name: name, isWrite: false, parameters: parameters, resource: resource, unsupported: unsupported,
            handler: handler)
    }

    /// An operation that changes something. Every one takes a `ClientToken`, except where `takesToken` says otherwise.
    static func write(
        _ name: String, on resource: String = "", takesToken: Bool = true, _ parameters: [ParameterRule],
        unsupported: [String] = [], _ handler: @escaping @Sendable (CallContext) throws -> Record
    ) -> Operation {
        Operation(
            name: name, isWrite: true, parameters: parameters + (takesToken ? [.clientToken] : []),
            resource: resource, unsupported: unsupported, handler: handler)
    }

    /// All operations by name. To add one, declare it in the table of what it is about.
    static let table: [String: Operation] = {
        let all = [
            regionOperations, vpcOperations, vSwitchOperations, routeTableOperations, eipOperations,
            vpnGatewayOperations, customerGatewayOperations, vpnConnectionOperations, vpnAttachmentOperations,
            vpnRouteOperations, connectionRouteOperations, sslServerOperations, clientCertificateOperations,
            ipsecServerOperations, certificateOperations, logOperations, diagnosisOperations, tagOperations,
        ]
        return Dictionary(all.joined().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// The names of all operations that the service has, sorted.
    static var implemented: [String] { table.keys.sorted() }

    /// Refuses what is missing, malformed or not to be had.
    func validate(_ values: [String: String]) throws(ServiceError) {
        for rule in parameters where rule.isRequired && (values[rule.name] ?? "").isEmpty {
            throw .missingParameter(rule.name)
        }
        for rule in parameters {
            if let value = values[rule.name], !value.isEmpty { try rule.check(value) }
        }
        for name in unsupported {
            let found =
                name.hasSuffix(".")
                ? values.keys.contains { $0.hasPrefix(name) }
                : values[name].map { !$0.isEmpty && $0 != "false" } ?? false
            if found {
                throw .notImplemented("the parameter \(name.hasSuffix(".") ? "\(name)*" : name) of \(self.name)")
            }
        }
    }
}
