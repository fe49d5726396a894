"""One POST to a program of somebody else: to the very address that was looked at, without redirects, within a time.

Whoever names a hook could name a door of our own network (SSRF). So the name is resolved once, every address must be a
public one unless the hook is marked for a closed network, and the connection goes to that address, whatever the name
means a moment later. Addresses of a link (169.254…, where clouds keep their keys) are never asked.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

TIMEOUT_S: Final = 10.0
ANSWER_MAX: Final = 64 << 10
URL_MAX: Final = 500
_PORTS: Final = {"https": 443, "http": 80}

Address = IPv4Address | IPv6Address


class PostError(Exception):
    """Why nothing was delivered; a sentence for the operator."""


def check_url(url: str, *, private: bool) -> SplitResult:
    """Scheme, host and port of a hook's address. Raises PostError; nothing is asked of the network."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PostError("地址写得不对") from error
    if len(url) > URL_MAX or not url.isascii() or any(one <= " " for one in url):
        raise PostError("地址太长，或者有不能用的字符")
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise PostError("地址应写成 https://主机/路径，不带账号")
    if parts.scheme != "https" and not private:
        raise PostError("地址应以 https:// 开头；只有封闭网络里的可以用 http://")
    return parts


@dataclass(frozen=True, slots=True)
class Answered:
    """`headers` by their names in small letters; of the body at most one byte more than ANSWER_MAX."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False) -> int:
    """The status of the answer; a redirect is an answer like any other. Raises PostError."""
    return ask("POST", url, body, headers, private=private).status


def ask(method: str, url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False) -> Answered:
    """The answer, whatever its status. Raises PostError."""
    parts = check_url(url, private=private)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    address = _resolve(host, port, private=private)
    kind = _SecureAt if parts.scheme == "https" else _PlainAt
    connection = kind(host, port, timeout=TIMEOUT_S)
    connection.address = str(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, body or None, dict(headers))
        answer = connection.getresponse()
        said = answer.read(ANSWER_MAX + 1)
    except (OSError, http.client.HTTPException) as error:
        raise PostError(f"没有送到：{type(error).__name__}") from error
    else:
        return Answered(int(answer.status), {name.lower(): text for name, text in answer.getheaders()}, said)
    finally:
        connection.close()


def _resolve(host: str, port: int, *, private: bool) -> Address:
    """The first address of a name, all of which must be allowed. Raises PostError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PostError("找不到这个主机") from error
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses or not all(is_allowed(one, private=private) for one in addresses):
        raise PostError("这个地址在内部网络里，没有允许")
    return addresses[0]


def is_allowed(address: Address, *, private: bool) -> bool:
    """Whether a hook may go there."""
    inner = _within(address)
    if inner.is_loopback:
        return private
    if inner.is_multicast or inner.is_unspecified or inner.is_link_local or inner.is_reserved:
        return False
    return private or (inner.is_global and address.is_global)


def _within(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, 6to4, NAT64), or itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class _Range:
    """64:ff9b::/96 of RFC 6052."""

    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 32 == int(IPv6Address("64:ff9b::")) >> 32


_NAT64: Final = _Range()


class _PlainAt(http.client.HTTPConnection):
    """Connects to `address`, and names `host` in the request."""

    address = ""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT_S)


class _SecureAt(_PlainAt):
    """The same over TLS; the certificate must be that of the name."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
