#!/usr/bin/env python3
"""Sends a running server what no browser sends, on loopback only, and looks whether it lives, answers right and stays small.

usage: attack.py --binary .build/debug/hoaban
"""
import argparse
import os
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import served

HOST = "Host: 127.0.0.1\r\n"
SHAPES = [
    ("CL and TE", f"POST /login HTTP/1.1\r\n{HOST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX"),
    ("two CL", f"POST /login HTTP/1.1\r\n{HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    ("bad TE", f"POST /login HTTP/1.1\r\n{HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("space before colon", f"GET /login HTTP/1.1\r\n{HOST}Content-Length : 3\r\n\r\nabc"),
    ("NUL in a header", f"GET /login HTTP/1.1\r\n{HOST}X: a\0b\r\n\r\n"),
    ("folded header", f"GET /login HTTP/1.1\r\n{HOST}X: a\r\n b\r\n\r\n"),
    ("huge chunk", f"POST /login HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"),
    ("negative CL", f"POST /login HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n"),
    ("no Host", "GET /login HTTP/1.1\r\nConnection: close\r\n\r\n"),
    ("NUL in the path", f"GET /a.html%00.png HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n"),
    ("broken UTF-8", f"GET /%ff%fe HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n"),
    ("dots", f"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n"),
    ("TRACE", f"TRACE /login HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n"),
    ("long header", f"GET /login HTTP/1.1\r\n{HOST}X: {'a' * 100_000}\r\n\r\n"),
    ("many headers", f"GET /login HTTP/1.1\r\n{HOST}" + "".join(f"X{n}: 1\r\n" for n in range(500)) + "\r\n"),
    ("bare LF", f"GET /login HTTP/1.1\n{HOST}\n"),
    ("not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
]
passed = failed = 0


def check(what, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: {seen}")


def send(port, text, wait=5.0):
    """What came back, and whether the other side closed within the time."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        answer = b""
        try:
            line.sendall(text.encode("latin-1"))
            while True:
                piece = line.recv(65536)
                if not piece:
                    return answer, True
                answer += piece
        except (TimeoutError, socket.timeout):
            return answer, False
        except OSError:
            return answer, True


def status(answer):
    try:
        return int(answer.split(b" ", 2)[1])
    except (IndexError, ValueError):
        return 0


def shapes(port):
    for name, text in SHAPES:
        answer, closed = send(port, text, 2.0)
        code = status(answer)
        if name == "bare LF":
            check(name, code in (0, 200, 400), code)
        elif name == "TRACE":
            check(name, code == 405, code)
        else:
            check(name, code in (400, 413, 431, 501) or (code == 0 and closed), f"{code} {answer[:80]}")
        check(f"{name}: one answer", answer.count(b"HTTP/1.1 ") <= 1, answer[:200])


def drip(port, head, seconds, found, name):
    """Sends a byte a second after the head; notes when the other side gave up."""
    begun = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.sendall(head.encode())
            while time.monotonic() - begun < seconds:
                line.settimeout(1.0)
                try:
                    if line.recv(4096) == b"":
                        break
                except (TimeoutError, socket.timeout):
                    pass
                line.sendall(b"a")
    except OSError:
        pass
    found[name] = time.monotonic() - begun


def slow(server):
    """Slow heads, slow bodies and silent callers are let go while everybody else is served."""
    found = {}
    heads = {
        "slow body": f"POST /login HTTP/1.1\r\n{HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\n",
        "slow head": f"GET /login HTTP/1.1\r\n{HOST}X: ",
    }
    callers = [
        threading.Thread(target=drip, args=(server.port, head, 40, found, f"{name} {number}"))
        for name, head in heads.items() for number in range(20)
    ]
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for caller in callers:
        caller.start()
    worst = 0.0
    for _ in range(20):
        begun = time.monotonic()
        answer, _ = send(server.port, f"GET /healthz HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n")
        worst = max(worst, time.monotonic() - begun)
        check("health while slow callers hang on", status(answer) == 200, answer[:80])
        time.sleep(0.2)
    check("health within a second", worst < 1.0, worst)
    for caller in callers:
        caller.join()
    for name in heads:
        longest = max(seconds for key, seconds in found.items() if key.startswith(name))
        check(f"{name} is let go within 25 s", longest < 25, longest)
    for line in silent:
        line.close()


def endless(server):
    """A body without end is cut off at the route's limit."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall((f"POST /login HTTP/1.1\r\n{HOST}Content-Type: application/x-www-form-urlencoded\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n").encode())
        chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        sent = 0
        try:
            while sent < 2000:
                line.sendall(chunk)
                sent += 1
        except OSError:
            pass
        check("an endless body is cut off", sent < 2000, f"{sent * 64} KiB taken")


def resident(server):
    """The memory of the server and its children, in MiB."""
    group, total = os.getpgid(server.process.pid), 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getpgid(int(name)) == group:
                lines = open(f"/proc/{name}/status", encoding="ascii", errors="replace").read().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
        except (OSError, ProcessLookupError):
            pass
    return total / 1024


def attack(server):
    before = resident(server)
    shapes(server.port)
    endless(server)
    slow(server)
    answer, _ = send(server.port, f"GET /login HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n")
    check("the server lives", status(answer) == 200, answer[:80])
    grown = resident(server) - before
    check("memory is bounded", grown < 256, f"{grown} MiB more")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--binary", required=True)
    binary = options.parse_args().binary
    with tempfile.TemporaryDirectory(prefix="hoaban-attack-") as folder:
        served.run(binary, "migrate", "--data", folder)
        server = served.Server(binary, folder)
        server.start()
        try:
            server.wait_until_ready(60)
            attack(server)
        finally:
            server.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
