import CloudAPI
import DataValue
import ScriptRuntime

/// `code LANGUAGE OPERATION Name=value …`: the call as a program of another language; nothing is sent.
struct CodeCommand: ScriptRuntime.Command {
    let session: Session

    private static let example = "code python DescribeVpnConnections PageSize=10"
    private var argument: OperationArgument { OperationArgument(session: session, leading: 1) }

    var signature: CommandSignature {
        CommandSignature(
            name: "code", summary: "Write a call as a program: curl, aliyun, Python, Go, Java, Terraform …",
            parameters: [
                .init("language", ProgramLanguage.names.joined(separator: ", "), isRequired: true),
                .init("operation", "the operation; its arguments follow as they would without code", isRequired: true),
            ],
            examples: [Self.example, "code curl DescribeRegions", "code terraform CreateVpc CidrBlock=10.0.0.0/16"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        guard let first = arguments.first, first.name == nil else {
            return [.init("the language is missing", help: Self.example)]
        }
        if let value = first.value, let problem = Self.problem(with: value) { return [problem] }
        return argument.problems(arguments, example: Self.example)
    }

    private static func problem(with language: Value) -> ScriptRuntime.ArgumentProblem? {
        let name = language.displayText
        if ProgramLanguage(named: name) != nil { return nil }
        let known = ProgramLanguage.names.joined(separator: ", ")
        // The likeliest slip is to leave the language out.
        let help = Catalogue.operation(matching: name) == nil ? known : "code LANGUAGE \(name) …, with \(known)"
        return .init("there are no programs in '\(name)'", help: help, argument: 0)
    }

    func run(_ invocation: Invocation) throws -> Value {
        let (command, given) = try argument.read(invocation.arguments, example: Self.example)
        guard let language = ProgramLanguage(named: invocation.arguments[0].value.displayText) else {
            let problem = Self.problem(with: invocation.arguments[0].value)
            throw ScriptError("Script.Value", problem?.message ?? "", help: problem?.help)
        }
        let region = try command.call(given).region
        do {
            let endpoint = try Endpoint.resolve(
                region: region, override: session.endpointOfCloud,
                allowsInsecure: session.options.allowsInsecureEndpoint)
            let call = try CallProgram(command, given, endpoint: endpoint, token: RandomUUIDs().next())
            return .string(try language.program(call))
        } catch let error as EndpointError {
            throw ScriptError("Client.Network", error.message, origin: .client)
        }
    }
}

extension Session {
    /// Where calls to the cloud go instead of to the regions' own endpoints; nil for there.
    fileprivate var endpointOfCloud: String? { if case .cloud = target { options.endpoint } else { nil } }
}
