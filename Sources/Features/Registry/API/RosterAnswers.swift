import Base
import Storage
import Web
import Work

/// Answers one call of the rostering service.
struct RosterAnswers: Sendable {
    private let visit: Visit, endpoint: RosterEndpoint, memory: RosterMemory
    private let ask: RosterAsk

    init(_ visit: Visit, _ endpoint: RosterEndpoint, _ memory: RosterMemory) throws {
        (self.visit, self.endpoint, self.memory) = (visit, endpoint, memory)
        ask = try RosterAsk(visit, endpoint.noun, isOne: endpoint.isOne)
    }

    func reply() async throws -> Reply {
        let reply = try await endpoint.isOne ? one() : list()
        try await note()
        return reply
    }

    private func finder(_ tx: Tx) throws -> RosterFinder {
        RosterFinder(tx: tx, book: try RosterBook(tx, .current), scope: visit.visitor.scope)
    }

    // MARK: one object

    private func one() async throws -> Reply {
        let name = visit.parameter("id"), noun = endpoint.noun
        let bytes = try await visit.db.read { tx in
            let finder = try finder(tx)
            let key = try finder.key(noun, endpoint.choice, name)
            guard let item = try RosterDrawer(finder).items([key], noun).first?.item else { throw Fault.notFound }
            var json = JSONBytes(capacity: 1024), places = RosterItem.Places(origin: visit.origin)
            places.spellings = try finder.spellings(noun)
            json.object { json in
                json.name(noun.single)
                item.write(noun, places, only: ask.only, into: &json)
            }
            return json.bytes
        }
        return .json(bytes)
    }

    // MARK: lists

    private func list() async throws -> Reply {
        let keys = try await keys(), page = Array(keys.dropFirst(ask.offset).prefix(ask.limit)), noun = endpoint.noun
        let bytes = try await visit.db.read { tx in
            let finder = try finder(tx)
            var json = JSONBytes(capacity: 64 + page.count * 700), places = RosterItem.Places(origin: visit.origin)
            places.spellings = try finder.spellings(noun)
            try json.object { json in
                json.name(noun.rawValue)
                try json.array { json in
                    for (_, item) in try RosterDrawer(finder).items(page, noun) {
                        item.write(noun, places, only: ask.only, into: &json)
                    }
                }
            }
            return json.bytes
        }
        return .json(bytes).setting(.totalCount, String(keys.count)).setting(.link, links(of: keys.count))
    }

    private func keys() async throws -> [RosterKey] {
        let stamp = try await visit.db.read { tx in try tx.lastEntry() }
        let asked = RosterMemory.Ask(
            consumer: visit.visitor.program?.id ?? 0, scope: visit.visitor.scope, path: visit.path, filter: ask.filter,
            sort: ask.sort ?? "", isFalling: ask.isFalling)
        return try await memory.keys(asked, isFirst: ask.offset == 0, stamp: stamp) {
            try await visit.db.read { tx in
                let finder = try finder(tx)
                let question = try endpoint.question(
                    finder, id: visit.parameter("id"), classID: visit.parameter("class"))
                return try RosterList(finder).keys(question, ask)
            }
        }
    }

    /// RFC 8288: the pages beside this one.
    private func links(of count: Int) -> String {
        let last = count == 0 ? 0 : (count - 1) / ask.limit * ask.limit
        var links = [("first", 0), ("last", last)]
        if ask.offset + ask.limit < count { links.append(("next", ask.offset + ask.limit)) }
        if ask.offset > 0 { links.append(("prev", max(0, min(ask.offset, count) - ask.limit))) }
        return links.map { relation, offset in
            let target = visit.link(("limit", String(ask.limit)), ("offset", String(offset)))
            return "<\(visit.origin)\(target)>; rel=\"\(relation)\""
        }.joined(separator: ", ")
    }

    // MARK: the trail

    /// Notes that persons were read: one entry for all that a system reads of a kind within ten minutes.
    private func note() async throws {
        guard endpoint.noun.isPersonal, let program = visit.visitor.program else { return }
        let what = "\(program.id) \(endpoint.noun.rawValue)"
        guard memory.takesNote(what) else { return }
        do {
            let kind: StaticString = visit.visitor.kind == .consumer ? "consumer" : "token"
            try await visit.db.noteRead(
                as: visit.visitor, "registry.roster.read", on: Subject(kind, program.id, org: visit.visitor.org),
                note: endpoint.noun.rawValue)
        } catch {
            memory.forgetNote(what)
            throw error
        }
    }
}

extension RosterFinder {
    /// The columns of other systems' files by their names in small letters.
    func spellings(_ noun: RosterNoun) throws -> [String: String] {
        guard !book.sources.isEmpty else { return [:] }
        return Dictionary(
            try tx.rosterExtras(noun.file.rawValue).map { ($0.lowercased(), $0) },
            uniquingKeysWith: { first, _ in first })
    }
}
