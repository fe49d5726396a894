"""What the templates say about numbers, times and states; only `icon` and `asset` look at files."""

import datetime as dt
import hashlib
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

from forms import display

STATIC = Path(__file__).parent / "static"
LEVELS = frozenset({"ok", "due", "late", "wait", "confirm"})
GROUP = 4


def group4(number: object) -> str:
    """A number in groups of four for reading aloud; a single last digit joins the group before it (… 1700 04131)."""
    digits = str(number)
    groups = [digits[at : at + GROUP] for at in range(0, len(digits), GROUP)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        last = groups.pop()
        groups[-1] += last
    return " ".join(groups)


def when(value: str, language: str = "zh-CN") -> str:
    """RFC 3339 time in official Chinese, 2026年11月21日 09:12, or as the language writes its days. Else as it is."""
    moment = _moment(value)
    return f"{day(value, language)} {moment:%H:%M}" if moment else value


def when_short(value: str) -> str:
    """RFC 3339 time without its year: 11月21日 09:12."""
    moment = _moment(value)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}" if moment else value


def when_near(value: str, today: str) -> str:
    """A time for lists, as seen on the day `today` (2026-11-21): 今天 09:12, 昨天 16:05, 11-18, 2025-12-31."""
    moment = _moment(value)
    if moment is None:
        return value
    near = {0: "今天", 1: "昨天"}.get((dt.date.fromisoformat(today) - moment.date()).days)
    if near:
        return f"{near} {moment:%H:%M}"
    return f"{moment:%m-%d}" if value.startswith(today[:4]) else f"{moment:%Y-%m-%d}"


def day(value: str, language: str = "zh-CN") -> str:
    """A day or time as 2026年11月21日, 21 November 2026, or 2026-11-21 in any other language."""
    moment = _moment(value)
    return display.date(moment.date().isoformat(), language) if moment else value


def _moment(value: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None


def badge(text: str, level: str = "wait") -> Markup:
    """A state as word on colour; level is ok, due, late, wait, or confirm (what presses a police officer).

    ValueError for another level.
    """
    if level not in LEVELS:
        raise ValueError(f"no such level: {level}")
    return Markup('<span class="badge badge-{}">{}</span>').format(level, text)


def fid(path: str) -> str:
    """The HTML id of the field at a JSON Pointer: /applicant/name -> f-applicant-name."""
    return "f-" + re.sub(r"[^0-9A-Za-z_-]+", "-", path.strip("/"))


def size_text(size: int) -> str:
    """Bytes for people: 312 kB, 4.2 MB."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"  # noqa: PLR2004 - SI


def icon(name: str, *, small: bool = False) -> Markup:
    """A drawing beside a word, hidden from screen readers; nothing where the icons have not been built."""
    if not (STATIC / "vendor" / "icons.svg").exists():
        return Markup("")
    href = asset("vendor/icons.svg") + "#" + name
    css = "icon icon-small" if small else "icon"
    return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>').format(css, href)


def asset(name: str) -> str:
    """The address of one of our static files, with its digest, so that browsers may keep it for ever."""
    path = STATIC / name
    return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}"


def built(name: str) -> bool:
    """Whether a static file is there; what the packaging builds may be missing in a bare checkout."""
    return (STATIC / name).exists()


@cache
def _digest(path: Path, changed_at_ns: int) -> str:  # noqa: ARG001 - the time is part of the cache's key
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


FILTERS = {
    "group4": group4,
    "when": when,
    "when_short": when_short,
    "when_near": when_near,
    "day": day,
    "badge": badge,
    "fid": fid,
    "size_text": size_text,
}
GLOBALS = {"icon": icon, "drawing": icon, "asset": asset, "built": built}
