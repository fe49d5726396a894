"""`yizhan backup` and `yizhan restore`: what is done before a disk dies, and after."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, reporting, say
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.node import Node
    from sync.restoring import Entered, Recovered

NEVER_LEFT = (
    "没有提交的草稿、账号和密码、配置文件不在省级中心，取不回来；"
    "旧机上没有上传过的收件也取不回来，请核对纸质收件凭证。"
    "旧机最后写的U盘，登记新机器以前没有在省级中心导入的，现在也不能再导入。"
)


def add_commands(commands: Commands) -> None:
    """Put `backup` and `restore` into `commands`, the top level of the command line."""
    parser = reporting(commands, "backup", backup, "做一份加密备份，写完重新打开、逐条核对后才算完成")
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        metavar="FILE|DIR",
        help="备份文件，或放备份的文件夹（如U盘）；不写则按 node.toml 滚动备份",
    )
    parser = reporting(commands, "restore", restore, "恢复：用备份、从省级中心，或确认丢失后继续；一律启用新的一期日志")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="备份文件")
    parser.add_argument("--from-centre", action="store_true", help="从省级中心取回日志、办件、材料和事项文件")
    parser.add_argument("--enrolment", type=Path, metavar="FILE", help="省级中心新发的登记文件；换了机器的必须有")
    parser.add_argument("--code", default="", metavar="TEXT", help="登记单上的二维码内容（YZ1: 开头），代替登记文件")
    parser.add_argument("--medium", type=Path, metavar="DIR", help="不用网络：经U盘取回，DIR 为U盘的文件夹")
    parser.add_argument("--re-enter", action="store_true", help="把省级中心没有采信的记录移开，恢复后重新登记")
    parser.add_argument("--accept-loss", action="store_true", help="确认最近的记录已经丢失，不再找回")
    parser.add_argument("--key-file", type=Path, metavar="KEY", help="密钥文件（默认用 HOME 里的 node.key）")
    parser.add_argument("--passphrase", action="store_true", help="用口令打开备份，从终端或标准输入读取")
    parser.add_argument(
        "--answer", type=Path, metavar="ANSWER", help="用省级中心对 keys request --backup 的答复打开备份，换上新口令"
    )
    parser.add_argument("--replace", action="store_true", help="换掉 HOME 里已有的节点；原有数据移到一边保存")


def backup(args: argparse.Namespace) -> int:
    """`yizhan backup [FILE|DIR]`: written, opened again and checked before it counts; without a target one into each of
    backup_dirs, and exit code 1 where one of them failed. Raises file_in_the_way, backup_unusable, file_not_written.
    """
    from edge import backup as backups
    from edge.commands.node import opened

    with opened(args) as node:
        if args.target is None:
            return _roll(args, node)
        made = backups.make(node, args.target)
    place = f"日志到第 {made.head.epoch} 期第 {made.head.seq} 号，{made.events} 条记录、{made.materials} 份材料"
    say(
        args,
        backups.as_dict(made),
        f"备份已做好并核对：{made.file}（{place}）。打得开本室的口令或密钥文件也打得开它，请另外保管。",
    )
    return 0


def _roll(args: argparse.Namespace, node: Node) -> int:
    from edge import backup as backups
    from edge import rolling

    done = rolling.run(node)
    answer = {
        "made": [backups.as_dict(one) for one in done.made],
        "removed": list(map(str, done.removed)),
        "failed": list(done.failed),
    }
    lines = [f"已备份并核对：{one.file}" for one in done.made]
    lines += [f"旧的已删去：{one}" for one in done.removed]
    lines += [f"没有备份成：{one}" for one in done.failed]
    say(args, answer, "\n".join(lines) or "node.toml 的 backup_dirs 里没有可用的文件夹。")
    return 0 if done.made and not done.failed else 1


def restore(args: argparse.Namespace) -> int:
    """`yizhan restore`: from a backup, from the centre, or going on without what was lost; always in a new epoch.

    Exit code 1 where the centre lacks a material or definition, or broke off. Raises bad_request unless it is exactly
    one of the three.
    """
    ways = [args.file is not None, args.from_centre, args.accept_loss and not args.from_centre]
    if sum(ways) != 1:
        raise problem("bad_request", detail="请给出备份文件、--from-centre、--accept-loss 三者之一")
    if args.file is not None:
        return _from_backup(args)
    return _from_centre(args) if args.from_centre else _accept(args)


def _from_backup(args: argparse.Namespace) -> int:
    from edge import backup as backups
    from edge import set_up
    from edge.clock import SystemClock

    done = backups.restore(
        args.file, args.home, SystemClock(), key_file=args.key_file, secret=_secret(args), replace=args.replace
    )
    set_up.drop(args.home)
    passphrase = _new_passphrase(args) if args.answer else ""
    answer = _blank() | {
        "way": "backup",
        "node": done.node,
        "epoch": done.epoch,
        "after": str(done.after),
        "events": done.events,
        "aside": str(done.aside) if done.aside else "",
        "passphrase": passphrase,
    }
    lines = [
        f"节点 {done.node} 已恢复到备份时的第 {done.after.epoch} 期第 {done.after.seq} 号。",
        f"从现在起是第 {done.epoch} 期，号码不会重复。",
        "备份以后的收件可能缺失：联网后会先向省级中心取回它接收过的；没有上传过的，请核对纸质收件凭证后补录。",
    ]
    if done.aside:
        lines.append(f"原有数据保存在 {done.aside}。")
    if passphrase:
        lines.append(f"口令：{passphrase}")
        lines.append("只显示这一次。请抄在纸上，装进信封保管；丢了的密钥槽请用 yizhan keys remove 删去。")
    say(args, answer, "\n".join(lines))
    return 0


def _secret(args: argparse.Namespace) -> Any:
    """What somebody types, where he is asked to, or what the centre answered; None: what is in the key file."""
    from edge import key_recovery, unlocking

    if args.answer is not None:
        return unlocking.by_returned(key_recovery.finish(args.home, key_recovery.read_answer(args.answer)).keys)
    if not args.passphrase:
        return None
    return unlocking.by_passphrase(getpass.getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline())


def _new_passphrase(args: argparse.Namespace) -> str:
    """Of a room that came back by the centre's slot: whoever had another secret may have lost it."""
    from edge import key_recovery, slot_keeping
    from edge.node import open_node

    returned = key_recovery.finish(args.home, key_recovery.read_answer(args.answer))
    with contextlib.closing(open_node(args.home, unlocked=returned)) as node:
        made = slot_keeping.passphrase(node, "找回后", "")
        slot_keeping.keep(node, made.slot, act="returned")
    key_recovery.done(args.home)
    return made.passphrase


def _accept(args: argparse.Namespace) -> int:
    from edge import set_up
    from sync import restoring

    with _recovering(args) as node:
        done = restoring.settle(node, accept_loss=True)
        set_up.drop(args.home)
        answer = _answer("accepted", node, done)
    if not done.epoch:
        raise problem("log_whole")
    lost = f"丢失的是第 {done.lost} 号。" if done.lost else ""
    say(args, answer, f"已确认丢失，启用第 {done.epoch} 期日志。{lost}请核对纸质收件凭证，缺的补录。")
    return 0


def _from_centre(args: argparse.Namespace) -> int:
    from edge import set_up
    from edge.settings import NODE_FILE
    from sync import restoring

    enrolment = _enrolment(args)
    new = not (args.home / NODE_FILE).is_file()
    if new:
        _make_home(args, enrolment)
    if args.re_enter and not new:
        _move_aside(args, enrolment)
    if args.medium is not None:
        return _by_medium(args, enrolment, new=new)
    with _recovering(args) as node:
        fresh = _take_enrolment(node, enrolment, anew=not new)
        done = _recover(args, node, new=fresh)
        set_up.drop(args.home)
        entered, aside = _enter_anew(node) if args.re_enter else (restoring.Entered(), "")
        answer = _answer("centre", node, done) | {"aside": aside}
    answer |= {"entered": entered.events, "numbers_taken": list(entered.numbers_taken), "left": list(entered.left)}
    answer |= _exchange(args)
    say(args, answer, "\n".join(_lines(answer, fresh=fresh)))
    return 0 if not (answer["lacking_materials"] or answer["lacking_definitions"] or answer["problem"]) else 1


def _by_medium(args: argparse.Namespace, enrolment: dict[str, Any], *, new: bool) -> int:
    from edge import set_up
    from sync import restoring

    with _recovering(args) as node:
        fresh = _take_enrolment(node, enrolment, anew=not new)
        done = restoring.by_medium(node, args.medium, accept_loss=args.accept_loss)
        if done is None:
            waits = "U盘已写好，请带到省级中心导入，带回来再运行一次同样的命令"
            say(args, _blank() | {"way": "centre", "node": node.settings.node_id, "problem": waits}, f"{waits}。")
            return 1
        set_up.drop(args.home)
        entered, aside = _enter_anew(node) if args.re_enter else (restoring.Entered(), "")
        answer = _answer("centre", node, done) | {"aside": aside, "entered": entered.events}
        answer |= {"numbers_taken": list(entered.numbers_taken), "left": list(entered.left)}
        with node.database.read() as tx:
            from sync.recovery import lacking_materials

            answer["lacking_materials"] = lacking_materials(tx)
    say(args, answer, "\n".join(_lines(answer, fresh=fresh)))
    return 0 if not (answer["lacking_materials"] or answer["lacking_definitions"]) else 1


def _blank() -> dict[str, Any]:
    """Every key of the answer, as it stands where a way doesn't touch it."""
    counts = ("epoch", "events", "applications", "definitions", "materials", "entered")
    numbers: dict[str, Any] = dict.fromkeys(counts, 0)
    texts: dict[str, Any] = dict.fromkeys(("way", "node", "after", "lost", "aside", "problem", "passphrase"), "")
    lists: dict[str, Any] = {key: [] for key in ("lacking_definitions", "lacking_materials", "numbers_taken", "left")}
    return numbers | texts | lists


def _answer(way: str, node: Node, done: Recovered) -> dict[str, Any]:
    with node.database.read() as tx:
        from edge import log

        after = str(log.head(tx))
    return _blank() | {
        "way": way,
        "node": node.settings.node_id,
        "epoch": done.epoch,
        "after": after,
        "events": done.events,
        "applications": done.applications,
        "definitions": done.definitions,
        "lost": done.lost,
        "lacking_definitions": list(done.lacking_definitions),
    }


def _enrolment(args: argparse.Namespace) -> dict[str, Any]:
    from edge.commands.node import given_enrolment

    return given_enrolment(args)


def _make_home(args: argparse.Namespace, enrolment: dict[str, Any]) -> None:
    """A replacement laptop: its folder, its keys, and the mark that nothing may be filed before the log is back."""
    from edge.node import create_home, mark_recovering

    if not enrolment:
        raise problem("node_enrolment_wrong", detail="新机器要用省级中心新发的登记文件，请加上 --enrolment")
    create_home(args.home, str(enrolment.get("node", "")), str(enrolment.get("name", "")))
    mark_recovering(args.home)


def _move_aside(args: argparse.Namespace, enrolment: dict[str, Any]) -> None:
    """Once: a run that was cut finds the empty database that the one before began."""
    from edge.node import begin_anew

    if not enrolment:
        raise problem("node_enrolment_wrong", detail="重新登记要用省级中心核对后新发的登记文件，请加上 --enrolment")
    with _recovering(args) as node, node.database.read() as tx:
        begun = str(tx.execute("SELECT recovering FROM node").fetchone()[0]) == "log"
    if not begun:
        begin_anew(args.home)


def _take_enrolment(node: Node, enrolment: dict[str, Any], *, anew: bool) -> bool:
    """Take a new enrolment file, with new keys where this machine had some: a copy of it may have them too. True where
    the log is to be brought back as a whole, by this run or by one that was cut.
    """
    from edge import identity

    with node.database.write() as tx:
        if enrolment:
            known = identity.centre(tx)
            if known is None or known.code != enrolment.get("code"):
                identity.set_centre(tx, enrolment)
                if anew:
                    identity.renew(tx)
        if identity.centre(tx) is None:
            raise problem("centre_not_set")
        return str(tx.execute("SELECT recovering FROM node").fetchone()[0]) == "log"


def _recover(args: argparse.Namespace, node: Node, *, new: bool) -> Recovered:
    from edge.carrying import link_to_centre
    from sync import restoring

    link = link_to_centre(node)
    try:
        return restoring.recover(node, link, new=new, accept_loss=args.accept_loss)
    finally:
        link.close()


def _enter_anew(node: Node) -> tuple[Entered, str]:
    """From everything that was ever moved aside, the oldest first; what was entered before is known."""
    from edge.database import Database
    from sync import restoring

    found, total, last = node.settings, restoring.Entered(), ""
    for aside in sorted(found.home.glob("aside-*"), key=lambda path: (len(path.name), path.name)):
        old = Database(aside / found.database.name, node.database.key, node.clock)
        try:
            total, last = total + restoring.enter_anew(node, old), str(aside)
        finally:
            old.close()
    with node.database.read() as tx:
        node.witness.follow(tx)
    return total, last


def _exchange(args: argparse.Namespace) -> dict[str, Any]:
    """The centre's log and the files: the node is whole without them, and a run that is cut goes on later."""
    from edge.carrying import link_to_centre
    from edge.commands.node import opened
    from sync import keys, recovery
    from sync.push import Push

    with opened(args) as node:
        link = link_to_centre(node)
        try:
            report = Push(node, link).drain()
            with node.database.read() as tx:
                parties = keys.read(tx)
            count, lacking = recovery.bring_materials(node, link, parties)
        except YizhanError as error:
            return {"problem": error.sentence}
        finally:
            link.close()
    said = "" if report.problem is None else report.problem.sentence
    return {"materials": count, "lacking_materials": list(lacking), "problem": said}


def _lines(answer: dict[str, Any], *, fresh: bool) -> Iterator[str]:
    back = f"{answer['events']} 条记录、{answer['materials']} 份材料、{answer['definitions']} 份事项文件"
    yield f"节点 {answer['node']}：从省级中心取回 {back}，共 {answer['applications']} 个办件。"
    yield f"从现在起是第 {answer['epoch']} 期，号码不会重复。" if answer["epoch"] else "日志完整，没有丢失。"
    if answer["lost"]:
        yield f"第 {answer['lost']} 号已确认丢失，请核对纸质收件凭证后补录。"
    if answer["entered"]:
        yield f"省级中心没有采信的记录，已重新登记 {answer['entered']} 条。"
    if answer["numbers_taken"]:
        yield f"这些办件的编号已给了别人，请按纸质凭证重新收件并换发凭证：{'、'.join(answer['numbers_taken'])}"
    if answer["lacking_materials"]:
        yield f"{len(answer['lacking_materials'])} 份材料省级中心也没有，请重新拍照。"
    if answer["lacking_definitions"]:
        yield f"{len(answer['lacking_definitions'])} 份事项文件省级中心没有，请放进 services/ 后再恢复一次。"
    if answer["problem"]:
        yield f"没有全部取完：{answer['problem']}。请再运行一次，会接着取。"
    if fresh:
        yield NEVER_LEFT


@contextmanager
def _recovering(args: argparse.Namespace) -> Iterator[Node]:
    from edge.node import open_node

    node = open_node(args.home, recovering=True)
    try:
        yield node
    finally:
        node.close()
