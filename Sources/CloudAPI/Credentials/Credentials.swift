import DataValue

/// What a request is signed with.
package struct Credentials: Sendable, Equatable {
    /// Travels with each request, and is no secret.
    package var accessKeyID: String
    /// The key of the signature; never travels.
    package var accessKeySecret: Secret
    /// Of temporary credentials only.
    package var securityToken: Secret?

    /// Permanent credentials where there is no token.
    package init(accessKeyID: String, accessKeySecret: Secret, securityToken: Secret? = nil) {
        self.accessKeyID = accessKeyID
        self.accessKeySecret = accessKeySecret
        self.securityToken = securityToken
    }

    /// The names of the environment's variables.
    package enum Variable {
        /// Required.
        package static let accessKeyID = "ALIBABA_CLOUD_ACCESS_KEY_ID"
        /// Required.
        package static let accessKeySecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        /// With temporary credentials only.
        package static let securityToken = "ALIBABA_CLOUD_SECURITY_TOKEN"
    }

    /// The credentials that an environment holds; nil where it holds none. An empty variable counts as unset.
    package static func fromEnvironment(_ environment: [String: String]) throws(CredentialsError) -> Credentials? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let token = value(Variable.securityToken)
        switch (value(Variable.accessKeyID), value(Variable.accessKeySecret)) {
        case (let id?, let secret?):
            return Credentials(
                accessKeyID: id, accessKeySecret: Secret(secret), securityToken: token.map { Secret($0) })
        case (_?, nil): throw CredentialsError(isSet: Variable.accessKeyID, missing: [Variable.accessKeySecret])
        case (nil, _?): throw CredentialsError(isSet: Variable.accessKeySecret, missing: [Variable.accessKeyID])
        case (nil, nil):
            guard token != nil else { return nil }
            throw CredentialsError(
                isSet: Variable.securityToken, missing: [Variable.accessKeyID, Variable.accessKeySecret])
        }
    }
}

/// Credentials of which a part is missing. Holds names only, never what they stand for.
package struct CredentialsError: Error, Sendable, Equatable {
    /// The variable that is set.
    package var isSet: String
    /// The variables that are not.
    package var missing: [String]

    /// What to tell the user.
    package var message: String { "\(isSet) is set, but not \(missing.joined(separator: " and "))" }
}
