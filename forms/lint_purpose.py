"""Faults of what is asked without saying why (个人信息保护法 6, 17, 19): `x-purpose` of a field or of its group.

How long it is kept is said for the whole service (`x-service.privacy.retention`, without which no file passes), and by
`x-retention` where a field goes earlier.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from forms import limits, pointer
from forms.lint_schema import cost
from forms.reading import Trouble
from forms.shape import Shape

_DEPTH_MAX = 9
_HINT = "请在这个字段或者它所在的一组上写 x-purpose，一句话说明为什么要收集"


def troubles(schema: Mapping[str, Any]) -> Iterator[Trouble]:
    """One fault for each field that somebody fills in and nothing says why; what the form works out is not asked.

    Looks at no more places than a form may have fields, so that references that fan out can't make it endless.

    The schema's own root says nothing: that is the service's `privacy.purpose`.
    """
    if cost(dict(schema), dict(schema)) > limits.SCHEMA_COST_MAX:
        return  # refused for that already
    pending = deque(_below(Shape([dict(schema)], dict(schema)), "/schema", 0))
    for _ in range(limits.FIELDS_MAX):
        if not pending:
            return
        parent, name, where, depth = pending.popleft()
        here = parent.child(name)
        if here is None or here.flat.get("x-purpose") or here.flat.get("readOnly") is True:
            continue
        if not here.names:
            yield where, f"“{here.flat.get('title') or name}”没有写为什么收集", _HINT
        pending += _below(here, where, depth)


def _below(here: Shape, where: str, depth: int) -> Iterator[tuple[Shape, str, str, int]]:
    for name in here.names if depth < _DEPTH_MAX else ():
        yield here, name, f"{where}/properties/{pointer.encode(name)}", depth + 1
