#if canImport(Glibc)
import Glibc
#endif

/// Limits that the operating system keeps for a process of ours that reads what comes from outside.
public enum Sandbox {
    /// Bounds this process for good: bytes of memory, seconds of processor, bytes of a written file; few descriptors, no core file.
    public static func limit(memory: Int, cpuSeconds: Int, fileSize: Int) {
        set(__rlimit_resource_t(RLIMIT_AS.rawValue), memory)
        set(__rlimit_resource_t(RLIMIT_CPU.rawValue), cpuSeconds)
        set(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), fileSize)
        set(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), 64)
        set(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
    }

    private static func set(_ resource: __rlimit_resource_t, _ value: Int) {
        var limit = rlimit(rlim_cur: rlim_t(max(0, value)), rlim_max: rlim_t(max(0, value)))
        setrlimit(resource, &limit)
    }
}
