"""`yizhan keys …`, `yizhan centre keys …`, `yizhan centre policy`: which keys and suites are used, and new ones."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from edge.commands import slots
from edge.commands.common import Commands, group, reporting, say

if TYPE_CHECKING:
    from edge.database import Connection
    from sync.centre.centre import Centre


def add_commands(commands: Commands) -> None:
    """Put `keys` and `unlock` into `commands`, the top level of the command line."""
    inner = group(commands, "keys", "本机与省级中心通信的密钥：查看、更换")
    reporting(inner, "show", show, "本机现在用的密钥、等待确认的密钥和加密策略")
    parser = reporting(inner, "rotate", rotate, "更换本机的密钥；省级中心确认后启用")
    parser.add_argument("--database", action="store_true", help="更换的是数据库的密钥；要先停下程序")
    slots.add_commands(inner)
    slots.add_unlock(commands)


def add_centre_commands(commands: Commands) -> None:
    """Put `keys` and `policy` into `commands`, the group of `yizhan centre`."""
    inner = group(commands, "keys", "中心的密钥：查看、更换、停用旧的")
    reporting(inner, "show", centre_show, "各套密钥，以及还有多少警务室在用")
    parser = reporting(inner, "rotate", centre_rotate, "更换中心的密钥；各警务室下次联系时改用，旧的同时有效")
    parser.add_argument("--suite", metavar="NAME", help="加密套件（默认与现在相同）")
    parser = reporting(inner, "retire", centre_retire, "停用并销毁一套旧密钥")
    parser.add_argument("generation", type=int, metavar="GENERATION", help="第几套")
    parser.add_argument("--force", action="store_true", help="还有警务室在用也停用，它们须重新登记")
    parser = reporting(commands, "policy", centre_policy, "加密策略：查看，或签发新的一版")
    parser.add_argument(
        "--suite", action="append", default=[], metavar="NAME", help="允许的套件，可重复，优先的在前；不写则只查看"
    )
    parser.add_argument("--minimum", default="", metavar="NAME", help="到期后仍接受的最后一个（默认为列出的最后一个）")
    parser.add_argument("--from", dest="not_before", default="", metavar="TIME", help="如 2027-03-01T00:00:00+08:00")
    parser.add_argument("--force", action="store_true", help="会使一些警务室立即连不上也签发，它们须重新登记")


def show(args: argparse.Namespace) -> int:
    """`yizhan keys show`: the room's sets of keys, the centre's, and the policy on suites; no private key."""
    from edge.commands.node import opened

    with opened(args) as node, node.database.read() as tx:
        answer = _own(tx)
    say(args, answer, "\n".join(_line(one) for one in answer["keys"]))
    return 0


def rotate(args: argparse.Namespace) -> int:
    """`yizhan keys rotate`: announces new keys to the centre, which come into use with its word; with --database a
    new key of the database instead. A change that waits already makes no second one: `fresh` is false.
    """
    if args.database:
        return slots.rotate(args)
    from edge.commands.node import opened
    from sync import key_changes

    with opened(args) as node:
        with node.database.write() as tx:
            fresh = key_changes.begin(tx).fresh
        with node.database.read() as tx:
            answer = _own(tx) | {"fresh": fresh}
    said = "新密钥已写入日志，随下次上传送出；省级中心确认以前仍用现在的。"
    say(args, answer, said if fresh else "上次更换的密钥还在等省级中心确认，没有另建。")
    return 0


_STATES = {"next": "等待确认", "current": "在用", "old": "已更换"}


def _own(tx: Connection) -> dict[str, Any]:
    from edge import identity, suite_policy

    keys = [
        {"generation": one.generation, "suite": one.suite.name, "state": one.state, "key": one.sign.key_id.hex()}
        for one in identity.own_sets(tx)
    ]
    centre = [
        {"generation": one.generation, "suite": one.suite.name, "retired": one.retired, "key": _id(one.sign_key)}
        for one in identity.centre_sets(tx)
    ]
    return {"keys": keys, "centre": centre, "policy": _policy(suite_policy.current(tx))}


def _id(public: bytes) -> str:
    from sync.suites import key_id

    return key_id(public).hex()


def _line(one: dict[str, Any]) -> str:
    return f"第 {one['generation']} 套  {one['suite']}  {one['key']}  {_STATES[one['state']]}"


def _policy(policy: Any) -> dict[str, Any]:
    return {
        "version": policy.version,
        "suites": list(policy.suites),
        "minimum": policy.minimum,
        "not_before": policy.not_before,
    }


def centre_show(args: argparse.Namespace) -> int:
    """`yizhan centre keys show`: each set of the centre with the number of rooms that still use it."""
    from edge.commands.centre import opened

    with opened(args) as centre:
        answer = _sets(centre)
    say(args, answer, "\n".join(_centre_line(one) for one in answer["keys"]))
    return 0


def centre_rotate(args: argparse.Namespace) -> int:
    """`yizhan centre keys rotate`: a new set beside the old ones, in the suite of the newest or --suite. Raises
    policy_wrong.
    """
    from edge.commands.centre import opened
    from edge.errors import problem
    from sync.suites import SuiteError, named

    with opened(args) as centre:
        try:
            suite = named(args.suite) if args.suite else centre.identity.newest.suite
        except SuiteError as error:
            raise problem("policy_wrong", detail=f"没有名为 {args.suite} 的套件") from error
        made = centre.identity.rotate(suite, centre.clock.now())
        answer = _sets(centre)
    kept = centre.settings.identity_file.name
    say(args, answer, f"第 {made.generation} 套密钥已启用，各警务室下次联系时改用。请重新保管 {kept}。")
    return 0


def centre_retire(args: argparse.Namespace) -> int:
    """`yizhan centre keys retire GENERATION`: destroys an older set. Raises not_found for the newest, keys_in_use
    without --force.
    """
    from edge.commands.centre import opened
    from sync.centre import suites

    with opened(args) as centre:
        suites.retire(centre, args.generation, force=args.force)
        answer = _sets(centre)
    say(args, answer, f"第 {args.generation} 套密钥已停用并销毁。")
    return 0


def _sets(centre: Centre) -> dict[str, Any]:
    from sync.centre import suites

    return {
        "keys": [
            {
                "generation": one.own.generation,
                "suite": one.own.suite.name,
                "at": one.own.word.at,
                "key": one.own.sign.key_id.hex(),
                "rooms": one.rooms,
            }
            for one in suites.sets_in_use(centre)
        ]
    }


def _centre_line(one: dict[str, Any]) -> str:
    return f"第 {one['generation']} 套  {one['suite']}  {one['key']}  {one['rooms']} 个警务室在用"


def centre_policy(args: argparse.Namespace) -> int:
    """`yizhan centre policy`: the policy on suites, or with --suite a new one, signed; `fresh`: whether anything
    changed.
    """
    from edge.commands.centre import opened
    from sync.centre import suites

    with opened(args) as centre:
        if args.suite:
            policy, fresh = suites.publish_policy(centre, args.suite, args.minimum, args.not_before, force=args.force)
        else:
            with centre.store.read() as tx:
                policy, fresh = suites.policy(tx), False
    say(args, _policy(policy) | {"fresh": fresh}, _policy_line(policy, fresh=fresh))
    return 0


def _policy_line(policy: Any, *, fresh: bool) -> str:
    if not policy.version:
        return "还没有加密策略：各套件都接受，按登记时的约定使用。"
    until = f"，{policy.not_before} 起只到 {policy.minimum}" if policy.not_before else ""
    said = "已签发，各警务室下次联系时收到" if fresh else "现行"
    return f"第 {policy.version} 版{said}：{'、'.join(policy.suites)}{until}"
