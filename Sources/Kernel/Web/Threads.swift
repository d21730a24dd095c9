import NIOPosix

/// Threads of our own. A page reads the database on the thread that draws it, and the runtime's own few threads must not wait
/// for a disk: work here may block, and the system shares the processors out.
public final class Threads: TaskExecutor {
    private let pool: NIOThreadPool

    private init(_ count: Int) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Pages and forms.
    static let pages = Threads(8)
    /// Files, prints and what else reads at length: so many at once, the pages stay free.
    static let reports = Threads(4)

    /// What runs beside the requests: taking connections in, jobs, deliveries, seals, upkeep. One for each, so that none waits for
    /// another's disk.
    public static let services = Threads(7)

    /// Runs a piece of a task on the next free thread, in the order of asking.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { [self] _ in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
