"""What the files of a room say, as values that never change: home.toml, province.toml, cards, questions, notices.

The keys are those of the schemas beside this file; a text is kept in every language that the file gives.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

AREAS = {"all": "list", "open": "newspaper", "ask": "message-circle", "watch": "star"}
CHINESE = "zh-CN"
Parameter = float | str | Mapping[str, str]  # a number, or a text as the file gives it


class Text(NamedTuple):
    """A text by language; false when the file gives none."""

    languages: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.languages)

    def said(self, language: str) -> str:
        """In this language, else in the plain form of it, else in Chinese."""
        for name in (language, language.split("-", 1)[0], CHINESE):
            if name in self.languages:
                return self.languages[name]
        return ""


def text(value: Any) -> Text:
    """A text of a file: one Chinese string, or a table by language."""
    if isinstance(value, Mapping):
        return Text(dict(value))
    return Text({CHINESE: str(value)} if value else {})


def texts(values: Any) -> tuple[Text, ...]:
    """The texts of a list in a file; () for none."""
    return tuple(map(text, values or ()))


class Area(NamedTuple):
    """One of AREAS on the start page."""

    name: str
    title: Text
    icon: str


class Life(NamedTuple):
    """Something that happens in a life, and what has to be done then; `entries` as service:… or card:…."""

    id: str
    title: Text
    note: Text
    icon: str
    entries: tuple[str, ...]


class Elder(NamedTuple):
    """The kiosk for the elderly: whether it is offered at the entry, and the services that stand first."""

    entry: bool
    first: tuple[str, ...]


class Home(NamedTuple):
    """home.toml. `areas` are always all four."""

    first: tuple[str, ...]
    elder: Elder
    areas: tuple[Area, ...]
    life: tuple[Life, ...]
    hidden: frozenset[str]


class Province(NamedTuple):
    """province.toml: what the place has published."""

    name: str
    published: str
    parameters: Mapping[str, Parameter]


class Telephone(NamedTuple):
    """A number that can be called, and whose it is."""

    label: Text
    number: str


class Where(NamedTuple):
    """A counter elsewhere where something is done: name, address, hours, telephone, how to get there."""

    name: Text
    address: Text
    hours: Text
    phone: str
    map: Text


class Card(NamedTuple):
    """A guide card: where something is done that is not done here (M31, M84)."""

    id: str
    title: Text
    name: Text
    summary: Text
    category: Text
    icon: str
    where: tuple[Where, ...]
    phones: tuple[Telephone, ...]
    bring: tuple[Text, ...]
    steps: tuple[Text, ...]
    online: Text
    fee: Text
    note: Text
    local: bool
    updated: str


class Question(NamedTuple):
    """One question of a list with its answer."""

    question: Text
    answer: Text


class Faq(NamedTuple):
    """One file of faq/: `id` is its name without .json."""

    id: str
    title: Text
    questions: tuple[Question, ...]


class NoticeText(NamedTuple):
    """One language of a notice: `body` is Markdown."""

    title: str
    body: str


class Duty(NamedTuple):
    """One of the texts that officers sign; `public`: the citizens read it too."""

    title: str
    body: str
    public: bool = False


class NoticeFile(NamedTuple):
    """One file of notices/. `start`, `until`: days (ISO) with the ends shown; "" without an end."""

    kind: str
    start: str
    until: str
    publisher: str
    icon: str
    text: NoticeText


class Notice(NamedTuple):
    """A notice in all its languages."""

    id: str
    file: NoticeFile
    languages: Mapping[str, NoticeText]

    def said(self, language: str) -> NoticeText:
        plain = language.split("-", 1)[0]
        return self.languages.get(language) or self.languages.get(plain) or self.file.text

    def runs(self, today: str) -> bool:
        """Whether it is shown on this day (ISO)."""
        return (self.file.start or today) <= today <= (self.file.until or today)


def home(value: Mapping[str, Any], _name: str) -> Home:
    """What home.toml says, checked by its schema before; areas that it does not name stand last."""
    elder = value["elder"]
    given = {one["name"]: one for one in value["areas"]}
    areas = [
        Area(name, text(given.get(name, {}).get("title")), given.get(name, {}).get("icon", AREAS[name]))
        for name in dict.fromkeys((*given, *AREAS))
    ]
    return Home(
        tuple(value["first"]),
        Elder(elder.get("entry", True), tuple(elder.get("first", ()))),
        tuple(areas),
        tuple(map(_life, value["life"])),
        frozenset(value["hidden"]),
    )


def _life(one: Mapping[str, Any]) -> Life:
    icon = one.get("icon", "circle-question-mark")
    return Life(one["id"], text(one["title"]), text(one.get("note")), icon, tuple(one["entries"]))


def province(value: Mapping[str, Any], _name: str) -> Province:
    """What province.toml says, checked by its schema before."""
    return Province(value["name"], value["published"], dict(value["parameters"]))


def card(value: Mapping[str, Any], name: str) -> Card:
    """One file of cards/, checked by its schema before; `name` is that of the file without .json."""
    plain = {key: text(value[key]) for key in ("title", "name", "summary", "category", "online", "fee", "note")}
    return Card(
        id=name,
        icon=value["icon"],
        where=tuple(map(_where, value["where"])),
        phones=tuple(Telephone(text(one["label"]), one["number"]) for one in value["phones"]),
        bring=texts(value["bring"]),
        steps=texts(value["steps"]),
        local=value["local"],
        updated=value["updated"],
        **plain,
    )


def _where(one: Mapping[str, Any]) -> Where:
    return Where(
        text(one["name"]), text(one.get("address")), text(one.get("hours")), one.get("phone", ""), text(one.get("map"))
    )


def faq(value: Mapping[str, Any], name: str) -> Faq:
    """One file of faq/, checked by its schema before; `name` is that of the file without .json."""
    questions = tuple(Question(text(one["question"]), text(one["answer"])) for one in value["questions"])
    return Faq(name, text(value["title"]), questions)


def duty(value: Mapping[str, Any], body: str) -> Duty:
    """One text that officers sign: what stands above it, and the Markdown below."""
    return Duty(value["title"], body, value["public"])


def notice(value: Mapping[str, Any], body: str) -> NoticeFile:
    """One file of notices/: what stands above it, checked by its schema before, and the Markdown below."""
    return NoticeFile(
        kind=value["kind"],
        start=value.get("from", ""),
        until=value.get("until", ""),
        publisher=value["publisher"],
        icon=value["icon"],
        text=NoticeText(value["title"], body),
    )
