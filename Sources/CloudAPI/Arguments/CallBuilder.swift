import DataValue
import SystemSupport

/// Turns the arguments of an operation into the parameters that go on the wire, and says what is wrong with them.
package struct CallBuilder: Sendable {
    /// What is called.
    package let operation: Operation
    /// Stands in where the operation has a `RegionId` and none is given.
    package let region: String?
    /// Whether parameters that the catalogue does not know are let through.
    package let allowsUnknown: Bool

    /// A builder for calls of one operation.
    package init(_ operation: Operation, region: String?, allowsUnknown: Bool = false) {
        self.operation = operation
        self.region = region
        self.allowsUnknown = allowsUnknown
    }

    /// Everything that is wrong, in the order of the arguments, missing ones last.
    ///
    /// - Parameter values: as many as there are names; nil where a value is not known yet, so that only its name counts.
    package func problems(names: [String], values: [Value?]) -> [ArgumentProblem] {
        var flattener = Flattener(operation, allowsUnknown: allowsUnknown)
        for (index, name) in names.enumerated() {
            flattener.add(name, index < values.count ? values[index] : nil, argument: index)
        }
        return flattener.problems + missing(flattener.given)
    }

    /// The parameters in the order given, with the session's region where it is needed.
    package func parameters(_ arguments: [(name: String, value: Value)]) throws(ArgumentProblems) -> [WireParameter] {
        var flattener = Flattener(operation, allowsUnknown: allowsUnknown)
        for (index, argument) in arguments.enumerated() {
            flattener.add(argument.name, argument.value, argument: index)
        }
        let problems = flattener.problems + missing(flattener.given)
        guard problems.isEmpty else { throw ArgumentProblems(problems: problems) }
        var parameters = flattener.parameters
        if let region, let parameter = operation.parameter(named: "RegionId"), !flattener.given.contains("RegionId") {
            parameters.append(WireParameter("RegionId", region, position: parameter.position))
        }
        return parameters
    }

    /// The call with its parameters. Its region is a `RegionId` given as an argument, else the session's.
    package func call(
        _ arguments: [(name: String, value: Value)], cancellation: Cancellation = Cancellation()
    ) throws(ArgumentProblems) -> APICall {
        let parameters = try parameters(arguments)
        let target = parameters.first { $0.name == "RegionId" }?.value
        return APICall(
            action: operation.name, region: target ?? region ?? "", parameters: parameters,
            isWrite: operation.isWrite, cancellation: cancellation)
    }

    /// The parameters of an operation that the catalogue does not know: lists and records flattened, in the query.
    package static func unchecked(action: String, arguments: [(name: String, value: Value)])
        throws(ArgumentProblems) -> [WireParameter]
    {
        var flattener = Flattener(action)
        for (index, argument) in arguments.enumerated() {
            flattener.add(argument.name, argument.value, argument: index)
        }
        guard flattener.problems.isEmpty else { throw ArgumentProblems(problems: flattener.problems) }
        return flattener.parameters
    }

    private func missing(_ given: Set<String>) -> [ArgumentProblem] {
        operation.parameters.compactMap { parameter in
            guard parameter.isRequired, !given.contains(parameter.name) else { return nil }
            if parameter.name == "RegionId", region != nil { return nil }
            return ArgumentProblem(.missing, operation: operation.name, parameter: parameter.name)
        }
    }
}

/// All that is wrong with the arguments of one call; at least one.
package struct ArgumentProblems: Error, Sendable, Equatable {
    /// In the order of the arguments, missing ones last.
    package let problems: [ArgumentProblem]
}
