"""Requests that nobody meant, made by a seed, for every route of a room: addresses, queries, forms, files and JSON.

It walks like a crawler (what a page offers is what is sent next, changed in places) and guesses like a stranger. An answer of
500 or above is a fault of the program, whatever was asked.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from conftest import FixedClock, make_home
from desk_app import Desk, add_officer, file_one, photo, sign_duties
from service_for_tests import answers

from edge import drafts, officers, three
from edge.api import key
from edge.app import create_app
from edge.node import Node, open_node
from edge.ranks import POLICE

FRESH_EVERY: Final = 250
LARGE: Final = 10**17 + 3  # stands for numbers that no address is built with
WORDS: Final = (
    "", " ", "x", "0", "-1", "1e999", "9" * 400, "null", "true", "../../etc/passwd", "%00", "\0", "a\0b", "\ud800", "\uffff", "𠮷堃",
    "长" * 5000, "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "=cmd|'/c'!A1", "2026-02-30", "9999-12-31",
    "0000-00-00", "2026-11-21T25:00", "NaN", "Infinity", "[]", "{}", "[[1,2],[3]]", '{"a":', "🂡" * 300, "\u202eabc", "sha256:" + "0" * 64,
    "data:image/png;base64,////", "١٢٣", "1_000", "+8", "٪", "\r\nSet-Cookie: a=b", "/", "//", "\\\\host\\x", "520000199001010010",
    "11010519491231002X", "12345678901234567890", "kiosk", "officer:wei", "zh-CN", "en", "ug", "xx-\0", "today", "__class__", "-0", "0x10",
)  # fmt: skip  # a table
FILES: Final = (
    b"", b"x", photo(), photo()[:200], b"%PDF-1.7\n", b"GIF89a", bytes(4000), b"\x89PNG\r\n\x1a\n" + bytes(100), b"RIFF\xff\xff\xff\xffWEBP",
    b'<?xml version="1.0"?><svg/>', b"PK\x03\x04" + bytes(50),
)  # fmt: skip  # a table
NAME: Final = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"(?:[^>]*\bvalue="([^"]*)")?')
LINK: Final = re.compile(r'(?:href|action)="(/(?:kiosk|console|print|s)[^"#]*)"')
TOKEN: Final = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


@dataclass
class Guesser:
    """One program of a room, and everybody who may stand before it."""

    folder: Path
    seed: str = "1"
    faults: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    routes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.node: Node = open_node(make_home(self.folder / "home"), FixedClock())
        self.app = create_app(self.node)
        for post in three.THREE:
            officers.add(self.node, post, three.THREE[post], "correct-horse-7", posts=[post])
            sign_duties(self.node, post)
        add_officer(self.node, "wei", rank=POLICE)
        self.numbers = [file_one(self.node, name).number for name in ("王秀梅", "罗明")]
        self.drafts = [drafts.create(self.node, "ceshi-dengji", "officer:wei").id]
        self.rules = sorted((rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"), key=str)
        self.fields: dict[str, dict[str, str]] = {}
        self.offered: list[str] = []
        self.people: dict[str, Any] = {}

    def close(self) -> None:
        self.node.close()

    def _renew(self) -> None:
        """New sessions, because a guess may have logged somebody out, or closed his account."""
        officers.set_posts(self.node, "wei", tuple(officers.POSTS))
        for account in ("wei", *three.THREE):
            officers.set_password(self.node, account, "correct-horse-7")
            officers.enable(self.node, account)
        self.people = {account: Desk(self.app, account).client for account in ("wei", "security", "audit", "system")}
        self.people["citizen"] = self.app.test_client()
        self.people["citizen"].get("/kiosk/")

    def run(self, count: int) -> None:
        """Make so many requests; what went wrong stands in `faults`, as one line each."""
        for case in range(count):
            if case % FRESH_EVERY == 0:
                self._renew()
            self.one()

    def one(self) -> None:
        """One request."""
        rule = self.dice.choice(self.rules)
        who = self._who(rule.rule)
        path = self._address(rule)
        method = self.dice.choice(sorted(rule.methods - {"OPTIONS"})) if self.dice.random() < 0.98 else "PUT"
        client = self.people[who]
        more: dict[str, Any] = {}
        if method in {"POST", "PUT"}:
            more = self._program() if rule.rule.startswith("/api") else {"data": self._form(client, rule.rule, path)}
        elif rule.rule.startswith("/api"):
            more = {"headers": self._key()}
        try:
            answer = client.open(path, method=method, **more)
        except (UnicodeError, ValueError):  # what no client can put into an address or a header at all
            return
        text = answer.get_data(as_text=answer.mimetype == "text/html")
        answer.close()
        self.routes.add(f"{method} {rule.rule}")
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {who} {method} {path!r} {str(more)[:300]}")
        if isinstance(text, str) and answer.status_code == 200:
            self._learn(rule.rule, text)

    def _who(self, rule: str) -> str:
        if rule.startswith("/console"):
            post = "security" if "accounts" in rule and "book" not in rule else "audit" if "accounts" in rule else "wei"
            return post if self.dice.random() < 0.95 else "citizen"
        return "citizen" if self.dice.random() < 0.95 else "wei"

    def _learn(self, rule: str, text: str) -> None:
        known = self.fields.setdefault(rule, {})
        for name, value in NAME.findall(text)[:200]:
            known[name] = value
        links = LINK.findall(text)
        self.offered = (self.offered + self.dice.sample(links, min(5, len(links))))[-400:]

    def _word(self) -> str:
        return self.dice.choice(WORDS)

    def _address(self, rule: Any) -> str:
        if self.offered and self.dice.random() < 0.15:
            offered = self.dice.choice(self.offered)
            if self.app.url_map.bind("").test(offered.partition("?")[0], method="GET") and rule.methods >= {"GET"}:
                return offered.replace("&amp;", "&")
        parts = {name: self._part(name, number=f"<int:{name}>" in rule.rule) for name in rule.arguments}
        path = str(rule.build(parts)[1]).replace(str(LARGE), self.dice.choice(["1", str(2**63), "9" * 40]))
        query = {self._name(rule.rule): self._word() for _ in range(self.dice.randrange(3))}
        with_query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in query.items())
        return f"{path}?{with_query}" if query else path

    def _part(self, name: str, *, number: bool) -> Any:
        if number:
            return self.dice.choice([0, 1, 2, LARGE, LARGE])
        if name == "number" and self.dice.random() < 0.8:
            return self.dice.choice(self.numbers)
        if name == "draft" and self.dice.random() < 0.8:
            return self.dice.choice(self.drafts)
        word = self._word().encode("utf-8", "ignore").decode()[:300]
        return word.replace("/", "") or "x"

    def _name(self, rule: str) -> str:
        known = list(self.fields.get(rule, {}))
        common = ["text", "page", "day", "said", "lang", "next", "large", "q", "month", "what", "state", "number"]
        return self.dice.choice(known) if known and self.dice.random() < 0.5 else self.dice.choice(common)

    def _form(self, client: Any, rule: str, path: str) -> dict[str, Any]:
        """What the page offers, some of it changed; with the token of its session, most of the time."""
        found = None
        for place in (path, "/console/handbook" if rule.startswith("/console") else "/kiosk/"):
            page = client.get(place)
            text = page.get_data(as_text=True) if page.mimetype == "text/html" else ""
            page.close()
            if place == path:
                self._learn(rule, text)
            found = found or TOKEN.search(text)
        data: dict[str, Any] = {}
        for name, value in self.fields.get(rule, {}).items():
            chance = self.dice.random()
            data[name] = value if chance < 0.5 else self._word() if chance < 0.9 else [self._word(), self._word()]
        for _ in range(self.dice.randrange(3)):
            data[
                self.dice.choice(
                    ["/name", "/proof", "do", "token", "file", "reason", "post", "pages", "/proof/strokes"]
                )
            ] = self._word()
        if self.dice.random() < 0.2:
            data[self.dice.choice([*data, "file", "/proof"])] = (
                BytesIO(self.dice.choice(FILES)),
                self._word()[:200] or "a.jpg",
            )
        data["csrf_token"] = found[1] if found and self.dice.random() < 0.97 else self._word()
        return {name: _sendable(value) for name, value in data.items()}

    def _key(self) -> dict[str, str]:
        right = f"Bearer {key.ensure(self.node.settings.home)}"
        return {"Authorization": right if self.dice.random() < 0.95 else "Bearer x"}

    def _program(self) -> dict[str, Any]:
        body: Any = {
            "service": "ceshi-dengji",
            "answers": answers(),
            "token": f"t-{self.dice.random()}",
            "materials": [],
        }
        for _ in range(self.dice.randrange(4)):
            _spoil(body, self.dice)
        raw = json.dumps(body).encode() if self.dice.random() < 0.9 else self._word().encode("utf-8", "surrogatepass")
        return {"data": raw, "content_type": "application/json", "headers": self._key()}


def _spoil(body: Any, dice: random.Random) -> None:
    """Change one value somewhere."""
    while True:
        keys = list(body) if isinstance(body, dict) else list(range(len(body)))
        if not keys:
            return
        at = dice.choice(keys)
        if isinstance(body[at], dict | list) and body[at] and dice.random() < 0.7:
            body = body[at]
            continue
        body[at] = dice.choice([None, True, 0, -1, 1e308, 2**70, [], {}, [None], {"a": {}}, dice.choice(WORDS)])
        return


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text.encode("utf-8", "surrogatepass"))


def _sendable(value: Any) -> Any:
    if isinstance(value, list):
        return [_sendable(one) for one in value]
    if isinstance(value, tuple):
        return (value[0], _sendable(value[1]) or "a.jpg")
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value
