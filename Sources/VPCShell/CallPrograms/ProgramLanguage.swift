import CloudAPI
import DataValue
import ScriptRuntime

/// A language that a call can be written in.
package enum ProgramLanguage: String, CaseIterable, Sendable {
    case aliyun, csharp, curl, go, java, php, python, swift, terraform, typescript

    /// What people call them besides.
    private static let otherNames: [String: ProgramLanguage] = [
        "bash": .curl, "c#": .csharp, "cs": .csharp, "cli": .aliyun, "dotnet": .csharp, "golang": .go,
        "hcl": .terraform,
        "javascript": .typescript, "js": .typescript, "node": .typescript, "py": .python, "python3": .python,
        "sh": .curl, "tf": .terraform, "ts": .typescript,
    ]

    /// In any case, also by what people call it besides: `py`, `ts` …
    package init?(named name: String) {
        let folded = name.lowercased()
        guard let language = ProgramLanguage(rawValue: folded) ?? Self.otherNames[folded] else { return nil }
        self = language
    }

    /// What they are called by, sorted.
    package static var names: [String] { allCases.map(\.rawValue) }

    /// The whole program, without a newline at its end. Throws `Script.Value` where the language has no way to say it.
    func program(_ call: CallProgram) throws -> String {
        switch self {
        case .aliyun: call.aliyunCommand
        case .csharp: call.csharpProgram
        case .curl: call.curlProgram
        case .go: call.goProgram
        case .java: call.javaProgram
        case .php: call.phpProgram
        case .python: call.pythonProgram
        case .swift: call.swiftProgram
        case .terraform: try call.terraformConfiguration()
        case .typescript: call.typescriptProgram
        }
    }
}

/// Literals of the languages.
enum SourceLiteral {
    /// In double quotes, with the escapes that C has given to most languages.
    ///
    /// - Parameter control: A control character that has no letter of its own.
    static func quoted(_ text: String, control: (UInt32) -> String = { "\\u" + hexadecimal($0, digits: 4) }) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: literal += control(scalar.value)
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }

    /// Java reads `\u000A` as a newline before it reads the literal, so control characters go in octal.
    static func java(_ text: String) -> String {
        quoted(text) { "\\" + String(repeating: "0", count: 3 - String($0, radix: 8).count) + String($0, radix: 8) }
    }

    static func swift(_ text: String) -> String { quoted(text) { "\\u{" + String($0, radix: 16) + "}" } }

    /// Of a POSIX shell, bare where nothing in it means anything.
    static func shell(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic && $0.isASCII || "0123456789_-./:@,+=".unicodeScalars.contains($0)
            }
        if isPlain { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    static func php(_ text: String) -> String {
        var literal = "'"
        for character in text.unicodeScalars {
            if character == "'" || character == "\\" { literal += "\\" }
            literal.unicodeScalars.append(character)
        }
        return literal + "'"
    }

    /// Of Terraform, where `${` and `%{` begin something in a string.
    static func terraform(_ text: String) -> String {
        var literal = quoted(text)
        for sign in ["$", "%"] {
            literal = literal.split(separator: "\(sign){", omittingEmptySubsequences: false).joined(
                separator: "\(sign)\(sign){")
        }
        return literal
    }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension [String] {
    /// The lines as comments, and a blank one behind them where there are any.
    func commented(_ sign: String) -> String { map { "\(sign) \($0)\n" }.joined() }
}
