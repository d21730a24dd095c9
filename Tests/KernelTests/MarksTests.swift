import Testing

@testable import Base

@Suite struct MarksTests {
    private static let marks = ["\u{301}", "\u{323}", "\u{5B0}", "\u{94D}", "\u{E38}", "\u{1D165}"]

    @Test(arguments: marks)
    func thirtyMarksPassAndThirtyOneDoNot(_ mark: String) {
        let most = String(repeating: mark, count: 30)
        #expect(!Fold.hasTooManyMarks("a" + most + "b" + most))
        #expect(Fold.hasTooManyMarks("a" + String(repeating: mark, count: 31)))
    }

    @Test(arguments: [#"\u0301"#, #"\u0323"#, #"\uD834\uDD65"#, "%CC%81", #"%cc%a3"#])
    func escapesCountLikeTheMarksTheyStandFor(_ escape: String) {
        #expect(!Fold.hasTooManyMarks(String(repeating: escape, count: 30)))
        #expect(Fold.hasTooManyMarks(String(repeating: escape, count: 31)))
        #expect(Fold.hasTooManyMarks(String(repeating: escape + "\u{301}", count: 16)))
        #expect(!Fold.hasTooManyMarks(String(repeating: escape + "a", count: 100)))
    }

    @Test(arguments: [#"\\u0301"#, #"\u0041"#, #"\u03"#, #"\uD834"#, "%41", "%", #"\"#, "ế", "漢", "😀"])
    func whatIsNoMarkEndsTheRun(_ text: String) {
        let half = String(repeating: "\u{301}", count: 20)
        #expect(!Fold.hasTooManyMarks(half + text + "x" + half))
        #expect(!Fold.hasTooManyMarks(String(repeating: text, count: 100)))
    }

    @Test func aBodyInPiecesKeepsItsCount() {
        let bytes = Array(String(repeating: #"\u0301"# + "\u{323}", count: 16).utf8)
        for cut in 0..<bytes.count {
            var counter = MarkCounter()
            let first = Array(bytes[..<cut]).withUnsafeBufferPointer { counter.scan($0) }
            let second = Array(bytes[cut...]).withUnsafeBufferPointer { counter.scan($0) }
            #expect(first || second)
        }
    }

    @Test func eitherWayOfReadingAgrees() {
        var random = SeededRandom(seed: 7)
        let pieces = ["\u{301}", #"\u0323"#, "%CC%81", "a", "abcdefghijk", "ế", #"\\"#, "%", "\u{1D165}", "漢"]
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<40 { text += pieces[random.below(random.chance(850) ? 3 : pieces.count)] }
            let bytes = Array(text.utf8)
            #expect(Fold.hasTooManyMarks(bytes) == Fold.hasTooManyMarks(AnySequence(bytes)))
        }
        #expect(!Fold.hasTooManyMarks([0xCC, 0xFF, 0x81, 0xC0, 0x80, 0xF5, 0xE1, 0x80] as [UInt8]))
        #expect(!Fold.hasTooManyMarks([] as [UInt8]))
    }

    @Test func foldingALongRunOfMarksIsLinear() {
        let hostile = "a" + String(repeating: "\u{301}\u{323}\u{345}", count: 100_000)
        let took = ContinuousClock().measure {
            #expect(Fold.compose(hostile).utf8.count < 100)
            #expect(Fold.key(hostile) == "a")
            #expect(Fold.accentKey(hostile).utf8.count < 100)
            #expect(Fold.sortKey(hostile).utf8.count < 100)
        }
        #expect(took < .seconds(5))
    }
}
