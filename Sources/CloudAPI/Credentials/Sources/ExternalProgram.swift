import DataValue
import SystemSupport

/// A program that writes a profile in JSON to its standard output.
struct ExternalProgram: Sendable {
    var command: String

    /// Long enough for somebody to confirm a sign-in elsewhere.
    static let limit = Duration.seconds(60)

    /// What the program wrote.
    func run(_ world: CredentialWorld, _ cancellation: Cancellation) throws(CredentialsFailure) -> Record {
        let words = try Self.words(of: command)
        let output = try world.run(words, Self.limit, cancellation)
        // Not a word of it is shown: it may be a secret.
        guard case .record(let record)? = try? JSON.parse(output) else {
            throw CredentialsFailure(
                "what the program \(ArgumentProblem.quoted(words[0])) writes is no record in JSON")
        }
        return record
    }

    /// The words of a command as a shell would take them apart: by blanks, with quotes and backslashes, but with nothing
    /// else put in.
    static func words(of command: String) throws(CredentialsFailure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = command.makeIterator()
        while let character = characters.next() {
            switch (quote, character) {
            case ("'"?, _):
                if character == "'" { quote = nil } else { word = (word ?? "") + String(character) }
            case ("\""?, "\""): quote = nil
            case ("\""?, "\\"):
                guard let next = characters.next() else { break }
                word = (word ?? "") + ("\"\\$`".contains(next) ? String(next) : "\\" + String(next))
            case (nil, "\\"):
                guard let next = characters.next() else { break }
                word = (word ?? "") + String(next)
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (nil, _) where character.isWhitespace:
                if let whole = word { words.append(whole) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        if quote != nil { throw CredentialsFailure("a quote in process_command is not closed") }
        if let whole = word { words.append(whole) }
        guard let program = words.first, !program.isEmpty else { throw CredentialsFailure("process_command is empty") }
        return words
    }
}
