"""上门: prepare what goes along, take in what came home, print what a visit brought, show what can't be registered."""

from dataclasses import dataclass
from pathlib import Path

from flask import Response, flash, get_flashed_messages, make_response, request, url_for

from edge import inbox, visits, web
from edge.errors import YizhanError, problem
from edge.inbox import merging, sets
from edge.node import Node
from edge.officers import Officer
from edge.staff.context import officer, page
from edge.staff.today_cards import Card
from edge.visits import Visit
from edge.web_node import node

SHOWN_ONCE = "visit-shown-once"
DONE = "visit-done"
FOLDER = "SHANGMEN"
ANSWERABLE = frozenset({"visit_exists", "visit_until_wrong", "visit_folder_wrong", "file_not_written"})


@dataclass(frozen=True, slots=True)
class Brought:
    """A visit that lies on a medium: where, which, and how many items wait in it."""

    folder: str
    purpose: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Aside:
    """What could not be registered, and why."""

    item: str
    sentence: str


def show() -> Response:
    """The page of the visits that this room knows."""
    return _page()


def _page(fault: YizhanError | None = None) -> Response:
    running = node()
    with running.database.read() as tx:
        known = visits.all_of(running, tx)
    html = page(
        "visiting.html",
        visits=known,
        today=running.clock.today(),
        until=request.form.get("until", running.clock.today()),
        purpose=request.form.get("purpose", ""),
        media=_media(),
        brought=_brought(running),
        aside=_aside(running),
        done=get_flashed_messages(category_filter=[DONE]),
        fault=str(fault) if fault else "",
    )
    return make_response(html, fault.status if fault else 200)


def _media() -> list[str]:
    """The folders that may be written to: those of the ferry."""
    ferry = node().hooks.ferry
    return [str(one) for one in ferry.choices()] if ferry is not None else []


def _brought(running: Node) -> list[Brought]:
    found = []
    for folder in visits.found_in([Path(one) for one in _media()]):
        try:
            given = sets.read(folder / visits.SET_FILE)
        except YizhanError:  # a medium that is dying: what can be read of the inbox is still taken by the command
            continue
        if given.node == running.settings.node_id:
            waiting = sum(1 for _ in inbox.waiting(folder / inbox.FOLDER))
            found.append(Brought(str(folder), given.purpose, waiting))
    return found


def _aside(running: Node) -> list[Aside]:
    found = inbox.aside(sets.folder_of(running.settings.home))
    return [Aside(path.stem, sentence) for path, sentence in found]


def prepare() -> Response:
    """Write a visit for oneself onto a medium; its password is shown once."""
    chosen = request.form.get("medium", "")
    try:
        if chosen not in _media():
            raise problem("visit_folder_wrong", folder=chosen)
        made = visits.prepare(
            node(),
            _free(Path(chosen)),
            officer().account,
            until=request.form.get("until", ""),
            purpose=request.form.get("purpose", "").strip(),
            actor=officer().actor,
        )
    except YizhanError as error:
        return _answer(error)
    web.session_id()
    flash(made.password, SHOWN_ONCE)
    flash(str(made.folder), SHOWN_ONCE)
    return web.see_other(url_for("staff.visiting_one", visit=made.set_id))


def _answer(error: YizhanError) -> Response:
    if error.code not in ANSWERABLE:
        raise error
    return _page(error)


def _free(medium: Path) -> Path:
    """A folder on the medium that is not there yet."""
    today = node().clock.today()
    names = (f"{FOLDER}-{today}-{place}" for place in range(1, 1000))
    return next(medium / name for name in names if not (medium / name).exists())


def one(visit: str) -> str:
    """A visit: how to begin it, and the list of what it brought, to be printed. Raises not_found."""
    running = node()
    with running.database.read() as tx:
        found: Visit = visits.of(running, tx, visit)
    secret = [str(word) for word in get_flashed_messages(category_filter=[SHOWN_ONCE])]
    password, folder = secret if len(secret) == 2 else ("", "")  # noqa: PLR2004  password and folder
    return page("visit_one.html", visit=found, password=password, folder=folder, room=running.room)


def merge() -> Response:
    """Take in what lies on a medium."""
    folder = request.form.get("folder", "")
    try:
        if folder not in {one.folder for one in _brought(node())}:
            raise problem("visit_folder_wrong", folder=folder)
        done = visits.merge(node(), Path(folder))
    except YizhanError as error:
        return _answer(error)
    _tell(f"登记了 {len(done.numbers)} 件，{done.known} 份以前登记过。")
    for gap in done.gaps:
        _tell(f"缺一份（{gap}），请按凭证核对。")
    return web.see_other(url_for("staff.visiting_show"))


def retry() -> Response:
    """Try once more what was put aside."""
    done = merging.retry(node())
    _tell(f"又登记了 {len(done.numbers)} 件，还有 {len(done.aside)} 份不能登记。")
    return web.see_other(url_for("staff.visiting_show"))


def _tell(sentence: str) -> None:
    web.session_id()
    flash(sentence, DONE)


def card(running: Node, _officer: Officer) -> Card | None:
    """What could not be registered is somebody's application."""
    count = len(_aside(running))
    if not count:
        return None
    return Card(
        "密封件没有登记", count, "按凭证联系当事人核对", "late", url_for("staff.visiting_show", _anchor="aside")
    )
