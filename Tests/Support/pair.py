#!/usr/bin/env python3
"""Two servers on one PostgreSQL: sessions, rights, limits, jobs and the audit trail are one (bars B6, D6, E2, E7, I2, I3).

usage: pair.py --binary .build/debug/hoaban [--database postgres://…] [--only WORDS] [--full]

Without an address, Tests/Support/postgres makes a database of its own.
"""
import argparse
import contextlib
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import badfiles
import counted
import kill
import served
from caller import Caller

count = counted.Counted()
SOON = 5


class Pair:
    """Two servers with folders of their own, one database, one master key."""

    def __init__(self, binary, database, full):
        self.binary, self.full = str(pathlib.Path(binary).resolve()), full
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hoaban-pair-"))
        self.root.chmod(0o755)
        self.cluster = None if database else self.root / "pg"
        self.database = database or self.postgres("start")
        self.key = self.root / "a/keys/master.key"
        self.settings = {"HOABAN_DATABASE": self.database, "HOABAN_KEY_FILE": str(self.key)}
        done = self.hoaban("demo", "--scale", "school", "--data", self.root / "a", key=False)
        if done.returncode:
            raise SystemExit(f"demo: {done.stderr}")
        self.accounts = {account["role"]: account for account in served.accounts(self.root / "a")}
        self.servers = [self.server(name) for name in "ab"]

    def postgres(self, what):
        done = subprocess.run([served.ROOT / "Tests/Support/postgres", what, str(self.cluster)], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout.strip()

    def server(self, name):
        return served.Server(self.binary, self.root / name, "--bench-routes", "on", "--trusted-proxy", "127.0.0.1",
                             log=self.root / f"{name}.log", environment=self.settings)

    def hoaban(self, *words, key=True):
        settings = dict(self.settings) if key else {"HOABAN_DATABASE": self.database}
        return subprocess.run([self.binary, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                              cwd=served.ROOT, env={**os.environ, "SWIFT_BACKTRACE": "enable=no", **settings})

    def sql(self, text):
        """Rows of a query, as the database itself tells them."""
        program = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
        parts = urllib.parse.urlsplit(self.database)
        words = dict(urllib.parse.parse_qsl(parts.query))
        done = subprocess.run([program, "-At", "-h", words.get("host") or parts.hostname, "-U", parts.username or "hoaban",
                               "-d", parts.path.lstrip("/"), "-c", text], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)
        return [line.split("|") for line in done.stdout.splitlines()]

    def person(self, role, at=0):
        return Caller(self.servers[at].port).sign_in(self.accounts[role])

    def other(self, person):
        """The same browser at the other server."""
        ports = [server.port for server in self.servers]
        return person.at(ports[1 - ports.index(person.port)])

    def start(self):
        # One after the other: whoever comes first brings the schema up to date.
        for server in self.servers:
            server.start()
            server.wait_until_ready(60)

    def close(self):
        for server in self.servers:
            server.stop()
        if self.cluster:
            self.postgres("stop")
        shutil.rmtree(self.root, ignore_errors=True)


def within(seconds, holds):
    """The seconds until something holds, or nothing when it does not in time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if holds():
            return time.monotonic() - began
        time.sleep(0.1)
    return None


def is_in(person):
    return person.get("/me").status == 200


def account(person, entry):
    """The path of an account, found as its keeper finds it."""
    page = person.get("/accounts?q=" + urllib.parse.quote(entry["username"]))
    found = re.search(r'/accounts/[0-9A-Z]{13}(?=")', page.text)
    if not found:
        raise AssertionError(f"{entry['username']} is not in the list")
    return found[0]


def ends(what, person, act):
    """After the act at one server, the session is over at the other in time."""
    there = person
    count.check(f"{what}: in before", is_in(there))
    answer = act()
    count.check(f"{what}: done", answer.status == 303, answer.status)
    gone = within(SOON, lambda: not is_in(there))
    count.check(f"{what}: refused at the other within {SOON} s", gone is not None)


def sessions(pair):
    person = pair.person("clerk")
    there = pair.other(person)
    count.check("a session made at one works at the other", is_in(there))
    count.check("its token as well", there.post("/session/language", {"language": "vi", "next": "/me"}, page="/me").status == 303)
    ends("E7 sign-out", there, lambda: person.post("/logout", page="/me"))


def rights(pair):
    keeper = pair.person("administrator")
    clerk = pair.other(pair.person("clerk"))
    path = account(keeper, pair.accounts["clerk"])
    ends("D6 suspension", clerk, lambda: keeper.post(f"{path}/suspension", {"reason": "thử"}))
    count.check("a suspended account does not get in at the other",
                Caller(pair.servers[1].port).try_sign_in(pair.accounts["clerk"]["username"], pair.accounts["clerk"]["password"]).status in (401, 422))
    count.check("the account is opened again", keeper.post(f"{path}/activation", page=path).status == 303)
    clerk = pair.other(pair.person("clerk"))
    ends("E7 sessions ended by the keeper", clerk, lambda: keeper.post(f"{path}/sessions/end", page=path))
    role_end(pair, keeper)
    new_password(pair)


def role_end(pair, keeper):
    deputy = pair.other(pair.person("deputy"))
    path = account(keeper, pair.accounts["deputy"])
    count.check("D6 a role's end: may import before", deputy.get("/imports").status == 200)
    asked = re.search(rf"{path}/grants/end\?grant=[0-9A-Z]+", keeper.get(path).text)
    grant = keeper.get(asked[0]).form(f"{path}/grants/end") if asked else {}
    if not count.check("D6 a role's end: there is one to end", "grant" in grant, grant):
        return
    count.check("D6 a role's end: done", keeper.post(f"{path}/grants/end", grant, page=path).status == 303)
    gone = within(SOON, lambda: deputy.get("/imports").status in (303, 403, 404))
    count.check(f"D6 a role's end is felt at the other within {SOON} s", gone is not None)


def new_password(pair):
    entry = pair.accounts["accountant"]
    person, elsewhere = pair.person("accountant"), pair.other(pair.person("accountant"))
    fields = person.get("/password").form("/password")
    fresh = "một mật khẩu khác hẳn 2026"
    values = {name: entry["password"] if name in ("current", "old", "password-now") else fresh for name in fields if name != "next"}
    ends("E7 new password", elsewhere, lambda: person.post("/password", values))
    entry["password"] = fresh


def limits(pair):
    """Ten wrong passwords, five at each server, and both ask to wait; another account still gets in."""
    entry = pair.accounts["librarian"]
    people = [Caller(server.port) for server in pair.servers]
    for turn in range(10):
        answer = people[turn % 2].try_sign_in(entry["username"], "sai mật khẩu")
        count.check(f"E2 wrong password {turn + 1} is refused", answer.status in (401, 422), answer.status)
    for number, person in enumerate(people):
        answer = person.try_sign_in(entry["username"], entry["password"])
        count.check(f"E2 server {number + 1} asks to wait", answer.status == 429 and answer.headers.get("Retry-After"), answer.status)
    count.check("E2 another account gets in", is_in(pair.person("medic", 1)))


def once(pair):
    """I3: the same key at both servers at the same moment is one row."""
    keys, answers = [uuid.uuid4().hex for _ in range(30)], []

    def send(server):
        line = kill.Line(server.port, spread=True)
        for key in keys:
            answers.append(line.write(key))

    threads = [threading.Thread(target=send, args=(server,)) for server in pair.servers for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = pair.sql("SELECT count(*), count(DISTINCT key) FROM work_request WHERE key IN ('%s')" % "','".join(keys))
    count.check("I3 one row a key", rows == [["30", "30"]], rows)
    count.check("I3 every caller is answered well", set(answers) <= {201}, {code: answers.count(code) for code in set(answers)})


def place_import(person, number, rows, prefix):
    files = badfiles.bundle(badfiles.USERS + "".join(
        badfiles.user(f"{prefix}{number}x{n}", "Ấm", org=f"{prefix}{number}") for n in range(rows)))
    files["orgs.csv"] = (badfiles.ORGS + f"{prefix}{number},,,Trường {prefix} {number},school,{prefix.upper()}-{number},\n").encode()
    answer = person.upload("/imports", {"kind": "oneroster", "year": ""}, list(files.items()), page="/imports/new")
    return answer.location


def jobs(pair):
    """Imports placed at both servers: each is run once, and none is left."""
    people = [pair.person("administrator", at) for at in (0, 1)]
    tried = [(people[n % 2], place_import(people[n % 2], n, 40, "viec")) for n in range(6)]
    written = []
    for person, location in tried:
        status, text = badfiles.seen(person, location, 90)
        count.check("I2 a trial ends well", "Đã đọc" in text, text[-200:])
        written.append((person, person.post(f"{location}/commit", page=location).location))
    for person, location in written:
        status, text = badfiles.seen(pair.other(person), location, 90)
        count.check("I2 its writing is seen from the other server", "Đã ghi vào sổ" in text, f"{location} {text[-200:]}")
    # The rooms have jobs of their own beside those that were placed here.
    rows = pair.sql("SELECT state, tries, count(*) FROM work_job WHERE kind = 'exchange.import-files' GROUP BY 1, 2")
    count.check("I2 every job ran once", rows == [["done", "1", "12"]], rows)
    batches = pair.sql("SELECT count(*) FROM work_batch WHERE report <> ''")
    count.check("I2 one batch for each writing", batches == [["6"]], batches)
    pupils = pair.sql("SELECT count(*) FROM registry_identifier WHERE value LIKE 'pviec%' AND type = 'users'")
    count.check("I2 every row once", pupils == [["240"]], pupils)


def seals(pair):
    """Both write and both seal for a while: one chain, which check accepts."""
    stop = threading.Event()
    writers = [kill.Writer(server.port, stop, spread=True) for server in pair.servers for _ in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(60 if pair.full else 6)
    stop.set()
    for writer in writers:
        writer.join(30)
    count.check("both wrote", all(writer.acknowledged for writer in writers), [len(w.acknowledged) for w in writers])
    count.check("no write is refused", not any(writer.refused for writer in writers), [writer.refused for writer in writers])
    sealed = within(10, lambda: pair.sql(
        "SELECT count(*) FROM work_audit_entry e WHERE NOT EXISTS (SELECT 1 FROM work_audit_sealed s WHERE s.entry_id = e.id)") == [["0"]])
    count.check("every entry is sealed", sealed is not None)
    numbers = pair.sql("SELECT count(*), max(number) FROM work_audit_seal")[0]
    count.check("seals are numbered without a gap", numbers[0] == numbers[1], numbers)
    checked = pair.hoaban("check", "--data", pair.root / "b")
    count.check("check accepts the chain", checked.returncode == 0, checked.stdout + checked.stderr)
    for name in "ab":
        log = (pair.root / f"{name}.log").read_text()
        count.check(f"no error in the log of {name}", '"error"' not in log and '"critical"' not in log,
                    [line for line in log.splitlines() if "error" in line or "critical" in line][:5])


def killed(pair):
    """A server that dies in an import: the other takes the job up after its lease, or its own next start does."""
    person = pair.person("administrator", 0)
    location = place_import(person, 1, 8000, "chet")
    badfiles.seen(person, location, 120)
    writing = person.post(f"{location}/commit", page=location).location
    there = pair.other(person)
    begun = within(60, lambda: pair.sql("SELECT count(*) FROM work_job WHERE kind = 'exchange.import-files' AND state = 'running' AND done > 0") != [["0"]])
    pair.servers[0].kill()
    left = pair.sql("SELECT state, done, total FROM work_job WHERE kind = 'exchange.import-files' ORDER BY id DESC LIMIT 1")[0]
    count.check("the import runs when its server dies", begun is not None and left[0] == "running" and int(left[1]) < int(left[2]), left)
    print(f"  killed at {left}", flush=True)
    count.check("the other goes on", is_in(there))
    status, text = badfiles.seen(there, writing, 100)
    if "Đã ghi vào sổ" not in text:
        pair.servers[0] = pair.server("a")
        pair.servers[0].start()
        pair.servers[0].wait_until_ready(60)
        status, text = badfiles.seen(there, writing, 150)
    count.check("I2 a job whose server died is finished", "Đã ghi vào sổ" in text, text[-300:])
    pupils = pair.sql("SELECT count(*), count(DISTINCT value) FROM registry_identifier WHERE value LIKE 'pchet%' AND type = 'users'")
    count.check("I2 every row of it once", pupils == [["8000", "8000"]], pupils)
    checked = pair.hoaban("check", "--data", pair.root / "b")
    count.check("check finds it whole", checked.returncode == 0, checked.stdout + checked.stderr)


def fallen_lead(pair):
    """One server is stopped in good order: the other carries everybody on."""
    person = pair.person("principal", 1)
    pair.servers[1].stop()
    count.check("a session outlives its server", is_in(pair.other(person)))


PARTS = {"sessions": sessions, "rights": rights, "limits": limits, "once": once, "jobs": jobs, "seals": seals, "fallen": fallen_lead}


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--binary", required=True)
    options.add_argument("--database", default="", help="an empty database, instead of one of its own")
    options.add_argument("--only", default="", help="run the parts whose name has these words")
    options.add_argument("--full", action="store_true", help="longer, and a kill while an import runs (its lease takes a minute)")
    given = options.parse_args()
    parts = dict(PARTS)
    if given.full or given.only == "killed":
        parts = {**{name: part for name, part in PARTS.items() if name != "fallen"}, "killed": killed, "fallen": fallen_lead}
    pair = Pair(given.binary, given.database, given.full)
    try:
        pair.start()
        for name, part in parts.items():
            if given.only in name:
                count.step(name, part, pair)
    finally:
        with contextlib.suppress(SystemExit):
            pair.close()
    count.finish()


if __name__ == "__main__":
    main()
