import Crypto
import DataValue

/// The nonces of the last half hour, in bounded memory.
///
/// Two generations of hashes: new ones go into the young generation; when that is half an hour old or full, it becomes
/// the old one. A request is valid for a quarter of an hour to either side, so whatever is dropped has expired, unless
/// more than a million came within half an hour.
struct NonceMemory {
    private static let lifetime: Nanoseconds = 2 * RequestVerifier.tolerance * 1_000_000_000
    private static let capacity = 1 << 20
    /// So many are kept for the next server: they are written while this one stops, which shall not take seconds.
    private static let keptCapacity = 100_000

    private var young: Set<Int64> = []
    private var old: Set<Int64> = []
    private var began: Nanoseconds = .min

    /// Remembers a nonce; false if it was known.
    mutating func insert(_ hash: Int64, now: Nanoseconds) -> Bool {
        let (age, overflows) = now.subtractingReportingOverflow(began)
        if overflows || age >= Self.lifetime || young.count >= Self.capacity {
            old = young
            young = []
            began = now
        }
        return !old.contains(hash) && young.insert(hash).inserted
    }

    /// Those that a server after this one should know, the newer generation first.
    var kept: [Int64] {
        Array(young.prefix(Self.keptCapacity)) + Array(old.prefix(max(0, Self.keptCapacity - young.count)))
    }

    /// What a nonce of a key is remembered as: the same in every process, and no two alike that anybody could find.
    static func hash(_ key: String, _ nonce: String) -> Int64 {
        var bytes = Array(key.utf8)
        bytes.append(0)
        bytes.append(contentsOf: nonce.utf8)
        return SHA256.hash(data: bytes).prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }
}
