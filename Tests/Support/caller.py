"""Somebody at the door of a server under test: cookies, forms, uploads, nothing more than a browser without scripts does."""
import html.parser
import http.client
import re
import socket
import urllib.parse
import uuid


class FormReader(html.parser.HTMLParser):
    """The fields of one form, as a browser would send them."""

    def __init__(self, action):
        super().__init__()
        self.action, self.fields, self.inside, self.select, self.text = action, [], False, None, None

    def handle_starttag(self, tag, pairs):
        at = dict(pairs)
        if tag == "form":
            self.inside = at.get("action") == self.action
        if not self.inside:
            return
        if tag == "input" and "name" in at and (at.get("type") not in ("checkbox", "radio", "file") or "checked" in at):
            self.fields.append((at["name"], at.get("value") or ""))
        elif tag == "select":
            self.select = at.get("name")
        elif tag == "option" and self.select and "selected" in at:
            self.fields.append((self.select, at.get("value") or ""))
        elif tag == "textarea":
            self.text = [at.get("name"), ""]

    def handle_data(self, data):
        if self.text:
            self.text[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.text:
            self.fields.append(tuple(self.text))
            self.text = None
        elif tag in ("select", "form"):
            self.select, self.inside = None, self.inside and tag != "form"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def token(self):
        """The token of the page's first form."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        return found[1] if found else ""

    def form(self, action):
        """The fields of the form with this action and what stands in them, without the token."""
        reader = FormReader(action)
        reader.feed(self.text)
        return {name: value for name, value in reader.fields if name != "csrf"}

    @property
    def location(self):
        return self.headers.get("Location", "")


class Caller:
    def __init__(self, port, timeout=60):
        self.port, self.timeout, self.cookies = port, timeout, {}

    def at(self, port):
        """The same person with the same cookies at another server."""
        other = Caller(port, self.timeout)
        other.cookies = dict(self.cookies)
        return other

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        # A body behind a head would else wait for the other side's acknowledgement.
        line.connect()
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            found = Answer(answer.status, answer.headers, answer.read())
        finally:
            line.close()
        for cookie in found.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return found

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, fields=(), page=None):
        """Sends a form with the token of its page."""
        token = self.get(page or path).token
        form = urllib.parse.urlencode([("csrf", token), *(fields.items() if isinstance(fields, dict) else fields)])
        return self.ask("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})

    def try_sign_in(self, username, password):
        return self.post("/login", {"username": username, "password": password})

    def sign_in(self, account):
        """Signs in by an entry of the demo's accounts file."""
        answer = self.try_sign_in(account["username"], account["password"])
        if answer.status != 303 or "session" not in self.cookies:
            raise AssertionError(f"{account['role']} does not get in: {answer.status}")
        return self

    def upload(self, path, fields, files, page):
        """Sends files with a form: `files` are pairs of name and bytes."""
        mark = uuid.uuid4().hex
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in [("csrf", self.get(page).token), *fields.items()]]
        for name, content in files:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n' \
                   "Content-Type: application/octet-stream\r\n\r\n"
            parts += [head.encode(), content, b"\r\n"]
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        return self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})
