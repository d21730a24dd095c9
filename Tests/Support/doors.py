#!/usr/bin/env python3
"""The doors of a running server: guessing is slowed, nothing tells who has an account, cookies and headers are safe (bars E2, E3, E5, F1, G7).

usage: doors.py --binary .build/debug/hoaban [--only WORDS] [--full]
"""
import argparse
import concurrent.futures
import http.client
import os
import pathlib
import re
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import attack
import counted
import served
from caller import Answer, Caller

count = counted.Counted()


class From(Caller):
    """A caller from an address that the trusted proxy in front tells, over HTTPS where it says so."""

    def __init__(self, port, address, secure=False):
        super().__init__(port)
        self.address, self.secure = address, secure

    def ask(self, method, path, body=None, headers=None):
        told = {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "https" if self.secure else "http"}
        return super().ask(method, path, body, {**told, **(headers or {})})


class House:
    def __init__(self, binary, full):
        self.full = full
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hoaban-doors-"))
        self.data = self.root / "data"
        served.run(binary, "demo", "--scale", "school", "--data", self.data)
        self.accounts = {account["role"]: account for account in served.accounts(self.data)}
        self.server = served.Server(binary, self.data, "--trusted-proxy", "127.0.0.1", log=self.root / "server.log")
        self.addresses = 0

    def caller(self, address=None, secure=False):
        """Somebody from an address of their own, each in a network of its own."""
        self.addresses += 1
        return From(self.server.port, address or f"10.{self.addresses >> 8}.{self.addresses & 255}.7", secure)


# E2

def guessing(house):
    """Ten wrong guesses of one account make it wait, wherever they come from; its owner's own device and all others go on."""
    entry, neighbour = house.accounts["librarian"], house.accounts["medic"]
    owner = house.caller()
    owner.sign_in(entry)
    owner.post("/logout", page="/me")
    for turn in range(10):
        answer = house.caller().try_sign_in(entry["username"], f"đoán {turn}")
        count.check(f"E2 guess {turn + 1} is refused", answer.status in (401, 422), answer.status)
    guesser = house.caller()
    answer = guesser.try_sign_in(entry["username"], entry["password"])
    count.check("E2 the account waits", answer.status == 429, answer.status)
    count.check("E2 it says how long", 30 <= int(answer.headers.get("Retry-After") or 0) <= 900, answer.headers.get("Retry-After"))
    count.check("E2 another account from the same address gets in", guesser.try_sign_in(neighbour["username"], neighbour["password"]).status == 303)
    count.check("E2 another spelling of the name is the same account",
                house.caller().try_sign_in(entry["username"].upper(), "đoán").status == 429)
    owner.cookies.pop("session", None)
    count.check("E2 the owner's own device gets in", owner.try_sign_in(entry["username"], entry["password"]).status == 303)


def spraying(house):
    """One address tries one password on many names: after a hundred it waits; the school's other addresses do not."""
    sprayer = house.caller("10.200.1.1")
    token, cookies = sprayer.get("/login").token, dict(sprayer.cookies)

    def one(number):
        person = house.caller("10.200.1.1")
        person.cookies = dict(cookies)
        form = f"csrf={token}&username=ten{number}&password=Matkhau2026%40"
        return person.ask("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"}).status

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(one, range(130)))
    tried = sum(code in (401, 422) for code in codes)
    count.check("E2 spraying: at most a hundred of 130 are tried", 90 <= tried <= 100, {code: codes.count(code) for code in set(codes)})
    count.check("E2 spraying: the rest are asked to wait", set(codes) <= {401, 422, 429}, set(codes))
    entry = house.accounts["equipment"]
    count.check("E2 spraying: the next address gets in", house.caller("10.200.1.2").try_sign_in(entry["username"], entry["password"]).status == 303)


# E3

def tell_nothing(house):
    """Unknown name and wrong password: the same status, the same page but for the typed name, the same time."""
    known = [house.accounts[role]["username"] for role in ("principal", "deputy", "homeroom", "clerk", "commune", "inspector")]
    times, pages, codes = {"known": [], "unknown": []}, {"known": set(), "unknown": set()}, {"known": set(), "unknown": set()}
    for turn in range(500 if house.full else 42):
        # Each in turn, so that whatever else the machine does falls on both alike.
        for kind, name in (("known", known[turn % len(known)]), ("unknown", f"khong.co.{turn:03d}")):
            if kind == "known" and turn >= 9 * len(known):
                continue
            person = house.caller()
            form = f"csrf={person.get('/login').token}&username={name}&password=sai"
            began = time.monotonic()
            answer = person.ask("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
            times[kind].append((time.monotonic() - began) * 1000)
            codes[kind].add(answer.status)
            pages[kind].add(re.sub(r'value="[0-9a-f]{32,}"', "", answer.text.replace(name, "NAME")))
    one, other = statistics.median(times["known"]), statistics.median(times["unknown"])
    count.check("E3 the same status", codes["known"] == codes["unknown"] and len(codes["known"]) == 1, codes)
    count.check("E3 the same page", pages["known"] == pages["unknown"] and len(pages["known"]) == 1, [len(found) for found in pages.values()])
    count.check("E3 the same time", abs(one - other) <= max(10, 0.1 * max(one, other)), f"{one:.1f} {other:.1f} ms")
    for path, fields in (("/reset", {"code": "AAAA-AAAA-AAAA"}), ("/activate", {"code": "AAAA-AAAA-AAAA"}), ("/claim", {"code": "AAAA-AAAA-AAAA"})):
        answers = []
        for name in (known[0], "khong.co"):
            person = house.caller()
            values = {field: fields.get(field, name if "user" in field else "x") for field in person.get(path).form(path)}
            answers.append(person.post(path, values))
        count.check(f"E3 {path} tells nothing", len({answer.status for answer in answers}) == 1 and answers[0].status != 303,
                    [answer.status for answer in answers])


# E5

def cookies(house):
    entry = house.accounts["clerk"]
    for secure in (False, True):
        name = "__Host-session" if secure else "session"
        person = house.caller(secure=secure)
        planted = "f" * 64
        person.cookies[name] = planted
        answer = person.post("/login", {"username": entry["username"], "password": entry["password"]})
        lines = answer.headers.get_all("Set-Cookie") or []
        line = next((line for line in lines if line.startswith(name + "=")), "")
        value = line.split(";")[0].partition("=")[2]
        words = [word.strip().lower() for word in line.split(";")[1:]]
        how = "over HTTPS" if secure else "on loopback"
        count.check(f"E5 the session's cookie {how}", len(value) >= 32 and value != planted, line)
        count.check(f"E5 no script reads it {how}", "httponly" in words and "samesite=lax" in words and "path=/" in words, line)
        count.check(f"E5 Secure {how}", ("secure" in words) == secure and not any(word.startswith("domain") for word in words), line)
        count.check(f"E5 a member of staff's ends with the browser {how}", not any(word.startswith(("max-age", "expires")) for word in words), line)
        for other in lines:
            count.check(f"E5 every cookie is HttpOnly {how}", "httponly" in other.lower() and ("secure" in other.lower()) == secure, other)
        count.check(f"E5 in {how}", person.get("/me").status == 200)
        count.check(f"E5 a planted secret opens nothing {how}", planted_opens(house, name, planted, secure) == 303)
        count.check(f"E5 only a hash is stored {how}", not stored(house, value))
    turned(house)


def planted_opens(house, name, value, secure):
    person = house.caller(secure=secure)
    person.cookies[name] = value
    return person.get("/me").status


def stored(house, secret):
    return [path for path in house.data.rglob("*") if path.is_file() and (secret.encode() in path.read_bytes() or bytes_in(secret, path))]


def bytes_in(secret, path):
    try:
        return bytes.fromhex(secret) in path.read_bytes()
    except ValueError:
        return False


def turned(house):
    """Signing in twice gives two secrets, and signing out kills the one that was used."""
    entry = house.accounts["homeroom"]
    one, two = house.caller().sign_in(entry), house.caller().sign_in(entry)
    count.check("E5 each sign-in has its own secret", one.cookies["session"] != two.cookies["session"])
    old = one.cookies["session"]
    one.post("/logout", page="/me")
    count.check("E5 the secret is dead after signing out", planted_opens(house, "session", old, False) == 303)
    count.check("E5 the other session goes on", two.get("/me").status == 200)


# F1

def headers(house):
    """Every kind of answer carries the set, errors too."""
    person, nobody = house.caller(), house.caller()
    person.sign_in(house.accounts["clerk"])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = {
        "200 sign-in": nobody.get("/login"), "200 home": person.get("/me"), "200 health": nobody.get("/healthz"),
        "200 metrics": Caller(house.server.port).get("/metrics"), "200 style": nobody.get(asset(nobody)),
        "200 workbook": house.caller().sign_in(house.accounts["principal"]).get("/students.xlsx"),
        "303 door": nobody.get("/me"), "303 root": nobody.get("/"),
        "400 path": nobody.get("/%ff"), "400 NUL": nobody.get("/a%00b"), "403 token": nobody.ask("POST", "/login", "csrf=x", form),
        "403 right": person.get("/accounts/new") if person.get("/accounts/new").status == 403 else person.get("/audit"),
        "404 page": nobody.get("/nowhere"), "404 record": person.get("/students/0000000000000"),
        "404 asset": nobody.get("/assets/nothing.js"), "405 method": nobody.ask("PUT", "/login", "x", form),
        "405 TRACE": nobody.ask("TRACE", "/login"), "413 body": nobody.ask("POST", "/login", "a=" + "b" * 200_000, form),
        "415 type": nobody.ask("POST", "/login", "{}", {"Content-Type": "application/json"}),
        "401 or 422 password": nobody.try_sign_in("khong.co", "sai"),
        "431 head": raw(house, f"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {'a' * 100_000}\r\n\r\n"),
        "400 framing": raw(house, "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        "400 not HTTP": raw(house, "hello\r\n\r\n"),
    }
    for name, answer in answers.items():
        wanted = {int(code) for code in re.findall(r"\b\d{3}\b", name)} | ({400} if name.startswith("431") else set())
        if answer is None:
            continue
        count.check(f"F1 {name}: the status", answer.status in wanted, answer.status)
        safe(f"F1 {name}", answer, personal=name in ("200 home", "404 record", "200 workbook"))
    secure = house.caller(secure=True).get("/login")
    age = re.search(r"max-age=(\d+)", secure.headers.get("Strict-Transport-Security") or "")
    count.check("F1 HTTPS is asked for a year", age and int(age[1]) >= 31_536_000, secure.headers.get("Strict-Transport-Security"))


def asset(person):
    return re.search(r'/assets/[^"]+\.css', person.get("/login").text)[0]


def raw(house, text):
    """What comes back for bytes that no library sends; nothing when the line is closed with no page, which headers would guard."""
    answer, closed = attack.send(house.server.port, text, 2)
    if closed and (not answer or answer.endswith(b"\r\n\r\n")):
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    found = http.client.HTTPMessage()
    for line in lines[1:]:
        name, _, value = line.partition(":")
        found[name] = value.strip()
    return Answer(attack.status(answer), found, body)


def safe(name, answer, personal):
    policy = answer.headers.get("Content-Security-Policy") or ""
    count.check(f"{name}: policy", all(word in policy for word in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"))
                and "unsafe" not in policy and "*" not in policy, policy)
    count.check(f"{name}: nosniff", answer.headers.get("X-Content-Type-Options") == "nosniff")
    referrer = answer.headers.get("Referrer-Policy")
    count.check(f"{name}: referrer", referrer in ("no-referrer", "same-origin", "strict-origin"), referrer)
    count.check(f"{name}: own window and resources", answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin"
                and answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin", dict(answer.headers))
    kind = answer.headers.get("Content-Type") or ""
    count.check(f"{name}: type and alphabet", not answer.body or kind and (not kind.startswith("text/") or "charset=utf-8" in kind.lower()), kind)
    count.check(f"{name}: says nothing of what runs here", not answer.headers.get("Server") and "Swift" not in answer.text, answer.headers.get("Server"))
    if personal:
        count.check(f"{name}: not kept", "no-store" in (answer.headers.get("Cache-Control") or ""), answer.headers.get("Cache-Control"))


# G7

def rates(house):
    """More than the limit is refused with the time to wait, for this address alone, and a restart does not wipe it."""
    codes, waits = flood(house, "10.250.0.1", 1500)
    count.check("G7 the flood is stopped", codes.count(429) >= 250 and 1000 <= codes.count(200) <= 1210, {code: codes.count(code) for code in set(codes)})
    count.check("G7 it says how long to wait", waits and all(wait and 1 <= int(wait) <= 61 for wait in waits), waits[:3])
    count.check("G7 another address is served", house.caller("10.250.0.2").get("/login").status == 200)
    count.check("G7 health is served to the flooder too, or it is told to wait", house.caller("10.250.0.1").get("/healthz").status in (200, 429))
    house.server.stop()
    house.server.start()
    house.server.wait_until_ready(60)
    count.check("G7 limits survive a restart", house.caller("10.250.0.1").get("/login").status == 429)


def flood(house, address, number):
    line, codes, waits = http.client.HTTPConnection("127.0.0.1", house.server.port, timeout=30), [], []
    for _ in range(number):
        line.request("GET", "/login", headers={"X-Forwarded-For": address})
        answer = line.getresponse()
        answer.read()
        codes.append(answer.status)
        if answer.status == 429:
            waits.append(answer.headers.get("Retry-After"))
    line.close()
    return codes, waits


PARTS = {"E2 guessing": guessing, "E2 spraying": spraying, "E3 accounts": tell_nothing, "E5 cookies": cookies, "F1 headers": headers, "G7 rates": rates}


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--binary", required=True)
    options.add_argument("--only", default="", help="run the parts whose name has these words")
    options.add_argument("--full", action="store_true", help="500 tries where time is measured")
    given = options.parse_args()
    house = House(given.binary, given.full)
    try:
        house.server.start()
        house.server.wait_until_ready(60)
        for name, part in PARTS.items():
            if given.only.lower() in name.lower():
                count.step(name, part, house)
    finally:
        house.server.stop()
        shutil.rmtree(house.root, ignore_errors=True)
    count.finish()


if __name__ == "__main__":
    main()
