import CloudAPI
import DataValue
import ScriptRuntime

/// `profile` lists the profiles of the aliyun CLI, `profile NAME` goes over to one.
struct ProfileCommand: ScriptRuntime.Command {
    let session: Session

    var signature: CommandSignature {
        CommandSignature(
            name: "profile", summary: "List the profiles of the aliyun CLI, or go over to one",
            parameters: [.init("name", "the profile to go over to; without it, all are listed")],
            examples: ["profile", "profile production"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        arguments.count > 1 ? [.init("profile takes one name", argument: 1)] : []
    }

    func run(_ invocation: Invocation) throws -> Value {
        do throws(CredentialsFailure) {
            guard let name = invocation.arguments.first?.value.displayText else { return try list() }
            try session.switchProfile(to: name)
            return .null
        } catch {
            throw ScriptError("Client.Credentials", error.message, origin: .client)
        }
    }

    private func list() throws(CredentialsFailure) -> Value {
        guard let configuration = try session.profiles() else {
            throw CredentialsFailure("there is no configuration of the aliyun CLI: 'aliyun configure' makes one")
        }
        let used = session.usedProfile
        return .list(
            configuration.profiles.map { profile in
                var record = Record()
                record["Profile"] = .string(profile.name)
                record["Mode"] = .string(profile.mode)
                record["Region"] = .string(profile.region ?? "")
                record["InUse"] = .bool(profile.name == used)
                record["Default"] = .bool(profile.name == configuration.current)
                return .record(record)
            })
    }
}
