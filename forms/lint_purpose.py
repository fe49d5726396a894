"""Faults of what is asked without saying why (个人信息保护法 6, 17, 19): `x-purpose` of a field or of its group.

How long it is kept is said for the whole service (`x-service.privacy.retention`, without which no file passes), and by
`x-retention` where a field goes earlier.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from forms import limits, pointer
from forms.lint_schema import cost
from forms.reading import Trouble
from forms.shape import Shape

_DEPTH_MAX = 8
_HINT = "请在这个字段或者它所在的一组上写 x-purpose，一句话说明为什么要收集"


def troubles(schema: Mapping[str, Any]) -> Iterator[Trouble]:
    """One fault for each field that somebody fills in and nothing says why; what the form works out is not asked.

    Looks at no more places than a form may have fields, so that references that fan out can't make it endless.

    The schema's own root says nothing: that is the service's `privacy.purpose`.
    """
    if cost(dict(schema), dict(schema)) > limits.SCHEMA_COST_MAX:
        return  # refused for that already
    left = limits.FIELDS_MAX
    pending = deque([(Shape([dict(schema)], dict(schema)), "/schema", 0)])
    while pending:
        parent, above, depth = pending.popleft()
        for name, here in _asked_in(parent, left):
            where = f"{above}/properties/{pointer.encode(name)}"
            if not here.names:
                yield where, f"“{here.flat.get('title') or name}”没有写为什么收集", _HINT
            elif depth < _DEPTH_MAX:
                pending.append((here, where, depth + 1))
        left -= len(parent.names)
        if left <= 0:
            return


def _asked_in(parent: Shape, most: int) -> Iterator[tuple[str, Shape]]:
    """The first `most` fields of a group that somebody fills in and that say no purpose themselves."""
    for name in islice(parent.names, most):
        here = parent.child(name)
        if here is not None and not here.flat.get("x-purpose") and here.flat.get("readOnly") is not True:
            yield name, here
