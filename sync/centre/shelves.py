"""Where sealed bytes lie by name: a folder of fsynced files, or a bucket of an S3 service. One seam, one contract.

A name is made of plain parts with `/` between them. What `put` has returned from is durable and whole; to put the same
name again replaces it. An S3 service may list late: what it does not yet name is only sent again.
"""

import contextlib
import shutil
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from edge import durable

if TYPE_CHECKING:
    from obstore.store import S3Store

CONNECT_S: Final = 3
ANSWER_S: Final = 30
RETRIES_MAX: Final = 3
KEYS: Final = ("endpoint", "bucket", "access_key_id", "secret_access_key")
EXTRA: Final = {"region": "us-east-1", "prefix": ""}


class ShelfError(Exception):
    """The shelf can't be used as it is described. The message is a sentence for the operator."""


class Shelf(Protocol):
    """The two shelves have exactly these."""

    def put(self, name: str, data: bytes) -> None:
        """Keep these bytes under this name, durably."""

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where nothing has this name."""

    def size(self, name: str) -> int | None:
        """How many bytes have this name; None for nothing."""

    def sizes(self, folder: str) -> dict[str, int]:
        """Last part of the name -> bytes, of all that lies directly in a folder."""

    def drop(self, name: str) -> None:
        """Take away what has this name; nothing, where nothing has."""

    def clear(self, folder: str) -> None:
        """Take away all that lies directly in a folder. A rest may stay; it is cleared the next time."""


class FolderShelf:
    """Files below a folder. Each is fsynced under another name, renamed, and its folder fsynced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        path = self._folder / name
        durable.make_folder(path.parent)
        durable.write_whole(path, data)

    def get(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def size(self, name: str) -> int | None:
        try:
            return (self._folder / name).stat().st_size
        except FileNotFoundError:
            return None

    def sizes(self, folder: str) -> dict[str, int]:
        path = self._folder / folder
        if not path.is_dir():
            return {}
        return {one.name: one.stat().st_size for one in path.iterdir() if one.is_file() and one.suffix != ".new"}

    def drop(self, name: str) -> None:
        path = self._folder / name
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            durable.sync_folder(path.parent)

    def clear(self, folder: str) -> None:
        shutil.rmtree(self._folder / folder, ignore_errors=True)


class S3Shelf:
    """Objects of one bucket. The service answers a put when it is kept, and never with half of it."""

    def __init__(self, store: "S3Store") -> None:
        self._store = store

    def put(self, name: str, data: bytes) -> None:
        self._store.put(name, data, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        try:
            return bytes(self._store.get(name).bytes())
        except FileNotFoundError:
            return None

    def size(self, name: str) -> int | None:
        try:
            return int(self._store.head(name)["size"])
        except FileNotFoundError:
            return None

    def sizes(self, folder: str) -> dict[str, int]:
        found = self._store.list_with_delimiter(f"{folder}/")["objects"]
        return {one["path"].rpartition("/")[2]: int(one["size"]) for one in found}

    def drop(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):  # another took it away, or the list came late
            self._store.delete(name)

    def clear(self, folder: str) -> None:
        for name in self.sizes(folder):
            self.drop(f"{folder}/{name}")


def open_shelf(folder: Path, s3_file: Path | None) -> Shelf:
    """The folder, or the bucket that a file describes. Raises ShelfError; the service itself is not asked yet."""
    return FolderShelf(folder) if s3_file is None else S3Shelf(_bucket(_described(s3_file)))


def _described(path: Path) -> dict[str, str]:
    """The TOML file with the address and the keys of a bucket. Raises ShelfError naming what is wrong."""
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ShelfError(f"找不到 S3 的说明文件 {path}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ShelfError(f"{path.name} 不是有效的 TOML：{error}") from error
    for key, value in given.items():
        if key not in (*KEYS, *EXTRA) or not isinstance(value, str):
            raise ShelfError(f"{path.name}：{key} 不是可用的设置项，或应当是文字。")
    missing = [key for key in KEYS if not given.get(key)]
    if missing:
        raise ShelfError(f"{path.name}：缺少 {'、'.join(missing)}。")
    return EXTRA | given


def _bucket(given: dict[str, str]) -> "S3Store":
    from obstore.store import S3Store

    return S3Store(
        given["bucket"],
        prefix=given["prefix"] or None,
        endpoint=given["endpoint"],
        region=given["region"],
        access_key_id=given["access_key_id"],
        secret_access_key=given["secret_access_key"],
        virtual_hosted_style_request=False,  # a service of one's own has no name for each bucket
        client_options={
            "allow_http": given["endpoint"].startswith("http://"),
            "connect_timeout": timedelta(seconds=CONNECT_S),
            "timeout": timedelta(seconds=ANSWER_S),
        },
        retry_config={"max_retries": RETRIES_MAX, "retry_timeout": timedelta(seconds=ANSWER_S)},
    )
