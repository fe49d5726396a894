"""The first start of a machine: which steps are done, who may do them, and the room that comes of it.

Everything stands in one file of the home until the last step takes it away: a machine that lost its power goes on where
it was, and one that is set up can't be taken over by whoever comes next. The citizens' touchscreen is a browser on this
same machine, so its pages ask for a code that only stands where a technician looks: this file, and `yizhan setup`.
"""

import hmac
import json
import re
import secrets
import threading
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import backup, clock, identity, log, officers, settings, slot_keeping
from edge.durable import sync_folder, write_whole
from edge.errors import YizhanError, problem
from edge.node import UNFINISHED, create_home, open_node
from edge.os_words import why
from edge.ranks import ASSISTANT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.node import Node

FILE: Final = "first-start.json"
CODE_DIGITS: Final = 8
TRIES: Final = 5
NODE: Final = re.compile(r"[0-9]{10}")
# in this order; a step may be done again, and one ahead waits for those before it
STEPS: Final = {
    "room": "警务室",
    "time": "时间",
    "devices": "打印机和读卡器",
    "officer": "第一位民警",
    "end": "试打和第一次联系",
}
# what the first person of a room may do; accounts are given out by others later (三员)
POSTS: Final = ("receive", "review", "deliver", "maintain")
ASSISTANT_POSTS: Final = ("guide", "receive", "deliver", "maintain")


@dataclass(frozen=True, slots=True)
class State:
    """`claim`: by which a prepared stick knows this machine; the others are what was done: "" for not yet.

    `making`: the room that was begun, before anything of it is there; `replacing`: one whose log comes from its centre,
    because it was on another machine before. `medium`: the stick that the room came from;
    `carried`: sync, ferry.
    """

    code: str
    claim: str
    tries: int = TRIES
    making: str = ""
    replacing: str = ""
    room: str = ""
    medium: str = ""
    time: str = ""
    devices: str = ""
    officer: str = ""
    printed: str = ""
    carried: str = ""

    @property
    def undone(self) -> list[str]:
        """The steps that are left, but the last: what it offers may wait."""
        return [step for step in list(STEPS)[:-1] if not getattr(self, step)]


def is_due(home: Path) -> bool:
    """Whether nothing was set up in this home, or only half of it. Never for one that holds somebody's data, or that a
    command has made (init, restore).
    """
    made = (home / settings.NODE_FILE).exists()
    if (home / FILE).exists():
        return not made or _read(home / FILE).making != ""
    return not made and not (home / str(settings.node_values(home)["database"])).exists()


class SetUp:
    """Of one home, while `is_due`. Several programs may read it; one serves it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.Lock()
        self.state = _read(home / FILE)

    def keep(self, **done: Any) -> None:
        """Note what was done, on disk when this returns. Raises file_not_written."""
        with self._lock:
            self.state = _write(self.home, replace(self.state, **done))

    def admit(self, code: str) -> None:
        """Raises first_code_wrong; after TRIES of them the code is another, first_code_renewed."""
        given = "".join(one for one in code if one.isascii() and one.isdigit())
        self.state = _read(self.home / FILE)  # the command that shows the code may have made it
        if hmac.compare_digest(given, self.state.code):
            return
        if self.state.tries > 1:
            self.keep(tries=self.state.tries - 1)
            raise problem("first_code_wrong")
        self.keep(code=_code(), tries=TRIES)
        raise problem("first_code_renewed")

    def finish(self) -> None:
        """The machine is set up, for good. Raises first_undone, file_not_written."""
        undone = self.state.undone
        if undone:
            raise problem("first_undone", steps="、".join(STEPS[step] for step in undone))
        self.drop()

    def drop(self) -> None:
        """As `drop` of this home."""
        drop(self.home)


def drop(home: Path) -> None:
    """Nobody sets up this home from here on, whatever was done: the last step, or a command that made the room (init,
    restore). Raises file_not_written.
    """
    try:
        (home / FILE).unlink(missing_ok=True)
        sync_folder(home)
    except OSError as error:
        raise problem("file_not_written", file=FILE, detail=why(error)) from error


def begin(home: Path) -> SetUp:
    """The first start of this home, begun now or gone on with. Raises first_finished, file_not_written."""
    if not is_due(home):
        raise problem("first_finished")
    if not (home / FILE).exists():
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise problem("file_not_written", file=home, detail=why(error)) from error
        _write(home, State(_code(), secrets.token_hex(8)))
    return SetUp(home)


def _code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def _read(path: Path) -> State:
    """Raises settings_wrong for a file that somebody has changed by hand."""
    try:
        return State(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise problem("settings_wrong", detail=f"{FILE} 读不出来；删掉它，再从头设置") from error


def _write(home: Path, state: State) -> State:
    try:
        write_whole(home / FILE, json.dumps(asdict(state), ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise problem("file_not_written", file=FILE, detail=why(error)) from error
    return state


# --- the steps


def make_room(home: Path, node_id: str, name: str, enrolment: "Mapping[str, Any]", **node_keys: Any) -> "Node":
    """The node of a room, open; what an earlier try left of another room is put aside first.

    Raises first_room_fixed where the centre knows the machine, node_enrolment_wrong, settings_wrong.
    """
    if enrolment:
        identity.read_enrolment(enrolment, node_id)  # before anything is made
    if not _is_made_for(home, node_id):
        put_aside(home)
        create_home(home, node_id, name, **node_keys)
    node = open_node(home)
    try:
        if enrolment:
            _enrol(node, enrolment)
    except BaseException:
        node.close()
        raise
    return node


def _enrol(node: "Node", enrolment: "Mapping[str, Any]") -> None:
    with node.database.write() as tx:
        identity.set_centre(tx, enrolment)
    recovery = str(enrolment.get("recovery_box_key", ""))
    if not recovery:
        return
    try:
        slot_keeping.put(node, slot_keeping.centre(node, "", recovery).slot)
    except YizhanError as error:
        if error.code != "slot_there":  # of the try before this one
            raise


def check_free(node: "Node") -> None:
    """Raises first_room_fixed where another room can't be chosen any more."""
    with node.database.read() as tx:
        known = identity.centre(tx)
        if (known is not None and known.enrolled_at) or log.head(tx).seq:
            raise problem("first_room_fixed", node=node.settings.node_id)


def _is_made_for(home: Path, node_id: str) -> bool:
    """Whether the node that an earlier try made is whole and that of this room. Raises first_room_fixed."""
    try:
        node = open_node(home)
    except YizhanError:
        return False  # cut off while it was made: nobody has used it
    try:
        if node.settings.node_id == node_id:
            return True
        check_free(node)
    finally:
        node.close()
    return False


def put_aside(home: Path) -> None:
    """What a try before this one left, moved out of the way; the folder is no node from the first step on."""
    for name in (settings.NODE_FILE, UNFINISHED):
        if not (home / name).exists():
            continue
        try:
            found, _ = settings.load(home, node_file=name)
        except YizhanError:
            found = None  # half written: nothing was made after it
        if found is not None:
            backup.move_aside(found, with_sheet=True)
        (home / name).unlink()
    room = home / settings.ROOM_FILE
    if room.exists() and room.read_text(encoding="utf-8").count("\n") == 1:  # the one line that making a room wrote
        room.unlink()


def check_number(node_id: str) -> None:
    """Raises first_room_number."""
    if not NODE.fullmatch(node_id):
        raise problem("first_room_number", given=node_id)


def check_clock(now: str, built_at: float) -> None:
    """Raises first_clock_early for a clock that stands before the day on which this program was made."""
    if datetime.fromisoformat(now).timestamp() < built_at:
        raise problem("first_clock_early", now=now[:16].replace("T", " "))


def built_at() -> float:
    """When this program was made, as its files say; seconds since 1970."""
    return Path(clock.__file__).stat().st_mtime


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody typed of the first person of the room; `again`: the password once more."""

    account: str
    name: str
    password: str
    again: str
    rank: str


def add_officer(node: "Node", state: State, given: Person) -> None:
    """The same account again gets the password that was given last.

    Raises passwords_differ, account_name_wrong, account_exists, or what is wrong with the password.
    """
    if given.password != given.again:
        raise problem("passwords_differ")
    posts = ASSISTANT_POSTS if given.rank == ASSISTANT else POSTS
    try:
        officers.add(
            node, given.account, given.name.strip() or given.account, given.password, posts=posts, rank=given.rank
        )
    except YizhanError as error:
        if error.code != "account_exists" or state.officer not in ("", given.account):
            raise
        officers.set_password(node, given.account, given.password)
