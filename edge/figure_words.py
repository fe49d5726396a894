"""How figures are written down: at the desk, on paper and on the kiosk's public page the same, small counts veiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forms.figures import SMALL

if TYPE_CHECKING:
    from forms.figures import Rate

FEW: Final = f"少于{SMALL}"
NOTHING: Final = "—"


def is_few(number: int) -> bool:
    """Whether so few are meant that people outside could guess who."""
    return 0 < number < SMALL


def count(number: int, *, outside: bool, few: str = FEW) -> str:
    """A number of pieces; `outside`: as other people may see it."""
    return few if outside and is_few(number) else str(number)


def rate(found: Rate, *, outside: bool, few: str = f"{FEW}件") -> tuple[str, str]:
    """("66.66%", "2 / 3"); the second is "" where it would tell a small count, or there is nothing to divide by."""
    if outside and is_few(found.whole):
        return few, ""
    return found.percent or NOTHING, f"{found.part} / {found.whole}" if found.whole else ""
