import CloudAPI
import Synchronization
import SystemSupport

/// The file that `--record` names.
package final class RecordingFile: Sendable {
    private let file: AppendedFile
    private let hasFailed = Atomic<Bool>(false)

    /// Begins a recording. A file that is there is replaced where it is a recording or empty.
    package init(_ path: String) throws(UsageError) {
        do throws(SystemError) {
            if File.exists(path), !Self.isRecording(path) {
                throw SystemError(.other, "\(path) is there already and is not a recording; it was left alone")
            }
            file = try AppendedFile.open(path, empties: true)
            try file.append(Recorder.header)
        } catch {
            throw UsageError("--record: \(error.message)")
        }
    }

    private static func isRecording(_ path: String) -> Bool {
        guard let start = File.beginning(of: path, count: Recorder.header.utf8.count) else { return false }
        return start.isEmpty || start.elementsEqual(Recorder.header.utf8)
    }

    /// False the first time that a line cannot be written, then true again: it is to be told once.
    func append(_ line: String) -> Bool {
        do {
            try file.append(line)
            return true
        } catch {
            return hasFailed.exchange(true, ordering: .relaxed)
        }
    }
}
