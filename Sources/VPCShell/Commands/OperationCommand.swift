import CloudAPI
import DataValue
import ScriptRuntime
import SystemSupport

/// An operation of the API as a command of the language.
struct OperationCommand: ScriptRuntime.Command {
    /// nil for one that the catalogue does not know.
    let operation: CloudAPI.Operation?
    let name: String
    let session: Session

    init(_ operation: CloudAPI.Operation?, name: String, session: Session) {
        self.operation = operation
        self.name = name
        self.session = session
    }

    var signature: CommandSignature {
        let parameters = (operation?.parameters ?? []).map { parameter in
            CommandSignature.Parameter(parameter.name, parameter.type.description, isRequired: parameter.isRequired)
        }
        return CommandSignature(
            name: name,
            summary: operation?.isWrite == false
                ? "Operation of the VPC API (reads)" : "Operation of the VPC API (writes)",
            parameters: parameters)
    }

    /// A pasted line of the vendor's CLI names the region in lower case.
    static let regionOption = "region"

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        var problems: [ScriptRuntime.ArgumentProblem] = []
        var names: [String] = []
        var values: [Value?] = []
        var places: [Int] = []
        for (place, argument) in arguments.enumerated() {
            guard let name = argument.name else {
                problems.append(.init("\(name) takes named arguments only", help: "Name=value", argument: place))
                continue
            }
            if name == Self.regionOption { continue }
            names.append(name)
            values.append(argument.value)
            places.append(place)
        }
        guard let operation else { return problems }
        let builder = CallBuilder(operation, region: session.region, allowsUnknown: session.options.allowsUnknown)
        problems += builder.problems(names: names, values: values).map { problem in
            .init(problem.message, help: help(problem), argument: problem.argument.map { places[$0] })
        }
        return problems
    }

    private func help(_ problem: CloudAPI.ArgumentProblem) -> String? {
        switch problem.kind {
        case .unknown where !problem.nearest.isEmpty: return "is it \(problem.nearest.joined(separator: " or "))?"
        case .unknown, .missing:
            let required = (operation?.parameters ?? []).filter { $0.isRequired && $0.name != "RegionId" }.map(\.name)
            if case .missing = problem.kind { return ([name] + required.map { "\($0)=…" }).joined(separator: " ") }
            return "help \(name) lists its parameters"
        default: return nil
        }
    }

    func hasPages(argumentNames: [String?]) -> Bool {
        operation?.itemPath != nil && !argumentNames.contains("PageNumber") && !argumentNames.contains("NextToken")
    }

    func pages(_ invocation: Invocation) throws -> (any PageSource)? {
        guard let operation else { return nil }
        return OperationPages(operation, invocation) { [self] arguments in
            var call = invocation
            call.arguments = arguments
            return try run(call)
        }
    }

    func run(_ invocation: Invocation) throws -> Value {
        try session.perform(try call(invocation.arguments), invocation)
    }

    /// The call that arguments make. Throws `Script.Type` where they do not fit.
    func call(_ given: [(name: String?, value: Value)]) throws -> APICall {
        var arguments: [(name: String, value: Value)] = []
        var region = session.region
        for argument in given {
            guard let name = argument.name else { continue }
            if name == Self.regionOption, case .string(let value) = argument.value {
                region = value
            } else {
                arguments.append((name, argument.value))
            }
        }
        var parameters: [WireParameter]
        do {
            parameters =
                if let operation {
                    try CallBuilder(operation, region: region, allowsUnknown: session.options.allowsUnknown)
                        .parameters(arguments)
                } else {
                    try CallBuilder.unchecked(action: name, arguments: arguments)
                }
        } catch {
            let first = error.problems.first
            throw ScriptError(
                "Script.Type", first?.message ?? "the arguments do not fit", action: name, help: first.flatMap(help))
        }
        if let target = parameters.first(where: { $0.name == "RegionId" }) { region = target.value }
        return APICall(action: name, region: region, parameters: parameters, isWrite: operation?.isWrite ?? true)
    }
}

extension Session {
    /// Sends a command's call and yields its answer.
    ///
    /// A write that repeats one of which the outcome is not known, by a handler's `retry`, carries that one's token.
    func perform(_ call: APICall, _ invocation: Invocation) throws -> Value {
        var call = call
        // What was to be written, to know it again when it is repeated.
        let write = ([call.product, call.action, call.region] + call.parameters.map { "\($0.name)=\($0.value)" })
            .joined(separator: "\u{0}")
        let isOurToken = !call.parameters.contains { $0.name == "ClientToken" }
        if isOurToken, let earlier = invocation.repeatedWork.take(write) {
            call.parameters.append(WireParameter("ClientToken", earlier))
            call.tokenOrigin = .kept
        }
        let answer: APIAnswer
        let began = monotonic()
        try output.flush()
        call.cancellation = invocation.interrupt
        do throws(APIError) {
            answer = try send(call)
        } catch {
            if invocation.interrupt.isCancelled {
                if error.isAmbiguous { try? self.write("interrupted: \(error.message)\n", to: .error) }
                throw Interrupted()
            }
            throw error.scriptError(of: isOurToken ? write : nil)
        }
        state.withLock { $0.calls.add(answer.value, elapsed: monotonic() - began) }
        return answer.wasSent ? answer.value : DryRunAnswer.record(action: call.action)
    }
}

extension APIError {
    /// The same error as the language knows it.
    ///
    /// - Parameter write: What was to be written, to know it again; nil where nothing is to be remembered.
    func scriptError(of write: String? = nil) -> ScriptError {
        let origin: ScriptError.Origin =
            switch code {
            case "Client.ReadOnly", "Client.Declined": .script
            default: code.hasPrefix("Client.") ? .client : code.hasPrefix("Script.") ? .script : .service
            }
        var unfinished: [UnfinishedWork] = []
        if let write, let openToken { unfinished = [UnfinishedWork(work: write, identity: openToken)] }
        return ScriptError(
            code, message, origin: origin, httpStatus: httpStatus, requestID: requestID, action: action,
            attempts: max(1, attempts), isAmbiguous: isAmbiguous,
            help: message == Session.noCredentials ? Target.missingHelp : OperationWords.error(code)?.remedy,
            elapsed: elapsed, unfinished: unfinished)
    }
}
