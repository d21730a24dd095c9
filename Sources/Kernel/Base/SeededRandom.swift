/// A generator whose whole sequence follows from its seed (SplitMix64; Steele, Lea and Flood 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 up to, not including, the limit; the same on every machine.
    public mutating func below(_ limit: Int) -> Int {
        limit > 1 ? Int(next().multipliedFullWidth(by: UInt64(limit)).high) : 0
    }

    /// True so many times in a thousand.
    public mutating func chance(_ perThousand: Int) -> Bool { below(1000) < perThousand }

    /// One of the choices; nothing when there are none.
    public mutating func pick<Choice>(_ choices: [Choice]) -> Choice? {
        choices.isEmpty ? nil : choices[below(choices.count)]
    }
}
