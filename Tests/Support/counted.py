"""What a test script counts: checks that hold, checks that do not, and what could not be tried here."""
import sys
import time


class Counted:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.began = time.monotonic()

    def check(self, what, holds, seen=""):
        """Counts one check; says what was seen when it does not hold."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"✘ {what}: {str(seen)[:600]}", flush=True)
        return bool(holds)

    def skip(self, what, why):
        """Says that something could not be tried, and why: it counts neither way."""
        self.skipped += 1
        print(f"skipped {what}: {why}", flush=True)

    def step(self, name, act, *arguments):
        """Runs one part; what breaks in it is one failure, and the others go on."""
        began, failed, passed = time.monotonic(), self.failed, self.passed
        try:
            act(*arguments)
        except (Exception, SystemExit) as broken:  # noqa: BLE001: whatever broke, the other parts are still worth knowing
            self.check(name, False, f"{type(broken).__name__}: {broken}")
        mark = "✘" if self.failed > failed else "✔" if self.passed > passed else "–"
        print(f"{mark} {name} ({time.monotonic() - began:.1f} s)", flush=True)

    def finish(self):
        """Prints the count as the last line and ends with its status."""
        if self.skipped:
            print(f"{self.skipped} skipped")
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
