import Dispatch
import NIOCore
import NIOPosix
import Synchronization

/// Threads of our own. A page reads the database on the thread that draws it, and the runtime's own few threads must not wait
/// for a disk: work here may block, and the system shares the processors out.
public final class Threads: TaskExecutor {
    private struct Line {
        var jobs = CircularBuffer<UnownedJob>(initialCapacity: 256)
        var asleep = 0
        var isOneWaking = false

        /// Whether somebody is to be woken: at most one is on its way at a time, and it wakes the next when there is more to do.
        /// A commit that answers 64 writers at once would otherwise pay for 64 wake-ups, and threads that are awake do the work.
        mutating func wakesOne() -> Bool {
            guard !jobs.isEmpty, asleep > 0, !isOneWaking else { return false }
            asleep -= 1
            isOneWaking = true
            return true
        }
    }

    private let line = Mutex(Line())
    private let bell = DispatchSemaphore(value: 0)
    private let pool: NIOThreadPool

    private init(_ count: Int) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
        for _ in 0..<count { pool.submit { [self] _ in work() } }
    }

    /// Pages and forms.
    static let pages = Threads(8)
    /// Files, prints and what else reads at length: so many at once, the pages stay free.
    public static let reports = Threads(4)

    /// What runs beside the requests: taking connections in, jobs, deliveries, seals, keys, upkeep. One for each, so that none
    /// waits for another's disk.
    public static let services = Threads(8)

    /// Runs a piece of a task on the next free thread, in the order of asking.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wakes = line.withLock { line in
            line.jobs.append(job)
            return line.wakesOne()
        }
        if wakes { bell.signal() }
    }

    /// The life of one thread.
    private func work() {
        while true {
            let (job, wakes) = line.withLock { line -> (UnownedJob?, Bool) in
                guard let job = line.jobs.popFirst() else {
                    line.asleep += 1
                    return (nil, false)
                }
                return (job, line.wakesOne())
            }
            if wakes { bell.signal() }
            if let job {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else {
                bell.wait()
                line.withLock { $0.isOneWaking = false }
            }
        }
    }
}
