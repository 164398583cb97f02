import CloudAPI
import DataValue
import SystemSupport

/// What a user has said about a profile, so that it is handled with care.
package enum ProfileMark: String, Sendable, CaseIterable {
    case none = ""
    /// What destroys is left to a person at a prompt, who has to type the name of what is hit.
    case protected
    /// No write is sent.
    case readOnly = "read-only"
}

/// The marks of profiles: `profiles.json` in the configuration folder, a record of their names.
struct ProfileMarks {
    private let path: String?

    init(_ surroundings: Surroundings) { path = surroundings.configurationFolder.map { $0 + "/profiles.json" } }

    /// Why marks cannot be read or written.
    struct Problem: Error { var message: String }

    /// A file that cannot be understood is an error and not the same as none: a mark must not be lost by a slip.
    func marks() throws(Problem) -> [String: ProfileMark] {
        guard let path, !File.isMissing(path) else { return [:] }
        let text: String
        do {
            text = String(decoding: try File.read(path, limit: 1 << 20, nil), as: UTF8.self)
        } catch {
            throw Problem(message: error.message)
        }
        guard case .record(let record)? = try? JSON.parse(text) else {
            throw Problem(message: "\(path) is no record of profiles and their marks")
        }
        var marks: [String: ProfileMark] = [:]
        for (name, value) in record.fields {
            guard case .string(let word) = value, let mark = ProfileMark(rawValue: word) else {
                throw Problem(message: "\(path): '\(name)' is neither protected nor read-only")
            }
            marks[name] = mark
        }
        return marks
    }

    func set(_ mark: ProfileMark, for profile: String) throws(Problem) {
        guard let path else { throw Problem(message: "there is no home folder to keep the marks of profiles in") }
        var all = try marks()
        all[profile] = mark == .none ? nil : mark
        var record = Record()
        for (name, mark) in all.sorted(by: { $0.key < $1.key }) { record[name] = .string(mark.rawValue) }
        do {
            try Folder.make(Path.folder(of: path))
            try FileReplacement.replace(path, with: Array((JSON.text(.record(record)) + "\n").utf8), nil)
        } catch {
            throw Problem(message: error.message)
        }
    }
}
