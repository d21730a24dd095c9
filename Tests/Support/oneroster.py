"""A reader of OneRoster 1.2 REST over HTTP, and what well-known readers insist on (Google's conformance list, its rostering part)."""
import base64
import json
import urllib.error
import urllib.parse
import urllib.request

SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:200]}")
        self.status, self.body = status, body


class Reader:
    """A connected system: its id, its secret, and the token it has taken."""

    def __init__(self, url, client, secret):
        self.url, self.client, self.secret, self.token = url, client, secret, None

    def _open(self, request):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode("utf-8", "replace")) from error

    def take_token(self, *scopes):
        basic = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        body = {"grant_type": "client_credentials", **({"scope": " ".join(SCOPE + scope for scope in scopes)} if scopes else {})}
        request = urllib.request.Request(
            f"{self.url}/oauth/token", urllib.parse.urlencode(body).encode(),
            {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"})
        self.token = self._open(request)[2]["access_token"]
        return self

    def get(self, path, **queries):
        query = f"?{urllib.parse.urlencode(queries)}" if queries else ""
        request = urllib.request.Request(
            f"{self.url}/ims/oneroster/rostering/v1p2{path}{query}", headers={"Authorization": f"Bearer {self.token}"})
        return self._open(request)

    def list(self, path, **queries):
        body = self.get(path, **queries)[2]
        return next(iter(body.values()))

    def status(self, path):
        try:
            return self.get(path)[0]
        except Refused as refused:
            return refused.status


def insist(reader, email):
    """Google's checks of rostering, one by one; answers what was checked. `email` is that of one teacher who has classes."""
    # A reader of marks asks for the gradebook's scopes too: it gets a token for what it may have.
    reader.take_token("roster.readonly", "gradebook.readonly", "gradebook.createput", "gradebook.delete")
    assert reader.get("/teachers", limit=1)[0] == 200
    teachers = reader.list("/teachers", filter=f"email='{email}'", limit=10000)
    assert len(teachers) == 1 and {"email", "sourcedId"} <= teachers[0].keys(), teachers
    classes = reader.list(f"/teachers/{teachers[0]['sourcedId']}/classes", limit=10000, filter="status='active'")
    group, school, term = classes[0]["sourcedId"], classes[0]["school"]["sourcedId"], classes[0]["terms"][0]["sourcedId"]
    students = reader.list(f"/classes/{group}/students", limit=10000)
    assert students and {"email", "sourcedId"} <= students[0].keys(), students[:1]
    periods = reader.list(f"/terms/{term}/gradingPeriods", limit=10000)
    assert all(period["type"] == "gradingPeriod" for period in periods)
    assert reader.get(f"/schools/{school}")[2]["org"]["type"] == "school"
    return {"classes": len(classes), "students": len(students), "periods": len(periods)}
