"""What a room is set to: node.toml (technician) and room.toml (room), read once; a wrong value stops the start.

Names, defaults and limits of the keys are in node.schema.json and room.schema.json beside this file, where an editor
finds them too. The environment may set a key of node.toml: YIZHAN_LISTEN_PORT=8601.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from edge import accounts, web_hosts
from edge.config import one_file
from edge.errors import problem
from edge.room import Phone, Room
from forms.faults import Fault

NODE_FILE = "node.toml"
ROOM_FILE = "room.toml"
_ENVIRONMENT_PREFIX = "YIZHAN_"
_PATHS = ("database", "witness", "key_file", "services_dir")


class Publisher(NamedTuple):
    """Whose signature publishes a service in a room that stands alone: for which area, with which key (hex)."""

    area: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Settings:
    """node.toml with its defaults; paths are absolute. The schema says what each key means."""

    home: Path
    node_id: str
    database: Path
    witness: Path
    key_file: Path
    key_program: str
    backup_dirs: tuple[str, ...]
    backup_every_h: int
    backup_keep: int
    erase_after_days: int
    appointments_keep_days: int
    needs_keep_days: int
    missing_keep_days: int
    notes_keep_days: int
    unlock: str
    services_dir: Path
    publishers: tuple[Publisher, ...]
    listen_host: str
    listen_port: int
    kiosk_listen_host: str
    kiosk_listen_port: int
    centre_url: str
    status_url: str
    sync_interval_s: int
    sync_retry_max_s: int
    sync_spread_s: int
    centre_ca: str
    bytes_per_day: int
    originals_from: str
    originals_until: str
    ferry_dirs: tuple[str, ...]
    photo_bytes_max: int
    photo_pixels_max: int
    session_idle_s: int
    session_max_s: int
    login_tries_max: int
    second_proof: str
    lockout_s: int
    chromium: str
    password_memory_kib: int
    password_passes: int
    practice: bool = False

    @property
    def hosts(self) -> web_hosts.Names:
        """The names by which the room's own program is asked."""
        public = web_hosts.of_address(self.status_url)
        return web_hosts.Names(frozenset((self.listen_host.lower(), self.kiosk_listen_host.lower(), public)) - {""})

    @property
    def password_cost(self) -> "accounts.Cost":
        return accounts.Cost(memory_kib=self.password_memory_kib, passes=self.password_passes)

    @property
    def login_limits(self) -> "accounts.Limits":
        return accounts.Limits(
            idle_ms=self.session_idle_s * 1000,
            absolute_ms=self.session_max_s * 1000,
            tries_max=self.login_tries_max,
            lockout_ms=self.lockout_s * 1000,
        )


def load(
    home: Path, environment: Mapping[str, str] = os.environ, *, node_file: str = NODE_FILE
) -> tuple[Settings, Room]:
    """Read both files of `home`. Raises home_missing, or settings_wrong naming every fault of both at once."""
    if not (home / node_file).is_file():
        raise problem("home_missing", home=home)
    found = check(home, environment, node_file=node_file)
    if found:
        raise problem("settings_wrong", detail="\n".join(found))
    node = _node(home, environment, node_file).value
    return _settings(home, node), make_room(one_file.read(home / ROOM_FILE, "room").value, node["node_id"])


def check(home: Path, environment: Mapping[str, str] = os.environ, *, node_file: str = NODE_FILE) -> list[str]:
    """Every fault of both files as a sentence with file, line and key; an empty list when they are right."""
    return [one_file.sentence(fault) for fault in faults(home, environment, node_file=node_file)]


def faults(home: Path, environment: Mapping[str, str] = os.environ, *, node_file: str = NODE_FILE) -> list[Fault]:
    """Every fault of node.toml and room.toml, each with its place; the environment's values count as node.toml's."""
    return [*node_faults(home, environment, node_file=node_file), *one_file.read(home / ROOM_FILE, "room").faults]


def node_faults(
    home: Path, environment: Mapping[str, str] = os.environ, *, node_file: str = NODE_FILE
) -> tuple[Fault, ...]:
    """Every fault of node.toml."""
    return _node(home, environment, node_file).faults


def node_values(home: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """node.toml with its defaults as far as it can be read, also where it is faulty."""
    defaults = {key: rule.get("default", "") for key, rule in one_file.schema("node")["properties"].items()}
    return {**defaults, **_from_environment(environment), **_node(home, environment, NODE_FILE).value}


def read_room(home: Path, node_id: str) -> tuple[Room | None, list[Fault]]:
    """room.toml alone, as a running node reads it again; None with its faults."""
    got = one_file.read(home / ROOM_FILE, "room")
    return (None, list(got.faults)) if got.faults else (make_room(got.value, node_id), [])


def services_folder(home: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where a room's own services lie, also where the rest of node.toml is wrong."""
    return home / str(node_values(home, environment)["services_dir"])


def _node(home: Path, environment: Mapping[str, str], node_file: str) -> one_file.Read:
    return one_file.read(home / node_file, "node", NODE_FILE, _from_environment(environment))


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The keys that the environment sets: numbers where the schema wants one, lists of folders as in PATH."""
    rules = one_file.schema("node")["properties"]
    given = {key: environment.get(_ENVIRONMENT_PREFIX + key.upper()) for key in rules}
    return {key: _read(value, rules[key]) for key, value in given.items() if value is not None}


def _read(text: str, rule: Mapping[str, Any]) -> str | int | list[str]:
    if rule["type"] == "array" and rule["items"]["type"] == "string":
        return [one for one in text.split(os.pathsep) if one]
    return int(text) if rule["type"] == "integer" and text.lstrip("-").isdecimal() else text


def _settings(home: Path, values: dict[str, Any]) -> Settings:
    root = home.resolve()
    paths = {key: root / values[key] for key in _PATHS}
    publishers = tuple(Publisher(**one) for one in values["publishers"])
    folders = {key: tuple(values[key]) for key in ("ferry_dirs", "backup_dirs")}
    lists = {"publishers": publishers, **folders}
    return Settings(**{**values, **paths, **lists, "home": root})


def make_room(values: dict[str, Any], node_id: str) -> Room:
    """A Room from what room.toml says, complete with defaults."""
    plain = dict(values)
    plain["place"] = plain["place"] or node_id[:6]
    plain["languages"] = tuple(plain["languages"])
    plain["phones"] = tuple(Phone(**phone) for phone in plain["phones"] or ())
    return Room(**plain)
