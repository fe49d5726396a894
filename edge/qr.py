"""QR codes as SVG, drawn by the server; the only user of `qrcode`."""

import re

# what ISO/IEC 18004 packs at 5.5 bits a character; anything else costs eight
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+\Z")
QUIET_ZONE = 4
# in a smaller symbol a fifth of the area is more than a third of what can be mended: its marks take too much of it
STRONG_VERSION_MIN = 10


def svg(text: str, title: str = "二维码") -> str:
    """An <svg> element of `text` with its quiet zone, scaling with its box; error correction M.

    A text that is written in capitals (HTTPS://EXAMPLE.CN/S/…) becomes a smaller code than the same in small letters.
    """
    rows = modules(text)
    side = len(rows)
    path = "".join(_run(start, y, length) for y, row in enumerate(rows) for start, length in _runs(row))
    return (
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="{title}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{path}"/></svg>'
    )


def modules(text: str, *, strong: bool = False) -> list[list[bool]]:
    """Rows of dark or light modules, quiet zone included. `strong`: error correction H, for paper that gets smeared and
    torn; M is for screens.
    """
    import qrcode  # brings asyncio with it; a start has no use for either
    from qrcode import constants, util

    level = constants.ERROR_CORRECT_H if strong else constants.ERROR_CORRECT_M
    code = qrcode.QRCode(version=STRONG_VERSION_MIN if strong else None, error_correction=level, border=QUIET_ZONE)
    mode = util.MODE_ALPHA_NUM if _ALPHANUMERIC.match(text) else util.MODE_8BIT_BYTE
    code.add_data(util.QRData(text.encode(), mode=mode))
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    found, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append((start, x - start))
            start = None
    return found


def _run(x: int, y: int, length: int) -> str:
    return f"M{x} {y}h{length}v1h-{length}z"
