import Crypto

/// A client token as the database keeps it: so that only who has the token can tell what was asked for and answered.
///
/// Requests and answers hold pre-shared keys, and a token outlives the resource that it made. So there is neither the
/// token in the table nor the parameters nor the answer: the row's id, the digest of the parameters and the answer's key
/// are all derived from the token, each by a derivation of its own. Whoever repeats a call brings the token along, and
/// gets the first answer word by word; whoever has the file alone gets nothing.
struct SealedToken {
    /// By which the row is found.
    let id: [UInt8]
    private let root: SymmetricKey

    init(_ use: TokenUse) {
        // None of the parts can hold a zero byte, so that no two uses are the same text.
        let text = [use.region, use.action, use.token].joined(separator: "\0")
        root = SymmetricKey(data: SHA256.hash(data: Array(text.utf8)))
        id = Self.derived("id", from: root)
    }

    /// What tells the parameters of one call from those of another.
    func digest(of parameters: String) -> [UInt8] {
        let key = SymmetricKey(data: Self.derived("parameters", from: root))
        return Array(HMAC<SHA256>.authenticationCode(for: Array(parameters.utf8), using: key))
    }

    /// An answer, encrypted.
    func seal(_ answer: String) throws -> [UInt8] {
        Array(try ChaChaPoly.seal(Array(answer.utf8), using: answerKey).combined)
    }

    /// The answer that ``seal(_:)`` was given.
    func open(_ sealed: [UInt8]) throws -> String {
        String(
            decoding: try ChaChaPoly.open(try ChaChaPoly.SealedBox(combined: sealed), using: answerKey), as: UTF8.self)
    }

    private var answerKey: SymmetricKey { SymmetricKey(data: Self.derived("answer", from: root)) }

    private static func derived(_ purpose: String, from root: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: root))
    }
}
