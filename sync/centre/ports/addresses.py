"""HOME/ports.toml: which ports speak HTTP, to which address, signed with which key. A port without a table here is a
file drop. Read at each exchange, so that a change needs no restart.

    [sms]
    url = "https://sms.example.cn/yizhan"
    key_file = "sms.key"        # one line, as it was agreed with the other side; from HOME if relative
    private = false             # true: the address may lie in a closed network, and be http://
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from edge.errors import YizhanError, problem
from sync.centre import posting
from sync.centre.posting import PostError

FILE_NAME: Final = "ports.toml"
KEY_CHARS_MIN: Final = 32
_KEYS: Final = frozenset({"url", "key_file", "private"})
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class Address:
    """Where a port's questions go, and what both sides sign with."""

    url: str
    key: bytes = field(repr=False)
    private: bool = False


def load(home: Path, known: Collection[str]) -> dict[str, Address]:
    """By the name of the port; `known`: those there are. Raises settings_wrong naming the table and the key."""
    path = home / FILE_NAME
    if not path.exists():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"不是有效的 TOML：{error}") from error
    for name in given.keys() - set(known):
        raise _wrong(f"没有 [{name}] 这个接口，可用的有 {'、'.join(sorted(known))}。")
    return {name: _address(home, name, table) for name, table in given.items()}


def _wrong(sentence: str) -> YizhanError:
    return problem("settings_wrong", detail=f"{FILE_NAME}：{sentence}")


def _address(home: Path, name: str, table: Any) -> Address:
    if not isinstance(table, dict) or not table.keys() <= _KEYS:
        raise _wrong(f"[{name}] 里只能写 url、key_file 和 private。")
    url, private = table.get("url", ""), table.get("private", False)
    if not isinstance(url, str) or not isinstance(private, bool) or "?" in url:
        raise _wrong(f"[{name}] 的 url 应当是不带 ? 的文字，private 应当是 true 或 false。")
    try:
        posting.check_url(url, private=private)
    except PostError as error:
        raise _wrong(f"[{name}] 的 url：{error}。") from error
    return Address(url, _key(home, name, table), private)


def _key(home: Path, name: str, table: Mapping[str, Any]) -> bytes:
    given = table.get("key_file", "")
    if not isinstance(given, str) or not given:
        raise _wrong(f"[{name}] 缺少 key_file：放密钥的文件。")
    path = home / given
    try:
        key, mode = path.read_text(encoding="ascii").strip(), path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(f"[{name}] 的 key_file 读不出来：{given}。") from error
    if mode & _OTHERS:
        raise _wrong(f"[{name}] 的 key_file 别人也能读，请改成只有运行中心的账号能读：chmod 600 {given}。")
    if len(key) < KEY_CHARS_MIN:
        raise _wrong(f"[{name}] 的密钥太短，至少 {KEY_CHARS_MIN} 个字符。")
    return key.encode()
