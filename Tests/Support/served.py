"""A `hoaban serve` of the tests' own: started on a free port, asked, stopped, killed."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(binary, *arguments, must=True, timeout=600):
    """Runs a command of hoaban and gives what it said; stops the test when it failed and `must`."""
    done = subprocess.run(
        [str(binary), *map(str, arguments)], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, cwd=ROOT)
    if must and done.returncode != 0:
        sys.exit(f"hoaban {' '.join(map(str, arguments))}: exit status {done.returncode}\n{done.stderr or done.stdout}")
    return done


def accounts(data):
    """The sign-ins that a demo keeps in its folder."""
    kept = json.loads((pathlib.Path(data) / "demo-accounts.json").read_text(encoding="utf-8"))
    return kept["accounts"] if isinstance(kept, dict) else kept


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def family_of(pid):
    """A process and all that descend from it."""
    below = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            below.setdefault(int(stat.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found


def resident(pid):
    """The memory of a process and its descendants, in MiB; what they share counts once (VmRSS without file pages)."""
    total = 0
    for one in family_of(pid):
        with contextlib.suppress(OSError):
            for line in open(f"/proc/{one}/status", encoding="ascii", errors="replace"):
                if line.startswith("RssAnon"):
                    total += int(line.split()[1])
    return total / 1024


class Server:
    def __init__(self, binary, data, *arguments, port=None, log=None, environment=None):
        self.binary, self.data, self.arguments = str(pathlib.Path(binary).resolve()), str(data), arguments
        self.port = port or free_port()
        self.log = log
        self.environment = environment or {}
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        output = open(self.log, "ab") if self.log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, "--address", f"127.0.0.1:{self.port}", *self.arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd=ROOT,
            env={**os.environ, "SWIFT_BACKTRACE": "enable=no", **self.environment})

    def wait_until_ready(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"hoaban serve ended with {self.process.returncode}; see {self.log or 'its output'}")
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=2):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.005)
        raise SystemExit(f"hoaban serve did not answer within {seconds} s")

    def get(self, path, timeout=60):
        with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
            return answer.read().decode()

    def stop(self):
        """Ends it as an operator would, and gives its exit status."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        """Ends it and its children at once, as a power button would end processes."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
