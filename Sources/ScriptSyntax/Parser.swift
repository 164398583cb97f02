/// What parsing came to.
package enum ParseOutcome: Sendable {
    case complete(Script)
    /// The text ends inside something that is still open: a prompt asks for more, a script is wrong.
    case incomplete([Diagnostic])
    case invalid([Diagnostic])
}

/// A recursive-descent parser over the bytes of one source.
///
/// Invariants: ``lexer`` stands at ``start`` of ``token``'s first byte or behind the token, never between; only
/// ``advance()`` and ``reset(to:)`` move it. A function that meets an error records one diagnostic and throws
/// ``Failure``; only ``statements(until:)`` catches it, skips to the next statement and goes on, so that one run
/// reports all errors.
package struct Parser {
    struct Failure: Error {}

    /// Deeper nesting is refused, so that no text can exhaust the stack of this parser or of those who walk its tree.
    static let depthLimit = 200
    /// A longer list is data, not a program, and is refused before it is held in memory as a tree.
    static let listLimit = 1_000_000
    /// A text of more statements, arguments and values than this, all together, is refused for the same reason.
    static let partLimit = 4_000_000
    /// A longer text, in bytes, is not looked at again for what lies beyond its syntax.
    static let recoveryLimit = 4 << 20

    let source: UInt32
    var lexer: Lexer
    var token: Lexer.Token = .end
    /// Where ``token`` starts, and where the one before it ended.
    var start = 0
    var previousEnd = 0
    /// How many brackets are open in which a newline means nothing.
    var openBrackets = 0
    var depth = 0
    /// Whether bare names in expressions are fields of the item (inside `where`).
    var namesAreFields = false
    var diagnostics: [Diagnostic] = []
    var suppressed = 0
    /// Whether an error was met at the end of the text, inside something still open. What follows from it for the
    /// blocks around is not reported again.
    var endedEarly = false
    /// Whether parsing was given up.
    private var isGivenUp = false
    /// How many statements, arguments and values have been begun.
    private var parts = 0
    private let hasMemory: (Int) -> Bool
    /// What one of them takes until it runs, about: bytes of the tree, and of what it is turned into.
    private static let partSize = 1024
    /// The texts of statements that could not be understood.
    var lostTexts: [Range<Int>] = []
    /// Where a `?` asks for help.
    private(set) var question: Int?

    /// `hasMemory` is asked now and then whether so many bytes more can be allocated.
    package static func parse(
        _ text: SourceText, source: UInt32, hasMemory: @escaping (Int) -> Bool = { _ in true }
    ) -> ParseOutcome {
        if let offset = text.firstInvalidByte {
            let span = Span(source: source, start: offset, end: offset + 1)
            return .invalid([Diagnostic("the text is not UTF-8 (byte \(offset))", at: span)])
        }
        if let offset = text.bytes.firstIndex(of: 0) {
            let span = Span(source: source, start: offset, end: offset + 1)
            return .invalid([Diagnostic("the text contains a NUL (byte \(offset))", at: span)])
        }
        var parser = Parser(source: source, bytes: text.bytes, hasMemory: hasMemory)
        let script = Script(statements: parser.statements(until: nil))
        if parser.lexer.endsInContinuation, parser.diagnostics.isEmpty {
            parser.endedEarly = true
            parser.report(
                "the text ends behind a '\\'",
                at: Span(source: source, start: text.bytes.count - 1, end: text.bytes.count))
        }
        if parser.diagnostics.isEmpty { return .complete(script) }
        if parser.suppressed > 0 {
            let end = Span(source: source, start: text.bytes.count, end: text.bytes.count)
            parser.diagnostics.append(.more(parser.suppressed, at: end))
        }
        guard parser.endedEarly, !parser.isGivenUp, parser.diagnostics.count == 1 else {
            return .invalid(parser.diagnostics)
        }
        if parser.lexer.endsInContinuation { return .incomplete(parser.diagnostics) }
        // Another line helps only where the end of this one is no error.
        var continued = Parser(source: source, bytes: text.bytes + [UInt8(ascii: "\n")])
        _ = continued.statements(until: nil)
        return continued.endedEarly ? .incomplete(parser.diagnostics) : .invalid(parser.diagnostics)
    }

    /// Where the `?` stands that asks for help at the end of an unfinished line, as only a prompt answers it; nil where
    /// there is none.
    package static func question(in text: SourceText) -> Int? {
        guard text.bytes.last == UInt8(ascii: "?"), text.firstInvalidByte == nil else { return nil }
        var parser = Parser(source: 0, bytes: text.bytes)
        _ = parser.statements(until: nil)
        return parser.question
    }

    /// What could be understood of a text that is not right, and the names that the rest seems to declare: for checks
    /// beyond syntax that should be reported in the same run.
    package static func recover(
        _ text: SourceText, source: UInt32, hasMemory: @escaping (Int) -> Bool = { _ in true }
    ) -> (script: Script, names: Set<String>) {
        // Of a text that long, the errors of its syntax are enough.
        guard text.bytes.count <= recoveryLimit, text.firstInvalidByte == nil, !text.bytes.contains(0) else {
            return (Script(statements: []), [])
        }
        var parser = Parser(source: source, bytes: text.bytes, hasMemory: hasMemory)
        let script = Script(statements: parser.statements(until: nil))
        let names = parser.lostTexts.map { declaredNames(text.bytes, in: $0) }
        return (script, names.reduce(into: Set()) { $0.formUnion($1) })
    }

    /// The names behind `let`, `param`, `for` (which may have two), `as` and `def`, wherever they stand in a part of a
    /// text.
    private static func declaredNames(_ bytes: [UInt8], in part: Range<Int>) -> Set<String> {
        var names: Set<String> = []
        var lexer = Lexer(bytes: bytes, offset: part.lowerBound)
        var wanted = 0
        while lexer.offset < part.upperBound, let byte = lexer.byte(lexer.offset) {
            guard Lexer.isNamePart(byte) else {
                lexer.offset += 1
                continue
            }
            let word = lexer.name()
            if wanted > 0 {
                names.insert(word)
                wanted -= 1
            }
            switch Keyword(word) {
            case .let, .param, .as, .def: wanted = 1
            case .for: wanted = 2
            default: break
            }
        }
        return names
    }

    private init(source: UInt32, bytes: [UInt8], hasMemory: @escaping (Int) -> Bool = { _ in true }) {
        self.source = source
        self.hasMemory = hasMemory
        lexer = Lexer(bytes: bytes, offset: 0)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { lexer.offset = 3 }
        if lexer.byte(lexer.offset) == UInt8(ascii: "#"), lexer.byte(lexer.offset + 1) == UInt8(ascii: "!") {
            lexer.skipComment()
        }
        previousEnd = lexer.offset
        advance()
    }

    // MARK: Tokens

    /// Reads the next token.
    mutating func advance() {
        previousEnd = lexer.offset
        lexer.skipBlanks(newlines: openBrackets > 0)
        start = lexer.offset
        token = lexer.next()
    }

    /// Sets the text position back or forward and reads the token there.
    mutating func reset(to offset: Int) {
        lexer.offset = offset
        advance()
        previousEnd = offset
    }

    /// The place of the current token.
    var tokenSpan: Span { Span(source: source, start: start, end: max(lexer.offset, start + 1)) }

    /// From a token's start to the end of the token before the current one.
    func span(from begin: Int) -> Span { Span(source: source, start: begin, end: max(previousEnd, begin)) }

    func isSymbol(_ symbol: Lexer.Symbol) -> Bool {
        if case .symbol(let current) = token { return current.rawValue == symbol.rawValue }
        return false
    }
    func isWord(_ word: String) -> Bool {
        if case .word(let current) = token { return current == word }
        return false
    }
    func isKeyword(_ keyword: Keyword) -> Bool {
        if case .word(let word) = token { return Keyword(word) == keyword }
        return false
    }

    mutating func take(_ symbol: Lexer.Symbol) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Lexer.Symbol, _ purpose: String) throws(Failure) {
        if !take(symbol) { throw unexpected("'\(symbol.text)' \(purpose)") }
    }

    mutating func skipNewlines() {
        while case .newline = token { advance() }
    }

    /// The current word as a name; a keyword is none unless allowed.
    mutating func expectName(_ what: String, keywords: Bool = false) throws(Failure) -> Name {
        guard case .word(let text) = token else { throw unexpected(what) }
        if !keywords, Keyword(text) != nil {
            throw fail("'\(text)' is a keyword and cannot be \(what)", at: tokenSpan, help: "choose another name")
        }
        let name = Name(text: text, span: tokenSpan)
        advance()
        return name
    }

    /// Opens a bracket behind which newlines mean nothing until ``closeBracket(_:_:)``.
    mutating func openBracket() {
        openBrackets += 1
        advance()
    }

    mutating func closeBracket(_ symbol: Lexer.Symbol, _ purpose: String) throws(Failure) {
        guard isSymbol(symbol) else { throw unexpected("'\(symbol.text)' \(purpose)") }
        openBrackets -= 1
        advance()
    }

    // MARK: Errors

    mutating func fail(_ message: String, at span: Span, help: String? = nil) -> Failure {
        report(message, at: span, help: help)
        return Failure()
    }

    mutating func report(_ message: String, at span: Span, help: String? = nil) {
        if isGivenUp { return }
        if diagnostics.count >= Diagnostic.mostShown {
            suppressed += 1
        } else {
            diagnostics.append(Diagnostic(message, at: span, help: help))
        }
    }

    /// "expected … but found …" at the current token.
    mutating func unexpected(_ expected: String, help: String? = nil) -> Failure {
        switch token {
        case .end:
            if endedEarly { return Failure() }
            endedEarly = true
            return fail("expected \(expected), but the text ends here", at: tokenSpan, help: help)
        case .invalid(let message): return fail(message, at: tokenSpan, help: help)
        case .symbol(.questionMark) where isAtLineEnd(lexer.offset): return refuseQuestion(at: tokenSpan)
        default: return fail("expected \(expected), but found \(describe(token))", at: tokenSpan, help: help)
        }
    }

    /// Whether nothing but blanks and a comment stand between a place and the end of its line.
    func isAtLineEnd(_ place: Int) -> Bool {
        var place = place
        while let byte = lexer.byte(place), byte == 0x20 || byte == 0x09 { place += 1 }
        return lexer.byte(place).map { Lexer.isLineEnd($0) || $0 == UInt8(ascii: "#") } ?? true
    }

    /// `?` at the end of a line asks for help, and nobody answers it in a script.
    mutating func refuseQuestion(at span: Span) -> Failure {
        question = Int(span.start)
        return fail(
            "'?' at the end of a line asks for help, which only the prompt gives", at: span,
            help: "as text it is quoted: '?'")
    }

    /// Reports what makes reading on useless, and ends the text here.
    mutating func giveUp(_ message: String, help: String) -> Failure {
        let failure = fail(message, at: tokenSpan, help: help)
        isGivenUp = true
        lexer.offset = lexer.bytes.count
        token = .end
        return failure
    }

    /// Counts a statement, an argument or a value.
    mutating func countPart() throws(Failure) {
        parts += 1
        if parts & 0xFFF == 0, !hasMemory(parts * Self.partSize) {
            throw giveUp(
                "there is not enough memory for a text of so many parts",
                help: "take it apart; data come from a file: lines(FILE), or parse_json(read(FILE))")
        }
        if parts > Self.partLimit {
            throw giveUp(
                "the text has more than \(Self.partLimit) parts",
                help: "take it apart; data come from a file: lines(FILE), or parse_json(read(FILE))")
        }
    }

    func describe(_ token: Lexer.Token) -> String {
        switch token {
        case .word(let word): "'\(word)'"
        case .variable(let name): "'$\(name)'"
        case .symbol(let symbol): "'\(symbol.text)'"
        case .quote: "a string"
        case .int, .float: "a number"
        case .duration: "a duration"
        case .newline: "the end of the line"
        case .end: "the end of the text"
        case .invalid(let message): message
        }
    }

    /// Runs a nested part, unless it lies too deep.
    mutating func nested<Result>(_ body: (inout Parser) throws(Failure) -> Result) throws(Failure) -> Result {
        if depth >= Self.depthLimit {
            throw giveUp("nested deeper than \(Self.depthLimit) levels", help: "take it apart with 'let'")
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }
}
