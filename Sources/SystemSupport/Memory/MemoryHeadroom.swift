import Glibc
import Synchronization

/// Whether there is memory for something large, asked before it is allocated: an allocation that fails ends the process
/// without a word, and no program can catch it.
package enum MemoryHeadroom {
    /// What has to stay free, in bytes, so that the failure can be told and what was to be done at the end is done.
    package static let reserve = 48 << 20
    /// Sizes from here on, in bytes, are asked about one by one; what is smaller is added up (see `Machine.charge`).
    package static let largeSize = 1 << 20
    /// More than any program needs in one piece: asked about even where nothing limits the address space.
    private static let hugeSize = 1 << 32

    /// `M_ARENA_MAX` of malloc.h, which Swift's module of the C library leaves out.
    private static let mostArenas: Int32 = -8

    /// Whether something bounds how much memory the process may have: `ulimit -v`, `ulimit -d`, or a system that promises
    /// no more than it has. Where nothing does, the answer is known without asking.
    private static let isLimited: Bool = {
        for resource in [RLIMIT_AS, RLIMIT_DATA] {
            var limit = rlimit()
            if getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur != ~0 { return true }
        }
        let descriptor = open("/proc/sys/vm/overcommit_memory", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var mode: UInt8 = 0
        return read(descriptor, &mode, 1) == 1 && mode == UInt8(ascii: "2")
    }()

    /// Whether `bytes` more can be allocated at once, with ``reserve`` left over. The memory is reserved and given back,
    /// never touched: 2 µs.
    package static func has(_ bytes: Int) -> Bool {
        if bytes < hugeSize, !isLimited { return true }
        let (size, overflow) = bytes.addingReportingOverflow(reserve)
        guard !overflow, size > 0 else { return false }
        // One at a time: what others reserve for a moment is not gone.
        return reserving.withLock { _ in canReserve(size) }
    }

    private static let reserving = Mutex<Void>(())

    private static func canReserve(_ size: Int) -> Bool {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let address = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), address != MAP_FAILED else {
            return false
        }
        munmap(address, size)
        return true
    }

    /// As above, for `count` elements of `size` bytes each.
    package static func has(_ count: Int, of size: Int) -> Bool {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        return !overflow && has(bytes)
    }

    /// Keeps the allocator from reserving address space for each thread (64 MiB a thread) where that is limited. To be
    /// called before there are threads.
    package static func prepare() {
        guard isLimited, let function = dlsym(nil, "mallopt") else { return }
        typealias SetOption = @convention(c) (Int32, Int32) -> Int32
        _ = unsafeBitCast(function, to: SetOption.self)(Self.mostArenas, 1)
    }
}
