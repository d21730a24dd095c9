import Base
import Testing

@testable import Identity

@Suite("Secrets")
struct SecretsTests {
    @Test(
        "SHA-1 gives the digests of FIPS 180-4",
        arguments: [
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"), ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        ])
    func sha1(text: String, digest: String) { #expect(SHA1.hash(Array(text.utf8)).hex == digest) }

    @Test("HMAC-SHA-1 gives the values of RFC 2202")
    func hmac() {
        #expect(
            SHA1.hmac(Array("Hi There".utf8), key: Array(repeating: 11, count: 20)).hex
                == "b617318655057264e28bc0b6fb378c8ef146be00")
        #expect(
            SHA1.hmac(
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                key: Array(repeating: 0xAA, count: 80)
            ).hex
                == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
    }

    @Test(
        "E4 one-time codes are those of RFC 6238, appendix B",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func vectors(seconds: Int64, code: String) {
        #expect(TOTP.code(Array("12345678901234567890".utf8), step: TOTP.step(at: seconds * 1000), digits: 8) == code)
    }

    @Test("E4 a code works one step to either side, once")
    func window() {
        let seed = Secret.random(20), now: Int64 = 1_800_000_000_000, step = TOTP.step(at: now)
        for shift in -1...1 as ClosedRange<Int64> {
            #expect(TOTP.match(TOTP.code(seed, step: step + shift), seed: seed, at: now, after: 0) == step + shift)
        }
        for shift in [-2, 2, 120, -120] as [Int64] {
            #expect(TOTP.match(TOTP.code(seed, step: step + shift), seed: seed, at: now, after: 0) == nil)
        }
        #expect(TOTP.match(TOTP.code(seed, step: step), seed: seed, at: now, after: step) == nil)
        #expect(TOTP.match("12345", seed: seed, at: now, after: 0) == nil)
    }

    @Test("the seed is written in base 32 of RFC 4648")
    func base32() {
        #expect(TOTP.text(of: Array("foobar".utf8)) == "MZXW6YTBOI")
        #expect(
            TOTP.address(of: Array("foobar".utf8), username: "a.b").hasPrefix(
                "otpauth://totp/HoaBan:a.b?secret=MZXW6YTBOI&"))
    }

    @Test("E1 passwords are hashed with Argon2id over 64 MiB in three passes, and the hash says so")
    func parameters() throws {
        let hash = try #require(Argon2.standard.hash(Array("một hai ba".utf8)))
        #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=3,p=1$"))
        #expect(Argon2.verify(Array("một hai ba".utf8), against: hash))
        #expect(!Argon2.verify(Array("một hai bá".utf8), against: hash))
        #expect(!Argon2.standard.isStale(hash))
        #expect(Argon2(passes: 4, bytes: 64 << 20).isStale(hash))
    }

    @Test("E3 the hash tried for a name that nobody has is well made and opens to nothing")
    func dummy() async throws {
        let argon = Argon2(passes: 1, bytes: 8192)
        #expect(!argon.isStale(argon.dummy))
        #expect(argon.dummy.utf8.count == (argon.hash([1])?.utf8.count ?? 0))
        #expect(try await HashingThreads(argon).verify(Array("x".utf8), against: nil).isRight == false)
    }

    @Test("fact 11 more than sixty-four waiting for the two threads are sent away at once, with a time to come back")
    func bounded() async {
        let threads = HashingThreads(Argon2(passes: 2, bytes: 8 << 20), most: 4)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    await fault { try await threads.hash([1]) }.map { $0.kind == .unavailable && $0.retryAfter != nil }
                        ?? false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0 && refused <= 34)
    }
}
