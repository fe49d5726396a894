"""What a room is set to: node.toml (technician) and room.toml (room), read once; a wrong value stops the start.

Names, defaults and limits of the keys are in node.schema.json and room.schema.json beside this file, where an editor
finds them too. The environment may set a key of node.toml: YIZHAN_LISTEN_PORT=8601.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from edge.accounts import Cost, Limits
from edge.errors import problem
from forms import validation

NODE_FILE = "node.toml"
ROOM_FILE = "room.toml"
_ENVIRONMENT_PREFIX = "YIZHAN_"
_PATHS = ("database", "witness", "key_file", "services_dir")


@dataclass(frozen=True, slots=True)
class Settings:
    """node.toml with its defaults; paths are absolute. The schema says what each key means."""

    home: Path
    node_id: str
    database: Path
    witness: Path
    key_file: Path
    services_dir: Path
    listen_host: str
    listen_port: int
    centre_url: str
    status_url: str
    sync_interval_s: int
    sync_retry_max_s: int
    photo_bytes_max: int
    photo_pixels_max: int
    session_idle_s: int
    session_max_s: int
    login_tries_max: int
    lockout_s: int
    password_memory_kib: int
    password_passes: int

    @property
    def password_cost(self) -> Cost:
        return Cost(memory_kib=self.password_memory_kib, passes=self.password_passes)

    @property
    def login_limits(self) -> Limits:
        return Limits(
            idle_ms=self.session_idle_s * 1000,
            absolute_ms=self.session_max_s * 1000,
            tries_max=self.login_tries_max,
            lockout_ms=self.lockout_s * 1000,
        )


@dataclass(frozen=True, slots=True)
class Phone:
    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Room:
    """room.toml with its defaults; `place` is the division code that answers are judged by."""

    name: str
    station: str
    county: str
    address: str
    place: str
    hours: str
    market_days: str
    languages: tuple[str, ...]
    phones: tuple[Phone, ...]
    kiosk_idle_s: int


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of "node" or "room"."""
    text = resources.files("edge").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def load(
    home: Path, environment: Mapping[str, str] = os.environ, *, node_file: str = NODE_FILE
) -> tuple[Settings, Room]:
    """Read both files of `home`. Raises home_missing, or settings_wrong naming every fault of both at once."""
    if not (home / node_file).is_file():
        raise problem("home_missing", home=home)
    found = check(home, environment, node_file=node_file)
    if found:
        raise problem("settings_wrong", detail="\n".join(found))
    node, _ = _values(home / node_file, "node", _from_environment(environment))
    room, _ = _values(home / ROOM_FILE, "room", {})
    return _settings(home, node), _room(room, node["node_id"])


def check(home: Path, environment: Mapping[str, str] = os.environ, *, node_file: str = NODE_FILE) -> list[str]:
    """Every fault of both files as a sentence with file and key; an empty list when they are right."""
    _, faults_node = _values(home / node_file, "node", _from_environment(environment))
    _, faults_room = _values(home / ROOM_FILE, "room", {})
    return faults_node + faults_room


def services_folder(home: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where a room's own services lie, also where the rest of node.toml is wrong."""
    values, _ = _values(home / NODE_FILE, "node", _from_environment(environment))
    return home / str(values.get("services_dir") or schema("node")["properties"]["services_dir"]["default"])


def _values(path: Path, name: str, overrides: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, [f"{path.name}：没有这个文件"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path.name}：不是有效的 TOML 文件（{error}）"]
    rules = schema(name)
    values = {**given, **overrides}
    faults = [_sentence(path.name, fault, rules) for fault in validation.problems(rules, values)]
    defaults = {key: rule["default"] for key, rule in rules["properties"].items() if "default" in rule}
    return {**defaults, **values}, faults


def _sentence(file: str, fault: validation.Problem, rules: dict[str, Any]) -> str:
    key = fault.path.removeprefix("/").replace("/", ".")
    if fault.keyword == "additionalProperties":
        known = "、".join(rules["properties"])
        return f"{file}：{key}：没有这个配置项，请核对拼写。已有的配置项：{known}"
    meaning = rules["properties"].get(key.split(".")[0], {}).get("description", "")
    return f"{file}：{key}{f'（{meaning}）' if meaning else ''}：{fault.message}"


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The keys that the environment sets; numbers are read where the schema wants a number."""
    rules = schema("node")["properties"]
    given = {key: environment.get(_ENVIRONMENT_PREFIX + key.upper()) for key in rules}
    return {key: _read(value, rules[key]["type"]) for key, value in given.items() if value is not None}


def _read(text: str, kind: str) -> str | int:
    return int(text) if kind == "integer" and text.lstrip("-").isdecimal() else text


def _settings(home: Path, values: dict[str, Any]) -> Settings:
    root = home.resolve()
    paths = {key: root / values[key] for key in _PATHS}
    return Settings(**{**values, **paths, "home": root})


def _room(values: dict[str, Any], node_id: str) -> Room:
    plain = dict(values)
    plain["place"] = plain["place"] or node_id[:6]
    plain["languages"] = tuple(plain["languages"])
    plain["phones"] = tuple(Phone(**phone) for phone in plain["phones"])
    return Room(**plain)
