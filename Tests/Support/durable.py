#!/usr/bin/env python3
"""What must not be lost: starts that are refused, full disks, kills while migrating, crowds on one file, backups, tampering, zones, logs.

usage: durable.py --binary .build/debug/hoaban [--only WORDS] [--full]
"""
import argparse
import contextlib
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import counted
import kill
import powercut
import served
import tamper
from caller import Caller

count = counted.Counted()
BUSY = re.compile(r"busy|locked|SQLite 5\b|SQLite 6\b", re.I)


class Place:
    """A demo made once, from which each part takes a copy of its own."""

    def __init__(self, binary, full):
        self.binary, self.full = str(pathlib.Path(binary).resolve()), full
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hoaban-durable-"))
        self.demo = self.root / "demo"
        served.run(binary, "demo", "--scale", "school", "--data", self.demo)
        self.accounts = {account["role"]: account for account in served.accounts(self.demo)}

    def copy(self, name):
        folder = self.root / name
        shutil.copytree(self.demo, folder)
        return folder

    def hoaban(self, *words, data, timeout=300, **options):
        return subprocess.run(
            [self.binary, *map(str, words), "--data", str(data)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
            cwd=served.ROOT, **{"env": {**os.environ, "SWIFT_BACKTRACE": "enable=no"}, **options})

    def serving(self, data, *words, **options):
        return served.Server(self.binary, data, "--rate-limits", "off", "--bench-routes", "on", *words, **options)


@contextlib.contextmanager
def running(server, seconds=60):
    server.start()
    try:
        server.wait_until_ready(seconds)
        yield server
    finally:
        if server.stop() is None:
            server.kill()


@contextlib.contextmanager
def writing(server, number):
    """So many writers at work; gives them, and waits for them at the end."""
    stop = threading.Event()
    writers = [kill.Writer(server.port, stop) for _ in range(number)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        stop.set()
        for writer in writers:
            writer.join(30)


def keys_in(folder):
    base = sqlite3.connect(f"file:{folder}/hoaban.sqlite?mode=ro", uri=True)
    found = {key for key, in base.execute("SELECT key FROM work_request")}
    base.close()
    return found


class Disk:
    """A file system of its own, mounted where the right to mount is there."""

    def __init__(self, root, mebibytes):
        self.image, self.folder = root / "disk.img", root / "disk"
        self.folder.mkdir(exist_ok=True)
        self.mebibytes, self.why = mebibytes, ""

    def __enter__(self):
        with open(self.image, "wb") as image:
            image.truncate(self.mebibytes << 20)
        for words in (["mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1", str(self.image)],
                      ["mount", "-o", "loop", str(self.image), str(self.folder)]):
            try:
                done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
            except FileNotFoundError:
                self.why = f"there is no {words[0]}"
                return self
            if done.returncode:
                self.why = f"{words[0]}: {done.stderr.strip()}"
                return self.in_memory() if words[0] == "mount" else self
        return self

    def in_memory(self):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.mebibytes}m", "tmpfs", str(self.folder)], capture_output=True)
        self.why = self.why if done.returncode else ""
        return self

    def leave(self, mebibytes):
        """Fills it until so much is left."""
        space = os.statvfs(self.folder)
        ballast = os.open(self.folder / "ballast", os.O_RDWR | os.O_CREAT, 0o600)
        os.posix_fallocate(ballast, 0, space.f_bavail * space.f_frsize - int(mebibytes * (1 << 20)))
        os.close(ballast)

    def free(self):
        (self.folder / "ballast").unlink()

    def only_read(self, yes=True):
        return subprocess.run(["mount", "-o", "remount,ro" if yes else "remount,rw", str(self.folder)], capture_output=True).returncode == 0

    def __exit__(self, *_):
        for _ in range(20):
            if subprocess.run(["umount", str(self.folder)], capture_output=True).returncode == 0 or not os.path.ismount(self.folder):
                break
            time.sleep(0.2)
        self.image.unlink(missing_ok=True)


# A3

def limited(number):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))


def refused(place, what, data, says, **options):
    """A start that must end at once with a sentence."""
    port = served.free_port()
    try:
        ended = place.hoaban("serve", "--address", f"127.0.0.1:{port}", data=data, timeout=10, **options)
    except subprocess.TimeoutExpired:
        return count.check(f"A3 the start is refused: {what}", False, "it serves")
    count.check(f"A3 the start is refused: {what}", ended.returncode not in (0, 132, 133, 134, 139), ended.returncode)
    count.check(f"A3 it says why: {what}", re.search(says, ended.stderr), ended.stderr[-300:])


def starts(place):
    data = place.copy("starts")
    refused(place, "1,024 file descriptors", data, "nofile.*1024.*4096", preexec_fn=limited(1024))
    refused(place, "no data", place.root / "nothing", "Không có dữ liệu")
    with running(place.serving(data)) as server:
        refused(place, "a second server on one folder", data, "đang được một hoaban serve khác")
        count.check("A3 the first goes on", server.get("/readyz") == "ready\n")
    (data / "keys/master.key").rename(data / "keys/away")
    refused(place, "the master key is gone", data, "khóa|khoá|key|Không có dữ liệu")
    (data / "keys/master.key").write_bytes(bytes(32))
    (data / "keys/master.key").chmod(0o600)
    refused(place, "a broken master key", data, "khóa|khoá|key")
    served.run(place.binary, "migrate", "--data", place.root / "other")
    shutil.copy(place.root / "other/keys/master.key", data / "keys/master.key")
    refused(place, "another installation's master key", data, "khóa|khoá|key")
    small_disks(place)


def small_disks(place):
    with Disk(place.root, 64) as disk:
        if disk.why:
            return count.skip("A3 a small and a read-only disk", disk.why)
        data = disk.folder / "data"
        shutil.copytree(place.demo, data)
        refused(place, "less than 1 GiB of disk", data, "MiB|GiB")
        if disk.only_read():
            refused(place, "a disk that is read-only", data, "ghi|chỉ đọc|Read-only|READONLY|serve.lock",
                    env={**os.environ, "HOABAN_MIN_FREE_MIB": "1"})
            disk.only_read(False)
        else:
            count.skip("A3 a read-only disk", "it cannot be mounted so")


# A4

def full_disk(place):
    with Disk(place.root, 1400) as disk:
        if disk.why:
            return count.skip("A4 a full disk", disk.why)
        data = disk.folder / "data"
        shutil.copytree(place.demo, data)
        with running(place.serving(data)) as server:
            fill(place, disk, server)
        checked = place.hoaban("check", data=data)
        count.check("A4 check finds it whole", checked.returncode == 0, checked.stdout + checked.stderr)


def fill(place, disk, server):
    person = Caller(server.port).sign_in(place.accounts["administrator"])
    with writing(server, 16) as writers:
        time.sleep(1)
        disk.leave(0.5)
        deadline = time.monotonic() + 60
        while sum(sum(w.refused.values()) for w in writers) < 30 and time.monotonic() < deadline:
            time.sleep(0.1)
        answer = refusal(server)
        for path in ("/healthz", "/readyz", "/me", "/students", "/accounts"):
            count.check(f"A4 reading goes on: {path}", person.get(path).status == 200, person.get(path).status)
        kept = person.upload("/imports", {"kind": "schools", "year": ""}, [("so.csv", b"ma,ten\n" * 500_000)], page="/imports/new")
        count.check("A4 an upload is refused with a sentence", kept.status in (503, 507) and "<h1>" in kept.text, kept.status)
    codes = {code for writer in writers for code in writer.refused}
    count.check("A4 refusals are 507 or 503", codes and codes <= {503, 507}, codes)
    count.check("A4 a refusal has a sentence", answer and answer.status in (503, 507) and re.search("chỗ|đầy|lưu", answer.text),
                answer and answer.text[:300])
    disk.free()
    began = time.monotonic()
    while time.monotonic() - began < 10 and not wrote(server):
        time.sleep(0.2)
    count.check("A4 back within 5 s", time.monotonic() - began < 5, time.monotonic() - began)
    acknowledged, stored = kill.acknowledged_by(writers), set(server.get("/bench/keys").split())
    count.check("A4 every acknowledged write is there", set(acknowledged) <= stored, len(set(acknowledged) - stored))
    count.check("A4 writers wrote before", len(acknowledged) > 20, len(acknowledged))


def refusal(server):
    """The page that a refused write gets."""
    person = Caller(server.port)
    for number in range(50):
        with contextlib.suppress(OSError):
            answer = person.post("/bench/write", {"key": f"probe{number}", "value": "x" * 60_000}, page="/bench/form")
            if answer.status not in (201, 303):
                return answer
    return None


def wrote(server):
    try:
        return kill.Line(server.port).write(os.urandom(8).hex()) == 201
    except OSError:
        return False


# A7

def migrations(place):
    began = time.monotonic()
    served.run(place.binary, "migrate", "--data", place.root / "m-whole")
    whole, rng = time.monotonic() - began, random.Random(7)
    tables = schema(place.root / "m-whole")
    for number in range(50 if place.full else 10):
        data = place.root / f"m{number}"
        process = subprocess.Popen([place.binary, "migrate", "--data", str(data)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True, cwd=served.ROOT)
        time.sleep(rng.uniform(0.1, 1) * whole)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        again = place.hoaban("migrate", data=data)
        checked = place.hoaban("check", data=data)
        count.check(f"A7 kill {number + 1}: opens and is whole", again.returncode == 0 and checked.returncode == 0,
                    again.stderr + checked.stdout + checked.stderr)
        count.check(f"A7 kill {number + 1}: the new schema", schema(data) == tables)
        shutil.rmtree(data, ignore_errors=True)


def schema(folder):
    base = sqlite3.connect(f"file:{folder}/hoaban.sqlite?mode=ro", uri=True)
    return sorted(base.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'registry_search_%'"))


# A8 and K1

def crowd(place):
    """A server, backups, exports, checks and imports on one file at once: nobody sees that it is busy."""
    data, out = place.copy("crowd"), place.root / "crowd-out"
    out.mkdir()
    seconds, stop, wrong = 600 if place.full else 15, threading.Event(), []
    (out / "orgs.csv").write_text("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nt1,,,Trường Thử,school,THU-1,\n")
    tasks = {
        "backup": lambda n: ("backup", out / f"{n % 2}.zip"), "export": lambda n: ("export", "schools", out / "s.csv"),
        "check": lambda n: ("check",), "import": lambda n: ("import", "oneroster", rewritten(out, n), "--json"),
    }

    def again(name, words):
        for number in itertools.count():
            if stop.is_set():
                return
            ran = place.hoaban(*words(number), data=data)
            if ran.returncode or BUSY.search(ran.stderr + ran.stdout):
                wrong.append(f"{name}: {ran.returncode} {(ran.stderr + ran.stdout)[-200:]}")

    with running(place.serving(data, log=place.root / "crowd.log")) as server, writing(server, 8) as writers:
        threads = [threading.Thread(target=again, args=item) for item in tasks.items()]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        stop.set()
        for thread in threads:
            thread.join(120)
    count.check("A8 no command is refused", not wrong, wrong[:4])
    count.check("A8 no write is refused", not any(writer.refused for writer in writers), [writer.refused for writer in writers])
    count.check("A8 writers wrote", kill.count_of(writers) > 50, kill.count_of(writers))
    count.check("A8 nothing busy in the log", not BUSY.search((place.root / "crowd.log").read_text()))
    count.check("A8 every acknowledged write is there", set(kill.acknowledged_by(writers)) <= keys_in(data))


def rewritten(out, number):
    (out / "orgs.csv").write_text(
        f"sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nt1,,,Trường Thử {number},school,THU-1,\n")
    return out / "orgs.csv"


def backups(place):
    """Backups under load hold all that was acknowledged before they began, and come back whole."""
    data = place.copy("backups")
    with running(place.serving(data)) as server, writing(server, 16) as writers:
        time.sleep(1)
        for number in range(20 if place.full else 3):
            before = set(kill.acknowledged_by(writers))
            file, fresh = place.root / f"b{number}.zip", place.root / f"b{number}"
            began = time.monotonic()
            saved = place.hoaban("backup", file, data=data)
            count.check(f"K1 backup {number + 1} is made", saved.returncode == 0, saved.stderr)
            count.check(f"K1 backup {number + 1} within 15 s", time.monotonic() - began < 15, time.monotonic() - began)
            count.check(f"K1 backup {number + 1} is for its owner alone", file.stat().st_mode & 0o077 == 0)
            back = place.hoaban("restore", file, data=fresh)
            if count.check(f"K1 backup {number + 1} comes back", back.returncode == 0, back.stderr):
                checked = place.hoaban("check", data=fresh)
                count.check(f"K1 backup {number + 1} is whole", checked.returncode == 0, checked.stdout + checked.stderr)
                count.check(f"K1 backup {number + 1} has every write acknowledged before", before <= keys_in(fresh), len(before - keys_in(fresh)))
            shutil.rmtree(fresh, ignore_errors=True)
            file.unlink(missing_ok=True)
        count.check("K1 no write is refused meanwhile", not any(writer.refused for writer in writers), [w.refused for w in writers])
    count.check("K1 nothing is left in uploads", not list((data / "uploads").iterdir()), list((data / "uploads").iterdir()))
    broken_backups(place, data)


def broken_backups(place, data):
    """C6: what is no backup, or no whole one, is refused and leaves nothing."""
    file = place.root / "b.zip"
    place.hoaban("backup", file, data=data)
    whole = file.read_bytes()
    bad = {"cut off": whole[:len(whole) // 2], "not a zip": b"hello", "empty": b"", "a byte turned": turned(whole),
           "names that lead out": whole.replace(b"hoaban.sqlite", b"../oban.sqlite"[:13])}
    for what, content in bad.items():
        file.write_bytes(content)
        fresh = place.root / "b-bad"
        back = place.hoaban("restore", file, data=fresh)
        count.check(f"C6 a backup that is {what} is refused", back.returncode == 1 and back.stderr.strip(), f"{back.returncode} {back.stderr}")
        count.check(f"C6 a backup that is {what} leaves nothing", not fresh.exists(), fresh.exists() and list(fresh.rglob("*")))
        shutil.rmtree(fresh, ignore_errors=True)


def turned(content):
    out = bytearray(content)
    for place in range(len(out) // 2, len(out) // 2 + 64):
        out[place] ^= 0x55
    return bytes(out)


# G4

def descriptors(place):
    """More callers than there are file descriptors for: the process lives and is back at once."""
    data = place.copy("descriptors")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 8192:
        return count.skip("G4 file descriptors", f"only {hard} of them here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, hard))
    server = place.serving(data)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4200, hard))
    launch = subprocess.Popen.__init__
    try:
        with narrowed(launch):
            server.start()
        resource.setrlimit(resource.RLIMIT_NOFILE, (8192, hard))
        server.wait_until_ready(60)
        family = served.family_of(server.process.pid)
        idle = idle_lines(server.port, 600)
        with writing(server, 16) as writers:
            time.sleep(2)
            count.check("G4 writes go on beside 600 idle callers", kill.count_of(writers) > 20, kill.count_of(writers))
            idle += idle_lines(server.port, 3900)
            time.sleep(60 if place.full else 4)
        for line in idle:
            line.close()
        began = time.monotonic()
        server.get("/healthz", timeout=10)
        count.check("G4 back within 2 s", time.monotonic() - began < 2, time.monotonic() - began)
        count.check("G4 the same process lives", served.family_of(server.process.pid)[:2] == family[:2])
        count.check("G4 every acknowledged write is there", set(kill.acknowledged_by(writers)) <= set(server.get("/bench/keys").split()))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        server.stop()


@contextlib.contextmanager
def narrowed(launch):
    """Programs started here have 4,200 file descriptors for good."""
    def start(self, *words, **options):
        launch(self, *words, **{**options, "preexec_fn": limited(4200)})
    subprocess.Popen.__init__ = start
    try:
        yield
    finally:
        subprocess.Popen.__init__ = launch


def idle_lines(port, number):
    """So many callers who say nothing, or fewer when the door lets no more in."""
    lines, refusals = [], 0
    while len(lines) < number and refusals < 5:
        try:
            lines.append(socket.create_connection(("127.0.0.1", port), timeout=0.5))
        except OSError:
            refusals += 1
    return lines


# L4

def quiet_logs(place):
    """After everything that makes a server talk, its log has no password, no name and no code of anybody."""
    data, log = place.copy("logs"), place.root / "logs.log"
    with running(place.serving(data, log=log, environment={"HOABAN_LOG": "trace"})) as server:
        for role in ("administrator", "principal", "clerk", "homeroom", "student", "guardian"):
            person = Caller(server.port)
            person.try_sign_in(place.accounts[role]["username"], "sai-mat-khau-L4x")
            person.sign_in(place.accounts[role])
            for path in ("/me", "/students?q=Nguy%E1%BB%85n", "/search?q=L%C3%B2", "/accounts", "/imports", "/nowhere", "/students/0000000000000"):
                person.get(path)
        person = Caller(server.port).sign_in(place.accounts["administrator"])
        for kind, content in (("oneroster", b"\xff\xfe\x00"), ("schools", "ma,ten\n1,Trường Canh-L4\n".encode())):
            answer = person.upload("/imports", {"kind": kind, "year": ""}, [("ten-canh-L4.csv", content)], page="/imports/new")
            time.sleep(1)
            person.get(answer.location)
        person.post("/students/new", {"given_name": "Canh-L4"}, page="/me")
        number = person.get("/students?q=Canh-L4").headers["X-Request-ID"]
        metrics = server.get("/metrics")
    text = log.read_text(encoding="utf-8", errors="replace")
    words = canaries(place, data)
    count.check("L4 there are 500 words to look for", len(words) >= 500, len(words))
    found = sorted(word for word in words if word in text or word in metrics)
    count.check("L4 nobody's word is in the log or the metrics", not found, found[:10])
    count.check("L4 a request is found by its number, with its route alone", f"request {number}: GET /students 200 in" in text, number)
    count.check("L4 lines of the log are JSON", all(line.startswith("{") or line.startswith("HoaBan:") for line in text.splitlines()), text[:500])


def canaries(place, data):
    base = sqlite3.connect(f"file:{data}/hoaban.sqlite?mode=ro", uri=True)
    words = {"sai-mat-khau-L4x", "Canh-L4", "canh-L4"}
    for account in place.accounts.values():
        words |= {account["password"], account["username"]}
    columns = [name for _, name, *_ in base.execute("PRAGMA table_info(registry_student)")]
    for column in [name for name in columns if name in ("code", "full_name", "name", "search_name")]:
        words |= {str(value) for value, in base.execute(f"SELECT {column} FROM registry_student LIMIT 500") if value and len(str(value)) > 5}
    words |= {f"{family} {middle} {given}" for family, middle, given in base.execute(
        "SELECT family_name, middle_name, given_name FROM registry_student LIMIT 500")}
    return words


# H3

def zones(place):
    """The same files come out whatever the zone and the language of the machine."""
    data = place.copy("zones")
    pairs = list(itertools.product((None, "UTC", "Asia/Ho_Chi_Minh", "America/New_York"),
                                   ("C", "vi_VN.UTF-8", "tr_TR.UTF-8", "th_TH.UTF-8")))
    seen = {}
    for zone, language in pairs if place.full else pairs[::5]:
        out = place.root / "zone"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        settings = {**os.environ, "LANG": language, "LC_ALL": language, **({"TZ": zone} if zone else {})}
        if not zone:
            settings.pop("TZ", None)
        for kind, file in (("oneroster", out / "bundle"), ("schools", out / "s.csv"), ("admin-units", out / "a.csv")):
            ran = place.hoaban("export", kind, file, data=data, env=settings)
            count.check(f"H3 {kind} in {zone} {language}", ran.returncode == 0, ran.stderr[-200:])
        digest = hashlib.sha256()
        for path in sorted(path for path in out.rglob("*") if path.is_file()):
            digest.update(path.name.encode() + path.read_bytes())
        seen.setdefault(digest.hexdigest(), []).append((zone, language))
    count.check("H3 all files are the same", len(seen) == 1, list(seen.values()))


# J1

def tampering(place):
    """Whatever is changed in the audit trail behind the program's back is found, and the first bad entry named."""
    data = place.copy("tamper")
    with running(place.serving(data)) as server, writing(server, 2) as writers:
        while kill.count_of(writers) < 150:
            time.sleep(0.1)
        saved = tamper.edit_somebody(Caller(server.port).sign_in(place.accounts["clerk"]))
        count.check("J1 fields of pupils are edited", saved == 5, saved)
        time.sleep(3.5)
    checked = place.hoaban("check", data=data)
    if not count.check("J1 the trail is whole before", checked.returncode == 0, checked.stdout + checked.stderr):
        print("  what follows is judged by what the trail's own faults say")
    tamper.trials(count, place, data, 1000 if place.full else 24)


# L7

def keys(place):
    """The master key is replaced while people write and read: nobody is refused, and nothing is lost with the former key."""
    data = place.copy("keys")
    with running(place.serving(data)) as server, writing(server, 4) as writers:
        person = Caller(server.port).sign_in(place.accounts["clerk"])
        pupil = f"/students/{json.loads((data / 'demo-accounts.json').read_text())['sample']['studentId']}"
        before, held = personal_numbers(person, pupil), person.get("/me").token
        count.check("L7 a pupil has a number to lose", len(before) == 1, before)
        first = shown(place, data)
        count.check("L7 one key at first", states(first) == ["in-use"], first["keys"])
        for step in ("use", "forget"):
            count.check(f"L7 nothing to {step} yet", place.hoaban("keys", step, data=data).returncode == 1)
        for step in ("add", "use", "reseal"):
            done = place.hoaban("keys", step, data=data)
            count.check(f"L7 keys {step}", done.returncode == 0, done.stderr[-300:])
            count.check(f"L7 the number is read after {step}", personal_numbers(person, pupil) == before)
            if step == "use":
                count.check("L7 the former key stays while it is needed", place.hoaban("keys", "forget", data=data).returncode == 1)
                count.check("L7 no third key comes", place.hoaban("keys", "add", data=data).returncode == 1)
                # Whatever the server seals until it has followed is brought over as well.
                time.sleep(4)
        both = shown(place, data)
        count.check("L7 two keys, the new one in use", states(both) == ["in-use", "former"], both["keys"])
        count.check("L7 nothing is left under the former key", not any(values["former"] for values in both["values"]), both["values"])
        form = urllib.parse.urlencode({"csrf": held, "language": "vi", "next": "/me"})
        kept = person.ask("POST", "/session/language", form, {"Content-Type": "application/x-www-form-urlencoded"})
        count.check("L7 a form opened under the former key is taken", kept.status == 303, kept.status)
        count.check("L7 no write is refused", not any(writer.refused for writer in writers), [writer.refused for writer in writers])
        gone = place.hoaban("keys", "forget", "--yes", data=data)
        count.check("L7 keys forget", gone.returncode == 0, gone.stderr[-300:])
        time.sleep(4)
        count.check("L7 the number is read without the former key", personal_numbers(person, pupil) == before)
        count.check("L7 the session goes on", person.get("/me").status == 200)
        wrote = kill.count_of(writers)
        time.sleep(0.5)
        count.check("L7 writing goes on with forms of the new key", kill.count_of(writers) > wrote > 100, wrote)
    count.check("L7 every acknowledged write is there", set(kill.acknowledged_by(writers)) <= keys_in(data))
    checked = place.hoaban("check", data=data)
    count.check("L7 the data are whole", checked.returncode == 0, checked.stdout + checked.stderr)
    last, file = shown(place, data), data / "keys" / "master.key"
    count.check("L7 one key at last, the new one", last["keys"] == both["keys"][:1], last["keys"])
    count.check("L7 its file is the program's alone", len(file.read_text().split()) == 1 and file.stat().st_mode & 0o777 == 0o600)


def shown(place, data):
    return json.loads(place.hoaban("keys", "--json", data=data).stdout)


def states(found):
    return [key["state"] for key in found["keys"]]


def personal_numbers(person, pupil):
    return set(re.findall(r"\b[0-9]{12}\b", person.post(f"{pupil}/personal-id", page=pupil).text))


def power(place):
    powercut.trials(count, place, 50 if place.full else 5, writing, kill, keys_in)


PARTS = {
    "A3 starts": starts, "A4 full disk": full_disk, "A7 migrations": migrations, "A8 crowd": crowd, "K1 backups": backups,
    "G4 descriptors": descriptors, "L4 logs": quiet_logs, "H3 zones": zones, "J1 tampering": tampering, "L7 keys": keys, "A2 power cuts": power,
}


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--binary", required=True)
    options.add_argument("--only", default="", help="run the parts whose name has these words")
    options.add_argument("--full", action="store_true", help="as long and as often as the bars say")
    given = options.parse_args()
    place = Place(given.binary, given.full)
    try:
        for name, part in PARTS.items():
            if given.only.lower() in name.lower():
                count.step(name, part, place)
    finally:
        shutil.rmtree(place.root, ignore_errors=True)
    count.finish()


if __name__ == "__main__":
    main()
