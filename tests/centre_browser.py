"""A browser without scripts, and a centre over real HTTP, for the tests of the review desk."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from edge.serving import Server
from sync.centre.app import create_app
from sync.centre.centre import Centre


@dataclass(frozen=True)
class Page:
    status: int
    url: str
    text: str
    headers: Any

    @property
    def words(self) -> str:
        """What a person reads."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.text))


class _Forms(HTMLParser):
    """Every form with its fields: {"action", "fields": {name: value}}."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"action": given.get("action") or "", "fields": {}})
        elif tag == "input" and self.forms and given.get("type") != "radio" and given.get("name"):
            self.forms[-1]["fields"][given["name"]] = given.get("value") or ""


@dataclass
class Browser:
    """Follows redirects and keeps cookies; `sent` are the (method, status) of each step of the last call."""

    base: str
    sent: list[tuple[str, int]] = field(default_factory=list)
    page: Page = Page(0, "", "", {})

    def __post_init__(self) -> None:
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _NoRedirect())

    def get(self, path: str) -> Page:
        self.sent = []
        return self._step("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        self.sent = []
        return self._step("POST", path, urllib.parse.urlencode(fields).encode())

    def submit(self, action: str, **changes: str) -> Page:
        """Send the form of this page whose address holds `action`, with some fields changed."""
        reader = _Forms()
        reader.feed(self.page.text)
        form = next(form for form in reader.forms if action in form["action"])
        return self.post(form["action"], form["fields"] | changes)

    def log_in(self, name: str, password: str) -> Page:
        self.get("/review/login")
        return self.submit("/login", name=name, password=password)

    def _step(self, method: str, path: str, body: bytes | None) -> Page:
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), body, method=method)
        try:
            with self._opener.open(request, timeout=20) as answer:
                return self._kept(method, answer.status, answer)
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code in (302, 303):
                    self.sent.append((method, answer.code))
                    return self._step("GET", answer.headers["Location"], None)
                return self._kept(method, answer.code, answer)

    def _kept(self, method: str, status: int, answer: Any) -> Page:
        self.sent.append((method, status))
        data = answer.read()
        self.page = Page(status, answer.url, data.decode("utf-8", "replace"), answer.headers)
        return self.page


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


@contextmanager
def serving(centre: Centre) -> Iterator[str]:
    """The pages of a centre, and its door, over real HTTP: their address."""
    server = Server(create_app(centre), "127.0.0.1", 0)
    try:
        yield server.url
    finally:
        server.stop()


def logged_in(url: str, name: str, password: str) -> Browser:
    """A browser of somebody who has an account at the review desk."""
    browser = Browser(url)
    browser.log_in(name, password)
    return browser
