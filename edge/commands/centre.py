"""`yizhan centre …`: the province's side, from the command line."""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.commands import (
    aside,
    centre_accounts,
    centre_keeping,
    doubt,
    exports,
    ferry,
    first_start,
    hooks,
    keys,
    numbering,
    outside,
    packs,
    ports,
    publishing,
    recovery_desk,
    review_desk,
    room_desk,
    rooms,
    supervision,
)
from edge.commands.common import Commands, group, print_log, reporting, say
from edge.errors import problem
from edge.os_words import why
from forms.kinds import DECISIONS, RESULTS

if TYPE_CHECKING:
    from sync.centre.centre import Centre

LAST_STICK = (
    "注意：这个节点已经有一台机器。新机器登记以后，旧机器的密钥作废，它最后写的U盘就不能再导入。"
    "请先用 yizhan centre ferry import 导入旧机器留下的U盘，再把登记文件交给安装人员。"
)
DISK_FAULTS = frozenset({errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT})


def add_commands(commands: Commands) -> None:
    """Put `yizhan centre` with all that stands below it into `commands`, the top level of the command line."""
    inner = group(commands, "centre", "省级参考中心：建立、运行、登记节点、查看与办理")
    parser = reporting(inner, "init", init, "建立一个中心")
    parser.add_argument("--name", default="省公安厅", help="机关名称，显示在审批台上方")
    parser = reporting(inner, "serve", serve, "运行中心：接收批次、审批台、接口")
    parser.add_argument("--host", help="监听地址（默认用 centre.toml）")
    parser.add_argument("--port", type=int, help="监听端口，0 为由系统选择（默认用 centre.toml）")
    parser = reporting(inner, "enrol", enrol, "登记一个节点，给出一次性登记文件")
    parser.add_argument("node", metavar="NODE", help="10 位节点编号：区划代码 6 位加警务室编号 4 位")
    parser.add_argument("--name", required=True, help="警务室名称")
    parser.add_argument("--url", default="", help="节点访问中心的地址（默认用 centre.toml 的 url）")
    parser.add_argument("--out", type=Path, metavar="FILE", help="把登记文件写到这里")
    parser = reporting(inner, "log", log, "打印一个节点的两份日志，每行一个事件")
    parser.add_argument("--node", required=True, metavar="ID")
    parser.add_argument("--side", choices=("node", "centre"), help="只打印其中一份")
    reporting(inner, "verify", verify, "校验所有节点的日志链与材料")
    parser = reporting(inner, "show", show, "查看一个办件")
    parser.add_argument("number", metavar="NUMBER")
    parser = reporting(inner, "open-complaint", open_complaint, "打开一份封存给监督部门的举报投诉")
    parser.add_argument("number", metavar="NUMBER")
    parser.add_argument("--as", dest="actor", required=True, help="监督岗位的账号，如 centre:du")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把随附的照片写到这个文件夹")
    reporting(inner, "supervisor-key", supervisor_key, "监督部门的公钥；还没有的，建立一对")
    _add_decide(inner)
    centre_accounts.add_centre_commands(inner)
    centre_keeping.add_centre_commands(inner)
    publishing.add_centre_commands(inner)
    packs.add_centre_commands(inner)
    keys.add_centre_commands(inner)
    recovery_desk.add_centre_commands(inner)
    ferry.add_centre_commands(inner)
    doubt.add_centre_commands(inner)
    aside.add_centre_commands(inner)
    room_desk.add_centre_commands(inner)
    rooms.add_centre_commands(inner)
    review_desk.add_centre_commands(inner)
    supervision.add_centre_commands(inner)
    outside.add_centre_commands(inner)
    numbering.add_centre_commands(inner)
    exports.add_centre_commands(inner)
    hooks.add_centre_commands(inner)
    ports.add_centre_commands(inner)
    first_start.add_centre_commands(inner)


def _add_decide(inner: Commands) -> None:
    parser = reporting(inner, "decide", decide, "办理一个办件：受理、补正、不予受理、办结")
    parser.add_argument("number", metavar="NUMBER")
    act = parser.add_mutually_exclusive_group(required=True)
    act.add_argument("--confirm", action="store_true", help="民警确认；带 --reason 的为不予确认")
    act.add_argument("--accept", action="store_true", help="受理")
    act.add_argument("--refuse", action="store_true", help="不予受理（须有 --reason）")
    act.add_argument("--correct", type=Path, metavar="FILE", help="一次性告知补正：含 items 的 JSON 文件")
    act.add_argument("--result", choices=DECISIONS, help="办结：" + "、".join(f"{k} {RESULTS[k]}" for k in DECISIONS))
    parser.add_argument("--reason", default="", help="理由")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="经办账号，记入日志")


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Centre]:
    """Raises centre_store_fault where the disk or the database fails meanwhile."""
    from sync.centre.centre import open_centre
    from sync.centre.store import FailedError

    centre = open_centre(args.home)
    try:
        yield centre
    except FailedError as error:
        raise problem("centre_store_fault", detail=error.orig) from error
    except OSError as error:
        if error.errno not in DISK_FAULTS:
            raise
        raise problem("centre_store_fault", detail=why(error)) from error
    finally:
        centre.close()


def init(args: argparse.Namespace) -> int:
    """`yizhan centre init`: a new home with settings, keys and an empty store. Raises centre_exists."""
    from sync.centre.centre import create_home

    create_home(args.home, args.name)
    say(args, {"home": str(args.home), "name": args.name}, f"中心已建立：{args.home}")
    return 0


def serve(args: argparse.Namespace) -> int:
    """`yizhan centre serve`: prints the addresses once it listens (port 0: whichever is free), then serves until a
    signal.

    Between requests it makes the rounds that no request asks for. Raises port_in_use, centre_store_fault.
    """
    from edge.serving import Server, stop_signals
    from sync.centre.app import create_app
    from sync.centre.rounds import EVERY_S, Rounds

    with opened(args) as centre, stop_signals() as stopped:
        given, rounds = centre.settings, Rounds(centre)
        port = given.port if args.port is None else args.port
        app = create_app(centre)
        server = Server(app, args.host or given.host, port, threads=given.threads, forwarded=True)
        try:
            review = f"{server.url}/review/"
            say(args, {"centre": review, "url": server.url}, f"审批台：{review}")
            while not stopped.wait(EVERY_S):
                rounds.make()
        finally:
            server.stop()
    return 0


def enrol(args: argparse.Namespace) -> int:
    """`yizhan centre enrol NODE`: the enrolment file with a one-time code, to --out or to the standard output.

    For a room that has a machine it warns on the error stream: what that machine wrote last can't be read afterwards.
    """
    from sync.centre.enrolment import enrol as enrol_node
    from sync.centre.enrolment import has_machine

    with opened(args) as centre:
        if has_machine(centre, args.node):
            print(LAST_STICK, file=sys.stderr, flush=True)
        file = enrol_node(centre, args.node, args.name, args.url or centre.settings.url)
    text = json.dumps(file, ensure_ascii=False, indent=None if args.json else 2)
    if args.out is None:
        print(text, flush=True)
        return 0
    args.out.write_text(text + "\n", encoding="utf-8")
    say(args, file, f"登记文件已写到 {args.out}，只能用一次，请交给安装人员。")
    return 0


def log(args: argparse.Namespace) -> int:
    """`yizhan centre log --node ID`: the events of one room, one JSON object a line; both logs unless --side names
    one.
    """
    from sync.centre.outside import log_lines

    with opened(args) as centre:
        print_log(args, log_lines(centre, args.node, args.side))
    return 0


def verify(args: argparse.Namespace) -> int:
    """`yizhan centre verify`: checks both chains of every room and all materials. Exit code 1 where something is
    broken.
    """
    from sync.centre.verification import verify as verify_all

    with opened(args) as centre:
        report = verify_all(centre)
    say(args, report, "日志链与材料完整。" if report["whole"] else "\n".join(report["faults"]))
    return 0 if report["whole"] else 1


def show(args: argparse.Namespace) -> int:
    """`yizhan centre show NUMBER`: one application as the centre holds it. Raises not_found."""
    from sync.centre.outside import show as show_case

    with opened(args) as centre:
        case = show_case(centre, args.number)
    say(args, case, _lines(case))
    return 0


def decide(args: argparse.Namespace) -> int:
    """`yizhan centre decide NUMBER`: accept, correct, refuse, confirm, or close it with a result; what the case is
    then.

    Raises not_found, not_allowed_now, bad_request for a notice that can't be read, and what the desk's own acts raise.
    """
    from sync.centre.outside import decide as act_on

    with opened(args) as centre:
        case = act_on(centre, args.number, **{"actor": args.actor, "reason": args.reason, **_act(args)})
    say(args, case, _lines(case))
    return 0


def _act(args: argparse.Namespace) -> dict[str, Any]:
    if args.confirm:
        return {"act": "unconfirm" if args.reason else "confirm"}
    if args.accept:
        return {"act": "accept", "note": args.reason}
    if args.refuse:
        return {"act": "refuse"}
    if args.result:
        return {"act": "decide", "result": args.result}
    notice = _read_notice(args.correct)
    act = {"act": "correct", "items": notice.get("items")}
    return act | {key: notice[key] for key in ("due_day", "reason") if key in notice}


def _read_notice(path: Path) -> dict[str, Any]:
    try:
        notice = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise problem("bad_request", detail=f"{path}：{error}") from error
    if not isinstance(notice, dict):
        raise problem("bad_request", detail=f"{path}：应为含 items 的对象")
    return notice


def open_complaint(args: argparse.Namespace) -> int:
    """`yizhan centre open-complaint NUMBER`: the answers in the open, and with --out its files as N-DIGEST in that
    folder.

    Raises not_found (also where nothing is sealed), sealed_other for whoever may not, supervisor_key_missing.
    """
    from sync.centre.supervisor import open_complaint as opened_for

    with opened(args) as centre:
        content = opened_for(centre, args.number, args.actor)
    if args.out is not None:
        args.out.mkdir(parents=True, exist_ok=True)
        for at, one in enumerate(content.files, 1):
            (args.out / f"{at}-{one.sha256[:8]}").write_bytes(one.data)
    files = [{"slot": one.slot, "name": one.name, "size": len(one.data), "sha256": one.sha256} for one in content.files]
    answer = {"number": args.number, "answers": content.answers, "files": files}
    say(args, answer, json.dumps(content.answers, ensure_ascii=False, indent=2))
    return 0


def supervisor_key(args: argparse.Namespace) -> int:
    """`yizhan centre supervisor-key`: the public key that complaints are sealed to, hexadecimal; made where there
    is none.
    """
    from sync.centre import supervisor_keys

    with opened(args) as centre:
        public = supervisor_keys.create(centre.settings.supervisor_file)
        place = str(centre.settings.supervisor_file)
    say(args, {"public": public, "private_file": place}, f"监督部门的公钥：{public}\n私钥：{place}，请由监督部门保管。")
    return 0


def _lines(case: dict[str, Any]) -> str:
    return f"{case['number']}  {case['service']['title']}  {case['state_title']}"
