import DataValue
import Glibc

/// Documents that were read lately: what is read again and has not changed need not be parsed again.
///
/// It cannot be wrong, whoever writes to the database: an entry serves only where the text that the database yields is,
/// byte for byte, the text that the entry was made from. It belongs to one worker, and so to one thread at a time.
final class DocumentCache {
    private var entries: [Int64: (text: [UInt8], document: Record)] = [:]
    /// Beyond it all are forgotten: what is read in turn over more than these is not read again soon.
    private static let capacity = 2048

    /// The document of a resource.
    ///
    /// - Parameters:
    ///   - number: of the resource.
    ///   - text: what the database holds.
    /// - Returns: nil where the text is no record.
    func document(_ number: Int64, _ text: UnsafeBufferPointer<UInt8>) -> Record? {
        if let known = entries[number], known.text.count == text.count,
            known.text.withUnsafeBufferPointer({ Self.areSame($0, text) })
        {
            return known.document
        }
        guard case .record(let document)? = try? JSON.parse(text) else { return nil }
        if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
        entries[number] = (Array(text), document)
        return document
    }

    private static func areSame(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = left.baseAddress, let other = right.baseAddress else { return left.isEmpty && right.isEmpty }
        return memcmp(start, other, left.count) == 0
    }
}
