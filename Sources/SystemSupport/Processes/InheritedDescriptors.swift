import Glibc

/// Which descriptors the program was started with: what it was given, its children get, too (`3>log`), and nothing else.
/// Libraries open sockets and event queues without a word about children.
enum InheritedDescriptors {
    private static let numbers: Set<Int32> = Set(open)

    /// Takes down which there are. To be called once, before anything is opened.
    static func prepare() { _ = numbers }

    /// Keeps all others from children that are started from now on.
    static func closeOthersInChildren() {
        for number in open where number > 2 && !numbers.contains(number) {
            let flags = fcntl(number, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { _ = fcntl(number, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    private static var open: [Int32] { Folder.names(in: "/proc/self/fd").compactMap { Int32($0) } }
}
