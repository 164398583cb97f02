import CloudAPI
import DataValue
import SystemSupport

/// `vpcsh journal`: what runs have written, by their journals.
package struct JournalReport {
    let folder: String?
    let format: OutputFormat
    let width: Int?
    let isStyled: Bool

    /// - Parameter format: Nil for a table on a terminal, and JSON elsewhere.
    package init(_ surroundings: Surroundings, format: OutputFormat?, width: Int?) {
        folder = surroundings.stateFolder.map { $0 + "/journal" }
        self.format = format ?? (surroundings.outputIsTerminal ? .table : .json)
        self.width = width
        isStyled = surroundings.stylesOutput
    }

    private func formatted(_ value: Value) -> String {
        ValueFormatter(format: format, width: width, styled: isStyled).text(value)
    }

    /// All runs, newest first, or one of them with its writes. Throws where there is no such run.
    package func text(run: String?) throws(UsageError) -> String {
        guard let folder else { throw UsageError("there is no home folder, and so no journal") }
        let names = JournalFolder.names(folder)
        guard let run else { return formatted(.list(names.reversed().compactMap { overview($0, folder) })) }
        let matching = names.filter { $0 == run || $0.hasPrefix(run) }
        guard let name = matching.first, matching.count == 1 || names.contains(run) else {
            throw UsageError(
                matching.isEmpty ? "there is no run '\(run)'" : "several runs begin with '\(run)'",
                help: "vpcsh journal lists them")
        }
        let chosen = names.contains(run) ? run : name
        guard let summary = JournalFolder.summary(path(chosen, folder)) else {
            throw UsageError("the journal of the run '\(chosen)' cannot be read")
        }
        return formatted(.list(summary.writes.map(description)))
    }

    private func path(_ name: String, _ folder: String) -> String { "\(folder)/\(name)\(JournalFolder.suffix)" }

    private func overview(_ name: String, _ folder: String) -> Value? {
        guard let summary = JournalFolder.summary(path(name, folder)) else { return nil }
        var record = Record()
        record["Run"] = .string(name)
        record["Started"] = .string(summary.header.map { Timestamp.text($0.time) } ?? "?")
        record["Program"] = .string(summary.header?.program ?? "?")
        record["Target"] = .string(summary.header?.target ?? "?")
        record["Region"] = .string(summary.header?.region ?? "?")
        record["Ended"] = .string(ending(summary, name, folder))
        record["Writes"] = .int(summary.writes.count)
        record["Unknown"] = .int(summary.unknownCount)
        return .record(record)
    }

    private func ending(_ summary: JournalSummary, _ name: String, _ folder: String) -> String {
        if let status = summary.status { return "status \(status)" }
        return FileLock.isHeld(path(name, folder)) ? "running" : "killed"
    }

    private func description(_ write: JournalSummary.Write) -> Value {
        var record = Record()
        record["Time"] = .string(Timestamp.text(write.time))
        record["Action"] = .string(write.action)
        record["Region"] = .string(write.region)
        record["Outcome"] = .string(write.result.rawValue)
        record["Made"] = .string(write.identities.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
        record["Code"] = .string(write.code ?? "")
        record["Sendings"] = .int(write.sendings)
        record["ClientToken"] = .string(write.token ?? "")
        record["RequestId"] = .string(write.requestID ?? "")
        record["Parameters"] = .record(Record(write.parameters.map { ($0.name, Value.string($0.value)) }))
        return .record(record)
    }
}
