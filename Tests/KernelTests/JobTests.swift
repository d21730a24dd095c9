import Base
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Work

@Suite struct JobTests {
    private static let wait: Duration = .milliseconds(150)

    private func worker(_ db: any Database, _ jobs: [Job], beat: Duration = .seconds(20)) -> Worker {
        var worker = Worker(db: db, jobs: jobs, log: .init(label: "test") { _ in Quiet() })
        worker.beat = beat
        return worker
    }

    private func enqueue(_ db: any Database, _ kind: String, isLocal: Bool = false) async throws -> ID<JobRun> {
        try await db.commit { tx in try tx.enqueue(kind, input: "1", by: .commandLine, isLocal: isLocal) }
    }

    private func row(_ db: any Database, _ id: ID<JobRun>) async throws -> JobRow {
        guard let row = try await db.read({ tx in try tx.job(id) }) else { throw Fault.notFound }
        return row
    }

    @Test("I2 a step longer than the lease is run by one process alone", arguments: Backend.all)
    func heartbeat(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment), runs = Mutex(0)
        try await withDatabase(backend, WorkSchema.migrations, at: moment) { db in
            let job = Job("test.long") { _ in
                runs.withLock { $0 += 1 }
                // A step of five minutes without a word: the lease is renewed beside it.
                for _ in 0..<10 {
                    moment.value += 30_000
                    try await Task.sleep(for: .milliseconds(120))
                    #expect(try await !Worker(db: db, jobs: [], log: .init(label: "other") { _ in Quiet() }).runNext())
                }
                return "{}"
            }
            let id = try await enqueue(db, "test.long")
            #expect(try await worker(db, [job], beat: .milliseconds(20)).runNext())
            #expect(try await row(db, id).state == "done")
            #expect(runs.withLock { $0 } == 1)
        }
    }

    @Test("I2 whoever lost the lease has no say any more", arguments: Backend.all)
    func takenOver(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment), runs = Mutex(0)
        try await withDatabase(backend, WorkSchema.migrations, at: moment) { db in
            let job = Job("test.slow") { context in
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                guard run == 1 else { return "\"second\"" }
                moment.value += 61_000
                let other = Worker(
                    db: db, jobs: [Job("test.slow") { _ in "\"other\"" }], log: .init(label: "other") { _ in Quiet() })
                let hasRun = try await other.runNext()
                #expect(hasRun)
                await #expect(throws: LeaseLost.self) { try await context.report(1, of: 2) }
                return "\"first\""
            }
            let id = try await enqueue(db, "test.slow")
            #expect(try await worker(db, [job]).runNext())
            let row = try await row(db, id)
            #expect(row.state == "done" && row.result == "\"other\"")
        }
    }

    @Test("a job whose workers fell five times fails in words", arguments: Backend.all)
    func givenUp(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment)
        try await withDatabase(backend, WorkSchema.migrations, at: moment) { db in
            let id = try await enqueue(db, "test.fall")
            for _ in 0..<Worker.mostTries {
                let taken = try await db.commit { tx in try tx.takeJob() }
                #expect(taken?.row.id == id)
                moment.value += 61_000
            }
            let none = worker(db, [])
            while try await none.runNext() {}
            let row = try await row(db, id)
            #expect(row.state == "failed" && !row.message.isEmpty)
        }
    }

    @Test("a passing trouble of the database is tried again, a fault is not", arguments: Backend.all)
    func triedAgain(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment), runs = Mutex(0)
        try await withDatabase(backend, WorkSchema.migrations, at: moment) { db in
            let job = Job("test.busy") { _ in
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                if run < 3 { throw StorageError(.busy, "busy") }
                return "{}"
            }
            let id = try await enqueue(db, "test.busy"), hands = worker(db, [job])
            #expect(try await hands.runNext())
            #expect(try await row(db, id).state == "queued")
            #expect(try await !hands.runNext(), "not at once")
            moment.value += 6000
            #expect(try await hands.runNext())
            moment.value += 11_000
            #expect(try await hands.runNext())
            #expect(try await row(db, id).state == "done")
            let always = Job("test.full") { _ in throw StorageError(.full, "full") }
            let full = try await enqueue(db, "test.full")
            for _ in 0..<Worker.mostTries {
                #expect(try await worker(db, [always]).runNext())
                moment.value += 60_000
            }
            let row = try await row(db, full)
            #expect(row.state == "failed" && row.message == StorageError(.full, "").fault?.message)
        }
    }

    @Test(
        "a job is run where its files lie, and fails in words once nobody serves them",
        .enabled(if: Backend.all.count > 1))
    func places() async throws {
        let moment = SettableMoment(testMoment)
        try await withPlaces(["here", "there"], WorkSchema.migrations, at: moment) { dbs in
            let (here, there) = (dbs[0], dbs[1])
            for db in dbs { try await db.commit { try $0.notePlace() } }
            let id = try await enqueue(here, "test.file", isLocal: true)
            let jobs = [Job("test.file") { _ in "{}" }]
            #expect(try await !worker(there, jobs).runNext())
            #expect(try await worker(here, jobs).runNext())
            #expect(try await row(here, id).state == "done")
            let lost = try await enqueue(here, "test.file", isLocal: true)
            moment.value += 300_000
            try await there.commit { try $0.notePlace() }
            #expect(try await row(here, lost).state == "queued")
            moment.value += 301_000
            try await there.commit { try $0.notePlace() }
            let row = try await row(there, lost)
            #expect(row.state == "failed" && !row.message.isEmpty)
        }
    }

    @Test(
        "processes that start together on an empty database make its schema once", .enabled(if: Backend.all.count > 1))
    func startTogether() async throws {
        let all = WorkSchema.migrations
        try await withPlaces(["1", "2", "3", "4"], []) { dbs in
            let made = try await withThrowingTaskGroup(of: [String].self) { group in
                for db in dbs { group.addTask { try await db.migrate(all) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(made.sorted() == all.map(\.name).sorted())
        }
    }

    @Test("sealers and relays that meet lose nothing and complain of nothing", .enabled(if: Backend.all.count > 1))
    func meeting() async throws {
        try await withPlaces(["1", "2", "3", "4"], WorkSchema.migrations) { dbs in
            for round in 0..<20 {
                for number in 0..<5 {
                    try await dbs[0].write(as: .commandLine, "test.write", on: .student(ID(stored: 7))) { tx in
                        try tx.changed(.student(ID(stored: 7)), "name", from: "\(number)", to: "\(round)")
                    }
                }
                let sealed = try await withThrowingTaskGroup(of: Int.self) { group in
                    for db in dbs { group.addTask { try await db.sealAudit() } }
                    return try await group.reduce(0, +)
                }
                #expect(sealed <= 5)
                while try await dbs[0].sealAudit() > 0 {}
            }
            #expect(try await dbs[0].verifyAudit().isEmpty)
        }
    }
}
