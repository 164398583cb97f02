import Glibc

/// Whether two strings are the same to the byte, as JSON and the service see it: Swift's strings are equal as soon as
/// they look alike (`é` as one scalar and as two).
func isSameText(_ left: String, _ right: String) -> Bool {
    let (a, b) = (left.utf8, right.utf8)
    guard a.count == b.count else { return false }
    return a.withContiguousStorageIfAvailable { a in
        b.withContiguousStorageIfAvailable { b in
            guard let a = a.baseAddress, let b = b.baseAddress else { return true }
            return memcmp(a, b, right.utf8.count) == 0
        }
    }.flatMap { $0 } ?? a.elementsEqual(b)
}
