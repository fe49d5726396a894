"""Applications without a screen: file one, look at one; and the accounts of the room."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, near, reporting, say
from edge.commands.node import opened
from edge.errors import Refused, problem
from edge.os_words import why

if TYPE_CHECKING:
    from edge.applications import Application
    from edge.node import Node
    from edge.officers import Officer
    from forms.state import Material

IMPORTER = "import"


def add_commands(commands: Commands) -> None:
    """Put `apply`, `show` and `officers` into `commands`, the top level of the command line."""
    parser = reporting(commands, "apply", apply, "不经屏幕提交一个申请（导入）")
    parser.add_argument("service", metavar="SERVICE", help="事项编号，如 juzhu-dengji")
    parser.add_argument("answers", type=Path, metavar="ANSWERS.json", help="填报内容；“-”为标准输入")
    parser.add_argument("--token", required=True, metavar="T", help="提交标识：同一标识只产生一个办件")
    named = "材料：材料编码或填报项的 JSON Pointer=文件"
    parser.add_argument("--material", action="append", default=[], metavar="NAME=FILE", help=named)
    parser.add_argument("--on", metavar="DATE", help="收件日期（补录纸质件时用），如 2026-11-21")
    parser = reporting(commands, "show", show, "查看一个办件")
    parser.add_argument("number", metavar="NUMBER", help="收件编号")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="把填报内容写成 CSV 表格")
    parser.add_argument("--encoding", choices=("utf-8", "gb18030"), default="utf-8", help="表格编码，老系统用 gb18030")
    _add_officers(commands)


def _add_officers(commands: Commands) -> None:
    parser = reporting(commands, "officers", officers, "本室人员账号：列出、增加、停用")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--add", metavar="ACCOUNT", help="新账号名")
    change.add_argument("--disable", metavar="ACCOUNT", help="停用账号")
    change.add_argument("--enable", metavar="ACCOUNT", help="恢复账号，解除锁定")
    change.add_argument("--password", metavar="ACCOUNT", help="重设密码")
    change.add_argument("--set-posts", metavar="ACCOUNT", help="改岗位（用 --post 给出，三员不兼任）")
    change.add_argument("--counter", metavar="ACCOUNT", help="登记动态口令（HOTP），印出令牌要扫的地址")
    change.add_argument("--codes", metavar="ACCOUNT", help="发二十个一次性口令，旧的作废")
    change.add_argument("--no-second", metavar="ACCOUNT", help="取消动态口令和一次性口令（令牌丢了）")
    change.add_argument("--set-staff", metavar="ACCOUNT", help="登记警号（用 --staff 给出，空的为去掉）")
    parser.add_argument("--name", default="", help="姓名")
    parser.add_argument("--rank", choices=("民警", "辅警"), default="民警")
    parser.add_argument("--post", action="append", default=[], metavar="POST", help="岗位，可以有多个")
    same = "警号或工号：同一个人在中心的账号也写它，收件和审批才认得出是一人"
    parser.add_argument("--staff", default="", metavar="NUMBER", help=same)
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")


def apply(args: argparse.Namespace) -> int:
    """`yizhan apply SERVICE ANSWERS.json --token T`: the same token gives the same number, with `created` false.

    Exit code 1 with every problem where the answers are refused. Raises service_not_named, bad_request, bad_token.
    """
    from edge import applications

    answers = _read_answers(args.answers)
    with opened(args) as node:
        if args.service not in node.catalogue:
            raise problem("service_not_named", service=args.service, near=near(args.service, node.catalogue))
        materials = _store_materials(node, args.material, answers)
        try:
            filed = applications.file(
                node,
                args.service,
                answers,
                token=args.token,
                channel="import",
                actor=IMPORTER,
                materials=materials,
                on=args.on,
            )
        except Refused as refused:
            return _refused(args, refused)
    answer = {
        "number": filed.number,
        "token": filed.token,
        "state": filed.state,
        "code": filed.code,
        "created": filed.created,
    }
    first = "" if filed.created else "（这个提交标识以前已经收件，没有重复收）"
    say(args, answer, f"已收件：{filed.number}，查询码 {filed.code}{first}")
    return 0


def _read_answers(path: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        answers = json.loads(text)
    except (OSError, ValueError) as error:
        raise problem("bad_request", detail=f"{path} 不是可以读取的 JSON 文件") from error
    if not isinstance(answers, dict):
        raise problem("bad_request", detail=f"{path} 应当是一个 JSON 对象")
    return answers


def _store_materials(node: Node, given: Sequence[str], answers: dict[str, Any]) -> list[Material]:
    """Stores the files; one that is named by a JSON Pointer also becomes the answer there."""
    from edge import materials
    from forms import pointer

    stored = []
    for one in given:
        slot, separator, file = one.partition("=")
        if not separator or not slot:
            raise problem("bad_request", detail=f"--material {one}：应写成 NAME=FILE")
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise problem("bad_request", detail=f"材料文件 {file} 读不出来") from error
        material = materials.store(node, data, Path(file).name, IMPORTER, slot)
        if slot.startswith("/"):
            pointer.put(answers, slot, f"sha256:{material.sha256}")
        stored.append(material)
    return stored


def _refused(args: argparse.Namespace, refused: Refused) -> int:
    problems = [{"path": p.path, "keyword": p.keyword, "message": p.message} for p in refused.problems]
    error = {"code": refused.code, "sentence": refused.sentence, "hint": refused.hint, "faults": problems}
    text = "\n".join([refused.sentence, *(f"{p['path']}：{p['message']}" for p in problems)])
    say(args, {"error": error}, text)
    return 1


def show(args: argparse.Namespace) -> int:
    """`yizhan show NUMBER`: one application; with --csv its answers as a table too. Raises not_found."""
    from edge import applications

    with opened(args) as node, node.database.read() as tx:
        application = applications.get(tx, args.number)
        answer = as_json(node, tx, application)
        if args.csv:
            _write_table(application, args.csv, args.encoding)
    words = (answer["number"], answer["service"]["title"], answer["state_title"], answer["transfer"])
    parts = [f"  {one['title']}  {one['number']}  {one['state_title']}" for one in answer.get("parts", ())]
    say(args, answer, "\n".join(["  ".join(words), *parts]))
    return 0


def _write_table(application: Application, path: Path, encoding: str) -> None:
    from edge import answers_csv

    try:
        path.write_bytes(answers_csv.encoded(answers_csv.table(application), encoding))
    except OSError as error:
        raise problem("bad_request", detail=f"{path} 写不进去：{why(error)}") from error


def as_json(node: Node, tx: Any, application: Application) -> dict[str, Any]:
    """One application for whoever works on this machine: what the API shows, and what it keeps to itself."""
    from edge import log, materials
    from edge.api import bodies
    from forms import apart

    state, ack = application.state, log.acked(tx)
    shown = bodies.application(application, node.calendar, node.clock.now())
    return shown | {
        "node": node.settings.node_id,
        "service": shown["service"] | {"digest": state.service.digest},
        "reason": state.reason,
        "identity": state.identity,
        "confirmation": asdict(state.confirmation),
        "channel": state.channel,
        "transfer": "省级中心已接收" if shown["received_by_centre"] else "尚未上传",
        "ack": {"epoch": ack.epoch, "seq": ack.seq, "at": log.last_ack_at(tx)} if ack.seq else None,
        "answers": apart.shown(state),
        "materials": [asdict(m) | {"held": materials.find(tx, m.sha256) is not None} for m in state.materials],
        "corrections": [asdict(one) for one in state.corrections],
    }


def officers(args: argparse.Namespace) -> int:
    """`yizhan officers`: every account of the room after the change that was asked for; what is secret is printed
    once.
    """
    from edge import officers as accounts

    with opened(args) as node:
        once = _change(accounts, node, args)
        people = accounts.all_of(node)
    answer = {"officers": [_officer(one) for one in people]} | ({"once": once} if once else {})
    lines = [*once, *(_line(one) for one in people)]
    say(args, answer, "\n".join(lines) or "还没有账号。")
    return 0


def _change(accounts: Any, node: Node, args: argparse.Namespace) -> list[str]:
    """What the options ask for; the lines that are shown this one time."""
    from edge import factor

    actor = f"command:{os.getuid()}" if hasattr(os, "getuid") else "command"
    if args.add:
        accounts.add(
            node,
            args.add,
            args.name or args.add,
            _password(args),
            posts=args.post or ["receive"],
            rank=args.rank,
            staff=args.staff,
            actor=actor,
        )
    elif args.password:
        accounts.set_password(node, args.password, _password(args), actor=actor)
    elif args.set_staff:
        accounts.set_staff(node, args.set_staff, args.staff)
    elif args.set_posts:
        accounts.set_posts(node, args.set_posts, args.post, actor=actor)
    elif args.disable:
        accounts.disable(node, args.disable, actor=actor)
    elif args.enable:
        accounts.enable(node, args.enable, actor=actor)
    elif args.counter:
        return [factor.begin_counter(node, args.counter, actor)]
    elif args.codes:
        return factor.print_codes(node, args.codes, actor)
    elif args.no_second:
        factor.remove(node, args.no_second, actor)
    return []


def _password(args: argparse.Namespace) -> str:
    return sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass("密码：")


def _officer(one: Officer) -> dict[str, Any]:
    return {"account": one.account, "name": one.name, "rank": one.rank, "posts": list(one.posts), "active": one.active}


def _line(one: Officer) -> str:
    return f"{one.account}  {one.name}  {one.rank}  {'、'.join(one.posts)}{'' if one.active else '  已停用'}"
