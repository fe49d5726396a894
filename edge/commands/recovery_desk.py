"""`yizhan centre recovery-key|return-key|returns|unlock`: the centre brings back the key of a room's database."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any, Final

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

_WAYS: Final = {"file": "凭申请文件", "line": "联网自动"}


def add_centre_commands(inner: Commands) -> None:
    """Put `recovery-key`, `return-key`, `returns` and `unlock` into `inner`, the group of `yizhan centre`."""
    reporting(inner, "recovery-key", recovery_key, "找回公钥；还没有的，建立一对。以后的登记文件里都带着它")
    parser = reporting(inner, "return-key", return_key, "答复警务室找回数据库密钥的申请，须两个人经手")
    parser.add_argument("request", type=Path, metavar="FILE", help="警务室的申请文件")
    parser.add_argument("--code", required=True, help="对方在电话里念的核对码，12 位数字")
    parser.add_argument("--as", dest="actor", required=True, metavar="ACCOUNT", help="经办账号，如 centre:li")
    parser.add_argument("--witness", required=True, metavar="ACCOUNT", help="复核账号，另一个人")
    parser.add_argument("--reason", required=True, help="事由")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="答复写到哪里")
    reporting(inner, "returns", returns, "给过哪些警务室密钥，哪些警务室可以联网自动解锁")
    parser = reporting(inner, "unlock", unlock, "许可一个警务室开机联网后自动解锁，或者停止许可")
    parser.add_argument("node", metavar="NODE", help="10 位节点编号")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--until", metavar="DAY", help="许可到哪一天，如 2027-03-31")
    how.add_argument("--forbid", action="store_true", help="不再许可（如机器被盗，应立即停止）")
    parser.add_argument("--as", dest="actor", default="centre:cli", metavar="ACCOUNT", help="经办账号")


def recovery_key(args: argparse.Namespace) -> int:
    """`yizhan centre recovery-key`: the public key of the slots that the centre can open, hexadecimal; made where
    there is none.
    """
    from edge.commands.centre import opened
    from sync.centre import recovery_keys

    with opened(args) as centre:
        key = recovery_keys.create(centre.settings.recovery_file)
    say(args, {"key": key}, f"找回公钥：{key}")
    return 0


def return_key(args: argparse.Namespace) -> int:
    """`yizhan centre return-key FILE`: the answer to a room that lost its secrets, sealed to that request, by two
    people.

    Raises recovery_wrong, recovery_code_wrong, key_return_persons, node_unknown, slot_shut, file_not_written.
    """
    from edge import durable, recovery_words
    from edge.commands.centre import opened
    from sync.centre import key_returns

    try:
        request = recovery_words.read_request(args.request.read_bytes())
    except OSError as error:
        raise problem("recovery_wrong", detail="读不出来") from error
    with opened(args) as centre:
        given = key_returns.give(centre, request, args.code, actor=args.actor, witness=args.witness, reason=args.reason)
    try:
        durable.write_whole(args.out, given + b"\n")
    except OSError as error:
        raise problem("file_not_written", file=args.out, detail=str(error)) from error
    answer = {"node": request.node, "slot": request.slot.id, "file": str(args.out)}
    say(args, answer, f"答复已写到 {args.out}，只有申请的那台机器能打开。已记录在案。")
    return 0


def returns(args: argparse.Namespace) -> int:
    """`yizhan centre returns`: to whom keys were brought back, why and by whom; which rooms may unlock themselves."""
    from edge.commands.centre import opened
    from sync.centre import key_returns

    with opened(args) as centre:
        answer = {"returns": key_returns.returns(centre), "grants": key_returns.grants(centre)}
    lines = [_line(one) for one in answer["returns"]]
    lines += [f"{one['node_id']}  联网自动解锁许可到 {one['until']}  {one['actor']}" for one in answer["grants"]]
    say(args, answer, "\n".join(lines) or "没有找回过，也没有许可过。")
    return 0


def _line(one: dict[str, Any]) -> str:
    people = "、".join(filter(None, (one["actor"], one["witness"])))
    return f"{one['at'][:16]}  {one['node_id']}  {_WAYS[one['way']]}  {one['times']} 次  {people}  {one['reason']}"


def unlock(args: argparse.Namespace) -> int:
    """`yizhan centre unlock NODE`: until which day a room may unlock itself over the line, or that it may not any
    more.
    """
    from edge.commands.centre import opened
    from sync.centre import key_returns

    until = "" if args.forbid else _day(args.until)
    with opened(args) as centre:
        key_returns.grant(centre, args.node, until, args.actor)
    said = f"许可到 {until}" if until else "不再许可"
    say(args, {"node": args.node, "until": until}, f"{args.node} 联网自动解锁：{said}。")
    return 0


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise problem("bad_request", detail=f"--until {text} 不是日期，应如 2027-03-31") from error
