"""What every page of the review desk needs: the centre, who asks, the list at the left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, g, get_flashed_messages, request, url_for
from sqlalchemy import Connection

from edge.errors import problem
from edge.typed import whole_number
from forms import divisions
from sync.centre import cases, claims, complaints, desks, guards, queue, scopes, who
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.queue import LIMIT, OPEN, SHOWS, Asked, Entry, Who
from sync.centre.review import words
from sync.centre.reviewers import Reviewer

TEXT_MAX: Final = 50
PAGES_MAX: Final = 400
CHOICES_MS: Final = 60_000
SUPERVISOR: Final = "supervisor"
ACTORS: Final = {
    "kiosk": "群众自助",
    "api": "其他系统",
    "import": "批量导入",
    "system": "系统",
    "phone": "群众手机",
}
COMMANDS: Final = {"cli": "命令行"}  # what the commands write as their account
BAR: Final = ("todo", "opinions", "due", "unconfirmed")
CHIPS: Final = ("todo", "mine", "free", "waiting", "closed", "all")


def centre() -> Centre:
    """The centre that the wiring put under this program."""
    running: Centre = current_app.extensions["yizhan.centre"]
    return running


def reviewer() -> Reviewer:
    """Who asks; the guard has seen to it that there is somebody."""
    known: Reviewer = g.reviewer
    return known


def duties() -> tuple[Duty, ...]:
    """What the one who asks may do; looked up once for a request."""
    known: tuple[Duty, ...] | None = g.get("duties")
    if known is None:
        with centre().store.read() as tx:
            known = g.duties = desks.of(tx, reviewer().name)
    return known


def supervises() -> bool:
    """Whether the one who asks is a supervisor."""
    return reviewer().post == SUPERVISOR


def asking(tx: Connection) -> Who:
    """The one who asks, as the lists know him."""
    name = reviewer().name
    return Who(name, duties(), who.room_accounts(tx, name), supervises())


def runs_the_centre() -> bool:
    """Whether rooms, sticks and publications are his business: who works for the whole province, or supervises it."""
    return supervises() or any(one.role == "decide" and not one.area for one in duties())


def must_run_the_centre() -> None:
    """Raises forbidden for whom one desk is given."""
    if not runs_the_centre():
        raise problem("forbidden")


def must_see_a_place() -> None:
    """Raises forbidden for who has no place of his own to look over: one department's opinions, one service."""
    if not scopes.areas(duties()):
        raise problem("forbidden")


def must_supervise() -> None:
    """Raises forbidden for everybody but a supervisor."""
    if not supervises():
        raise problem("forbidden")


def keep_case(number: str) -> None:
    """Look up the application that an address names. Raises not_found for whom it isn't there."""
    case = cases.get(centre(), number)
    guards.must_see(case, duties(), reviewer().actor)
    g.case = case


@dataclass(frozen=True, slots=True)
class Queue:
    """The list at the left and how it was asked for; `total`: how many are in it, None where nobody counts."""

    asked: Asked
    entries: list[Entry]
    counts: Mapping[str, int]
    total: int | None = None

    @property
    def show(self) -> str:
        return self.asked.show

    @property
    def text(self) -> str:
        return self.asked.text

    @property
    def page(self) -> int:
        return self.asked.after // LIMIT + 1

    def count(self, show: str) -> str:
        """How many are in a list, as the bar says it: in full while few enough are counted, or the list stands open."""
        if show == self.show and self.total is not None:
            return str(self.total)
        return str(self.counts[show]) if self.counts[show] <= queue.COUNT_MAX else f"超过{queue.COUNT_MAX}"

    @property
    def args(self) -> dict[str, str]:
        return _args(self.asked)

    @property
    def more(self) -> bool:
        """Whether another page may follow."""
        return len(self.entries) == LIMIT and self.page < PAGES_MAX


def asked_queue() -> Queue:
    """The list as the address asks for it: one page of its lines, and the counts of its filters, read at one moment."""
    asked, today = _asked(), centre().clock.today()
    with centre().store.read() as tx:
        one = asking(tx)
        counted = queue.counts(tx, asked, one, today)
        total = queue.total(tx, asked, one, today, counted)
        return Queue(asked, queue.lines(tx, asked, one, today), counted, total)


def _asked() -> Asked:
    given = request.args
    show = given.get("show", "")
    place = max(1, min(whole_number(given.get("page", "")), PAGES_MAX))
    area = given.get("area", "")
    return Asked(
        show=show if show in SHOWS else _first_show(),
        text=given.get("text", "").strip()[:TEXT_MAX],
        service=given.get("service", "")[:100],
        area=area if area.isascii() and area.isdecimal() and len(area) in desks.AREA_DIGITS else "",
        after=(place - 1) * LIMIT,
    )


def _first_show() -> str:
    """What stands there at first: for a department that only gives opinions, what waits for them."""
    return "opinions" if only_opinions() else "todo"


def only_opinions() -> bool:
    """Whether somebody writes the opinions of a department and nothing else."""
    return all(one.role == "opinion" for one in duties())


def _bar() -> list[str]:
    if only_opinions():
        return ["opinions"]
    return [one for one in BAR if one != "opinions" or any(duty.role == "opinion" for duty in duties())]


def _args(asked: Asked) -> dict[str, str]:
    said = {"show": asked.show if asked.show != _first_show() else "", "text": asked.text, "service": asked.service}
    said |= {"area": asked.area, "page": str(asked.after // LIMIT + 1) if asked.after else ""}
    return {key: value for key, value in said.items() if value}


def queue_args() -> dict[str, str]:
    """Which list stands at the left, carried from page to page."""
    return _args(_asked())


def at(endpoint: str, number: str) -> str:
    """The address of a page of one application, with the same list at its left."""
    values: dict[str, Any] = {"number": number, **queue_args()}
    return url_for(endpoint, **values)


def _choices() -> tuple[dict[str, str], dict[str, str]]:
    """Services and counties that the list can be narrowed to; asked for anew once in a while."""
    now, name = centre().clock.ticks(), f"yizhan.choices.{supervises()}"
    kept: tuple[int, dict[str, str], dict[str, str]] | None = current_app.extensions.get(name)
    if kept is None or not 0 <= now - kept[0] < CHOICES_MS:
        with centre().store.read() as tx:
            services, codes = queue.services(tx, supervises=supervises()), queue.areas(tx)
        kept = (now, services, {code: divisions.path_name(code) or code for code in codes})
        current_app.extensions[name] = kept
    return kept[1], kept[2]


def who_is(actor: str) -> str:
    """An actor of an event in words; somebody at the centre by his name, which is looked up once for a page."""
    kind, _, account = actor.partition(":")
    if not account:
        return ACTORS.get(kind, actor)
    if kind == "officer":
        return f"警务室 {_room_names().get(account, account)}"
    names: dict[str, str] = g.setdefault("names", dict(COMMANDS))
    if account not in names:
        with centre().store.read() as tx:
            names[account] = claims.name_of(tx, account)
    return f"中心 {names[account]}"


def _room_names() -> dict[str, str]:
    """The people of the room whose application is shown, which are looked up once for a page."""
    case: Case | None = g.get("case")
    known: dict[str, str] | None = g.get("room_names")
    if case is None or known is not None:
        return known or {}
    with centre().store.read() as tx:
        g.room_names = who.names(tx, case.node_id)
    return dict(g.room_names)


def light_frame() -> dict[str, Any]:
    """What the bar of the pages of figures needs, which have no list at their left."""
    return {"authority": centre().settings.name, "reviewer": reviewer(), "runs": runs_the_centre()}


def frame(shown: Queue) -> dict[str, Any]:
    """What every page of the desk needs: the bar and the list."""
    today = centre().clock.today()
    with centre().store.read() as tx:
        names = {entry.claimed_by: claims.name_of(tx, entry.claimed_by) for entry in shown.entries if entry.claimed_by}
        own = who.room_accounts(tx, reviewer().name)
        raised = complaints.raised(tx, centre(), duties(), own) if supervises() else 0
    services, areas = _choices()
    return {
        "queue": shown,
        "lines": [(entry, words.entry_badge(entry, today), names.get(entry.claimed_by, "")) for entry in shown.entries],
        "shows": SHOWS,
        "open_shows": OPEN,
        "bar_shows": _bar(),
        "chips": () if only_opinions() else CHIPS,
        "services": services,
        "areas": areas,
        "runs": runs_the_centre(),
        "raised": raised,
        "only_opinions": only_opinions(),
        "today": today,
        "reviewer": reviewer(),
        "authority": centre().settings.name,
        "said": get_flashed_messages(category_filter=["said"]),
    }
