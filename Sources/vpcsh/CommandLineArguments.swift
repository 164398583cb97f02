import Glibc
import VPCShell

/// What is done to the arguments before the argument parser sees them, or so that it need not.
enum CommandLineArguments {
    /// Stands for the database that was left out: no argument of a process can hold it.
    static let standardDatabase = "\u{0}"

    /// All options, for suggestions.
    static let options = [
        "--local", "--endpoint", "--insecure", "--region", "--profile", "--format", "--dry-run", "--read-only", "--yes",
        "--signature", "--method", "--ca-file", "--timeout", "--connect-timeout", "--read-timeout", "--retries",
        "--record", "--replay", "--trace", "--no-rc", "--force-unknown", "--stream", "--version", "--help", "-c",
    ]
    /// The words that are commands of the program, in the first place.
    static let commands: Set<String> = ["check", "fmt", "journal", "serve", "local", "help"]

    /// What arguments mean that hold only the commonest of the shell's options, each once, and none of its commands; nil
    /// for all others, and where anything may be wrong.
    static func plainStart(_ arguments: [String]) -> (ShellMain.Task, ShellOptions)? {
        var options = ShellOptions()
        var rest = arguments[...]
        var seen: Set<String> = []
        while let argument = rest.first, argument.hasPrefix("--") {
            rest.removeFirst()
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard seen.insert(parts[0]).inserted else { return nil }
            var value = parts.count == 2 ? parts[1] : nil
            if value == nil, takesValue.contains(parts[0]) { value = rest.popFirst() }
            guard set(parts[0], value, in: &options) else { return nil }
        }
        guard let task = plainTask(Array(rest)) else { return nil }
        return (task, options)
    }

    /// False for an option or a value that is left to the argument parser.
    private static func set(_ name: String, _ value: String?, in options: inout ShellOptions) -> Bool {
        if let value, value.isEmpty || value.hasPrefix("-") { return false }
        switch (name, value) {
        case ("--local", nil): options.local = .standard
        case ("--local", let value?): options.local = value == ":memory:" ? .memory : .file(value)
        case ("--endpoint", let value?): options.endpoint = value
        case ("--region", let value?): options.region = value
        case ("--profile", let value?): options.profile = value
        case ("--dry-run", nil): options.isDryRun = true
        case ("--read-only", nil): options.isReadOnly = true
        case ("--yes", nil): options.assumesYes = true
        case ("--trace", nil): options.traces = true
        default: return false
        }
        return true
    }

    /// What arguments mean among which is no option of the shell itself and none of its commands; nil for all others.
    private static func plainTask(_ arguments: [String]) -> ShellMain.Task? {
        guard let first = arguments.first else { return .promptOrInput }
        if first == "-c" {
            return arguments.count == 2 ? .program(.text(arguments[1]), arguments: []) : nil
        }
        if commands.contains(first) || (first.hasPrefix("-") && first != "-") { return nil }
        let rest = Array(arguments.dropFirst())
        return .program(first == "-" ? .standardInput : .file(first), arguments: rest)
    }

    private static let takesValue: Set<String> = [
        "--endpoint", "--region", "--profile", "--format", "--signature", "--method", "--ca-file", "--timeout",
        "--connect-timeout", "--read-timeout", "--retries", "--record", "--replay", "-c",
    ]

    /// What is wrong with the arguments before they mean anything, or nil.
    static func problem(with arguments: [String]) -> String? {
        for place in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[place] else { continue }
            guard String(validatingCString: argument) == nil else { continue }
            let isText = place > 1 && CommandLine.unsafeArgv[place - 1].map { strcmp($0, "-c") } == 0
            return isText ? "<command>: The text is not UTF-8." : "Argument \(place) is not UTF-8."
        }
        let own = normalized(arguments)
        var texts = 0
        var place = 0
        while place < own.count {
            if own[place] == "-c" {
                texts += 1
                place += 1
            } else if !own[place].hasPrefix("-") || own[place] == "--" {
                break
            } else if takesValue.contains(own[place]) {
                place += 1
            }
            place += 1
        }
        return texts > 1 ? "-c is given twice; statements are separated by ';' or newlines." : nil
    }

    /// `--local` gets the value that it may go without, as far as the options of the shell itself go; the options of
    /// `vpcsh local` are put where its parts take them.
    static func normalized(_ arguments: [String]) -> [String] {
        if arguments.first == "local" { return normalizedLocal(arguments) }
        var result: [String] = []
        var place = 0
        while place < arguments.count {
            let argument = arguments[place]
            if argument == "--" || argument == "-" || (!argument.hasPrefix("-") && argument != "check") { break }
            result.append(argument == "--local" ? "--local=\(standardDatabase)" : argument)
            place += 1
            if takesValue.contains(argument), place < arguments.count {
                result.append(arguments[place])
                place += 1
            }
        }
        return result + arguments[place...]
    }

    /// `local --db FILE fault set …` as `local fault set … --db FILE`: all parts of `local` have these options, and only
    /// the last word of those that name a part takes them.
    private static func normalizedLocal(_ arguments: [String]) -> [String] {
        let names = ["--db", "--format"]
        var words: [String] = []
        var options: [String] = []
        var rest = arguments[...]
        while let argument = rest.first, argument != "--" {
            rest.removeFirst()
            if names.contains(argument), let value = rest.popFirst() {
                options += [argument, value]
            } else if names.contains(where: { argument.hasPrefix($0 + "=") }) {
                options.append(argument)
            } else {
                words.append(argument)
            }
        }
        return words + options + rest
    }
}
