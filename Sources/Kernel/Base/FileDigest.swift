import CSodium

#if canImport(Glibc)
import Glibc
#endif

extension Secret {
    /// SHA-256 of a file of any size, read piece by piece; nothing when it cannot be read to its end.
    public static func sha256(fileAt path: String) -> [UInt8]? {
        guard let file = fopen(path, "rbe") else { return nil }
        defer { fclose(file) }
        var state = crypto_hash_sha256_state(), buffer = [UInt8](repeating: 0, count: 1 << 18)
        _ = crypto_hash_sha256_init(&state)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            _ = crypto_hash_sha256_update(&state, buffer, UInt64(count))
        }
        guard ferror(file) == 0 else { return nil }
        var out = [UInt8](repeating: 0, count: 32)
        _ = crypto_hash_sha256_final(&state, &out)
        return out
    }
}
