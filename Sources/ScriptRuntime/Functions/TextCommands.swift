import DataValue

/// `print` and `warn`: their arguments, one blank between them, and a newline.
package struct TextCommand: Command {
    package let signature: CommandSignature
    private let stream: OutputStream

    package static let print = TextCommand(
        CommandSignature(
            name: "print", summary: "Write text to standard output",
            parameters: [.init("text…", "what to write; values that are no text are written as JSON")],
            examples: ["print hello", "let n = 3\nprint \"$n connections\""]),
        to: .output)
    package static let warn = TextCommand(
        CommandSignature(
            name: "warn", summary: "Write text to standard error",
            parameters: [.init("text…", "what to write; values that are no text are written as JSON")],
            examples: ["warn 'the gateway is not active'"]),
        to: .error)

    private init(_ signature: CommandSignature, to stream: OutputStream) {
        self.signature = signature
        self.stream = stream
    }

    package func problems(with arguments: [(name: String?, value: Value?)]) -> [ArgumentProblem] { [] }

    package func run(_ invocation: Invocation) throws -> Value {
        var text = ""
        for (place, argument) in invocation.arguments.enumerated() {
            if place > 0 { text += " " }
            let shown = try argument.value.shownText()
            try SizeLimits.check(text: text.utf8.count, plus: shown.utf8.count)
            text += shown
        }
        // It is copied on its way out.
        try SizeLimits.checkScalars(of: text.utf8.count)
        try invocation.host.write(text + "\n", to: stream)
        return .null
    }
}
