import SystemSupport

/// Something that the user should know about a place in a source: data, worded where it arises, rendered in one place
/// (``DiagnosticRenderer``).
package struct Diagnostic: Sendable, Equatable {
    package enum Severity: String, Sendable {
        case error, warning
    }
    package var severity: Severity
    package var message: String
    package var span: Span
    /// What to do about it.
    package var help: String?
    /// How many others it stands for, where it only counts them.
    package private(set) var omitted = 0

    package init(_ message: String, at span: Span, help: String? = nil, severity: Severity = .error) {
        self.severity = severity
        self.message = message
        self.span = span
        self.help = help
    }
}

extension Diagnostic {
    /// More errors than this, or warnings, are of no use to anybody: they are counted, not shown.
    package static let mostShown = 50

    /// Says how many there are besides those that are shown.
    package static func more(_ count: Int, at span: Span, severity: Severity = .error) -> Diagnostic {
        let noun = count == 1 ? severity.rawValue : severity.rawValue + "s"
        var diagnostic = Diagnostic(
            "\(count) more \(noun) \(count == 1 ? "is" : "are") not shown", at: span, severity: severity)
        diagnostic.omitted = count
        return diagnostic
    }

    /// The first errors and warnings in the order of their places, and behind them how many more there are.
    package static func shown(_ all: [Diagnostic]) -> [Diagnostic] {
        var shown: [Diagnostic] = []
        var counts: [Diagnostic] = []
        for severity in [Severity.error, .warning] {
            let own = all.filter { $0.severity == severity && $0.omitted == 0 }.sorted(by: isBefore)
            shown += own.prefix(mostShown)
            let omitted = all.filter { $0.severity == severity && $0.omitted > 0 }
            let count = max(0, own.count - mostShown) + omitted.reduce(0) { $0 + $1.omitted }
            let place = own.count > mostShown ? own[mostShown].span : omitted.first?.span
            if count > 0, let place { counts.append(.more(count, at: place, severity: severity)) }
        }
        return shown.sorted(by: isBefore) + counts
    }

    private static func isBefore(_ left: Diagnostic, _ right: Diagnostic) -> Bool {
        (left.span.source, left.span.start) < (right.span.source, right.span.start)
    }
}

/// Words diagnostics for a person: place and message, the line with the span marked, then the help.
package struct DiagnosticRenderer: Sendable {
    package var sources: SourceMap
    /// Whether to colour by ANSI sequences.
    package var isStyled: Bool
    /// Finds what must not be shown in a line of source; nil where everything may be.
    package var secrets: (@Sendable (String) -> [String])?
    /// How much of a long line is shown.
    private static let excerptLength = 100
    private static let longestMessage = 2000

    package init(sources: SourceMap, isStyled: Bool = false) {
        self.sources = sources
        self.isStyled = isStyled
    }

    /// Several lines, ending in a newline.
    package func text(_ diagnostic: Diagnostic) -> String {
        let severity = styled(diagnostic.severity.rawValue + ":", diagnostic.severity == .error ? "31;1" : "33;1")
        let secrets = found(diagnostic.span)
        let message = Self.masked(diagnostic.message, secrets)
        var text = styled(sources.place(of: diagnostic.span) + ":", "1") + " \(severity) \(told(message))\n"
        text += secrets.isEmpty ? excerpt(diagnostic.span) : maskedLine(diagnostic.span, secrets)
        if let help = diagnostic.help {
            text += styled("help:", "36;1") + " \(told(Self.masked(help, secrets)))\n"
        }
        return text
    }

    // MARK: Secrets

    /// Longer lines hold data, and are cut around the span anyway.
    private static let longestSearched = 65_536

    private func line(_ span: Span) -> String? {
        guard let source = sources[span] else { return nil }
        let range = source.range(ofLine: source.line(at: Int(span.start)))
        guard range.count <= Self.longestSearched else { return nil }
        return String(decoding: source.bytes[range], as: UTF8.self)
    }

    /// The secrets in the line that a span starts in, the longest first.
    private func found(_ span: Span) -> [String] {
        guard let secrets, let line = line(span) else { return [] }
        return secrets(line).sorted { $0.utf8.count > $1.utf8.count }
    }

    private static func masked(_ text: String, _ secrets: [String]) -> String {
        secrets.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "****")
        }
    }

    /// The line without its secrets. No marks stand below it: the places are no longer where they were.
    private func maskedLine(_ span: Span, _ secrets: [String]) -> String {
        let text = Self.masked(line(span) ?? "", secrets).visibleLines
        return "    " + (text.count > Self.excerptLength ? String(text.prefix(Self.excerptLength)) + "…" : text) + "\n"
    }

    private func styled(_ text: String, _ code: String) -> String {
        isStyled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// The line that a span starts in, and a second one that marks the span; a long line is cut around the span.
    private func excerpt(_ span: Span) -> String {
        guard let source = sources[span] else { return "" }
        let lineRange = source.range(ofLine: source.line(at: Int(span.start)))
        if lineRange.isEmpty { return "" }
        // Only a window of bytes around the span is decoded: a line can be as long as a file.
        let start = min(max(Int(span.start), lineRange.lowerBound), lineRange.upperBound)
        var from = max(lineRange.lowerBound, start - Self.excerptLength / 2)
        var to = min(lineRange.upperBound, from + Self.excerptLength)
        while from > lineRange.lowerBound, source.bytes[from] & 0xC0 == 0x80 { from -= 1 }
        while to < lineRange.upperBound, source.bytes[to] & 0xC0 == 0x80 { to += 1 }
        let end = min(max(Int(span.end), start), to)
        let lead = from > lineRange.lowerBound ? "…" : ""
        let tail = to < lineRange.upperBound ? "…" : ""
        let before = lead + String(decoding: source.bytes[from..<start], as: UTF8.self).visibleLines
        let marked = String(decoding: source.bytes[start..<end], as: UTF8.self).visibleLines
        let after = String(decoding: source.bytes[end..<to], as: UTF8.self).visibleLines + tail
        let markers = String(repeating: "^", count: max(1, marked.displayWidth))
        return "    \(before)\(marked)\(after)\n    \(String(repeating: " ", count: before.displayWidth))"
            + styled(markers, "32;1") + "\n"
    }

    /// What is told, without anything that could steer a terminal or pass for another message.
    private func told(_ text: String) -> String {
        // A name can be as long as a file; nobody reads more than a few lines of it.
        let text = text.utf8.count > Self.longestMessage ? String(text.prefix(Self.longestMessage / 4)) + "…" : text
        return text.visibleMessage
    }
}
