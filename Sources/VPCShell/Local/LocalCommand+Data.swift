import DataValue
import LocalVPC
import SystemSupport

/// All of a database: out, in, and away.
extension LocalCommand {
    func export(_ database: LocalDatabase, _ file: String, _ withSecrets: Bool) throws -> String {
        let value = try database.administer { try $0.export(withSecrets: withSecrets) }
        let text = JSON.indentedText(value) + "\n"
        if file == "-" { return text }
        // What may hold keys is for the user alone.
        try FileReplacement.replace(file, with: Array(text.utf8), mode: 0o600, nil)
        return ""
    }

    func importAll(_ database: LocalDatabase, _ file: String, _ replaces: Bool) throws -> String {
        let bytes =
            file == "-"
            ? try File.read(descriptor: 0, name: "<stdin>", limit: 1 << 30, nil)
            : try File.read(file, limit: 1 << 30, nil)
        let value: Value
        do {
            value = try JSON.parse(bytes)
        } catch {
            throw Problem(message: "\(file) is no JSON: \(error.message) (byte \(error.offset))")
        }
        let count = try database.administer { administration in
            let present = try administration.counts().reduce(0) { $0 + $1.count }
            if present > 0, !replaces {
                throw Problem(
                    message: "the database has \(present) resources already", help: "--replace takes them away first")
            }
            return try administration.import(value)
        }
        return "\(count) resources\n"
    }

    func reset(_ database: LocalDatabase, _ asks: Bool) throws -> String {
        let counts = try database.administer { try $0.counts() }
        let count = counts.reduce(0) { $0 + $1.count }
        if asks, count > 0, isTerminal(0) {
            let what = counts.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
            let question = "This takes away \(count) resources (\(what)) and all settings. Go on? [y/N] "
            try Output(outputIsTerminal: true).write(question, to: .error)
            guard let line = readLine(), ["y", "yes"].contains(line.lowercased()) else {
                throw Problem(message: "nothing was changed")
            }
        }
        try database.administer { try $0.reset() }
        return "\(count) resources taken away\n"
    }
}
