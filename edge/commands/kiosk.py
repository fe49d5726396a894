"""`yizhan kiosk`: kiosks on machines of their own, paired with this room by a code."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, group, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    from edge.pairing import Kiosk, Pairings

PROFILE = "yizhan-kiosk"


def add_commands(commands: Commands) -> None:
    """Put `kiosk pair`, `list` and `end` into `commands`, the top level of the command line."""
    kiosks = group(commands, "kiosk", "另一台机器上的自助机")
    parser = reporting(kiosks, "pair", pair, "取一个一次用的配对码，在另一台自助机上输入；10 分钟内有效")
    parser.add_argument("--name", default="大厅", metavar="NAME", help="这台自助机放在哪里（默认：大厅）")
    reporting(kiosks, "list", show, "列出配对过的自助机")
    parser = reporting(kiosks, "end", end, "取消一台自助机的配对，马上生效")
    parser.add_argument("number", type=int, metavar="NUMBER", help="自助机的号，见 yizhan kiosk list")


def _pairings(args: argparse.Namespace) -> Pairings:
    """Raises home_missing where there is no node."""
    from edge import settings
    from edge.pairing import Pairings

    if not (args.home / settings.NODE_FILE).is_file():
        raise problem("home_missing", home=args.home)
    return Pairings(args.home)


def pair(args: argparse.Namespace) -> int:
    """`yizhan kiosk pair`: a code of eight digits that pairs one kiosk within ten minutes, and how that machine starts.

    Raises kiosk_listener_off, kiosk_file, home_missing.
    """
    from edge import settings, tls_certificate
    from edge.clock import SystemClock
    from edge.os_words import why

    pairings = _pairings(args)
    values = settings.node_values(args.home)
    host, port = str(values["kiosk_listen_host"]), int(values["kiosk_listen_port"])
    if not host:
        raise problem("kiosk_listener_off")
    try:
        pin = tls_certificate.fingerprint(tls_certificate.certificate(args.home, host))
    except OSError as error:
        raise problem("kiosk_file", file=tls_certificate.FILE, detail=why(error)) from error
    code = pairings.offer(args.name, SystemClock().now())
    url = f"https://{f'[{host}]' if ':' in host else host}:{port}/kiosk/"
    start = browser(url, pin)
    lines = (
        f"配对码：{code[:4]} {code[4:]}（10 分钟内有效，只能用一次）",
        "在那台机器上这样打开自助机，再输入配对码：",
        f"  {start}",
        f"证书指纹（SHA-256，base64）：{pin}",
    )
    say(args, {"code": code, "url": url, "fingerprint": pin, "start": start}, "\n".join(lines))
    return 0


def browser(url: str, pin: str) -> str:
    """How the other machine starts its browser: full screen, a profile of its own, and no other certificate."""
    flags = (f"--user-data-dir={PROFILE}", f"--ignore-certificate-errors-spki-list={pin}", "--no-first-run")
    return shlex.join(["chromium", "--kiosk", *flags, url])


def show(args: argparse.Namespace) -> int:
    """`yizhan kiosk list`: every kiosk on a machine of its own, and since when it is paired. Raises home_missing."""
    found = _pairings(args).all()
    answer = {"kiosks": [_row(one) for one in found]}
    say(
        args,
        answer,
        "\n".join(f"{one.id}  {one.name}  {one.at[:16].replace('T', ' ')} 配对" for one in found)
        or "没有配对过自助机。",
    )
    return 0


def end(args: argparse.Namespace) -> int:
    """`yizhan kiosk end NUMBER`: that kiosk is a stranger from now on. Raises kiosk_unknown, kiosk_file,
    home_missing.
    """
    gone = _pairings(args).end(args.number)
    say(args, _row(gone), f"{gone.id} 号自助机（{gone.name}）已取消配对，再用要重新配对。")
    return 0


def _row(one: Kiosk) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "at": one.at}
