"""A person at a browser: what a journey says they do, and what must be true of every page they meet."""
import contextlib
import re

from playwright.sync_api import Error, TimeoutError

PAGE_BYTES = 20_000
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
KEY = re.compile(r"[0-9A-HJKMNP-TV-Z]{13}", re.I)


class Wrong(Exception):
    """Something that a person would call wrong."""


def shape_of(path):
    """The page behind an address: keys, days and queries left out."""
    path = path.split("#")[0].split("?")[0]
    return re.sub(r"\d{4}-\d\d-\d\d", "{day}", "/".join("{id}" if KEY.fullmatch(part) else part for part in path.split("/")))


class Person:
    """One browser window. Every page visited through it is looked over; what is wrong gathers in `findings`."""

    def __init__(self, world, width, role=None, javascript=True, dark=False):
        self.world, self.width, self.role, self.javascript, self.dark = world, width, role, javascript, dark
        self.findings, self.looked = [], 0
        self.context = world.browser.new_context(
            base_url=world.url, viewport={"width": width, "height": 800}, java_script_enabled=javascript, locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh", color_scheme="dark" if dark else "light", service_workers="block")
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("response", self._answered)
        self.page.on("requestfailed", self._failed)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.shoot(f"failed-{self.role or 'anonymous'}")
        self.context.close()

    # What goes wrong by itself

    def _note(self, finding):
        where = shape_of(self.page.url.removeprefix(self.world.url))
        self.findings.append(f"{where}: {finding}")

    def _heard(self, message):
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self._note(f"console {message.type}: {message.text}")

    def _answered(self, response):
        if response.status >= 400 and response.request.resource_type != "document":
            self._note(f"{response.status} for {response.url.removeprefix(self.world.url)}")

    def _failed(self, request):
        if request.failure not in ("net::ERR_ABORTED", None):
            self._note(f"{request.failure} for {request.url.removeprefix(self.world.url)}")

    # What a person does

    @contextlib.contextmanager
    def another(self, role=None, account=None, javascript=True):
        """Somebody else at a browser of their own; what is wrong there counts here."""
        with Person(self.world, self.width, role, javascript) as other:
            try:
                yield other.sign_in(account) if role or account else other
            finally:
                self.findings.extend(other.findings)

    def sign_in(self, account=None):
        account = account or self.world.account(self.role)
        self.page.goto("/login")
        self.page.fill("[name=username]", account["username"])
        self.page.fill("[name=password]", account["password"])
        self.page.locator("form:has([name=password]) button[type=submit], form:has([name=password]) button:not([type])").first.click()
        self.page.wait_for_load_state("load")
        if "/login" in self.page.url:
            raise Wrong(f"{account['username']} could not sign in: {self.text()[:200]}")
        return self

    def visit(self, path, look=True):
        """Opens an address, which must answer, and looks the page over."""
        response = self.page.goto(path)
        if response is None or response.status >= 400:
            raise Wrong(f"{path} answered {response and response.status}")
        if look:
            self.look(response)
        return self

    def follow(self, text):
        """Follows the first link with these words."""
        self._acting(lambda: self._first("link", text).click(), f"no link {text!r}")
        return self.look()

    def press(self, text):
        """Presses the first button with these words."""
        self._acting(lambda: self._first("button", text).click(), f"no button {text!r}")
        return self.look()

    def fill(self, field, value):
        """Fills the field with this name or label."""
        self._acting(lambda: self._field(field).fill(value), f"no field {field!r}")
        return self

    def choose(self, field, option):
        """Takes an option of a list by its value, or by {"label": …} or {"index": …}."""
        named = option if isinstance(option, dict) else {"value": option}
        self._acting(lambda: self._field(field).select_option(**named), f"no choice {option!r} in {field!r}")
        return self

    def tick(self, field):
        self._acting(lambda: self._field(field).check(), f"no box {field!r}")
        return self

    def tick_value(self, field, value):
        """Takes one of several choices."""
        self._acting(lambda: self.page.check(f"[name='{field}'][value='{value}']"), f"no choice {value!r} of {field!r}")
        return self

    def attach(self, field, *paths):
        self._acting(lambda: self._field(field).set_input_files([str(path) for path in paths]), f"no file field {field!r}")
        return self

    def sees(self, *texts):
        """The words are on the page now or within a moment."""
        for text in texts:
            self._acting(lambda: self.page.get_by_text(text).first.wait_for(state="attached"), f"does not see {text!r}")
        return self

    def misses(self, *texts):
        for text in texts:
            if text in self.text():
                raise Wrong(f"sees {text!r} on {self.path()}")
        return self

    def finds(self, selector, count=None):
        """What is there by a selector: at least one, or exactly so many."""
        found = self.page.locator(selector)
        if count is not None and found.count() != count or count is None and found.count() == 0:
            raise Wrong(f"{found.count()} of {selector!r} on {self.path()}")
        return found

    def pupils(self):
        """The names and addresses of a list's pupils, in its order."""
        links = self.page.locator("main tbody a[href^='/students/']").all()
        return [(link.inner_text().strip(), link.get_attribute("href")) for link in links]

    def names(self):
        return [name for name, _ in self.pupils()]

    def count(self):
        """The number that the list says above its rows."""
        return int(re.sub(r"\D", "", self.page.locator("#list .count").inner_text()))

    def refused(self, path, status=(403, 404)):
        """An address that must not open for this person."""
        answer = self.context.request.get(path, max_redirects=0)
        if answer.status not in status:
            raise Wrong(f"{path} answered {answer.status}, not one of {status}")
        return self

    def download(self, text):
        """Follows a link that gives a file; answers its bytes."""
        with self.page.expect_download() as expected:
            self._first("link", text).or_(self._first("button", text)).first.click()
        return open(expected.value.path(), "rb").read()

    def until(self, text, seconds=60):
        """Reloads the page until the words are there: for what a job does."""
        for _ in range(seconds * 2):
            if text in self.text():
                return self
            self.page.wait_for_timeout(500)
            # The page of a job reloads itself too, and the two may meet; a server that is gone is found out by the words not coming.
            with contextlib.suppress(Error):
                self.page.reload()
            self.page.wait_for_load_state("load")
        raise Wrong(f"{text!r} did not come within {seconds} s")

    def text(self):
        return self.page.locator("body").inner_text()

    def path(self):
        return self.page.url.removeprefix(self.world.url)

    def shoot(self, name):
        folder = self.world.shots / str(self.width)
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9{}-]+", "-", name).strip("-") or "root"
        try:
            self.page.screenshot(path=folder / f"{name}.png", full_page=True)
        except Error:
            pass

    def _first(self, kind, text):
        return self.page.get_by_role(kind, name=text).locator("visible=true").first

    def _field(self, field):
        named = self.page.locator(f"[name='{field}']")
        return named.locator("visible=true").first if named.count() else self.page.get_by_label(field).first

    def _acting(self, act, complaint):
        try:
            act()
            self.page.wait_for_load_state("load")
        except TimeoutError as slow:
            raise Wrong(f"{complaint} on {self.path()}") from slow

    # What must be true of every page

    def look(self, response=None):
        shape = ("dark" if self.dark else "") + shape_of(self.path())
        self.looked += 1
        if response is not None:
            size = response.request.sizes()["responseBodySize"]
            if size > PAGE_BYTES:
                self._note(f"{size} bytes compressed, more than {PAGE_BYTES}")
            if not response.headers.get("content-security-policy"):
                self._note("no Content-Security-Policy")
        if self.page.locator("h1").count() != 1:
            self._note(f"{self.page.locator('h1').count()} headings of the first order")
        if self.javascript:
            self._look_for_scroll()
            if self.world.axe_due(shape, self.width):
                self._look_with_axe()
        if self.world.shot_due(shape, self.width, self.javascript):
            self.shoot(shape if self.javascript else f"plain{shape}")
        return self

    def _look_for_scroll(self):
        widest = self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if widest > 0:
            self._note(f"scrolls sideways by {widest} px at {self.width} px")

    def _look_with_axe(self):
        options = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}
        try:
            violations = self.world.axe.run(self.page, options=options).response["violations"]
        except Error as error:
            return self._note(f"axe could not look: {error}")
        for violation in violations:
            if violation["impact"] in ("serious", "critical"):
                places = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                self._note(f"axe {violation['id']} ({violation['impact']}): {places}")
