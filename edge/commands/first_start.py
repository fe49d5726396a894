"""`yizhan setup`: the code and the address of the first start; and a stick that is prepared for several rooms."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    import threading

    from edge.first_start import FirstStart
    from edge.node import Node

INSTALLER = "INSTALL.SH"


def add_commands(commands: Commands) -> None:
    """Put `setup` into `commands`, the top level of the command line."""
    reporting(commands, "setup", setup, "首次设置：显示设置码和页面地址（设置没有做完的机器）")


def add_centre_commands(inner: Commands) -> None:
    """Put `prepare-stick` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "prepare-stick", prepare_stick, "准备一个U盘：给多个警务室各放一份登记文件，连同安装包")
    parser.add_argument("dir", type=Path, metavar="DIR", help="U盘所在的文件夹")
    rooms = "警务室表：每行一个，编号、空格、名称；“-”为标准输入"
    parser.add_argument("--rooms", type=Path, required=True, metavar="FILE", help=rooms)
    parser.add_argument("--url", default="", help="节点访问中心的地址（默认用 centre.toml 的 url）")
    package = "一起放上去的安装包（.deb），可以有多个"
    parser.add_argument("--package", type=Path, action="append", default=[], metavar="FILE", help=package)


def setup(args: argparse.Namespace) -> int:
    """Raises first_finished."""
    from edge import set_up, settings

    begun = set_up.begin(args.home)
    port = settings.node_values(args.home)["listen_port"]
    code, url = begun.state.code, f"http://127.0.0.1:{port}/setup/"
    left = [set_up.STEPS[step] for step in begun.state.undone]
    lines = (
        f"设置码：{code[:4]} {code[4:]}",
        f"在这台电脑的浏览器里打开：{url}",
        f"还没有做的：{'、'.join(left) or '开始使用'}",
    )
    say(args, {"home": str(args.home), "code": code, "url": url, "left": left}, "\n".join(lines))
    return 0


def first_start(args: argparse.Namespace, stopped: threading.Event) -> tuple[Node | None, FirstStart] | None:
    """What `serve --first-start` does before anything else: the node that was set up (None: told to end before), and
    what its program takes over. None where there is nothing to set up.
    """
    from edge import set_up

    if not args.first_start or not set_up.is_due(args.home):
        return None
    from edge.first_start import FirstStart

    start = FirstStart(args.home, args.port)
    try:
        code = start.steps.state.code
        answer = {"setup": start.url, "home": str(args.home)}
        print(f"首次设置，设置码 {code[:4]} {code[4:]}", file=sys.stderr, flush=True)
        say(args, answer, f"这台电脑还没有设置。请打开 {start.url}")
        node = start.wait(stopped)
    except BaseException:
        start.stop()
        raise
    if node is None:
        start.stop()
        if not stopped.is_set():
            print("警务室已经由命令建好了：首次设置结束，再启动一次就能用。", file=sys.stderr, flush=True)
    return node, start


def take_from_stick(args: argparse.Namespace) -> dict[str, Any]:
    """The enrolment file of a room on a prepared stick, now marked. Raises stick_rooms_none, stick_room_taken."""
    from edge import prepared_stick, set_up
    from edge.clock import SystemClock

    begun = set_up.begin(args.home)
    claim = begun.state.claim
    prepared_stick.sweep(args.stick, claim)
    found = prepared_stick.free(args.stick, claim)
    mine = next((one.node for one in found if one.claim), "")
    wanted = args.node or mine or (found[0].node if found else "")
    if not wanted:
        raise problem("stick_rooms_none", folder=args.stick)
    found_file = prepared_stick.take(args.stick, wanted, claim, SystemClock().now())
    begun.keep(making=wanted)
    return found_file


def stick_is_done(args: argparse.Namespace) -> None:
    """The room is made: its code goes from the stick, and no page sets up this machine any more."""
    from edge import prepared_stick, set_up

    begun = set_up.SetUp(args.home)
    prepared_stick.sweep(args.stick, begun.state.claim, done=True)
    begun.drop()


def prepare_stick(args: argparse.Namespace) -> int:
    """Raises bad_request, node_wrong, and what a stick can do."""
    from edge import prepared_stick
    from edge.commands.centre import opened
    from sync.centre.enrolment import enrol

    wanted = _rooms(sys.stdin.read() if str(args.rooms) == "-" else _text(args.rooms))
    if not args.dir.is_dir():
        raise problem("ferry_missing", folder=args.dir)
    with opened(args) as centre:
        files = [enrol(centre, node, name, args.url or centre.settings.url) for node, name in wanted]
    found = prepared_stick.write(args.dir, files)
    packages = _put_packages(args.dir, args.package)
    answer = {
        "folder": str(args.dir),
        "rooms": [{"node": one.node, "name": one.name, "used": bool(one.claim)} for one in found],
        "packages": packages,
    }
    made = f"{len(files)} 个警务室的登记文件" + (f"、{len(packages)} 个安装包" if packages else "")
    say(args, answer, f"U盘准备好了：{made}。登记文件等于钥匙，14 天内有效，请保管好U盘。")
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise problem("bad_request", detail=f"{path} 读不出来") from error


def _rooms(text: str) -> list[tuple[str, str]]:
    """(number, name) of each line. Raises bad_request that names the line."""
    from edge.set_up import NODE

    found: list[tuple[str, str]] = []
    for at, line in enumerate(text.splitlines(), 1):
        node, _, name = line.strip().partition(" ")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not NODE.fullmatch(node) or not name.strip():
            raise problem("bad_request", detail=f"警务室表第 {at} 行应当是 10 位编号、空格、名称")
        if any(node == one for one, _ in found):
            raise problem("bad_request", detail=f"警务室表第 {at} 行的 {node} 写了两次")
        found.append((node, name.strip()))
    if not found:
        raise problem("bad_request", detail="警务室表里没有警务室")
    return found


def _put_packages(medium: Path, packages: list[Path]) -> list[str]:
    """Each, read back, and beside them how to install. Raises bad_request, ferry_unwritable, ferry_unverified."""
    for one in packages:
        if not one.is_file():
            raise problem("bad_request", detail=f"没有安装包 {one}")
    try:
        for one in packages:
            shutil.copyfile(one, medium / one.name)
            if _sha256(medium / one.name) != _sha256(one):
                raise problem("ferry_unverified", name=one.name)
        if packages:
            sums = "".join(f"{_sha256(one)}  {one.name}\n" for one in packages)
            (medium / "SHA256SUMS").write_text(sums, encoding="utf-8")
            (medium / INSTALLER).write_text(_INSTALL, encoding="utf-8")
    except OSError as error:
        raise problem("ferry_unwritable", folder=medium, detail=type(error).__name__) from error
    return [one.name for one in packages]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_INSTALL = """#!/bin/sh
# 装上这个U盘里的安装包：sudo sh INSTALL.SH。装好后照屏幕上的设置码，在浏览器里做首次设置。
set -eu
cd "$(dirname "$0")"
sha256sum --check --strict SHA256SUMS
# 一次装完，先后由 dpkg 排；缺别的软件包的装不完，别的照样装好
whole=yes
dpkg --install ./*.deb || whole=
if ! command -v yizhan >/dev/null; then
    echo "驿站没有装上，原因见上面。" >&2
    exit 1
fi
# 装好以前插上的U盘，只有登录桌面的人看得到
echo "现在把U盘拔下来，再插上一次，驿站才看得到它。"
told=0
yizhan setup || told=$?
if [ -z "$whole" ]; then
    echo "有的安装包没有装完，上面写着缺哪些软件包。有网络的，运行 sudo apt-get install --fix-broken；" >&2
    echo "没有网络的，把缺的 .deb 也放进这个文件夹，运行 sudo dpkg --install ./*.deb。" >&2
    echo "驿站不等它们，现在就可以首次设置。" >&2
    exit 1
fi
exit $told
"""
