"""What a centre is told before it starts: HOME/centre.toml, and YIZHAN_CENTRE_<NAME> in the environment, which wins."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from edge import web_hosts
from forms import room_terms
from forms.kinds_safety import KEEP_DAYS_MAX

FILE_NAME = "centre.toml"
ENVIRONMENT_PREFIX = "YIZHAN_CENTRE_"
PORT_MAX = 65535
_NAME = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?")
PROVEN = frozenset({"all", "decide", "opinion", "read", "supervisor", "system", "security", "audit"})
ABOUT = {
    "name": "name of the authority, shown at the top of the review desk",
    "host": "address that the server listens on",
    "port": "port that the server listens on; 0 lets the system choose",
    "url": "address under which nodes reach the centre; empty: the listener's own",
    "names": "other names by which browsers and programs ask for the centre, separated by commas: besides these, that"
    " of `url`, numbers and localhost none is answered (421); rooms are heard under any",
    "database": "SQLAlchemy address of the store; empty: HOME/centre.db, encrypted with centre.key",
    "key_file": "the secret that database and materials are encrypted with",
    "identity_file": "the keys that the centre signs and opens envelopes with",
    "recovery_file": "the key that opens the centre's slots in the rooms' sheets; may be kept elsewhere",
    "supervisor_file": "the supervisor's private key, which opens complaints; the public one lies beside it",
    "blobs": "folder of the materials",
    "s3": "file with address and keys of an S3 bucket, which then takes the place of that folder",
    "sms": "folder of the files of messages, which the program that sends them takes away",
    "ports": "folder of the files that are exchanged with other systems of the province",
    "threads": "requests that are served at the same time",
    "body_bytes_max": "largest request that is taken in",
    "material_bytes_max": "largest material that a node may announce",
    "answer_bytes_max": "events for a node in one answer; the rest follows with the next",
    "ferry_dirs": "folders that a stick may be chosen from, separated by `:`; with `*`: what is mounted there",
    "proxies": "reverse proxies whose X-Forwarded-Proto and X-Forwarded-For are believed, separated by commas",
    "phone_plain": "1: the page for phones shows personal details over plain HTTP too; for a closed network only",
    "erase_after_days": "closed applications are erased after so many days, 180 at least; 0: never by themselves",
    "appointments_keep_days": "appointments are erased so many days after their day; 1 to 3650, as the next three",
    "needs_keep_days": "needs of the village are erased so many days after the last word on them",
    "missing_keep_days": "notices of missing people are erased so many days after their end",
    "notes_keep_days": "notes of rounds, of closed days and of tickets are erased after so many days",
    "account_witness": "file that remembers the end of the book of accounts; best on another disk than the store",
    "second_proof": "posts and duties that need a second proof at the login: decide, opinion, read, supervisor, system,"
    " security, audit, or all; empty: nobody has to have one",
    "session_idle_s": "a reviewer is logged out after so many seconds without a click",
}


class SettingsError(ValueError):
    """A value that the centre cannot start with; `key` is its name in centre.toml."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"{FILE_NAME}：{key} {sentence}")
        self.key = key


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """Read once. Relative paths are taken from HOME. ABOUT says what each one means."""

    home: Path
    name: str = "省公安厅"
    host: str = "127.0.0.1"
    port: int = 8600
    url: str = ""
    names: str = ""
    database: str = ""
    key_file: Path = Path("centre.key")
    identity_file: Path = Path("centre.identity")
    supervisor_file: Path = Path("supervisor.key")
    recovery_file: Path = Path("recovery.key")
    blobs: Path = Path("blobs")
    s3: str = ""
    sms: Path = Path("sms")
    ports: Path = Path("ports")
    threads: int = 8
    body_bytes_max: int = 16 << 20
    material_bytes_max: int = 20 << 20
    answer_bytes_max: int = 256 << 10
    ferry_dirs: str = "/media/*:/media/*/*:/run/media/*/*"
    proxies: str = "127.0.0.1,::1"
    phone_plain: int = 0
    erase_after_days: int = 0
    appointments_keep_days: int = room_terms.TERMS["appointments"].days
    needs_keep_days: int = room_terms.TERMS["needs"].days
    missing_keep_days: int = room_terms.TERMS["missing"].days
    notes_keep_days: int = room_terms.TERMS["notes"].days
    session_idle_s: int = 1800
    account_witness: Path = Path("accounts.witness")
    second_proof: str = "system security audit decide"

    @property
    def hosts(self) -> web_hosts.Names:
        """The names by which the centre is asked. What a room sends is proven by its envelope, and a room may have been
        enrolled with an address that stands in no setting: it is heard by whatever name it asks for.
        """
        given = {self.host, web_hosts.of_address(self.url), *self.names.split(",")}
        known = frozenset(name.strip().lower() for name in given) - {""}
        return web_hosts.Names(known, "centre_host_unknown", ("/sync/", "/healthz"))


def load(home: Path, environment: Mapping[str, str] | None = None) -> CentreSettings:
    """Read the settings of the centre in `home`. Raises SettingsError naming the first key that is wrong."""
    given = _file_values(home / FILE_NAME) | _environment_values(os.environ if environment is None else environment)
    known = {f.name: f for f in fields(CentreSettings) if f.name != "home"}
    values = {}
    for key, value in given.items():
        if key not in known:
            raise SettingsError(key, "不是可用的设置项，请删除或改正名称。")
        values[key] = _convert(key, value, known[key].default)
    settings = CentreSettings(home=home, **values)
    _check_ranges(settings)
    return _under_home(settings)


def _file_values(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("(整个文件)", f"不是有效的 TOML：{error}") from error


def _environment_values(environment: Mapping[str, str]) -> dict[str, str]:
    prefix = ENVIRONMENT_PREFIX
    return {name[len(prefix) :].lower(): text for name, text in environment.items() if name.startswith(prefix)}


def _convert(key: str, value: Any, default: Any) -> Any:
    """The value in the type of its default; an environment variable is always text."""
    if isinstance(default, int):
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise SettingsError(key, "应当是一个整数。")
        return value
    if not isinstance(value, str):
        raise SettingsError(key, "应当是文字，请加上引号。")
    return Path(value) if isinstance(default, Path) else value


def _check_ranges(settings: CentreSettings) -> None:
    if not 0 <= settings.port <= PORT_MAX:
        raise SettingsError("port", f"应当在 0 到 {PORT_MAX} 之间。")
    for key in ("threads", "body_bytes_max", "material_bytes_max", "answer_bytes_max", "session_idle_s"):
        if getattr(settings, key) < 1:
            raise SettingsError(key, "应当大于 0。")
    for key in (f"{name}_keep_days" for name in room_terms.TERMS):
        if not 1 <= getattr(settings, key) <= KEEP_DAYS_MAX:
            raise SettingsError(key, f"应当在 1 到 {KEEP_DAYS_MAX} 之间，单位天。")
    if not set(settings.second_proof.split()) <= PROVEN:
        raise SettingsError("second_proof", f"只用这些词，用空格隔开：{'、'.join(sorted(PROVEN))}。")
    if settings.url and not settings.url.startswith(("http://", "https://")):
        raise SettingsError("url", "应当以 https:// 开头。")
    wrong = [one for one in settings.names.split(",") if not _NAME.fullmatch(one.strip())]
    if settings.names and wrong:
        raise SettingsError("names", "只写名字，用逗号隔开，不写 https:// 和端口，如 zwfw.example.cn。")
    if not settings.name.strip():
        raise SettingsError("name", "不能为空。")


def _under_home(settings: CentreSettings) -> CentreSettings:
    values = {f.name: getattr(settings, f.name) for f in fields(CentreSettings)}
    paths = {name: settings.home / value for name, value in values.items() if isinstance(value, Path)}
    return CentreSettings(**(values | paths | {"home": settings.home}))
