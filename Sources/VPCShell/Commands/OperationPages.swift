import CloudAPI
import DataValue
import ScriptRuntime

/// The items of a list operation, a page at a time.
///
/// State changes only when a page has arrived, so that a page that failed can be fetched again.
final class OperationPages: PageSource {
    private let operation: CloudAPI.Operation
    private let invocation: Invocation
    /// Sends the call with further arguments.
    private let send: ([(name: String?, value: Value)]) throws -> Value
    private var pageNumber = 1
    private var nextToken: String?
    private var received = 0
    /// The most that the service has counted: what is deleted meanwhile makes later pages count less, and moves items
    /// to pages that have been fetched already.
    private var counted = 0
    private var isDone = false
    /// Tokens of pages that have been asked for, by their hashes: a list is as long as its service likes.
    private var usedTokens: Set<Int> = []
    /// What arrived last, where pages are numbered: a service that does not look at the number sends the same for ever.
    private var former: [Value] = []
    /// Whether fewer items arrived than were counted: said once those that did arrive have been given out.
    private var isShort = false

    /// The largest page that all of the operations allow.
    private static let pageSize = 50

    init(
        _ operation: CloudAPI.Operation, _ invocation: Invocation,
        send: @escaping ([(name: String?, value: Value)]) throws -> Value
    ) {
        self.operation = operation
        self.invocation = invocation
        self.send = send
    }

    func next() throws -> [Value]? {
        if isShort {
            throw unreadable("\(received) items arrived of the \(counted) that the service counted")
        }
        if isDone { return nil }
        var arguments = invocation.arguments
        let given = Set(arguments.compactMap(\.name))
        switch operation.paging {
        case .none: break
        case .pageNumber:
            arguments.append(("PageNumber", .int(pageNumber)))
            if !given.contains("PageSize"), operation.parameter(named: "PageSize") != nil {
                arguments.append(("PageSize", .int(Self.pageSize)))
            }
        case .nextToken: if let nextToken { arguments.append(("NextToken", .string(nextToken))) }
        }
        let answer = try send(arguments)
        guard case .record(let response) = answer else { throw unreadable("no record") }
        let items = try items(of: answer)
        try checkProgress(items, response)
        received += items.count
        pageNumber += 1
        let total: Int? = if case .int(let count)? = response["TotalCount"] { count } else { nil }
        counted = max(counted, total ?? 0)
        invocation.host.report(.items(received, of: total == nil ? nil : counted))
        switch operation.paging {
        case .none: isDone = true
        case .pageNumber:
            isDone = total.map { received >= $0 } ?? items.isEmpty
            if items.isEmpty { isDone = true }
        case .nextToken:
            nextToken = Self.token(in: response)
            isDone = nextToken == nil
        }
        if isDone, received < counted { isShort = true }
        return items
    }

    /// Refuses pages that would have no end.
    private func checkProgress(_ items: [Value], _ response: Record) throws {
        switch operation.paging {
        case .none: break
        case .pageNumber:
            if case .int(let number)? = response["PageNumber"], number != pageNumber {
                throw unending("page \(number) came for page \(pageNumber)")
            }
            if !items.isEmpty, items == former { throw unending("page \(pageNumber) is the same as the one before") }
            former = items
        case .nextToken:
            guard let token = Self.token(in: response) else { return }
            if !usedTokens.insert(token.hashValue).inserted {
                throw unending("the token of a page that has been fetched comes again")
            }
        }
    }

    private static func token(in response: Record) -> String? {
        switch response["NextToken"] {
        case .string(let token)?: token.isEmpty ? nil : token
        case .secret(let token)?: token.content.isEmpty ? nil : token.content
        default: nil
        }
    }

    private func unending(_ what: String) -> ScriptError {
        ScriptError(
            "Client.Answer", "\(operation.name): the pages do not end: \(what), after \(received) items",
            origin: .client, action: operation.name,
            help: "the service does not page as its API says; ask for single pages: \(operation.name) "
                + (operation.paging == .pageNumber ? "PageNumber=1" : "NextToken=…"))
    }

    private func items(of answer: Value) throws -> [Value] {
        guard let items = operation.items(in: answer) else { throw unreadable("no list of items") }
        return items
    }

    private func unreadable(_ what: String) -> ScriptError {
        ScriptError(
            "Client.Answer", "\(operation.name): \(what)", origin: .client, action: operation.name,
            help:
                "it has changed meanwhile; to change what is listed, list it first: let xs = \(operation.name) | items"
        )
    }
}
