"""Looks through the folder of a real browser for what somebody typed, in every way a browser may have written it."""

import base64
import json
import re
import shutil
import sqlite3
import urllib.parse
import zlib
from contextlib import contextmanager
from pathlib import Path

import zstandard
from playwright.sync_api import sync_playwright

from tests.browsing import FLAGS, KIOSK, PATIENCE_MS

UNPACKED_BYTES_MAX = 8 << 20
SQLITE = b"SQLite format 3\0"
# as the kiosk's own browser has it: pages that were left may come back from its memory
REAL = ("--disable-back-forward-cache",)


@contextmanager
def kept_browser(folder, **kind):
    """A browser with a profile that stays in `folder`, with its home and temporary files there too."""
    for name in ("profile", "home", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=shutil.which("chromium"),
            args=list(FLAGS),
            ignore_default_args=list(REAL),
            env={"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "PATH": "/usr/bin:/bin"},
            locale="zh-CN",
            **{**KIOSK, **kind},
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context
        finally:
            context.close()


def forms_of(text):
    """A text in every encoding that is looked for."""
    plain = text.encode()
    escaped = json.dumps(text)[1:-1].encode()
    percent = urllib.parse.quote(text, safe="").encode()
    found = [
        plain,
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        escaped,
        escaped.upper().replace(b"\\U", b"\\u"),
    ]
    found += [percent, percent.lower(), urllib.parse.quote_plus(text).encode(), plain.hex().encode()]
    return {*found, *_in_base64(plain), *_in_base64(text.encode("utf-16-le"))}


def _in_base64(data):
    """What of `data` is the same in base64 wherever it begins there, in both alphabets."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + data)
        inner = coded[(before * 4 + 2) // 3 : len(coded) - 4 if (before + len(data)) % 3 else None]
        if len(inner) >= 8:
            yield inner
            yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def traces(folder: Path, values: dict[str, str | bytes]) -> dict[str, list[str]]:
    """Name of a value -> the files that hold it: as they are, unpacked, or as rows of a database. {} for no trace."""
    wanted = {name: {value} if isinstance(value, bytes) else forms_of(value) for name, value in values.items()}
    found: dict[str, list[str]] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        pieces = list(_read(path))
        for name, ways in wanted.items():
            if any(way in piece for piece in pieces for way in ways):
                found.setdefault(name, []).append(str(path.relative_to(folder)))
    return found


def searched(folder: Path) -> tuple[int, int]:
    """How many files and bytes there are to look through."""
    sizes = [one.stat().st_size for one in folder.rglob("*") if one.is_file()]
    return len(sizes), sum(sizes)


def _read(path):
    data = path.read_bytes()
    yield data
    yield from _unpacked(data)
    if data.startswith(SQLITE):
        yield _rows(path)


def _unpacked(data):
    """Whatever in a file unpacks: gzip, zlib and zstd, wherever it begins."""
    for start in (one.start() for one in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data)):
        try:
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data[start:], UNPACKED_BYTES_MAX)
        except zlib.error:
            continue
    for start in (one.start() for one in re.finditer(rb"\x28\xb5\x2f\xfd", data)):
        try:
            yield zstandard.ZstdDecompressor().decompressobj().decompress(data[start:])
        except zstandard.ZstdError:
            continue


def _rows(path):
    """Every row of a database with its write-ahead log; long values lie in pieces in the file itself."""
    copy = path.with_name(f"{path.name}.looked-at")
    for ending in ("", "-wal", "-journal"):
        if path.with_name(path.name + ending).exists():
            shutil.copyfile(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
    opened = sqlite3.connect(copy)
    try:
        opened.text_factory = bytes
        tables = [one.decode() for (one,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        quoted = [table.replace('"', '""') for table in tables]
        rows = (row for table in quoted for row in opened.execute(f'SELECT * FROM "{table}"'))
        return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    finally:
        opened.close()
        for ending in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
