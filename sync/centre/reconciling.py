"""日对账 (M12, M35, M87): what arrived at the bills of a day against the platform's statement of that day. Bill by bill
the difference must be zero, and so must be the charges.
"""

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from sync.centre import projection, tables
from sync.centre.centre import Centre

_reply = tables.reply
Money = dict[tuple[str, str, str], int]  # (application, bill, receipt) -> 分


def reconcile(centre: Centre, day: str) -> dict[str, Any]:
    """One day: sums in 分, the difference, and every line that stands on one side only.

    `not_settled`: money that arrived at a bill which was paid otherwise meanwhile, and has to go back.
    """
    with centre.store.read() as tx:
        heard, stated = _lines(tx, "payments", day), _lines(tx, "statements", day)
        ours = {key: money for key, money in heard.items() if _is_settled(tx, *key)}
        charges = sum(int(row) for row in tx.execute(select(_reply.c.charge).filter_by(day=day)).scalars())
    not_settled = {key: money for key, money in {**heard, **stated}.items() if key not in ours}
    differs = [
        _line(key, ours.get(key, 0), stated.get(key, 0))
        for key in sorted({*ours, *stated})
        if ours.get(key, 0) != stated.get(key, 0)
    ]
    difference = sum(stated.values()) - sum(ours.values())
    return {
        "day": day,
        "bills": len(ours),
        "ours": sum(ours.values()),
        "lines": len(stated),
        "stated": sum(stated.values()),
        "difference": difference,
        "charges": charges,
        "differs": differs,
        "not_settled": [_line(key, 0, money) for key, money in sorted(not_settled.items())],
        "balanced": not differs and difference == 0 and charges == 0,
    }


def _lines(tx: Connection, port: str, day: str) -> Money:
    found: Money = defaultdict(int)
    for row in tx.execute(select(_reply).filter_by(port=port, day=day)):
        found[row.number, row.ref, _receipt(row.line)] += int(row.amount)
    return dict(found)


def _receipt(line: str) -> str:
    return str(json.loads(line)["receipt"])


def _is_settled(tx: Connection, number: str, bill: str, receipt: str) -> bool:
    """Whether this very payment stands at its bill."""
    state = projection.state_of(tx, number[:10], number)
    return any(one.number == bill and one.state == "paid" and one.receipt == receipt for one in state.bills)


def _line(key: tuple[str, str, str], ours: int, stated: int) -> dict[str, Any]:
    number, bill, receipt = key
    return {"application": number, "bill": bill, "receipt": receipt, "ours": ours, "stated": stated}
