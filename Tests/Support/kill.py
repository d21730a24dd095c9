#!/usr/bin/env python3
"""Bars A1 and G8: kills the server again and again while writers write, and asks afterwards for every write it acknowledged.

usage: kill.py [--binary .build/release/hoaban] [--kills 200] [--writers 16] [--seed 1] [--keep]

Every second kill hits the whole group of processes, the others only a child where the server keeps one.
Prints what it found and `N passed, N failed`.
"""
import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

import served


class Line:
    """A connection with the token that the server's own form gave it; `spread`: each write as from another address, by a trusted proxy."""

    def __init__(self, port, spread=False):
        self.spread = spread
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.http.request("GET", "/bench/form")
        answer = self.http.getresponse()
        token = re.search(r'name="csrf" value="([^"]+)"', answer.read().decode())
        self.token = token[1] if token else ""
        self.headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if cookie := answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = cookie.split(";")[0]

    def write(self, key):
        form = urllib.parse.urlencode({"csrf": self.token, "key": key, "value": len(key)})
        if self.spread:
            self.headers["X-Forwarded-For"] = ".".join(str(part) for part in (10, *random.randbytes(3)))
        self.http.request("POST", "/bench/write", form, self.headers)
        answer = self.http.getresponse()
        answer.read()
        return answer.status


class Writer(threading.Thread):
    """Posts one row after the other and notes the keys whose 201 it has seen."""

    def __init__(self, port, stop, spread=False):
        super().__init__(daemon=True)
        self.port, self.stop, self.spread = port, stop, spread
        self.acknowledged, self.refused = [], {}

    def run(self):
        line = None
        while not self.stop.is_set():
            key = uuid.uuid4().hex
            try:
                line = line or Line(self.port, self.spread)
                status = line.write(key)
                if status == 201:
                    self.acknowledged.append(key)
                else:
                    self.refused[status] = self.refused.get(status, 0) + 1
                    line = None
                    time.sleep(0.02)
            except (OSError, http.client.HTTPException):
                line = None
                time.sleep(0.005)


def children_of(pid):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def kill_once(server, whole):
    """Kills, and gives the seconds until the server answers again."""
    children = children_of(server.process.pid)
    began = time.monotonic()
    if whole or not children:
        server.kill()
        server.start()
    else:
        os.kill(random.choice(children), signal.SIGKILL)
        time.sleep(0.005)
    server.wait_until_ready(60)
    return time.monotonic() - began


def acknowledged_by(writers):
    return [key for writer in writers for key in list(writer.acknowledged)]


def count_of(writers):
    return sum(len(writer.acknowledged) for writer in writers)


def wait_for_writes(writers):
    """Lets some writes through before the next kill, so that each kill interrupts work."""
    before, deadline = count_of(writers), time.monotonic() + 30
    while count_of(writers) <= before and time.monotonic() < deadline:
        time.sleep(0.005)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--binary", default=".build/release/hoaban")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--writers", type=int, default=16)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", action="store_true", help="keep the data directory")
    options.add_argument("--json", action="store_true", help="print the figures as JSON before the last line")
    given = options.parse_args()
    random.seed(given.seed)

    data = tempfile.mkdtemp(prefix="hoaban-kill.")
    served.run(given.binary, "migrate", "--data", data)
    server = served.Server(given.binary, data, "--rate-limits", "off", "--bench-routes", "on")
    stop = threading.Event()
    writers, restarts = [], []
    began = time.monotonic()
    try:
        server.start()
        server.wait_until_ready(60)
        writers = [Writer(server.port, stop) for _ in range(given.writers)]
        for writer in writers:
            writer.start()
        for number in range(given.kills):
            wait_for_writes(writers)
            time.sleep(random.uniform(0.02, 0.6))
            restarts.append(kill_once(server, whole=number % 2 == 0))
            if (number + 1) % 20 == 0:
                print(f"{number + 1} kills, {count_of(writers)} acknowledged", file=sys.stderr, flush=True)
        wait_for_writes(writers)
        stop.set()
        for writer in writers:
            writer.join(30)
        stored = server.get("/bench/keys").split()
        server.stop()
        integrity = served.run(given.binary, "check", "--data", data, must=False)
    finally:
        stop.set()
        server.kill()

    acknowledged = acknowledged_by(writers)
    lost = set(acknowledged) - set(stored)
    figures = {
        "kills": given.kills, "writers": given.writers, "acknowledged": len(acknowledged), "stored": len(stored),
        "lost": len(lost),
        "refused": dict(sum((collections.Counter(w.refused) for w in writers), collections.Counter())),
        "restartMedian": round(statistics.median(restarts or [0]), 3),
        "restartMax": round(max(restarts or [0]), 3), "seconds": round(time.monotonic() - began, 1),
    }
    checks = {
        "every acknowledged write is there": not lost,
        "no write is there twice": len(stored) == len(set(stored)),
        "writers wrote between the kills": len(acknowledged) >= given.kills,
        "hoaban check finds the data whole": integrity.returncode == 0,
    }
    for name, value in figures.items():
        print(f"  {name}: {value}")
    for name, passed in checks.items():
        print(f"{'✔' if passed else '✘'} {name}")
    if integrity.returncode != 0:
        print(integrity.stdout + integrity.stderr)
    if given.json:
        print(json.dumps(figures))
    if given.keep or not all(checks.values()):
        print(f"kept: {data}")
    else:
        shutil.rmtree(data, ignore_errors=True)
    failed = sum(not passed for passed in checks.values())
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
