import CloudAPI
import DataValue
import ScriptRuntime
import SystemSupport

/// `explain OPERATION Name=value …`: how the request is made and signed, step by step; nothing is sent.
struct ExplainCommand: ScriptRuntime.Command {
    let session: Session

    private static let example = "explain DescribeVpnConnections PageSize=10"
    private var argument: OperationArgument { OperationArgument(session: session, leading: 0) }

    var signature: CommandSignature {
        CommandSignature(
            name: "explain", summary: "Show how a call is made and signed, step by step, without sending it",
            parameters: [
                .init(
                    "operation", "the operation; its arguments follow as they would without explain", isRequired: true)
            ], examples: [Self.example])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        argument.problems(arguments, example: Self.example)
    }

    func run(_ invocation: Invocation) throws -> Value {
        let (command, given) = try argument.read(invocation.arguments, example: Self.example)
        let call = try command.call(given)
        do throws(APIError) {
            let explanation = try session.explain(call, hidesSignature: call.changesAnything && session.mayNotWrite)
            return .string(ExplanationText(explanation, of: call, remark: session.remarkOnExplaining).text)
        } catch {
            throw error.scriptError()
        }
    }
}

extension Session {
    private var isInProcess: Bool { if case .local = target { true } else { false } }

    /// What is not as it would be, for a reader.
    var remarkOnExplaining: String? {
        switch target {
        case .cloud: nil
        case .local: "The embedded endpoint is in this process; this is what the cloud would get, with the key 'local'."
        case .none, .replay: "There are no credentials: this is signed with a key that is made up."
        }
    }

    /// Whether a write that is signed here would go past a guard.
    var mayNotWrite: Bool {
        if options.isReadOnly || options.isDryRun { return true }
        guard let usedProfile else { return false }
        // Marks that cannot be read forbid writes as well.
        guard let marks = try? ProfileMarks(surroundings).marks() else { return true }
        return marks[usedProfile] != nil
    }

    func explain(_ call: APICall, hidesSignature: Bool) throws(APIError) -> CallExplanation {
        let signing: SigningClient
        switch target {
        case .cloud: signing = try signingClient(for: call.action)
        case .local, .none, .replay:
            let word = isInProcess ? "local" : "made-up"
            signing = SigningClient(
                transport: cloudTransport,
                credentials: Credentials(accessKeyID: word, accessKeySecret: Secret(word)),
                signature: options.signature ?? .acs3, method: options.method, clock: time)
        }
        return try signing.explain(call, hidesSignature: hidesSignature)
    }
}

/// An explanation for a person.
struct ExplanationText {
    private let explanation: CallExplanation
    private let call: APICall
    private let remark: String?

    init(_ explanation: CallExplanation, of call: APICall, remark: String?) {
        self.explanation = explanation
        self.call = call
        self.remark = remark
    }

    var text: String {
        var lines = ["\(call.action) in \(call.region): what would be sent. Nothing is."]
        if let remark { lines.append(remark) }
        lines += step(1, "Where it goes", explanation.method + " " + explanation.url)
        lines += step(
            2, "The parameters, sorted by name and percent-encoded: the canonical query", explanation.canonicalQuery)
        var number = 3
        if let request = explanation.canonicalRequest {
            lines += step(
                number,
                "Method, path, canonical query, signed headers, their names, hash of the body: the canonical request",
                request)
            lines += step(
                number + 1, "The method of signing and the SHA-256 of the canonical request: the string to sign",
                explanation.stringToSign)
            lines += step(
                number + 2, "HMAC-SHA256 of the string to sign, with the AccessKeySecret: the signature",
                explanation.signature)
            number += 3
        } else {
            lines += step(
                number, "The method, the path and the canonical query, encoded once more: the string to sign",
                explanation.stringToSign)
            lines += step(
                number + 1,
                "HMAC-SHA1 of the string to sign, with the AccessKeySecret and '&', in base64: the signature",
                explanation.signature)
            number += 2
        }
        lines += step(
            number, "The headers of the request",
            explanation.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
        if !explanation.body.isEmpty { lines += step(number + 1, "Its body", explanation.body) }
        if explanation.hidesHashes {
            lines += [
                "",
                "Hashes and the signature are masked: a secret that is a parameter could be guessed from them, or the request "
                    + "be sent in spite of what forbids writes here.",
            ]
        } else {
            lines += ["", "For a quarter of an hour whoever has this text can send the request: keep it to yourself."]
        }
        return lines.joined(separator: "\n")
    }

    private func step(_ number: Int, _ title: String, _ content: String) -> [String] {
        let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
        return ["", "\(number). \(title)"] + lines.map { $0.isEmpty ? "" : "   " + String($0).visible }
    }
}
