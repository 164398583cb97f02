import CloudAPI
import DataValue
import ScriptRuntime
import SystemSupport

/// `call PRODUCT VERSION ACTION Name=value …`: an operation of any product that is called as this one is.
struct CallCommand: ScriptRuntime.Command {
    let session: Session

    /// Says where the call goes, and is no parameter of it.
    private static let endpointOption = "endpoint"
    private static let words = ["product", "version", "action"]

    var signature: CommandSignature {
        CommandSignature(
            name: "call", summary: "Call an operation of another product, with the same care",
            parameters: [
                .init("product", "its code: Ecs, Sts, Ram …", isRequired: true),
                .init("version", "the API's version: 2014-05-26", isRequired: true),
                .init("action", "the operation; its parameters follow as Name=value", isRequired: true),
                .init("--endpoint", "the host to call; without it, the product's usual one"),
            ],
            examples: ["call Vpc 2016-04-28 DescribeVpcs RegionId=cn-hangzhou"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        var problems: [ScriptRuntime.ArgumentProblem] = []
        let positional = arguments.enumerated().filter { $0.element.name == nil }
        if positional.count < Self.words.count {
            problems.append(
                .init("call needs \(Self.words.joined(separator: ", "))", help: signature.examples.first))
        } else if positional.count > Self.words.count {
            problems.append(
                .init(
                    "parameters are named", help: "Name=value", argument: positional[Self.words.count].offset))
        }
        for (word, argument) in zip(Self.words, positional) {
            guard case .string(let text)? = argument.element.value else { continue }
            if let problem = Self.problem(word, text) { problems.append(.init(problem, argument: argument.offset)) }
        }
        var seen: Set<String> = []
        for (place, argument) in arguments.enumerated() {
            guard let name = argument.name, !seen.insert(name).inserted else { continue }
            problems.append(.init("\(name) is given twice", argument: place))
        }
        return problems
    }

    private static func problem(_ word: String, _ text: String) -> String? {
        switch word {
        case "product", "action":
            let isName = !text.isEmpty && text.utf8.allSatisfy(isWordByte)
            return isName ? nil : "\(word) is a name of letters and digits"
        default:
            return Timestamp.parse("\(text)T00:00:00Z") == nil ? "a version looks like 2014-05-26" : nil
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    func run(_ invocation: Invocation) throws -> Value {
        // What was not known when the script was checked is known now.
        if let problem = problems(with: invocation.arguments.map { ($0.name, $0.value) }).first {
            throw ScriptError("Script.Value", problem.message, help: problem.help)
        }
        let words = invocation.arguments.filter { $0.name == nil }.map(\.value.displayText)
        guard words.count == Self.words.count else { return .null }
        var named: [(name: String, value: Value)] = []
        var endpoint: String?
        for argument in invocation.arguments {
            guard let name = argument.name else { continue }
            if name == Self.endpointOption {
                endpoint = argument.value.displayText
            } else {
                named.append((name, argument.value))
            }
        }
        let parameters: [WireParameter]
        do {
            parameters = try CallBuilder.unchecked(action: words[2], arguments: named)
        } catch {
            throw ScriptError(
                "Script.Type", error.problems.first?.message ?? "the arguments do not fit", action: words[2])
        }
        let region = parameters.first { $0.name == "RegionId" }?.value ?? session.region
        var call = APICall(
            product: words[0], version: words[1], action: words[2], region: region, parameters: parameters,
            isWrite: !APICall.readsByName(words[2]))
        call.endpoint = endpoint
        return try session.perform(call, invocation)
    }
}
