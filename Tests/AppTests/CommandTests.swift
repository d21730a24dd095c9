import Base
import Foundation
import Identity
import Storage
import TestSupport
import Testing
import Work

@testable import App

@Suite(.serialized) struct CommandTests {
    private func json(_ said: Program.Said) -> [String: String] {
        (try? JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [String: String]) ?? [:]
    }

    private func open(_ folder: String) async throws -> any Database {
        try SQLiteDatabase(path: folder + "/hoaban.sqlite", keys: try KeyFile(folder + "/keys/master.key").open())
    }

    @Test("a new installation gets its first administrator by a code that is used once")
    func firstAdministrator() async throws {
        try await withFolder { folder in
            #expect(
                try Program.run(
                    "account", "create", "--user", "lo.thi.hoa", "--name", "Lò Thị Hoa", "--role", "administrator",
                    "--data", folder + "/none", "--json"
                ).status == 1)
            #expect(try Program.run("migrate", "--data", folder + "/d").status == 0)
            let words = [
                "account", "create", "--name", "Lò Thị Hoa", "--role", "administrator", "--data", folder + "/d",
                "--json",
            ]
            let made = try Program.start(words + ["--user", "lo.thi.hoa"]).finish()
            let code = json(made)["code"] ?? ""
            #expect(
                made.status == 0 && json(made)["username"] == "lo.thi.hoa" && !code.isEmpty, "\(made.out) \(made.err)")
            #expect(try Program.start(words + ["--user", "lo.thi.hoa"]).finish().status == 1, "the name is taken")
            #expect(try Program.start(words + ["--user", "khac", "--org", "KHONGCO"]).finish().status == 1)
            let wrong = try Program.run(
                "account", "create", "--user", "x", "--name", "Y", "--role", "king", "--data", folder + "/d")
            #expect(wrong.status == 2)
            // Only an administrator holds a role without a unit.
            let nowhere = try Program.run(
                "account", "create", "--user", "hieutruong", "--name", "Lò Văn A", "--role", "principal", "--data",
                folder + "/d")
            #expect(nowhere.status == 1)

            let db = try await open(folder + "/d"), door = Entrance(db: db, settings: .init())
            // With a second factor still to be set up a session may do nothing else.
            try await db.commit { tx in try tx.set("identity.second-factor", to: "off") }
            let signIn = try await door.redeem(code: code, password: "mận chín đầu mùa 47", address: "10.0.0.1")
            let state = try await door.session(signIn.cookie, address: "10.0.0.1")
            #expect(state?.visitor.role == .administrator && state?.visitor.scope.reach == .everything)
            await #expect(throws: Fault.self) {
                _ = try await door.redeem(code: code, password: "mận chín đầu mùa 48", address: "10.0.0.1")
            }
            await db.close()
            let again = try Program.run("account", "code", "--user", "lo.thi.hoa", "--data", folder + "/d", "--json")
            #expect(again.status == 0 && json(again)["code"]?.isEmpty == false)
            #expect(try Program.run("account", "code", "--user", "ai", "--data", folder + "/d").status == 1)
            #expect(try Program.run("check", "--data", folder + "/d").status == 0)
        }
    }

    @Test("a password on standard input opens the account at once, a weak one is refused and opens none")
    func passwordFromInput() async throws {
        try await withFolder { folder in
            _ = try Program.run("migrate", "--data", folder)
            let words = [
                "account", "create", "--user", "lo.thi.hoa", "--name", "Lò Thị Hoa", "--role", "administrator",
                "--data", folder,
                "--password-stdin", "--json",
            ]
            let weak = try Program.start(words, input: "lo.thi.hoa\n").finish()
            #expect(weak.status == 1)
            let made = try Program.start(words, input: "mận chín đầu mùa 47\n").finish()
            #expect(made.status == 0 && json(made)["code"] == nil, "\(made.out) \(made.err)")
            let db = try await open(folder), door = Entrance(db: db, settings: .init())
            let signIn = try await door.signIn(
                username: "lo.thi.hoa", password: "mận chín đầu mùa 47", address: "10.0.0.1")
            #expect(signIn.duty == .setUpFactor)
            await db.close()
        }
    }

    @Test("the master key may lie outside the data folder: used, backed up, restored there")
    func keyFile() throws {
        try withFolder { folder in
            let key = ["HOABAN_KEY_FILE": folder + "/safe.key"], data = folder + "/d"
            #expect(try Program.run("migrate", "--data", data, environment: key).status == 0)
            #expect(exists(folder + "/safe.key") && !exists(data + "/keys/master.key"))
            #expect(try Program.run("check", "--data", data, environment: key).status == 0)
            #expect(try Program.run("backup", folder + "/b.zip", "--data", data, environment: key).status == 0)
            // With the key gone nothing is opened under a new one.
            let lost = try Program.run("migrate", "--data", data)
            #expect(
                lost.status == 1 && lost.err.contains("tệp khóa") && !exists(data + "/keys/master.key"), "\(lost.err)")
            try put(String(repeating: "ab", count: 32) + "\n", folder + "/foreign.key")
            let foreign = try Program.run(
                "migrate", "--data", data, environment: ["HOABAN_KEY_FILE": folder + "/foreign.key"])
            #expect(foreign.status == 1 && foreign.err.contains("không phải khóa"), "\(foreign.err)")
            let back = try Program.run("restore", folder + "/b.zip", "--data", folder + "/r", environment: key)
            #expect(back.status == 0 && !exists(folder + "/r/keys/master.key"), "\(back.err)")
            let elsewhere = ["HOABAN_KEY_FILE": folder + "/new.key"]
            #expect(
                try Program.run("restore", folder + "/b.zip", "--data", folder + "/s", environment: elsewhere).status
                    == 0)
            #expect(
                FileManager.default.contents(atPath: folder + "/new.key")
                    == FileManager.default.contents(atPath: folder + "/safe.key"))
            let refused = try Program.run(
                "restore", folder + "/b.zip", "--data", folder + "/t",
                environment: ["HOABAN_KEY_FILE": folder + "/foreign.key"])
            #expect(refused.status == 1 && !exists(folder + "/t"))
            #expect(try Program.run("restore", folder + "/b.zip", "--data", folder + "/u").status == 0)
            #expect(exists(folder + "/u/keys/master.key"))
        }
    }

    @Test("K1 a backup in which a byte was changed is not restored, nor one with a member too many")
    func manifest() async throws {
        try await withFolder { folder in
            let data = folder + "/d"
            _ = try Program.run("migrate", "--data", data)
            let bytes = Array("ảnh thẻ".utf8), hash = Secret.sha256(bytes)
            let shelf = "\(data)/blobs/\(hash.hex.prefix(2))"
            try FileManager.default.createDirectory(atPath: shelf, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: "\(shelf)/\(hash.hex)"))
            let db = try await open(data)
            try await db.commit { tx in try tx.note(blob: hash, size: bytes.count, type: "image/jpeg") }
            await db.close()
            #expect(try Program.run("check", "--data", data).status == 0)
            #expect(try Program.run("backup", folder + "/b.zip", "--data", data).status == 0)
            let rights = try FileManager.default.attributesOfItem(atPath: folder + "/b.zip")[.posixPermissions] as? Int
            #expect(rights == 0o600)
            #expect(try Program.run("restore", folder + "/b.zip", "--data", folder + "/r").status == 0)
            #expect(exists("\(folder)/r/blobs/\(hash.hex.prefix(2))/\(hash.hex)"))

            // Repacked by somebody: the zip itself is sound, what it holds is not what the manifest says.
            let script = """
                import zipfile, sys
                source, target, what = sys.argv[1:]
                old, new = zipfile.ZipFile(source), zipfile.ZipFile(target, 'w')
                for name in old.namelist():
                    body = old.read(name)
                    if what == 'blob' and name.startswith('blobs/'): body = body[:-1] + b'x'
                    if what == 'key' and name == 'keys/master.key': body = b'00' * 32
                    if what == 'less' and name.startswith('blobs/'): continue
                    new.writestr(name, body)
                if what == 'more': new.writestr('blobs/ab/' + 'ab' * 32, b'x')
                new.close()
                """
            for what in ["blob", "key", "less", "more", "same"] {
                try Python.run(script, [folder + "/b.zip", "\(folder)/\(what).zip", what])
                let said = try Program.run("restore", "\(folder)/\(what).zip", "--data", "\(folder)/\(what)")
                #expect(said.status == (what == "same" ? 0 : 1), "\(what): \(said.err)")
                #expect(exists("\(folder)/\(what)") == (what == "same"), "\(what)")
            }
            try FileManager.default.removeItem(atPath: "\(shelf)/\(hash.hex)")
            #expect(try Program.run("check", "--data", data).status == 1)
        }
    }

    @Test("J1 check finds that the end of the trail was cut off")
    func cutTrail() async throws {
        try await withFolder { folder in
            _ = try Program.run("migrate", "--data", folder)
            for name in ["mot", "hai"] {
                _ = try Program.run(
                    "account", "create", "--user", name, "--name", "Lò Thị Hoa", "--role", "administrator", "--data",
                    folder)
                #expect(try Program.run("check", "--data", folder).status == 0)
            }
            let db = try await open(folder)
            try await db.commit { tx in
                try tx.exec(
                    "DELETE FROM work_audit_entry WHERE id IN (SELECT entry_id FROM work_audit_sealed WHERE seal = 2)")
                try tx.exec("DELETE FROM work_audit_sealed WHERE seal = 2")
                try tx.exec("DELETE FROM work_audit_seal WHERE number = 2")
            }
            await db.close()
            let found = try Program.run("check", "--data", folder)
            #expect(found.status == 1 && found.err.contains("seal 2"), "\(found.err)")
        }
    }

    @Test("A3 serve does not start where the disk is nearly full, and says so")
    func fullDisk() throws {
        try withFolder { folder in
            _ = try Program.run("migrate", "--data", folder)
            let said = try Program.run(
                "serve", "--data", folder, "--address", "127.0.0.1:0", environment: ["HOABAN_MIN_FREE_MIB": "999999999"]
            )
            #expect(said.status == 1 && said.err.contains("MiB"), "\(said.err)")
        }
    }

    @Test("doctor --deploy asks for HTTPS, a fresh backup and the second factor")
    func doctor() async throws {
        try await withFolder { folder in
            _ = try Program.run("migrate", "--data", folder)
            let bare = try Program.run("doctor", "--deploy", "--data", folder).err
            #expect(
                bare.contains("HTTPS") && bare.contains("Chưa có bản sao lưu") && !bare.contains("xác thực thứ hai"))
            _ = try Program.run("backup", folder + "/b.zip", "--data", folder)
            let proxied = try Program.run(
                "doctor", "--deploy", "--data", folder, environment: ["HOABAN_TRUSTED_PROXY": "127.0.0.1"]
            ).err
            #expect(!proxied.contains("HTTPS") && !proxied.contains("sao lưu"), "\(proxied)")
            let db = try await open(folder)
            try await db.commit { tx in
                try tx.set("backup-at", to: String(tx.now - 27 * 3_600_000))
                try tx.set("identity.second-factor", to: "off")
            }
            await db.close()
            let late = try Program.run("doctor", "--deploy", "--data", folder).err
            #expect(late.contains("27 giờ") && late.contains("xác thực thứ hai"), "\(late)")
        }
    }
}
