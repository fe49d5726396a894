"""周报、月报、季报、年报: made by themselves when their period has settled, signed and kept as they were made.

What is in one follows from the logs and from the period alone, never from the moment of making: made twice from the
same logs it is the same to the byte. What came in late gives another edition beside the first.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select

from edge.errors import problem
from forms.events import canonical
from forms.figures import FORMULAS, KINDS, Kind, Period
from sync.centre import counting, dashboard, rooms, tables_figures
from sync.centre.centre import Centre
from sync.centre.counting import Line
from sync.suites import KeyPair, SuiteError, of_sign_key

MADE: Final[tuple[Kind, ...]] = ("week", "month", "quarter", "year")
SETTLES_DAYS: Final = 3  # within which most of what rooms hold comes in; what is later makes another edition
LISTED_MAX: Final = 200
ACTOR: Final = "centre"
_TAG: Final = b"yizhan-report-1\0"
_table = tables_figures.report


@dataclass(frozen=True, slots=True)
class Report:
    """One edition: `body` is canonical JSON, `digest` its SHA-256, `signature` the centre's word on it."""

    kind: str
    first: str
    area: str
    edition: int
    body: bytes
    digest: str
    key: str
    signature: str
    made_at: str
    made_by: str

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def is_genuine(self) -> bool:
        """Whether the signature was made over this body with the key that it names."""
        key = bytes.fromhex(self.key)
        try:
            of_sign_key(key).verify(key, bytes.fromhex(self.signature), _TAG + self.body)
        except SuiteError:
            return False
        return hashlib.sha256(self.body).hexdigest() == self.digest


def daily(centre: Centre) -> int:
    """Make what has settled and was not made yet, for the province, its cities and counties; how many that were."""
    today = date.fromisoformat(centre.clock.today())
    made = 0
    for kind in MADE:
        period = Period.of(kind, today).before
        if today <= period.last + timedelta(days=SETTLES_DAYS):
            continue
        with centre.store.read() as tx:
            known = set(
                tx.execute(select(_table.c.area).filter_by(kind=kind, first=period.first.isoformat())).scalars()
            )
            areas = [area for area in _areas(tx) if area not in known]
        for area in areas:
            make(centre, period, area, actor=ACTOR)
            made += 1
    return made


def make(centre: Centre, period: Period, area: str, *, actor: str) -> Report:
    """The report of a period that is over: the edition that is kept, or a further one where the logs say more by now.

    Raises bad_request for a period that is not over, not_found for no area.
    """
    if period.kind not in MADE or period.last.isoformat() >= centre.clock.today():
        raise problem("bad_request", detail=f"{period.title} 还没有结束")
    with centre.store.write() as tx:
        body = content(tx, centre, period, area)
        last = get(tx, period.kind, period.first.isoformat(), area)
        if last is not None and last.body == body:
            return last
        pair: KeyPair = centre.identity.newest.sign
        signature = of_sign_key(pair.public).sign(pair.private, _TAG + body)
        row: dict[str, Any] = {
            "kind": period.kind,
            "first": period.first.isoformat(),
            "area": area,
            "edition": 1 if last is None else last.edition + 1,
            "body": body,
            "digest": hashlib.sha256(body).hexdigest(),
            "key": pair.public.hex(),
            "signature": signature.hex(),
            "made_at": centre.clock.now(),
            "made_by": actor,
        }
        tx.execute(insert(_table).values(**row))
        return Report(**row)


def content(tx: Connection, centre: Centre, period: Period, area: str) -> bytes:
    """The bytes of a report. What is open is judged as of the day on which the period has settled."""
    until = (period.last + timedelta(days=SETTLES_DAYS)).isoformat() + "T23:59:59+08:00"
    digits = dashboard.BELOW.get(len(area))
    if digits is None:
        raise problem("not_found")
    lines = counting.lines(tx, area, digits, period, until)
    names = rooms.names(tx, [one.area for one in lines]) if digits == dashboard.ROOM else {}
    said = {
        "title": f"{centre.settings.name}公安政务服务{KINDS[period.kind]}",
        "kind": period.kind,
        "period": period.title,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "until": until[:10],
        "area": area,
        "place": dashboard.board_name(area) or centre.settings.name,
        "level": dashboard.TITLES[digits],
        "rates": {code: {"title": title, "formula": formula} for code, (title, formula) in FORMULAS.items()},
        "order": list(FORMULAS),
        "whole": _row(counting.add(lines, area), ""),
        "rows": [_row(one, names.get(one.area) or dashboard.board_name(one.area)) for one in lines],
    }
    return canonical(said)


def _row(line: Line, name: str) -> dict[str, Any]:
    rates = {code: {"part": one.part, "whole": one.whole, "percent": one.percent} for code, one in line.rates.items()}
    return {"area": line.area, "name": name, "received": line.received, "closed": line.closed, "rates": rates}


def as_csv(said: Mapping[str, Any]) -> bytes:
    """A report as a table, UTF-8 with the mark that spreadsheets look for; the same bytes from the same report."""
    text = io.StringIO()
    writer = csv.writer(text)
    titles = [said["rates"][code]["title"] for code in said["order"]]
    heads = [part for title in titles for part in (title, f"{title}分子", f"{title}分母")]
    writer.writerow(("编号", said["level"], "收件", "办结", *heads))
    for one in (*said["rows"], said["whole"] | {"name": "合计"}):
        rates = [one["rates"][code][name] for code in said["order"] for name in ("percent", "part", "whole")]
        writer.writerow((one["area"], one["name"], one["received"], one["closed"], *rates))
    return text.getvalue().encode("utf-8-sig")


def get(tx: Connection, kind: str, first: str, area: str, edition: int = 0) -> Report | None:
    """An edition of a report, 0 for the last; None where there is none."""
    found = select(_table).filter_by(kind=kind, first=first, area=area)
    found = found.filter_by(edition=edition) if edition else found
    row = tx.execute(found.order_by(_table.c.edition.desc()).limit(1)).one_or_none()
    return None if row is None else _report(row)


def listed(tx: Connection, area: str) -> list[tuple[str, str, int, str]]:
    """(kind, first day, last edition, made at) of the reports about an area, the newest first."""
    columns = (_table.c.kind, _table.c.first, func.max(_table.c.edition), func.max(_table.c.made_at))
    found = select(*columns).filter_by(area=area).group_by(_table.c.kind, _table.c.first)
    rows = tx.execute(found.order_by(_table.c.first.desc(), _table.c.kind).limit(LISTED_MAX))
    return [(row[0], row[1], int(row[2]), row[3]) for row in rows]


def _areas(tx: Connection) -> list[str]:
    nodes = rooms.ids(tx)
    return sorted({"", *(node[:4] for node in nodes), *(node[:6] for node in nodes)})


def _report(row: Row[Any]) -> Report:
    return Report(**{name: getattr(row, name) for name in Report.__dataclass_fields__})
