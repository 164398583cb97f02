/// Names of parameters and answer fields whose values must never be shown: the one list of them.
///
/// A structured name counts by its last part: `TunnelOptionsSpecification.1.TunnelIkeConfig.Psk` is `Psk`. Case does
/// not matter, because the JSON inside of a parameter is the user's own.
package enum SecretNames {
    /// Secret by their whole name, in lower case.
    private static let names: Set<String> = [
        "psk",  // pre-shared key of an IPsec connection
        "authkey",  // BGP's authentication key
        "cak",  // MACsec's connectivity association key
        "clientkey", "clientconfig",  // private key of an SSL client certificate, and the configuration that holds it
        "privatekey", "secret", "token", "password",
        "secretkey", "accesskey",
    ]
    /// Secret by how they end, in lower case.
    private static let endings = ["accesskeysecret", "token", "password", "privatekey", "presharedkey"]
    /// They end like secrets and are none, in lower case.
    private static let exceptions: Set<String> = ["clienttoken", "nexttoken"]
    /// Text parameters that hold a structure with a secret in it, in lower case: where the text is not understood, the
    /// whole of it is secret.
    private static let holders: Set<String> = ["ikeconfig", "tunnelikeconfig", "tunneloptionsspecification"]

    /// Whether a parameter or field of this name is secret.
    package static func contains(_ name: String) -> Bool {
        let last = (name.split(separator: ".").last.map(String.init) ?? name).lowercased()
        if exceptions.contains(last) { return false }
        return names.contains(last) || endings.contains { last.hasSuffix($0) }
    }

    /// Whether a text parameter of this name may hold a structure with a secret in it.
    static func mayHold(_ name: String) -> Bool {
        let last = name.split(separator: ".").last { Int($0) == nil }
        return holders.contains((last.map(String.init) ?? name).lowercased())
    }
}
