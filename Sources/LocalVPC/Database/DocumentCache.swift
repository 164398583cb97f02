import DataValue
import Glibc

/// Documents that were read lately: what is read again and has not changed need not be parsed again.
///
/// It cannot be wrong, whoever writes to the database: an entry serves only where the text that the database yields is,
/// byte for byte, the text that the entry was made from. It belongs to one worker, and so to one thread at a time.
final class DocumentCache {
    private var entries: [Int64: (text: [UInt8], document: Record)] = [:]
    /// So many are kept; of more resources the first that were read. To make room for each new one would cost more than
    /// it brings where many are read in turn.
    private static let capacity = 2048
    /// How many found no room since all were forgotten last.
    private var homeless = 0
    /// After so many, those that are kept may be of resources that are gone.
    private static let renewal = 100_000

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
        if entries[number] != nil || entries.count < Self.capacity {
            entries[number] = (Array(text), document)
        } else {
            homeless += 1
            if homeless == Self.renewal {
                entries = [:]
                homeless = 0
            }
        }
        return document
    }

    private static func areSame(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = left.baseAddress, let other = right.baseAddress else { return left.isEmpty && right.isEmpty }
        return memcmp(start, other, left.count) == 0
    }
}
