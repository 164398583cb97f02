import CloudAPI
import DataValue
import LineEditor
import ScriptRuntime
import Synchronization
import SystemSupport

/// The ids of what there is, with names beside them, for completion.
///
/// A list operation is asked on a thread of its own, once for a kind, a region and a target at a time, and its answer is
/// kept for a while. Whoever asks waits for 300 ms at most; what arrives later is there at the next Tab. Nothing is
/// printed, and no error shows: there are just no candidates.
final class LiveIdentifiers: Sendable {
    private struct Entry {
        var candidates: [Candidate]
        /// When they were asked for.
        var time: MonotonicTime
        var isPending: Bool
        /// Raised when what is pending has come.
        var arrival = Waker()
    }
    private let session: Session
    private let entries = Mutex<[String: Entry]>([:])
    /// Older answers are asked for anew.
    private static let ageLimit = Duration.seconds(30)
    /// How long a person waits for a Tab.
    private static let patience = Duration.milliseconds(300)
    /// More are no help in a list.
    private static let pageSize = 50

    init(session: Session) { self.session = session }

    /// What a parameter that takes an id can be.
    func candidates(for parameter: String) -> [Candidate] {
        guard session.settings.liveCompletion, let source = Self.source(of: parameter) else { return [] }
        let key = "\(parameter) \(session.region) \(session.target.label)"
        let now = session.monotonic()
        let mustAsk = entries.withLock { entries in
            if let entry = entries[key], entry.isPending || now - entry.time < Self.ageLimit { return false }
            entries[key] = Entry(candidates: entries[key]?.candidates ?? [], time: now, isPending: true)
            return true
        }
        if mustAsk {
            let region = session.region
            let asking = try? SystemThread.start(stackSize: 1 << 20) { [self] in
                arrived(ask(source, parameter, region), key, asked: now)
            }
            // Without a thread there are no candidates, this time.
            if let asking { asking.detach() } else { arrived(nil, key, asked: now) }
        }
        let pending = entries.withLock { entries in entries[key].flatMap { $0.isPending ? $0.arrival : nil } }
        pending?.wait(for: Self.patience)
        return entries.withLock { $0[key]?.candidates ?? [] }
    }

    /// Takes in what a list operation has yielded; nil where it failed, and then it may be asked again at once.
    private func arrived(_ found: [Candidate]?, _ key: String, asked time: MonotonicTime) {
        entries.withLock { entries in
            let former = entries[key]
            entries[key] = Entry(
                candidates: found ?? former?.candidates ?? [],
                time: found == nil ? MonotonicTime(nanoseconds: .min) : time, isPending: false)
            former?.arrival.wake()
        }
    }

    private func ask(_ operation: CloudAPI.Operation, _ field: String, _ region: String) -> [Candidate]? {
        var arguments: [(name: String, value: Value)] = []
        if operation.parameter(named: "PageSize") != nil { arguments.append(("PageSize", .int(Self.pageSize))) }
        guard let parameters = try? CallBuilder(operation, region: region, allowsUnknown: false).parameters(arguments)
        else { return nil }
        var call = APICall(action: operation.name, region: region, parameters: parameters, isWrite: false)
        call.cancellation = Cancellation()
        guard let answer = try? session.sendQuietly(call) else { return nil }
        return (operation.items(in: answer.value) ?? []).compactMap { item in
            guard case .record(let record) = item, case .string(let id)? = record[field],
                id.utf8.allSatisfy(Self.isOfIdentifier)
            else { return nil }
            let name =
                ["Name", String(field.dropLast(2)) + "Name", "Description"].lazy
                .compactMap { name -> String? in
                    if case .string(let text)? = record[name], !text.isEmpty { text } else { nil }
                }.first ?? ""
            let status: String = if case .string(let text)? = record["Status"] { text } else { "" }
            return Candidate(text: id, note: [name, status].filter { !$0.isEmpty }.joined(separator: "  ").visible)
        }
    }

    /// Whatever else stands in an id would be something else in a statement.
    private static func isOfIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// The list operation whose items have the ids that a parameter takes: `DescribeVpcs` for `VpcId`.
    private static func source(of parameter: String) -> CloudAPI.Operation? {
        guard parameter.hasSuffix("Id"), parameter != "RegionId" else { return nil }
        let noun = parameter.dropLast(2)
        let names =
            ["Describe\(noun)s", "Describe\(noun)es", "List\(noun)s", "Describe\(noun)List"] + (others[parameter] ?? [])
        for name in names {
            guard let operation = Catalogue.operation(named: name), let path = operation.itemPath,
                operation.parameters.allSatisfy({ !$0.isRequired || $0.name == "RegionId" }),
                case .list(.record(let fields))? = operation.answer.shape(at: path),
                fields.contains(where: { $0.name == parameter })
            else { continue }
            return operation
        }
        return nil
    }

    /// Where the name of the list operation does not follow from the parameter's.
    private static let others = ["AllocationId": ["DescribeEipAddresses"], "RouteTableId": ["DescribeRouteTableList"]]
}
