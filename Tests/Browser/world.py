"""The demo school that the browser tests walk through, and the list of journeys."""
import json
import pathlib
import sys
import tempfile
from collections import Counter

from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
import served  # noqa: E402

WIDTHS = (1280, 360)
JOURNEYS = []


def journey(name, role=None, widths=WIDTHS, javascript=True, dark=False):
    """Adds a journey: a function of one Person who is signed in with the role (or, without one, a stranger)."""

    def add(function):
        JOURNEYS.append((name, role, widths, javascript, dark, function))
        return function

    return add


class World:
    def __init__(self, browser, binary, data=None, full=False):
        self.browser, self.full, self.axe = browser, full, Axe()
        self.shots = served.ROOT / ".build-test/shots"
        self.folder = None if data else tempfile.TemporaryDirectory(prefix="hoaban-browser.")
        self.data = data or self.folder.name + "/data"
        self._seen_by_axe, self._shot, self._pupils = Counter(), set(), None
        if data:
            told = json.load(open(pathlib.Path(data) / "demo-accounts.json", encoding="utf-8"))
        else:
            told = json.loads(served.run(binary, "demo", "--scale", "school", "--data", self.data, "--json").stdout)
        self.accounts, self.sample = told["accounts"], told.get("sample") or {}
        self.server = served.Server(binary, self.data, "--rate-limits", "off", log=str(served.ROOT / ".build-test/serve.log"))
        self.server.start()
        self.server.wait_until_ready(60)
        self.url = self.server.url

    @property
    def roles(self):
        return list(dict.fromkeys(account["role"] for account in self.accounts))

    def account(self, role):
        return next(account for account in self.accounts if account["role"] == role)

    def pupil(self):
        """The name and address of a pupil of class 8A whom no other journey has had or will have."""
        if self._pupils is None:
            from person import Person
            with Person(self, 1280, "clerk", javascript=False) as clerk:
                self._pupils = clerk.sign_in().visit("/students?grade=8&sort=code", look=False).pupils()
        return self._pupils.pop(0)

    def axe_due(self, shape, width):
        """Whether axe looks at this page again: the first two persons who meet it stand for the rest."""
        self._seen_by_axe[shape, width] += 1
        return self.full or self._seen_by_axe[shape, width] <= 2

    def shot_due(self, shape, width, javascript):
        new = (shape, width, javascript) not in self._shot
        self._shot.add((shape, width, javascript))
        return new

    def close(self):
        """Ends the server as an operator would; answers what was wrong with its end."""
        status = self.server.stop()
        if self.folder:
            self.folder.cleanup()
        return [] if status == 0 else [f"the server ended with {status} on SIGTERM"]
