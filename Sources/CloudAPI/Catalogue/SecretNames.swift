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
        guard mayEndLikeSecret(name) else { return false }
        let last = (name.split(separator: ".").last.map(String.init) ?? name).lowercased()
        if exceptions.contains(last) { return false }
        return names.contains(last) || endings.contains { last.hasSuffix($0) }
    }

    /// False where the last two letters alone tell that the name is not secret, as with nearly all: every field of every
    /// answer is looked at. Names that end in a point or in anything but ASCII are left to the whole comparison.
    private static func mayEndLikeSecret(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let last = bytes.last, bytes.count > 1 else { return false }
        if last >= 0x80 || last == UInt8(ascii: ".") { return true }
        let before = bytes[bytes.index(bytes.endIndex, offsetBy: -2)]
        return switch (before | 0x20, last | 0x20) {
        case (UInt8(ascii: "s"), UInt8(ascii: "k")), (UInt8(ascii: "a"), UInt8(ascii: "k")),
            (UInt8(ascii: "e"), UInt8(ascii: "y")), (UInt8(ascii: "i"), UInt8(ascii: "g")),
            (UInt8(ascii: "e"), UInt8(ascii: "t")), (UInt8(ascii: "e"), UInt8(ascii: "n")),
            (UInt8(ascii: "r"), UInt8(ascii: "d")):
            true
        default: before >= 0x80
        }
    }

    /// Whether a text parameter of this name may hold a structure with a secret in it.
    static func mayHold(_ name: String) -> Bool {
        let last = name.split(separator: ".").last { Int($0) == nil }
        return holders.contains((last.map(String.init) ?? name).lowercased())
    }
}
