import Glibc

/// Whether two strings are the same to the byte, as JSON and the service see it: Swift's strings are equal as soon as
/// they look alike (`é` as one scalar and as two).
func isSameText(_ left: String, _ right: String) -> Bool {
    // The same storage, or the same few bytes without any: the common case of texts that come from one place.
    let bits = (unsafeBitCast(left, to: (UInt64, UInt64).self), unsafeBitCast(right, to: (UInt64, UInt64).self))
    if bits.0 == bits.1 { return true }
    let (a, b) = (left.utf8, right.utf8)
    guard a.count == b.count else { return false }
    return a.withContiguousStorageIfAvailable { a in
        b.withContiguousStorageIfAvailable { b in
            guard let a = a.baseAddress, let b = b.baseAddress else { return true }
            return memcmp(a, b, right.utf8.count) == 0
        }
    }.flatMap { $0 } ?? a.elementsEqual(b)
}

/// Whether a string holds another one, byte for byte; in linear time (Knuth, Morris and Pratt).
func containsText(_ text: String, _ part: String) -> Bool {
    let part = Array(part.utf8)
    if part.isEmpty { return true }
    // For each beginning of the part, the length of the longest shorter beginning that it also ends in.
    var borders = [0]
    var matched = 0
    for byte in part.dropFirst() {
        while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
        if part[matched] == byte { matched += 1 }
        borders.append(matched)
    }
    matched = 0
    for byte in text.utf8 {
        while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
        if part[matched] == byte { matched += 1 }
        if matched == part.count { return true }
    }
    return false
}
