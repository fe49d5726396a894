"""Readers behind the HTTP service that their maker installs on the same machine: asked on loopback, never elsewhere.

Makers differ in address and in the names of their fields, so devices.toml says both (`url`, `good`, `fields`).
"""

import base64
import binascii
import http.client
import json
import time
from typing import Any

from edge.config.device_file import Reader, loopback
from edge.devices import card
from edge.devices.card import Card
from edge.errors import problem
from forms import pointer

ANSWER_BYTES_MAX = 2 << 20  # a card with its photo and both sides as pictures is about 300 kB
_PIECE = 64 * 1024


class LocalHttp:
    """One reader. Nothing is kept open between two cards."""

    typed = False

    def __init__(self, config: Reader) -> None:
        self._config = config

    def read(self) -> Card:
        """Raises reader_silent, reader_words, card_absent, card_unreadable."""
        answer = self._ask()
        config = self._config
        if config.good and str(pointer.get(answer, config.good["place"], "")) != config.good["value"]:
            raise problem("card_absent")
        said = {name: pointer.get(answer, place, None) for name, place in config.fields.items()}
        plain = {name: str(value) for name, value in said.items() if isinstance(value, str | int)}
        if not plain.get("number"):
            raise problem("card_absent") if config.good is None else _words("没有 number 所指的内容")
        return card.made(plain, _photo(plain.get("photo", "")))

    def probe(self) -> None:
        """Whether the service answers at all. Raises reader_silent, reader_words."""
        self._ask()

    def _ask(self) -> Any:
        try:
            data = self._exchange()
        except (OSError, http.client.HTTPException) as error:
            raise problem("reader_silent") from error
        try:
            return json.loads(_text(data))
        except (ValueError, RecursionError) as error:
            raise _words("不是 JSON") from error

    def _exchange(self) -> bytes:
        place = loopback(self._config.url)
        if place is None:
            raise OSError("not an address of this machine")
        host, port, path = place
        ends = time.monotonic() + self._config.timeout_s
        connection = http.client.HTTPConnection(host, port, timeout=self._config.timeout_s)
        try:
            body = self._config.body.encode() or None
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(self._config.method, path, body, headers)
            return _taken(connection, ends)
        finally:
            connection.close()


def _taken(connection: http.client.HTTPConnection, ends: float) -> bytes:
    """The whole answer before the time is up: one that drips must not hold up the citizen."""
    socket = connection.sock
    _wait_at_most(socket, ends)
    found = bytearray()
    with connection.getresponse() as answer:
        while piece := answer.read1(_PIECE):
            found += piece
            if len(found) > ANSWER_BYTES_MAX:
                raise _words("回答太长")
            _wait_at_most(socket, ends)
    return bytes(found)


def _wait_at_most(socket: Any, ends: float) -> None:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    socket.settimeout(left)


def _text(data: bytes) -> str:
    """Most services speak UTF-8; older ones the encoding of the system that they were made for."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _photo(text: str) -> bytes:
    """A picture in base64, with or without the head of a data address; none is no fault."""
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=False)
    except (binascii.Error, ValueError):
        return b""


def _words(detail: str) -> Exception:
    return problem("reader_words", detail=detail)
