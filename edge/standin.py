"""A node without its database: what somebody fills in lies in memory, what is filed goes into a sealed inbox.

It stands in for the room while the room's database is locked, and away from the room. Screens see an ordinary node.
What an application's events are is sealed and on disk before the transaction that made them is over; a power cut takes
the drafts, and nothing that was filed.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge import (
    database,
    definitions,
    heads,
    identity,
    log,
    materials,
    migrations,
    receipt_proof,
    receipts,
    settings,
    submissions,
)
from edge.clock import Clock, SystemClock
from edge.config import all_files, watching
from edge.config.watching import Watch
from edge.database import Connection, Database
from edge.errors import problem
from edge.inbox import ROOM_BYTES, Inbox, merging
from edge.inbox.items import Content, File
from edge.node import Node
from edge.publishing import in_force
from edge.witness import Witness
from forms.events import Head

if TYPE_CHECKING:
    from edge.inbox.sets import InboxSet
    from forms.events import Event

logger = logging.getLogger(__name__)


class InMemory(Database):
    """A database that lives as long as this object. Before a write is over its events lie in the inbox."""

    is_address = True

    def __init__(self, clock: Clock) -> None:
        self.inbox: Inbox | None = None
        self.retired = False
        self._sealed_up_to = self._now = 0  # seq of the last event in the inbox; that of the write that goes on
        self._sent: set[str] = set()
        address = Path(f"file:/yizhan-{secrets.token_hex(8)}?vfs=memdb")
        super().__init__(address, os.urandom(database.KEY_BYTES), clock)
        self.after_commit.append(self._note_sealed)
        self._anchor = self._connect()  # the memory is given back with the last connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As of any database; also raises inbox_unwritable, and then nothing was written."""
        with super().write() as tx:
            if self.retired:
                raise problem("database_busy")
            yield tx
            self._now = self._seal_new(tx)

    def _note_sealed(self, _tx: Connection) -> None:
        self._sealed_up_to = self._now

    def close(self) -> None:
        self._anchor.close()
        super().close()

    def _seal_new(self, tx: Connection) -> int:
        """Put the events of applications that this write made into the inbox; the seq of the last event."""
        if self.inbox is None:
            return 0
        fresh = log.up(tx, Head(1, self._sealed_up_to, b""))
        told = [event for event in fresh if event.application or event.kind in merging.OF_ROOM]
        if told:
            self._put(tx, self.inbox, told)
        return fresh[-1].seq if fresh else self._sealed_up_to

    def _put(self, tx: Connection, inbox: Inbox, told: list[Event]) -> None:
        filed = [event for event in told if event.kind == "application.filed"]
        files = list(self._files(tx, told))
        content = Content(tuple(map(_as_data, told)), tuple(files))
        tokens = [event.data["receipt"]["token"] for event in filed]
        inbox.put([event.application for event in filed], tokens, told[0].at, content)
        self._sent.update(one.sha256 for one in files)

    def _files(self, tx: Connection, told: list[Event]) -> Iterator[File]:
        """The files that they name and no earlier item brought."""
        for sha256 in dict.fromkeys(digest for event in told for digest in heads.digests(event)):
            found = materials.find(tx, sha256) if sha256 not in self._sent else None
            if found is not None:
                data, media_type = materials.open(tx, sha256)
                yield File(sha256, media_type, found.name, data)


def _as_data(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "application": event.application,
        "actor": event.actor,
        "at": event.at,
        "body": event.data,
    }


class _Nobody(Witness):
    """Nothing that lies in memory alone has to be witnessed."""

    def __init__(self) -> None:
        """Opens no file."""

    def close(self) -> None:
        """Has none open."""


@dataclass
class StandIn(Node):
    """`inbox`: where what is filed goes; `given`: with which set this program takes in."""

    database: InMemory
    inbox: Inbox = field(kw_only=True)
    given: InboxSet = field(kw_only=True)

    @property
    def sealed(self) -> str:
        """locked, or visit."""
        return self.given.kind

    def next_number(self, tx: Connection) -> str:
        """The next number of the inbox's series. Raises inbox_series_full."""
        row = tx.execute(
            "INSERT INTO serial VALUES (1, 1) ON CONFLICT (epoch) DO UPDATE SET last = last + 1 RETURNING last"
        ).fetchone()
        return self.inbox.number(int(row[0]))

    def close(self) -> None:
        """Nothing is written down: there is nowhere to write it, and what was filed lies in the inbox."""
        if not self.database.closed:
            self.database.close()

    def receipt_code(self, token: str, number: str, at: str) -> str:
        """With a proof: nobody can look into the room's database for it yet."""
        return receipt_proof.make(token, number, at, self.given.id, bytes.fromhex(self.given.sign))

    def knows_sealed(self, token: str) -> bool:
        """Of an earlier run too: its items lie in the same folder."""
        return receipts.is_token(token.upper()) and self.inbox.knows(token)

    def must_take_in(self) -> None:
        """Raises inbox_no_room, visit_over: before a citizen hands anything in."""
        if self.given.until and self.clock.today() > self.given.until:
            raise problem("visit_over", until=self.given.until)
        self.inbox.must_have_room()


def open_standin(
    home: Path, given: InboxSet, folder: Path, clock: Clock | None = None, *, room_bytes: int = ROOM_BYTES
) -> StandIn:
    """A node of the files in `home` and of a set, whose inbox lies in `folder`. `close()` it.

    Raises home_missing, settings_wrong, wrong_node, definition_faulty.
    """
    found, room = settings.load(home)
    if found.node_id != given.node:
        raise problem("wrong_node", stored=given.node, configured=found.node_id)
    clock = clock or SystemClock()
    opened = InMemory(clock)
    try:
        migrations.migrate(opened)
        with opened.write() as tx:
            _fill(tx, given, clock)
            keys = identity.load(tx)
        seen = all_files.signature(found.home, found.services_dir)
        files = all_files.read(found.home, found.node_id)
        catalogue, standing = in_force.load(opened, found, files.province.parameters)
        files = watching.checked(replace(files, room=room), catalogue)
        inbox = Inbox(
            folder,
            given.id,
            given.node,
            public=bytes.fromhex(given.public),
            sign=bytes.fromhex(given.sign),
            used=given.used,
            room_bytes=room_bytes,
        )
        opened.inbox = inbox
        return StandIn(
            found,
            files,
            clock,
            opened,
            catalogue,
            keys,
            _Nobody(),
            standing=standing,
            watch=Watch(seen),
            inbox=inbox,
            given=given,
        )
    except BaseException:
        opened.close()
        raise


def _fill(tx: Connection, given: InboxSet, clock: Clock) -> None:
    """What the set brings, and keys that nobody outside of this program ever sees."""
    tx.execute(
        "INSERT INTO node (id, node_id, epoch, search_key, created_at) VALUES (1, ?, 1, ?, ?)",
        (given.node, os.urandom(32), clock.now()),
    )
    identity.create(tx)
    for table, rows in given.tables.items():
        if rows:
            names, places = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
            tx.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608  our own set
    for one in given.officers:
        tx.execute(
            "INSERT INTO officer (account, name, rank, posts, password, active, created_at)"
            " VALUES (:account, :name, :rank, :posts, :password, :active, :at)",
            {**one, "at": clock.now()},
        )


def carry_over(before: StandIn, tx: Connection) -> None:
    """Bring what people are filling in just now over to the room's own database; `before` then takes no more.

    Their sessions have to stay as they are: a draft is known by its owner.
    """
    with before.database.write() as old:
        for row in old.execute("SELECT DISTINCT digest FROM draft JOIN definition ON digest = definition"):
            definitions.keep(tx, definitions.find(old, row["digest"]))
        for sha256, owner in old.execute(
            "SELECT DISTINCT d.sha256, m.owner FROM draft_material d JOIN material m ON m.sha256 = d.sha256"
        ).fetchall():
            data, media_type = materials.open(old, sha256)
            found = materials.find(old, sha256)
            materials.put(tx, data, media_type, found.name if found else "", owner=owner)
        for table in ("draft", "draft_material", "draft_prefilled"):
            rows = [tuple(row) for row in old.execute(f"SELECT * FROM {table}")]  # noqa: S608  names of tables
            if rows:
                tx.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608  as above
        before.database.retired = True


def carry_receipts(before: StandIn, tx: Connection) -> None:
    """So that who stands before his receipt still sees it; once what he filed is in the log."""
    with before.database.read() as old:
        rows = [tuple(row) for row in old.execute("SELECT draft, owner, token FROM draft_filed")]
    for draft, owner, token in rows:
        if submissions.know(tx, token):
            tx.execute("INSERT OR IGNORE INTO draft_filed VALUES (?, ?, ?)", (draft, owner, token))
