"""Behind the province's reverse proxy, which ends TLS: who asks and how, by the word of proxies of ours alone."""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Program = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Proxied:
    """Puts scheme and address of the browser in the place of the proxy's. `proxies`: addresses, separated by commas.

    What anybody else says about himself is not believed. Of several addresses the last counts: our proxy added it.
    """

    def __init__(self, program: Program, proxies: str) -> None:
        self._program = program
        self._proxies = {one.strip() for one in proxies.split(",")} - {""}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI."""
        scheme = str(environ.pop("HTTP_X_FORWARDED_PROTO", "")).rpartition(",")[2].strip().lower()
        address = str(environ.pop("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if environ.get("REMOTE_ADDR", "") in self._proxies:
            environ["wsgi.url_scheme"] = scheme if scheme in {"http", "https"} else environ["wsgi.url_scheme"]
            environ["REMOTE_ADDR"] = address or environ["REMOTE_ADDR"]
        return self._program(environ, start_response)
