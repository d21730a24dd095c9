import Base
import Registry

/// The errors that make a second record of one child: what people and their input methods do to names, dates and numbers.
public struct Noise: Sendable {
    private(set) var random: SeededRandom
    /// What was done to the record in hand, for whoever asks which errors are not seen through.
    private(set) var done: [String] = []

    public init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func chance(_ perThousand: Int) -> Bool { random.chance(perThousand) }

    /// Takes the errors noted so far.
    mutating func take() -> [String] {
        defer { done = [] }
        return done
    }

    /// A name as somebody else typed it.
    mutating func name(_ name: PersonName) -> PersonName {
        var words = name.full.split(separator: " ").map(String.init)
        if chance(60), words.count > 3 { drop(&words) }
        if chance(120), words.count > 1 { turn(&words) }
        if chance(220) { slip(&words) }
        if chance(110) { leaveKeys(&words) } else if chance(300) { bare(&words) }
        guard let typed = try? PersonName(full: words.joined(separator: " ")) else { return name }
        return typed
    }

    private mutating func drop(_ words: inout [String]) {
        words.remove(at: 1 + random.below(words.count - 2))
        done.append("middle")
    }

    private mutating func turn(_ words: inout [String]) {
        words = Array(words.dropFirst()) + words.prefix(1)
        done.append("order")
    }

    private mutating func bare(_ words: inout [String]) {
        words = words.map { word in
            let plain = Fold.key(word)
            return plain.prefix(1).uppercased() + plain.dropFirst()
        }
        done.append("marks")
    }

    /// One letter left out, doubled, put in another's place, or two turned round.
    private mutating func slip(_ words: inout [String]) {
        let long = words.indices.filter { words[$0].count > 2 }
        guard let at = random.pick(Array(long)) else { return }
        var letters = Array(words[at])
        let place = random.below(letters.count - 1)
        switch random.below(4) {
        case 0: letters.remove(at: place + 1)
        case 1: letters.insert(letters[place + 1], at: place)
        case 2: letters[place + 1] = Array("aeinotu")[random.below(7)]
        default: letters.swapAt(place, place + 1)
        }
        words[at] = String(letters)
        done.append("slip")
    }

    /// TELEX or VNI keys that the input method did not take: `Nguyeenx`, `Hu7ng2`.
    private mutating func leaveKeys(_ words: inout [String]) {
        let marked = words.indices.filter { Fold.key(words[$0]) != words[$0].lowercased() }
        guard let at = random.pick(Array(marked)) else { return }
        let tones = chance(700) ? Array("sfrxj") : Array("12345")
        let plain = Fold.key(words[at])
        words[at] = plain.prefix(1).uppercased() + plain.dropFirst() + String(tones[random.below(tones.count)])
        done.append("keys")
    }

    /// A date of birth as somebody else wrote it down.
    mutating func birth(_ birth: PartialDay?) -> PartialDay? {
        guard let day = birth?.day else { return birth }
        let (year, month, number) = day.parts
        switch random.below(1000) {
        case ..<140 where number <= 12 && number != month:
            done.append("turned")
            return Day(year: year, month: number, day: month).map { PartialDay($0) } ?? birth
        case 140..<220:
            done.append("year")
            return PartialDay(String(year))
        case 220..<330:
            done.append("digit")
            return digitOff(year, month, number) ?? birth
        default: return birth
        }
    }

    private mutating func digitOff(_ year: Int, _ month: Int, _ day: Int) -> PartialDay? {
        for _ in 0..<20 {
            let changed: Day? =
                switch random.below(3) {
                case 0: Day(year: year / 10 * 10 + random.below(10), month: month, day: day)
                case 1: Day(year: year, month: month, day: day / 10 * 10 + random.below(10))
                default: Day(year: year, month: month, day: day % 10 + 10 * random.below(4))
                }
            if let changed, changed != Day(year: year, month: month, day: day) { return PartialDay(changed) }
        }
        return nil
    }

    /// A telephone of which one digit may be wrong.
    mutating func phone(_ number: String) -> String {
        guard number.utf8.count > 4, chance(80) else { return number }
        done.append("phone")
        var digits = Array(number.utf8)
        let at = digits.count - 1 - random.below(4)
        digits[at] = 48 + UInt8((Int(digits[at]) - 48 + 1 + random.below(8)) % 10)
        return String(decoding: digits, as: UTF8.self)
    }

    mutating func pick<Choice>(_ choices: [Choice]) -> Choice? { random.pick(choices) }
    mutating func note(_ error: String) { done.append(error) }
    mutating func number() -> String {
        let serial = String(900_000 + random.below(100_000))
        return PersonalID.demoPrefix + "2" + String(10 + random.below(10)) + serial
    }
}
