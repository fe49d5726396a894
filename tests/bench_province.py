"""A province's years in the store: the same pages and the same batch beside 20,000 applications and beside 2,000,000.

The past is written by the server itself, from one application that went the whole way. Both stand on one server, and
what is asked is asked of each in turn, so that whatever else the machine does meets both alike. Pages are asked through
the desk's own routes; what one more batch costs is asked with the events of as many applications beside it. The same
pages are asked of a centre on SQLite, as it is without any setting, beside at most SQLITE applications.
YIZHAN_BENCH_PROVINCE=20000,200000 names other sizes.
"""

from __future__ import annotations

import os
import statistics
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import Any

from bench_start import figure
from centre_browser import Browser
from province import Province, Rooms, province
from sqlalchemy import select, text

from edge.serving import Server
from sync.centre import cases, receiver, reviewers, tables
from sync.centre.app import create_app
from sync.centre.centre import Centre

SIZES = (20_000, 2_000_000)
SQLITE = 200_000  # a county has so many in a few years
ROOMS = 2_000
OPEN = 3_000  # on the desks of a province at any time, however long its past
ROUNDS, BATCHES, APPLICATIONS = 9, 20, 5
PASSWORD = "vier-dicke-huehner"
PORTION = 100_000  # applications of one statement


def figures() -> list[dict[str, Any]]:
    sizes = [int(one) for one in os.environ.get("YIZHAN_BENCH_PROVINCE", "").split(",") if one] or list(SIZES)
    with province("wal_level=minimal", "max_wal_senders=0", "maintenance_work_mem=256MB") as one, ExitStack() as open_:
        centres = [open_.enter_context(closing(filled(one.beside(f"{size}"), size))) for size in sizes]
        asked, batches = asked_in_turn(centres), batches_in_turn(centres)
        found = [across(name, taken, sizes, 2) for name, taken in asked.items()]
        found.append(across("batch", batches, sizes, 1.2))
        slowest = max(taken[-1] for taken in asked.values())
        found.append(figure("slowest question of all", slowest, "ms", limit=300))
        return [*found, *on_sqlite(one, min(SQLITE, sizes[-1]))]


def filled(one: Province, size: int) -> Centre:
    """An opened centre with so many applications."""
    centre = one.open()
    begin(centre)
    fill(one, centre, size)
    return centre


def across(name: str, taken: list[float], sizes: list[int], limit: float) -> dict[str, Any]:
    said = f"{' / '.join(f'{one:.1f}' for one in taken)} ms beside {' / '.join(f'{size:,}' for size in sizes)}"
    return figure(f"{name}: time with most / with fewest", taken[-1] / taken[0], limit=limit, beside=said)


def on_sqlite(one: Province, size: int) -> list[dict[str, Any]]:
    filled(one, size).close()
    with one.on_sqlite() as centre:
        asked = asked_in_turn([centre])
    return [figure(f"on SQLite beside {size:,}: {name}", taken[0], "ms") for name, taken in asked.items()]


def asked_in_turn(centres: Sequence[Centre]) -> dict[str, list[float]]:
    """Milliseconds of every question, of each centre."""
    with ExitStack() as open_:
        desks = [(open_.enter_context(pages(centre)), questions(centre)) for centre in centres]
        return {
            name: [statistics.median(taken) for taken in in_turn([partial(ask, at[name]) for ask, at in desks], ROUNDS)]
            for name in desks[0][1]
        }


def in_turn(acts: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Milliseconds of each act in each round; the first round is not counted."""
    taken: list[list[float]] = [[] for _ in acts]
    for turn in range(rounds + 1):
        for act, times in zip(acts, taken, strict=True):
            begun = time.perf_counter()
            act()
            times.extend([(time.perf_counter() - begun) * 1000] if turn else [])
    return taken


def begin(centre: Centre) -> None:
    """Rooms, a reviewer, one application that went the whole way, and those that wait on the desks."""
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    rooms = Rooms(centre)
    nodes = rooms.enrol(0, ROOMS)
    for body in rooms.batches(nodes[0], 1, 1):
        receiver.receive(centre, nodes[0], body)
    number = f"{nodes[0]}1000010"
    cases.accept(centre, number, actor="centre:li")
    cases.decide(centre, number, actor="centre:li", result="granted")
    for node in nodes[1 : 1 + OPEN // 50]:
        for body in rooms.batches(node, 1, 50):
            receiver.receive(centre, node, body)


def fill(one: Province, centre: Centre, size: int) -> None:
    """The rows of that application again, by the server itself, under other rooms, numbers, names and times."""
    for first in range(0, size, PORTION):
        with centre.store.write() as tx:
            for statement in PAST:
                tx.execute(text(statement), {"first": first, "last": min(first + PORTION, size) - 1, "rooms": ROOMS})
    one.database.execute("VACUUM ANALYZE", one.address.split("/")[3].split("?")[0])


PLACES = """
    SELECT g, lpad((522400 + (g % :rooms) / 9000)::text, 6, '0') || lpad(((g % :rooms) % 9000 + 1)::text, 4, '0') AS node,
        g / :rooms AS turn, '1' || lpad((10000 + g / :rooms)::text, 5, '0') || '0' AS rest,
        substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', 1 + (g % 20)::int, 1)
            || substr('秀英伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞', 1 + (g / 20 % 20)::int, 1)
            || substr('霞平刚桂花国建志永福贵小燕梅云彩峰红波斌', 1 + (g / 400 % 20)::int, 1) AS name,
        to_char(timestamp '2020-01-01 09:00:00' + g * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS') || '+08:00' AS at
    FROM generate_series(:first ::bigint, :last ::bigint) AS g
"""
LIKE = "WITH place AS (" + PLACES + "), pattern AS (SELECT * FROM {table} WHERE {which}) "
ONE = "number = (SELECT min(number) FROM application WHERE phase = 'closed' AND filed_at > '2026-11')"
PAST = (
    LIKE.format(table="application", which=ONE)
    + """INSERT INTO application (node_id, number, service_id, service_version, service_digest, title, applicant, phase,
        result, channel, urgent, filed_at, received_at, due, version)
    SELECT node, node || rest, service_id, service_version, service_digest, title, name, phase, result, channel, urgent,
        at, at, due, version FROM place, pattern""",
    LIKE.format(table="event", which=ONE.replace("number =", "application =", 1))
    + """INSERT INTO event (node_id, side, epoch, seq, id, application, kind, at, centre_at, ticks, actor, seen, body, salt,
        prev, digest, received_at, refused)
    SELECT node, side, epoch, 100000 + turn * 10 + seq, id, node || rest, kind, place.at, centre_at, ticks, actor, seen,
        body, salt, prev, digest, place.at, refused FROM place, pattern""",
    LIKE.format(table="person", which=ONE)
    + """INSERT INTO person (node_id, number, person) SELECT node, node || rest, md5(name) || md5(at) FROM place, pattern""",
    LIKE.format(table="fact", which=ONE)
    + """INSERT INTO fact (node_id, number, service, channel, result, filed_at, begun_at, told_at, accepted_at, closed_at,
        corrections, permit, limits, apart, counted, notice_end, decide_end, decide_from)
    SELECT node, node || rest, service, channel, result, at, at, at, at, at, corrections, permit, limits, apart,
        substr(at, 1, 10) || chr(58) || '255', '', '', '' FROM place, pattern""",
    "WITH place AS ("
    + PLACES
    + """), spans AS (SELECT node, substr(at, 1, n) AS span FROM place, unnest(ARRAY[4, 7, 10]) AS n)
    INSERT INTO tally (node_id, span, received, online, told_in, told_all, closed, in_time, in_promise, at_once, graded, good)
    SELECT node, span, c, c, c, c, c, c, c, c, 0, 0 FROM (SELECT node, span, count(*) AS c FROM spans GROUP BY node, span) AS t
    ON CONFLICT (node_id, span) DO UPDATE SET received = tally.received + excluded.received,
        online = tally.online + excluded.online, told_in = tally.told_in + excluded.told_in,
        told_all = tally.told_all + excluded.told_all, closed = tally.closed + excluded.closed,
        in_time = tally.in_time + excluded.in_time, in_promise = tally.in_promise + excluded.in_promise,
        at_once = tally.at_once + excluded.at_once""",
    "WITH place AS ("
    + PLACES
    + """)
    INSERT INTO word (node_id, number, word, filed_at)
    SELECT node, node || rest, unnest(ARRAY[name, substr(name, 2), '<' || reverse(node || rest)]), at FROM place""",
)


def questions(centre: Centre) -> dict[str, str]:
    """What is asked of the desk: addresses below /review/."""
    with centre.store.read() as tx:
        found = tx.execute(select(tables.queue.c.number).order_by(tables.queue.c.rank).limit(1)).scalar_one()
    past = "5224000005110000" + "0"
    return {
        "queue": "/review/?show=todo",
        "queue of what is due": "/review/?show=due",
        "closed": "/review/?show=closed",
        "search by a name": f"/review/?show=all&text={urllib.parse.quote('王秀霞')}",
        "search by a family": f"/review/?show=all&text={urllib.parse.quote('王')}",
        "search by two characters": f"/review/?show=all&text={urllib.parse.quote('王秀')}",
        "search by a family in a county": f"/review/?show=all&area=522400&text={urllib.parse.quote('王')}",
        "search by a name in Latin letters": "/review/?show=all&text=gomez",
        "search by one digit": "/review/?show=all&text=0",
        "search by number": f"/review/?show=all&text={past}",
        "search by last digits": f"/review/?show=all&text={past[-6:]}",
        "open": f"/review/{found}",
        "rooms": "/review/nodes",
        "dashboard of a month": "/review/figures?kind=month&day=2020-01-05",
        "dashboard of a year": "/review/figures?kind=year&day=2020-01-05",
        "dashboard of a county": "/review/figures?kind=month&day=2020-01-05&area=522400",
        "wall": "/review/figures/wall?kind=month&day=2020-01-05",
    }


@contextmanager
def pages(centre: Centre) -> Iterator[Callable[[str], object]]:
    """A reviewer who is signed in, and asks over HTTP."""
    server = Server(create_app(centre), "127.0.0.1", 0)
    try:
        browser = Browser(server.url)
        browser.log_in("li", PASSWORD)
        yield browser.get
    finally:
        server.stop()


def batches_in_turn(centres: Sequence[Centre]) -> list[float]:
    """Milliseconds of one more batch of a room that is new, beside the past of the others; of the fastest half, since a
    disk may pause.
    """
    taken = in_turn([partial(next, received(centre)) for centre in centres], BATCHES)
    return [statistics.median(sorted(times)[: BATCHES // 2]) for times in taken]


def received(centre: Centre) -> Iterator[bytes]:
    """The answers to batches that were sealed beforehand, each taken when it is asked for."""
    rooms = Rooms(centre)
    bodies = [(node, rooms.batches(node, 1, APPLICATIONS)[0]) for node in rooms.enrol(ROOMS, BATCHES + 1)]
    return (receiver.receive(centre, node, body) for node, body in bodies)
