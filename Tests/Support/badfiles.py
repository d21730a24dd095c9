#!/usr/bin/env python3
"""Gives hoaban every class of bad file of docs/bad-input.md, by the command line and by the upload form of a running server.

usage: badfiles.py --binary .build/debug/hoaban [--only WORDS] [--full]

Looks each time at the exit status, the one JSON value, the sentence, the data, the memory, the time and what is left lying about.
"""
import argparse
import csv
import html
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import badzips
import counted
import served
from caller import Caller

ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
USERS = ("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
         "identifier,email,sms,phone,agentSourcedIds,grades,password\n")
BIRTHS = "sourcedId,status,dateLastModified,birthDate,sex\n"
SCHOOLS = "ma,ten,dc,so,phong,loai_hinh,loai_trg,cap\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
MEMORY, SECONDS = 256, 10
count = counted.Counted()


def user(number, given="Ấm", family="Lò", org="t1"):
    return f"p{number},,,true,{org},student,,,{given},{family},Thị,TH{number},,,,,05,\n"


def bundle(users=None, **others):
    """A small bundle of OneRoster 1.1: a school and some pupils."""
    files = {"orgs.csv": ORGS + "t1,,,Trường Thử,school,THU-1,\n", "users.csv": users or USERS + user(1) + user(2)}
    files.update({f"{name}.csv": text for name, text in others.items()})
    return {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}


def school(code="90000001", name="Trường Tiểu học Thử", rest=",,,,,th"):
    return f"{code},{name}{rest}\n"


class Case:
    """One bad file: what is given, whether it is refused whole, what the sentence must say."""

    def __init__(self, name, kind, files, refused=True, says="", rejected=None, column="", web=False, seconds=SECONDS, memory=MEMORY):
        self.name, self.kind, self.refused, self.says, self.web = name, kind, refused, says, web
        self.files = {key: value.encode() if isinstance(value, str) else value for key, value in files.items()}
        self.rejected, self.column, self.seconds, self.memory = rejected, column, seconds, memory


def combining(size):
    """A JSON whose keys are runs of combining marks of alternating classes: normalising one takes the square of its length."""
    run = "a" + "\u0301\u0316" * (size // 4)
    return [{"Code": "01", "FullName": "x", "District": [], run: 1, run + "b": 2}]


def plain_cases():
    """Files that are not what they say, or end too early."""
    good = SCHOOLS + school()
    yield Case("empty CSV", "schools", {"truong.csv": b""}, says="truong.csv.*trống", web=True)
    yield Case("empty file for a bundle", "oneroster", {"users.csv": b""}, says="users.csv.*trống")
    yield Case("blank lines alone", "schools", {"truong.csv": b"\n\n \n"}, says="tiêu đề|trống")
    yield Case("empty JSON", "admin-units", {"xa.json": b""}, says="xa.json.*trống", web=True)
    yield Case("picture named .csv", "schools", {"anh.csv": PICTURE}, says="anh.csv", web=True)
    yield Case("picture in a bundle", "oneroster", {"users.csv": PICTURE}, says="users.csv")
    yield Case("picture for units", "admin-units", {"xa.csv": PICTURE}, says="xa.csv")
    yield Case("Excel named .csv", "schools", {"so.csv": badzips.excel()}, says="so.csv.*Excel|so.csv.*nén")
    yield Case("old Excel named .csv", "schools", {"so.csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)}, says="so.csv.*Excel")
    yield Case("page named .csv", "schools", {"so.csv": "<html><table><tr><td>ma</td></tr></table></html>"}, says="so.csv")
    yield Case("quote not closed", "schools", {"so.csv": SCHOOLS + '90000001,"Trường'}, says="so.csv.*dòng 2.*không được đóng", web=True)
    yield Case("JSON cut off", "admin-units", {"xa.json": b'[{"Code":"01","FullName":"H'}, says="xa.json")
    yield Case("NUL bytes", "schools", {"so.csv": good.encode() + b"90000002,Tr\0\0ng,,,,,,th\n"}, says="so.csv.*dòng 3")
    yield Case("bundle without a file of the standard", "oneroster", {"la.csv": "a,b\n1,2\n"}, says="orgs.csv")


def header_cases():
    """Columns that are missing or stand twice."""
    yield Case("missing headers", "schools", {"so.csv": "ma,dc\n1,2\n"}, says="so.csv.*thiếu cột.*ten", web=True)
    yield Case("missing headers of a bundle", "oneroster", bundle("sourcedId,givenName\n1,An\n"), says="users.csv.*thiếu cột.*familyName")
    yield Case("missing headers of units", "admin-units", {"xa.csv": "ward,x\n1,2\n"}, says="xa.csv.*thiếu cột.*province")
    yield Case("duplicate headers", "schools", {"so.csv": "ma,ten,ten\n1,2,3\n"}, says="so.csv.*“ten”.*hai lần")
    yield Case("duplicate headers in another case", "oneroster",
               bundle(USERS.replace("email", "givenname") + user(1)), says="users.csv.*hai lần")


def encoding_cases():
    """Bytes in another alphabet, marks at the start of a file."""
    vietnamese = SCHOOLS + school(name="Trường Tiểu học Mường Thử")
    tcvn3 = SCHOOLS.encode() + b"90000001,Tr\xad\xeang Ti\xd3u h\xe4c,,,,,,th\n"
    cp1258 = SCHOOLS.encode() + b"90000001,Tr\xfd\xf5\xecng Ti\xea\xd2u ho\xf2c,,,,,,th\n"
    yield Case("TCVN3", "schools", {"so.csv": tcvn3}, refused=False, rejected=0)
    yield Case("code page 1258", "schools", {"so.csv": cp1258}, refused=False, rejected=0)
    yield Case("bytes of no alphabet", "schools", {"so.csv": SCHOOLS.encode() + b"90000001,Tr\xff\xfe\x81ng \xc1\x80,,,,,,th\n"},
               says="so.csv.*dòng 2.*UTF-8", web=True)
    yield Case("TCVN3 in a bundle", "oneroster", bundle(USERS.encode() + user(1, "X").encode().replace(b"X", b"\xad\xea")),
               says="users.csv.*dòng 2.*UTF-8")
    for name, code in (("UTF-16 small end first, without a mark", "utf-16-le"), ("UTF-16 big end first, without a mark", "utf-16-be")):
        yield Case(name, "schools", {"so.csv": vietnamese.encode(code)}, says="so.csv")
    yield Case("UTF-32", "schools", {"so.csv": vietnamese.encode("utf-32")}, says="so.csv.*UTF-32")
    for name, code in (("UTF-16 small end first", "utf-16-le"), ("UTF-16 big end first", "utf-16-be"), ("UTF-8 with a mark", "utf-8")):
        yield Case(name, "schools", {"so.csv": ("\ufeff" + vietnamese).encode(code)}, refused=False, rejected=0)
    odd = ("\ufeff" + vietnamese).encode("utf-16-le")[:-1]
    yield Case("UTF-16 cut within a letter", "schools", {"so.csv": odd}, says="so.csv.*dòng")
    lone = ("\ufeff" + SCHOOLS).encode("utf-16-le") + b"\x00\xd8" + "1,x,,,,,,th\n".encode("utf-16-le")
    yield Case("half a pair of UTF-16", "schools", {"so.csv": lone}, says="so.csv.*dòng")


def content_cases():
    """Rows that are wrong one by one, and names that look like others."""
    births = BIRTHS + "p1,,,31/02/2014,female\np2,,,2014-02-31,male\np3,,,29/02/2023,male\np4,,,2014-2-3x,male\n"
    users = USERS + "".join(user(number) for number in range(1, 5))
    yield Case("days that no calendar has", "oneroster", bundle(users, demographics=births), refused=False, rejected=4,
               column="birthDate", says="ngày có thật", web=True)
    yield Case("look-alike letters", "oneroster", bundle(USERS + user(10) + user(11, "L\u0430n")), refused=False, rejected=1,
               column="givenName", says="bảng chữ khác")
    yield Case("turned writing in a name", "oneroster", bundle(USERS + user(12, "An\u202egnuh")), refused=False, rejected=0)
    yield Case("many marks on a letter", "oneroster", bundle(USERS + user(13, "A" + "\u0301" * 40)), says="users.csv.*dòng 2.*dấu")
    yield Case("formulas in names of people", "oneroster", bundle(USERS + user(14, "=1+1") + user(15, "+84") + user(16, "@x")),
               refused=False, rejected=3, column="givenName", says="không được bắt đầu bằng")
    yield Case("the same identifier twice", "oneroster", bundle(USERS + user(21) + user(21, "Hai")), refused=False, rejected=1,
               column="sourcedId")
    yield Case("a name of 70,000 bytes", "schools", {"so.csv": SCHOOLS + school(name="T" * 70_000)}, says="so.csv.*dòng 2.*cột 2")
    yield Case("a name of 400 letters", "schools", {"so.csv": SCHOOLS + school(name="T" * 400)}, refused=False, rejected=1, column="ten")
    yield Case("a code outside the list", "admin-units", {"xa.csv": "province,provinceCode\nA,999\nB,-1\nC,٣\n"},
               refused=False, rejected=3, column="provinceCode")


def large_cases(full):
    """Files made to take all memory or all time."""
    yield Case("JSON 10,000 deep", "admin-units", {"xa.json": b"[" * 10_000 + b"]" * 10_000}, says="xa.json", web=True)
    yield Case("JSON objects 10,000 deep", "admin-units", {"xa.json": b'{"a":' * 10_000 + b"1" + b"}" * 10_000}, says="xa.json")
    for kib in (40, 160):
        for how in ("plain", "escaped"):
            text = json.dumps(combining((kib << 10) // (1 if how == "plain" else 3)), ensure_ascii=how == "escaped")
            yield Case(f"JSON with {kib} KiB of {how} marks in its keys", "admin-units", {"xa.json": text}, says="xa.json.*dấu",
                       seconds=2, web=kib == 160 and how == "plain")
    yield Case("a million columns", "schools", {"so.csv": "ma,ten" + "," * 1_000_000 + "\n1,2\n"}, says="so.csv.*dòng 1.*cột")
    yield Case("a million columns further down", "schools", {"so.csv": SCHOOLS + school() + "," * 1_000_000 + "\n"}, says="so.csv.*dòng 3.*cột")
    yield Case("20 MB behind a quote", "schools", {"so.csv": SCHOOLS + '90000001,"' + "x\n" * 10_000_000}, says="so.csv.*dòng 2.*ngoặc", web=full)
    yield Case("50 MB in a line", "oneroster", bundle(b"x" * 50_000_000), says="users.csv.*dòng 1")
    yield Case("40 MB and more of JSON", "admin-units", {"xa.json": b"[" + b" " * 42_000_000 + b"]"}, says="xa.json.*lớn hơn")
    rows = 200_000 if full else 20_000
    yield Case(f"{rows} rows of one identifier", "oneroster", bundle(USERS + user(31) * rows), refused=False, rejected=rows - 1,
               seconds=40 + rows // 1500, column="sourcedId")
    if full:
        yield Case("more than 200,000 schools", "schools", {"so.csv": SCHOOLS + school() * 200_001}, says="so.csv.*200.?000",
                   seconds=60)


def zip_cases():
    """Archives that grow, lie, or lead out of their folder."""
    inside = bundle()
    well = badzips.made(inside)
    yield Case("zip cut in half", "oneroster", {"bo.zip": well[:len(well) // 2]}, says="hỏng|cụt", web=True)
    yield Case("zip without its last bytes", "oneroster", {"bo.zip": well[:-5]}, says="hỏng|cụt")
    yield Case("zip with bytes turned", "oneroster", {"bo.zip": badzips.turned(well)}, says="hỏng|cụt|khớp")
    yield Case("bomb of 1,000 to 1", "oneroster", {"bo.zip": badzips.made({"users.csv": bytes(40_000_000)})}, says="gấp hơn 100", web=True)
    yield Case("bomb of 300 MB", "oneroster", {"bo.zip": badzips.large(300_000_000)}, says="lớn hơn 200|gấp hơn 100")
    yield Case("nested archive", "oneroster", {"bo.zip": badzips.nested(inside, 10)}, says="orgs.csv", web=True)
    yield Case("70,000 entries", "oneroster", {"bo.zip": badzips.crowd(70_000)}, says="2.?000 mục")
    yield Case("sizes that lie", "oneroster", {"bo.zip": badzips.lying(inside)}, says="khớp|hỏng")
    yield Case("overlapping entries", "oneroster", {"bo.zip": badzips.overlapping(inside)}, says="chồng|khớp|hai lần", web=True)
    yield Case("the same name twice", "oneroster", {"bo.zip": badzips.listed([("users.csv", b"a"), ("users.csv", b"b")])}, says="hai lần")
    yield Case("password", "oneroster", {"bo.zip": badzips.locked(inside)}, says="mật khẩu")
    for what, name, says in (
        ("../", "../users.csv", "“..”"), ("a path from the root", "/tmp/users.csv", "tuyệt đối"), ("a drive", "C:/users.csv", "tuyệt đối"),
        ("a backslash", "..\\users.csv", "gạch ngược"), ("NUL", "users.csv\0.png", "điều khiển"), ("4,096 bytes", "a" * 4096, "dài hơn"),
        ("turned writing", "users\u202evsc.exe", "đảo chiều"), ("many marks", "a" + "\u0301" * 40, "dấu"),
    ):
        yield Case(f"entry named by {what}", "oneroster", {"bo.zip": badzips.named(inside, name)}, says=says, web=what == "../")
    yield Case("link in a zip", "oneroster", {"bo.zip": badzips.link("users.csv", "/etc/passwd")}, says="users.csv.*liên kết", web=True)


def fingerprint(folder):
    """A digest of everything registered: what a refused file must leave as it was."""
    base = sqlite3.connect(f"file:{folder}/hoaban.sqlite?mode=ro", uri=True)
    tables = [name for name, in base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE 'registry%' OR name LIKE 'identity%') AND name NOT LIKE "
        "'registry_search_%' AND name NOT LIKE 'identity_session%' AND name <> 'identity_sharer' AND name NOT LIKE 'identity_device%' AND name NOT LIKE "
        "'identity_attempt%' AND name <> 'identity_account' ORDER BY name")]
    sums = {table: hash(tuple(sorted(map(repr, base.execute(f"SELECT {columns(base, table)} FROM {table}"))))) for table in tables}
    base.close()
    return sums


def columns(base, table):
    """All but the moment of the last touch, which the turn of the day sets as well."""
    return ", ".join(row[1] for row in base.execute(f"PRAGMA table_info({table})") if row[1] != "updated_at")


class House:
    """A demo of one school of each kind in a folder of its own, with a folder for what the program leaves behind."""

    def __init__(self, binary, full):
        self.binary, self.full = str(pathlib.Path(binary).resolve()), full
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hoaban-bad-"))
        self.data, self.work, self.given = self.root / "data", self.root / "tmp", self.root / "given"
        self.work.mkdir()
        served.run(binary, "demo", "--scale", "school", "--data", self.data)
        self.accounts = {a["role"]: a for a in served.accounts(self.data)}
        self.idle = 0
        self.known = {path.name for path in self.root.iterdir()} | {"given", "server.log"}

    def put(self, case):
        """Lays the files of a case down and gives their paths."""
        shutil.rmtree(self.given, ignore_errors=True)
        self.given.mkdir()
        for name, content in case.files.items():
            (self.given / name).write_bytes(content)
        return [self.given / name for name in case.files]

    def run(self, *words, data=None):
        """Runs a command: exit status, output, errors, MiB at most in one process, seconds of processor."""
        out, err = self.root / "tmp.out", self.root / "tmp.err"
        with open(out, "wb") as output, open(err, "wb") as errors:
            process = subprocess.Popen(
                [self.binary, *map(str, words), "--data", str(data or self.data)], stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                cwd=served.ROOT, env={**os.environ, "TMPDIR": str(self.work), "SWIFT_BACKTRACE": "enable=no"})
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        answer = process.returncode, out.read_text(errors="replace"), err.read_text(errors="replace")
        out.unlink()
        err.unlink()
        return *answer, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime

    def left(self):
        """What lies about that was not there before; files that somebody uploaded wait in their order's folder."""
        stray = [path.name for path in self.root.iterdir() if path.name not in self.known]
        lying = [path.relative_to(self.root) for folder in (self.work, self.data / "uploads") for path in folder.rglob("*")]
        return stray + [str(path) for path in lying if not any(part.startswith("order-") for part in path.parts)]

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def one_value(output):
    try:
        return json.loads(output)
    except ValueError:
        return None


def judge(case, report):
    """What the report says of a case, in the words of a person."""
    if case.refused:
        sentence = report.get("refused") or report.get("error") or ""
        count.check(f"{case.name}: the sentence", re.search(case.says, sentence, re.S), sentence or report)
        count.check(f"{case.name}: the sentence is short", len(sentence) <= 500, sentence)
        return
    rows, doubts = report.get("rejected", []), report.get("warnings", [])
    total = sum(sum(report[part].values()) for part in ("created", "updated", "unchanged")) + len(rows)
    count.check(f"{case.name}: every row is accounted for", report["read"] == total, f"{report['read']} {total}")
    count.check(f"{case.name}: rows refused", case.rejected is None or len(rows) == case.rejected, rows[:5] or doubts[:5])
    if case.column and rows:
        count.check(f"{case.name}: file, row and column", all(r["column"] == case.column and r["row"] > 0 and r["file"] for r in rows), rows[:3])
    if case.says:
        words = [row["message"] for row in rows] or doubts
        count.check(f"{case.name}: the sentence", words and any(re.search(case.says, word) for word in words), words[:5])


def by_command(house, case):
    before, paths = fingerprint(house.data), house.put(case)
    status, output, errors, memory, seconds = house.run("import", case.kind, *paths, "--json")
    report = one_value(output)
    count.check(f"{case.name}: exit status", status == (1 if case.refused else 0), f"{status} {errors[-300:]}")
    if not count.check(f"{case.name}: one JSON value", isinstance(report, dict), f"{output[:200]} {errors[-300:]}"):
        return
    judge(case, report)
    if case.refused:
        after = fingerprint(house.data)
        count.check(f"{case.name}: nothing changed", after == before, [name for name in after if after[name] != before.get(name)])
    count.check(f"{case.name}: nothing left behind", not house.left(), house.left()[:5])
    count.check(f"{case.name}: memory", memory <= house.idle + case.memory, f"{memory:.0f} MiB, idle {house.idle:.0f}")
    count.check(f"{case.name}: processor", seconds <= case.seconds, f"{seconds:.1f} s")


def seen(person, location, seconds=60):
    """The page of an import once it is over, as text without marks."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page = person.get(location)
        if "Đang đọc tệp" not in page.text:
            return page.status, " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
        time.sleep(0.2)
    return 0, "it never ends"


def by_upload(house, server, person, case):
    kept = set((house.data / "uploads").iterdir())
    answer = person.upload("/imports", {"kind": case.kind, "year": ""}, list(case.files.items()), page="/imports/new")
    if all(not content for content in case.files.values()):
        count.check(f"{case.name} uploaded: the form again", answer.status == 422 and "có nội dung" in answer.text, answer.status)
        return
    if not count.check(f"{case.name} uploaded: taken for a trial", answer.status == 303, f"{answer.status} {answer.text[:200]}"):
        return
    status, text = seen(person, answer.location)
    count.check(f"{case.name} uploaded: the page says why", status == 200 and re.search(case.says, text, re.S), f"{status} {text[-500:]}")
    count.check(f"{case.name} uploaded: no offer to write", not case.refused or "Ghi vào sổ {" not in text and "/commit" not in text, text[-200:])
    grown = served.resident(server.process.pid) - house.served_idle
    count.check(f"{case.name} uploaded: memory", grown <= MEMORY, f"{grown:.0f} MiB more")
    fresh = [path for path in (house.data / "uploads").iterdir() if path not in kept and not path.name.startswith("order-")]
    count.check(f"{case.name} uploaded: no half file left", not fresh, fresh)


def uploads(house, cases):
    server = served.Server(house.binary, house.data, log=house.root / "server.log", environment={"TMPDIR": str(house.work)})
    server.start()
    try:
        server.wait_until_ready(60)
        person = Caller(server.port).sign_in(house.accounts["administrator"])
        person.get("/imports/new")
        house.served_idle = served.resident(server.process.pid)
        before, child = fingerprint(house.data), served.family_of(server.process.pid)
        for case in cases:
            by_upload(house, server, person, case)
        endless_upload(server, person)
        too_many_files(person)
        by_clerk(house, server)
        after = fingerprint(house.data)
        count.check("uploads: nothing is registered by trials", after == before, [name for name in after if after[name] != before.get(name)])
        count.check("uploads: the server is the same process still", served.family_of(server.process.pid)[:2] == child[:2], child)
        count.check("uploads: the server lives", person.get("/me").status == 200)
    finally:
        server.stop()


def endless_upload(server, person):
    """A body that says it is larger than the limit is refused before it is read."""
    token = person.get("/imports/new").token
    head = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
    try:
        answer = person.ask("POST", "/imports", head.encode(), {
            "Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(300 << 20)})
        count.check("an upload of 300 MiB is refused at its head", answer.status == 413, answer.status)
    except OSError as closed:
        count.check("an upload of 300 MiB is refused at its head", False, f"closed without a word: {closed}")


def too_many_files(person):
    answer = person.upload("/imports", {"kind": "oneroster", "year": ""}, [(f"{n}.csv", b"a") for n in range(3000)], page="/imports/new")
    count.check("3,000 files in a form", answer.status in (303, 400, 413, 422), answer.status)


def by_clerk(house, server):
    """A clerk reaches one school: a bundle of another's is refused row by row."""
    person = Caller(server.port).sign_in(house.accounts["clerk"])
    for what, users in (("new", USERS + user(901) + user(902)), ("known", None)):
        answer = person.upload("/imports", {"kind": "oneroster", "year": ""}, list(bundle(users).items()), page="/imports/new")
        status, text = seen(person, answer.location)
        count.check(f"D2 a clerk's bundle with {what} pupils of a foreign unit tells nothing of them",
                    status == 200 and text.count("ngoài phạm vi") >= 2, text[-400:])
    answer = person.upload("/imports", {"kind": "admin-units", "year": ""}, [("xa.csv", b"province,provinceCode\nA,01\n")], page="/imports/new")
    status, text = seen(person, answer.location)
    count.check("a clerk brings no catalogue in", "Đã đọc" not in text, text[-300:])


def formulas(house):
    """What begins like a formula comes out as text, and goes back in as it was."""
    risky = ["=1+1", "+84 Trường", "-Trường", "@SUM(A1)", "\tTrường", "＝1+1", "\r=1", " =1+1"]
    given = SCHOOLS + "".join(f'9100000{n},"{name}",,,,,,th\n' for n, name in enumerate(risky))
    house.put(Case("", "schools", {"so.csv": given}))
    status, output, errors, _, _ = house.run("import", "schools", house.given / "so.csv", "--json")
    count.check("formulas go in", status == 0, errors[-300:])
    out = house.given / "ra.csv"
    status, _, errors, _, _ = house.run("export", "schools", out)
    count.check("formulas go out", status == 0 and out.exists(), errors[-300:])
    cells = [cell for row in table(out) for cell in row]
    loose = [cell for cell in cells if cell[:1] in "=+-@\t\r＝＋－＠" and cell[:1] and not re.fullmatch(r"-?[\d.,]+", cell)]
    count.check("C4 no cell of the export begins like a formula", not loose, loose[:5])
    status, output, _, _, _ = house.run("import", "schools", out, "--json")
    report = one_value(output) or {}
    count.check("C4 export then import changes nothing", not report.get("updated") and not report.get("created"),
                {key: report.get(key) for key in ("created", "updated", "rejected", "refused")})


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def formulas_on_screen(house):
    """Lists that people download hold no cell that begins like a formula."""
    server = served.Server(house.binary, house.data, environment={"TMPDIR": str(house.work)})
    server.start()
    try:
        server.wait_until_ready(60)
        person = Caller(server.port).sign_in(house.accounts["administrator"])
        answer = person.upload("/imports", {"kind": "schools", "year": ""}, [("so.csv", (SCHOOLS + school("", "=1+1")).encode())], page="/imports/new")
        status, text = seen(person, answer.location)
        errors = person.get(answer.location + "/errors.csv")
        cells = [cell for line in errors.text.lstrip("\ufeff").splitlines() for cell in line.split(",")]
        for page in ("/orgs.xlsx", "/students.xlsx", "/staff.xlsx"):
            book = person.get(page)
            count.check(f"C4 {page} has texts and no formulas", book.status == 200 and not badzips.formulas(book.body), book.status)
        count.check("C4 the file of errors", errors.status == 200 and not [c for c in cells if c.strip('"')[:1] in ("=", "+", "@")], errors.text[:300])
    finally:
        server.stop()


def twins(house):
    """One name written in two ways is one name."""
    composed = "Trường Mường Tè"
    apart = unicodedata.normalize("NFD", composed)
    for name in (composed, apart):
        house.put(Case("", "schools", {"so.csv": SCHOOLS + school("92000001", name)}))
        status, output, _, _, _ = house.run("import", "schools", house.given / "so.csv", "--json")
        report = one_value(output) or {}
    count.check("NFD twins are one", status == 0 and report.get("unchanged") == {"schools": 1}, report)
    kept = sqlite3.connect(f"file:{house.data}/hoaban.sqlite?mode=ro", uri=True).execute(
        "SELECT n.name FROM registry_org o JOIN registry_org_name n ON n.org_id = o.id WHERE o.code = '92000001'").fetchall()
    count.check("names are kept composed", kept and all(name == composed for name, in kept), kept)


def people(number):
    """A bundle that takes a while: pupils of one school, in several transactions."""
    return bundle(USERS + "".join(user(n, f"Ấm {n}") for n in range(number)))


def cut_off(house):
    """An import that dies half way is taken up by the same file again, and can be taken back."""
    fresh, clean = house.root / "tmp" / "cut", house.root / "tmp" / "clean"
    case = Case("", "oneroster", people(12_000 if house.full else 2_500))
    for folder in (fresh, clean):
        served.run(house.binary, "migrate", "--data", folder)
    paths = house.put(case)
    process = subprocess.Popen(
        [house.binary, "import", "oneroster", *map(str, paths), "--json", "--data", str(fresh)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=served.ROOT, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
    deadline = time.monotonic() + 60
    while pupils(fresh) == 0 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    half = pupils(fresh)
    count.check("the import was cut off half way", 0 < half < len(paths) * 10**6 and process.returncode == -9, half)
    again = report_of(house.run("import", "oneroster", *paths, "--json", data=fresh))
    whole = report_of(house.run("import", "oneroster", *paths, "--json", data=clean))
    third = report_of(house.run("import", "oneroster", *paths, "--json", data=fresh))
    count.check("the same again is taken whole", again.get("read") == whole.get("read") and not again.get("rejected"), str(again)[:300])
    count.check("a third time changes nothing", third.get("unchanged") and not third.get("created") and not third.get("updated"), str(third)[:300])
    count.check("both have the same rows", counts(fresh) == counts(clean), f"{counts(fresh)} {counts(clean)}")
    status, output, errors, _, _ = house.run("check", data=fresh)
    count.check("check finds it whole", status == 0, output + errors)
    batches = [again.get("batch"), *interrupted(fresh, {again.get("batch"), third.get("batch")})]
    for batch in batches:
        status, _, errors, _, _ = house.run("import", "undo", batch, data=fresh)
        count.check("a batch of the cut import is taken back", status == 0, f"{batch} {errors[-300:]}")
    count.check("all is as before", pupils(fresh) == 0, f"{pupils(fresh)} pupils left, batches {batches}")
    for folder in (fresh, clean):
        shutil.rmtree(folder)


def mutations(house):
    """C1 C7: good files with some bytes turned, cut, doubled or put in: read or refused, never a crash, nothing left, memory bounded."""
    rng, well = random.Random(3), bundle(USERS + "".join(user(n) for n in range(100, 140)))
    seeds = [("oneroster", "bo.zip", badzips.made(well)), ("oneroster", "users.csv", well["users.csv"]),
             ("schools", "so.csv", (SCHOOLS + school() * 3).encode()),
             ("admin-units", "xa.json", json.dumps([{"name": "Tỉnh Thử", "code": 12, "wards": [{"name": "Xã", "code": 3}]}]).encode())]
    worst, slowest = 0, 0
    for number in range(1000 if house.full else 16):
        kind, name, content = seeds[number % len(seeds)]
        for _ in range(rng.randint(1, 8)):
            content = mutated(content, rng)
        (path,) = house.put(Case("", kind, {name: content}))
        status, output, errors, memory, seconds = house.run("import", kind, path, "--dry-run", "--json")
        worst, slowest = max(worst, memory), max(slowest, seconds)
        if status not in (0, 1) or one_value(output) is None or house.left():
            count.check(f"C1 mutation {number} of {name}", False, f"{status} {output[:100]} {errors[-200:]} {house.left()[:3]} {content[:200]}")
    count.check("C1 memory of mutated files", worst <= house.idle + MEMORY, f"{worst:.0f} MiB")
    count.check("C1 time of mutated files", slowest <= SECONDS, f"{slowest:.1f} s")


def mutated(content, rng):
    if not content:
        return b"a"
    at, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return rng.choice((
        lambda: content[:at] + bytes([rng.randrange(256)]) + content[at + 1:], lambda: content[:at] + content[end:],
        lambda: content[:end] + content[at:end] + content[end:], lambda: content[:at] + rng.choice((b'"', b",", b"\n", b"\0", b"\xff")) + content[at:],
        lambda: content[:end]))()


def report_of(ran):
    return one_value(ran[1]) or {"error": ran[2][-300:]}


def pupils(folder):
    try:
        base = sqlite3.connect(f"file:{folder}/hoaban.sqlite?mode=ro", uri=True, timeout=5)
        return base.execute("SELECT count(*) FROM registry_student").fetchone()[0]
    except sqlite3.Error:
        return 0


def counts(folder):
    base = sqlite3.connect(f"file:{folder}/hoaban.sqlite?mode=ro", uri=True)
    return {table: base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("registry_org", "registry_student", "registry_enrolment", "registry_class", "registry_search", "registry_identifier")}


def interrupted(folder, known):
    """Codes of batches without a report, as an operator finds them: in the list of batches."""
    base = sqlite3.connect(f"file:{folder}/hoaban.sqlite?mode=ro", uri=True)
    rows = [number for number, in base.execute("SELECT id FROM work_batch WHERE undone_at IS NULL ORDER BY id DESC")]
    return [code for code in map(coded, rows) if code not in known]


def coded(number):
    """A key as the program writes it: Crockford's base 32, thirteen digits."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(letters[number >> (5 * place) & 31] for place in range(12, -1, -1))


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--binary", required=True)
    options.add_argument("--only", default="", help="run the cases whose name has these words")
    options.add_argument("--full", action="store_true", help="the large files in their full size")
    given = options.parse_args()
    house = House(given.binary, given.full)
    cases = [*plain_cases(), *header_cases(), *encoding_cases(), *content_cases(), *zip_cases(), *large_cases(given.full)]
    parts = {"formulas": formulas, "formulas on screen": formulas_on_screen, "twins": twins, "mutations": mutations, "cut off": cut_off}
    try:
        good = Case("a good bundle", "oneroster", bundle(), refused=False, rejected=0)
        house.idle = house.run("import", "oneroster", *house.put(good), "--dry-run", "--json")[3]
        for case in cases:
            if given.only in case.name:
                count.step(case.name, by_command, house, case)
        for name, part in parts.items():
            if given.only in name:
                count.step(name, part, house)
        if given.only in "uploads":
            count.step("uploads", uploads, house, [case for case in cases if case.web])
        count.skip("XML with a DOCTYPE", "no XML is read yet")
    finally:
        house.remove()
    count.finish()


if __name__ == "__main__":
    main()
