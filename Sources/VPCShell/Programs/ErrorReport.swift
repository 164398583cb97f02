import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport

/// Words what goes wrong, in one place.
package struct ErrorReport: Sendable {
    package var sources: SourceMap
    package var isStyled: Bool
    /// At a prompt the line is on the screen already, so it is not shown again.
    package var showsSource = true

    package init(sources: SourceMap, isStyled: Bool, showsSource: Bool = true) {
        self.sources = sources
        self.isStyled = isStyled
        self.showsSource = showsSource
    }

    package func text(_ diagnostic: Diagnostic) -> String {
        var renderer = DiagnosticRenderer(sources: sources, isStyled: isStyled)
        renderer.secrets = { SecretLiterals.literals(in: $0) }
        return renderer.text(diagnostic)
    }

    package func text(_ diagnostics: [Diagnostic]) -> String { diagnostics.map(text).joined() }

    /// An error that ended a program or a prompt's line.
    package func text(_ uncaught: UncaughtError) -> String {
        let error = uncaught.error
        var text: String
        if showsSource || !uncaught.calls.isEmpty {
            text = self.text(Diagnostic("\(error.code): \(error.message)", at: uncaught.span))
        } else {
            text = Self.plain("\(error.code): \(error.message)", isStyled: isStyled)
        }
        var notes: [String] = []
        var facts: [String] = []
        if let action = error.action { facts.append(action) }
        if let status = error.httpStatus { facts.append("HTTP \(status)") }
        if let request = error.requestID { facts.append("request \(request)") }
        if error.attempts > 1 { facts.append("\(error.attempts) attempts") }
        if let elapsed = error.elapsed, tellsTime(error, elapsed) {
            facts.append("after \(durationText(Self.rounded(elapsed)))")
        }
        if !facts.isEmpty { notes.append(facts.joined(separator: ", ")) }
        if error.isAmbiguous { notes.append("the service may have done the work all the same") }
        for call in uncaught.calls.prefix(10) { notes.append("called at \(sources.place(of: call.span))") }
        if uncaught.calls.count > 10 { notes.append("… and \(uncaught.calls.count - 10) more calls") }
        var effect = error
        while let cause = effect.cause {
            if effect.omittedCauses > 0 { notes.append("… and \(effect.omittedCauses) causes between") }
            notes.append("because of \(cause.code): \(cause.message)")
            effect = cause
        }
        text += notes.map { "    \($0.visible)\n" }.joined()
        if let help = error.help { text += Self.label("help:", "36;1", isStyled) + " \(help.visibleMessage)\n" }
        return text
    }

    /// A span as a person wants it: in milliseconds below ten seconds, else in tenths of a second.
    private static func rounded(_ span: Duration) -> Duration {
        let unit: Int64 = span < .seconds(10) ? 1_000_000 : 100_000_000
        return max(.milliseconds(1), .nanoseconds(span.nanoseconds / unit * unit))
    }

    /// A refusal that came at once needs no time beside it.
    private func tellsTime(_ error: ScriptError, _ elapsed: Duration) -> Bool {
        error.origin == .client || error.attempts > 1 || elapsed >= .milliseconds(100)
    }

    /// A message without a place.
    package static func plain(_ message: String, help: String? = nil, isStyled: Bool) -> String {
        var text = label("error:", "31;1", isStyled) + " \(message.visibleMessage)\n"
        if let help { text += label("help:", "36;1", isStyled) + " \(help.visibleMessage)\n" }
        return text
    }

    private static func label(_ text: String, _ code: String, _ isStyled: Bool) -> String {
        isStyled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
