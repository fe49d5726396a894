"""One file for whoever helps from afar: what the checks say, versions, settings, counts and the program's own lines.

No name, number or answer of a citizen is in it, no account of an officer and no key: of the settings only what says how
the program works, of the room's files only how many faults they have.
"""

from __future__ import annotations

import json
import platform
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import database, log_lines, metrics, migrations, upgrade_book
from edge.doctor import checks
from edge.errors import problem
from edge.os_words import why

if TYPE_CHECKING:
    from edge.doctor.checks import Finding
    from edge.node import Node
    from edge.settings import Settings

# the others name places, addresses or people
SETTINGS: Final = (
    "backup_every_h", "backup_keep", "erase_after_days",
    "appointments_keep_days", "needs_keep_days", "missing_keep_days", "notes_keep_days", "unlock",
    "listen_port", "kiosk_listen_port",
    "sync_interval_s", "sync_retry_max_s", "sync_spread_s", "bytes_per_day", "originals_from", "originals_until",
    "photo_bytes_max", "photo_pixels_max", "session_idle_s", "session_max_s", "login_tries_max", "lockout_s",
    "password_memory_kib", "password_passes", "practice",
)  # fmt: skip  # a table
QUOTING: Final = frozenset({"files", "devices", "link", "pack"})  # their sentences may quote what somebody wrote


def write(node: Node, file: Path) -> list[str]:
    """The names of what is in it. Raises file_in_the_way, file_not_written."""
    parts = {
        "checks.json": [_plain(one) for one in checks.look(node, thorough=True)],
        "versions.json": _versions(),
        "settings.json": _settings(node.settings),
    }
    texts = {name: json.dumps(said, ensure_ascii=False, indent=1) for name, said in parts.items()}
    texts["metrics.txt"] = metrics.text(node)
    texts |= {f"logs/{path.name}": path.read_text("utf-8", "replace") for path in log_lines.files(node.settings.home)}
    try:
        with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as bundle:
            for name, text in texts.items():
                bundle.writestr(name, text)
    except FileExistsError:
        raise problem("file_in_the_way", file=file) from None
    except OSError as error:
        raise problem("file_not_written", file=file, detail=why(error)) from error
    return list(texts)


def _plain(one: Finding) -> dict[str, str]:
    said = asdict(one)
    return said | {"sentence": ""} if one.name in QUOTING else said


def _versions() -> dict[str, Any]:
    return {
        "yizhan": upgrade_book.program_version(),
        "python": platform.python_version(),
        "sqlite": database.VERSION,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "migrations": migrations.steps.names(),
    }


def _settings(found: Settings) -> dict[str, Any]:
    said = {name: getattr(found, name) for name in SETTINGS}
    return said | {"has_centre_ca": bool(found.centre_ca), "has_key_program": bool(found.key_program)}
