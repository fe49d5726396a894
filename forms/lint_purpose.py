"""Faults of what is asked without saying why (个人信息保护法 6, 17, 19): `x-purpose` of a field or of its group.

How long it is kept is said for the whole service (`x-service.privacy.retention`, without which no file passes), and by
`x-retention` where a field goes earlier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import pointer
from forms.reading import Trouble
from forms.shape import Shape

_DEPTH_MAX = 8
_HINT = "请在这个字段或者它所在的一组上写 x-purpose，一句话说明为什么要收集"


def troubles(schema: Mapping[str, Any]) -> Iterator[Trouble]:
    """One fault for each field that somebody fills in and nothing says why; what the form works out is not asked.

    The schema's own root says nothing: that is the service's `privacy.purpose`.
    """
    root = Shape([dict(schema)], dict(schema))
    for name in root.names:
        yield from _unsaid(root.child(name), f"/schema/properties/{pointer.encode(name)}", 0)


def _unsaid(here: Shape | None, where: str, depth: int) -> Iterator[Trouble]:
    if here is None or here.flat.get("x-purpose") or here.flat.get("readOnly") is True or depth > _DEPTH_MAX:
        return
    if not here.names:
        yield where, f"“{here.flat.get('title') or pointer.last(where)}”没有写为什么收集", _HINT
    for name in here.names:
        yield from _unsaid(here.child(name), f"{where}/properties/{pointer.encode(name)}", depth + 1)
