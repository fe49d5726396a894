"""Unlock a program that waits on this machine, as its own page does: the passphrase goes to its loopback address."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Final

from edge.errors import problem

if TYPE_CHECKING:
    from edge.settings import Settings

PATIENCE_S: Final = 150
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_LOCKED: Final = "unlock"


def unlock(found: Settings, text: str) -> str:
    """The address of the desk that is open now. Raises locked_key_wrong, not_waiting (no program waits there)."""
    base = f"http://{found.listen_host}:{found.listen_port}"
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    ask = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))
    try:
        with ask.open(f"{base}/console/", timeout=PATIENCE_S) as page:
            shown = page.read().decode()
        token = _TOKEN.search(shown)
        if token is None or f"/console/{_LOCKED}" not in shown:
            raise problem("not_waiting", url=base)
        form = urllib.parse.urlencode({"csrf_token": token[1], "key": text.strip()}).encode()
        with ask.open(f"{base}/console/{_LOCKED}", form, timeout=PATIENCE_S):
            return f"{base}/console/"
    except urllib.error.HTTPError as error:
        raise problem("locked_key_wrong") from error
    except OSError as error:
        raise problem("not_waiting", url=base) from error
