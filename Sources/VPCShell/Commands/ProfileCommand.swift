import CloudAPI
import DataValue
import ScriptRuntime

/// `profile` lists the profiles of the aliyun CLI, `profile NAME` goes over to one, `profile protect NAME` marks one.
struct ProfileCommand: ScriptRuntime.Command {
    let session: Session

    var signature: CommandSignature {
        CommandSignature(
            name: "profile", summary: "List the profiles of the aliyun CLI, go over to one, or mark one",
            parameters: [
                .init("name", "the profile to go over to; without it, all are listed"),
                .init(
                    "protect|read-only|release NAME",
                    "mark one: deletions are typed out, or nothing is written; or unmark it"),
            ], examples: ["profile", "profile production", "profile protect production"])
    }

    private static let marks: [String: ProfileMark] = [
        "protect": .protected, "read-only": .readOnly, "release": ProfileMark.none,
    ]
    private static let markForm = "profile protect NAME, profile read-only NAME or profile release NAME"

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        if arguments.count > 2 { return [.init("profile takes a name", help: Self.markForm, argument: 2)] }
        if arguments.count == 2, let word = arguments[0].value?.displayText, Self.marks[word] == nil {
            return [.init("a profile cannot be marked '\(word)'", help: Self.markForm, argument: 0)]
        }
        return []
    }

    func run(_ invocation: Invocation) throws -> Value {
        do throws(CredentialsFailure) {
            let words = invocation.arguments.map(\.value.displayText)
            if words.count == 2, let mark = Self.marks[words[0]] { return try set(mark, for: words[1]) }
            guard let name = words.first else { return try list() }
            try session.switchProfile(to: name)
            return .null
        } catch {
            throw ScriptError("Client.Credentials", error.message, origin: .client)
        }
    }

    private func set(_ mark: ProfileMark, for name: String) throws(CredentialsFailure) -> Value {
        let known = try session.profiles()?.profiles.map(\.name) ?? []
        guard known.contains(name) || mark == .none else {
            throw CredentialsFailure("there is no profile '\(name)'; there are \(known.joined(separator: ", "))")
        }
        let marks = ProfileMarks(session.surroundings)
        do throws(ProfileMarks.Problem) {
            // A script must not take away what keeps scripts from harm.
            let former = try marks.marks()[name] ?? .none
            if mark == .none || former != .none && former != mark, session.confirmation.withLock({ $0 == nil }) {
                throw ProfileMarks.Problem(
                    message: "a mark is taken back or changed by a person at a prompt: profile release \(name)")
            }
            try marks.set(mark, for: name)
        } catch {
            throw CredentialsFailure(error.message)
        }
        return .null
    }

    private func list() throws(CredentialsFailure) -> Value {
        guard let configuration = try session.profiles() else {
            throw CredentialsFailure("there is no configuration of the aliyun CLI: 'aliyun configure' makes one")
        }
        let used = session.usedProfile
        let marks: [String: ProfileMark]
        do throws(ProfileMarks.Problem) {
            marks = try ProfileMarks(session.surroundings).marks()
        } catch {
            throw CredentialsFailure(error.message)
        }
        return .list(
            configuration.profiles.map { profile in
                var record = Record()
                record["Profile"] = .string(profile.name)
                record["Mode"] = .string(profile.mode)
                record["Region"] = .string(profile.region ?? "")
                record["Mark"] = .string((marks[profile.name] ?? .none).rawValue)
                record["InUse"] = .bool(profile.name == used)
                record["Default"] = .bool(profile.name == configuration.current)
                return .record(record)
            })
    }
}
