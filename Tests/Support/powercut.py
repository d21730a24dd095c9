"""Bar A2: simulated power cuts. Only what was flushed survives them, thanks to powercut.c; everything else the disk forgets."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
CONTROL = """
import os, sqlite3, sys
base = sqlite3.connect(sys.argv[1] + "/x.sqlite", isolation_level=None)
base.execute("PRAGMA journal_mode = WAL")
base.execute("PRAGMA synchronous = " + sys.argv[2])
base.execute("CREATE TABLE t (n)")
for n in range(200):
    base.execute("INSERT INTO t VALUES (1)")
os.kill(os.getpid(), 9)
"""


def compiled(root):
    """The shim as a library, or why there is none."""
    library = root / "powercut.so"
    try:
        made = subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, HERE / "powercut.c", "-ldl", "-lpthread"], capture_output=True, text=True)
    except FileNotFoundError:
        return None, "there is no C compiler"
    return (library, "") if made.returncode == 0 else (None, made.stderr)


def settings(library, data, kept):
    return {"LD_PRELOAD": str(library), "POWERCUT_DATA": str(data), "POWERCUT_KEPT": str(kept)}


def survivors(root, library, mode):
    """How many of 200 rows survive a cut when SQLite flushes in this way: shows that the shim bites."""
    data, kept = root / f"control-{mode}", root / f"control-{mode}-kept"
    for folder in (data, kept):
        folder.mkdir()
    subprocess.run([sys.executable, "-c", CONTROL, str(data), mode], env={**os.environ, **settings(library, data, kept)}, check=False)
    counting = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM t').fetchone()[0])"
    found = subprocess.run([sys.executable, "-c", counting, str(kept / "x.sqlite")], capture_output=True, text=True)
    return int(found.stdout) if found.returncode == 0 else 0


def trials(count, place, number, writing, kill, keys_in):
    library, why = compiled(place.root)
    if not library:
        return count.skip("A2 power cuts", why)
    count.check("A2 the shim keeps what is flushed", survivors(place.root, library, "FULL") == 200)
    for mode in ("NORMAL", "OFF"):
        count.check(f"A2 the shim loses what is not: {mode}", survivors(place.root, library, mode) < 200)
    data, kept = place.copy("cuts"), place.root / "cuts-kept"
    acknowledged, rng = set(), random.Random(5)
    for turn in range(number):
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(data, kept, ignore=shutil.ignore_patterns("*-shm"))
        server = place.serving(data, environment=settings(library, data, kept))
        server.start()
        try:
            server.wait_until_ready(60)
            with writing(server, 16) as writers:
                time.sleep(rng.uniform(0.4, 1.5))
                os.killpg(server.process.pid, signal.SIGKILL)
            acknowledged |= set(kill.acknowledged_by(writers))
        finally:
            server.kill()
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        lost = acknowledged - keys_in(data)
        count.check(f"A2 cut {turn + 1}: nothing acknowledged is lost", not lost, f"{len(lost)} of {len(acknowledged)}")
    count.check("A2 writers wrote", len(acknowledged) > 20 * number, len(acknowledged))
    checked = place.hoaban("check", data=data)
    count.check("A2 check finds it whole", checked.returncode == 0, checked.stdout + checked.stderr)
