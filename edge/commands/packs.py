"""`yizhan centre pack …`: packs from the draft over the signatures to the last room; and what a room has of them."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge.commands.common import Commands, group, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    from edge.packs.documents import Document
    from sync.centre.centre import Centre

BY: Final = "centre:cli"


def add_commands(commands: Commands) -> None:
    """Put `packs` into `commands`, the top level of the command line."""
    reporting(commands, "packs", show_here, "本机正在用的数据包：从何时起、到何时有效、为什么没有更新")


def add_centre_commands(inner: Commands) -> None:
    """`inner`: the group of `yizhan centre`."""
    packs = group(inner, "pack", "数据包：起草、签名、发布、分批推送")
    parser = reporting(packs, "root", draft_root, "起草下一版根文件：谁可以签什么；由根密钥的持有人签名后 publish")
    parser.add_argument("--root", nargs="+", required=True, metavar="PUBKEY", help="根密钥的公钥")
    parser.add_argument("--root-threshold", type=int, default=2, metavar="N", help="要几把根密钥签名（默认 2）")
    parser.add_argument("--content", nargs="+", required=True, metavar="PUBKEY", help="内容密钥的公钥")
    parser.add_argument("--content-threshold", type=int, default=2, metavar="N", help="要几把内容密钥签名（默认 2）")
    parser.add_argument("--renew-online", action="store_true", help="同时更换中心自己保管的清单、时效密钥")
    _out(parser)
    parser = reporting(packs, "draft", draft_content, "起草下一版内容：文件夹里的文件、已发布的事项、各县的密钥")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="全省用的文件，路径同警务室文件夹")
    program = "新版程序的安装包（.deb），可以有多个：文件夹里的 program.json 照它们写"
    parser.add_argument("--program", nargs="+", type=Path, default=[], metavar="FILE", help=program)
    _out(parser)
    parser = reporting(
        packs, "codebook", make_codebook, "按本中心的事项生成传输字典，放进数据包的文件夹；不用任何真实办件"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="起草数据包用的文件夹")
    parser.add_argument(
        "--seed", type=int, default=1_001, metavar="N", help="种子；同样的事项、同样的种子做出同样的字典"
    )
    parser.add_argument("--events", type=int, default=2_900, metavar="N", help="用多少条生成的记录（默认 2900）")
    parser = reporting(packs, "county", draft_county, "县里起草自己的一份：本县警务室用的文件")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="本县用的文件，路径同警务室文件夹")
    parser.add_argument("--area", required=True, metavar="CODE", help="行政区划代码，4 位或 6 位")
    parser.add_argument("--version", type=int, required=True, metavar="N", help="版本，只增不减")
    _out(parser)
    parser = reporting(packs, "sign", sign, "给起草好的文件签名；在保管密钥的电脑上执行，不需要连接中心")
    parser.add_argument("file", type=Path, metavar="FILE", help="起草好的文件")
    parser.add_argument("--key", type=Path, required=True, metavar="KEYFILE", help="yizhan forms keygen 建立的密钥文件")
    parser = reporting(packs, "review", review, "审查一个县签好的一份（先审后用）")
    parser.add_argument("file", type=Path, metavar="FILE", help="县里签好的文件")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="它的内容")
    parser.add_argument("--by", required=True, metavar="ACCOUNT", help="审查人的账号，不能是签名人")
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")
    parser = reporting(packs, "publish", publish, "发布签好的根文件或内容；内容发布后还要推送")
    parser.add_argument("file", type=Path, metavar="FILE", help="签够了名的文件")
    parser.add_argument("--note", default="", metavar="TEXT", help="这一包是什么，显示在数据包页")
    _add_spreading(packs)
    reporting(packs, "list", list_packs, "各个数据包和推送情况")


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪个文件")


def _add_spreading(packs: Commands) -> None:
    parser = reporting(packs, "spread", spread, "推送一个数据包：先给几个警务室，再给全部；范围只扩大")
    parser.add_argument("number", type=int, metavar="NUMBER", help="第几个数据包")
    parser.add_argument("--rooms", nargs="+", default=[], metavar="NODE", help="点名的警务室")
    parser.add_argument("--share", type=int, default=0, metavar="PERCENT", help="抽百分之几的警务室，100 为全部")
    for name, act, words in (
        ("pause", pause, "暂停推送"),
        ("resume", resume, "继续推送"),
        ("withdraw", withdraw, "撤回：永不再推送"),
    ):
        parser = reporting(packs, name, act, words)
        parser.add_argument("number", type=int, metavar="NUMBER", help="第几个数据包")
        if act is not resume:
            parser.add_argument("--reason", default="", metavar="TEXT", help="为什么")


def show_here(args: argparse.Namespace) -> int:
    """`yizhan packs`: the pack in force on this node. Exit code 1 where it has run out or a newer one was refused."""
    from edge.commands.node import opened
    from edge.packs import judging

    with opened(args) as node, node.database.read() as tx:
        now = judging.state(tx)
        files = [row[0] for row in tx.execute("SELECT path FROM pack_file ORDER BY path")]
    answer = {
        "number": now.number,
        "since": now.since,
        "expires": now.expires,
        "stale": now.stale,
        "fault": now.fault,
        "root": now.root,
        "files": files,
    }
    say(args, answer, _sentence(now))
    return 1 if now.stale or now.fault else 0


def _sentence(now: Any) -> str:
    from edge.web_filters import when

    if not now.number:
        return f"还没有数据包。{now.fault}"
    since, until = when(now.since), when(now.expires)
    lines = [f"第 {now.number} 个数据包，{since}起在用，{until}前有效。"]
    if now.stale:
        lines.append("已过有效期：省级中心的更新没有到本机，请尽快联网或摆渡一次；仍然没有，请联系省级中心。")
    return "\n".join([*lines, now.fault] if now.fault else lines)


def draft_root(args: argparse.Namespace) -> int:
    """`yizhan centre pack root`: the next root, which says who may sign what; unsigned, to --out."""
    from sync.centre import packs

    with _opened(args) as centre:
        thresholds = args.root_threshold, args.content_threshold
        made = packs.draft_root(centre, args.root, args.content, thresholds, anew=args.renew_online)
    return _drafted(args, made)


def draft_content(args: argparse.Namespace) -> int:
    """`yizhan centre pack draft DIR`: the next content of a folder that a room could use as it is. Raises
    pack_wrong with every fault.
    """
    from edge import upgrade_package
    from sync.centre import packs

    if args.program and args.folder.is_dir():
        _put(args.folder / upgrade_package.NAMED_IN, upgrade_package.describe(args.program))
    _must_be_sound(args.folder)
    with _opened(args) as centre:
        made = packs.draft_content(centre, args.folder)
    return _drafted(args, made)


def make_codebook(args: argparse.Namespace) -> int:
    """`yizhan centre pack codebook FOLDER`: a dictionary trained on made-up answers of the services of this centre,
    put into the folder of a pack. Raises pack_wrong.
    """
    from sync.centre import codebooks

    with _opened(args) as centre:
        path, services = codebooks.make(centre, args.folder, seed=args.seed, events=args.events)
    answer = {"file": str(path), "bytes": path.stat().st_size, "services": services}
    say(args, answer, f"按 {services} 个事项生成了传输字典 {path}（{answer['bytes']} 字节）。起草、签名、发布后生效。")
    return 0


def draft_county(args: argparse.Namespace) -> int:
    """`yizhan centre pack county DIR`: a county's own part, unsigned, for its rooms. Raises pack_wrong with every
    fault.
    """
    from edge.clock import SystemClock
    from sync.centre import packs

    _must_be_sound(args.folder)
    return _drafted(args, packs.draft_county(args.folder, args.area, args.version, SystemClock().now()))


def _must_be_sound(folder: Path) -> None:
    """Every file as a room would read it. Raises pack_wrong with all faults: nobody is to sign what no room can use."""
    from edge import upgrade_package
    from edge.config import all_files, one_file

    if not folder.is_dir():
        raise problem("pack_wrong", detail=f"{folder} 不是文件夹")
    program = folder / upgrade_package.NAMED_IN
    if program.is_file() and (wrong := upgrade_package.fault(_read(program))):
        raise problem("pack_wrong", detail=f"{program.name} {wrong}")
    found = all_files.read(folder, "0000000000")
    faults = [one for one in found.faults if one.file != "room.toml"]
    if faults:
        raise problem("pack_wrong", detail="\n".join(one_file.sentence(one) for one in faults))


def _drafted(args: argparse.Namespace, made: Document) -> int:
    from edge.packs.documents import TITLES

    _write(args.out, made)
    said = made.signed
    answer = {"file": str(args.out), "type": said["type"], "version": made.version, "expires": made.expires}
    title = TITLES[said["type"]]
    say(
        args,
        answer,
        f"{title}文件第 {made.version} 版写到 {args.out}，请持有密钥的人各签一次：\n"
        f"yizhan centre pack sign {args.out} --key 密钥文件",
    )
    return 0


def _write(path: Path, made: Document) -> None:
    _put(path, made.text)


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise problem("file_not_written", file=path, detail=error.strerror) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise problem("pack_wrong", detail=f"{path} 读不出来") from error


def sign(args: argparse.Namespace) -> int:
    """`yizhan centre pack sign FILE --key KEY`: adds a signature, on the machine that keeps the key. Raises
    pack_wrong.
    """
    from edge.packs import documents
    from edge.publishing import on_disk

    key = on_disk.read_key(args.key)
    made = documents.sign(_document(_read(args.file)), key.private)
    _write(args.file, made)
    answer = {"file": str(args.file), "type": made.signed["type"], "version": made.version, "key": key.public}
    say(args, {**answer, "signatures": len(made.signatures)}, f"{key.name} 已签，共 {len(made.signatures)} 个签名。")
    return 0


def _document(text: str) -> Document:
    from edge.packs import documents

    for kind in ("root", "content", "county"):
        try:
            return documents.read(text, kind)
        except documents.PackError:
            continue
    raise problem("pack_wrong", detail="这不是起草好的根、内容或县的文件")


def review(args: argparse.Namespace) -> int:
    """`yizhan centre pack review FILE DIR`: a person takes a county's part over; the password comes from the
    terminal or the standard input. Raises pack_wrong, wrong_password.
    """
    from sync.centre import packs

    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass("密码：")
    with _opened(args) as centre:
        made = packs.review_county(centre, _read(args.file), args.folder, (args.by, password))
    area = made.signed["area"]
    say(
        args, {"area": area, "version": made.version, "by": args.by}, f"{area} 第 {made.version} 版已审查，下一包带上。"
    )
    return 0


def publish(args: argparse.Namespace) -> int:
    """`yizhan centre pack publish FILE`: a signed root comes into force, signed content becomes a pack that nobody
    has yet.
    """
    from sync.centre import packs

    text = _read(args.file)
    kind = _document(text).signed["type"]
    with _opened(args) as centre:
        if kind == "root":
            root = packs.install_root(centre, text)
            answer = {"type": kind, "version": root.version, "number": 0, "fresh": True}
            say(args, answer, f"根文件第 {root.version} 版已启用，各警务室下次联系时换用。")
            return 0
        if kind != "content":
            raise problem("pack_wrong", detail="县的文件请用 review 审查，随下一包发布")
        made = packs.publish(centre, text, by=BY, note=args.note)
    answer = {"type": kind, "version": made.content.version, "number": made.number, "fresh": made.fresh}
    fresh = f"第 {made.number} 个数据包已发布，还没有推送。请执行 yizhan centre pack spread {made.number} …"
    say(args, answer, fresh if made.fresh else f"第 {made.number} 个数据包以前已经发布，没有变化。")
    return 0


def spread(args: argparse.Namespace) -> int:
    """`yizhan centre pack spread NUMBER`: to named rooms, or to a share of all in percent; the circle only widens."""
    from sync.centre import spreading

    with _opened(args) as centre:
        made = spreading.spread(centre, args.number, by=BY, rooms=args.rooms, share=args.share)
    return _spread(args, made)


def pause(args: argparse.Namespace) -> int:
    """`yizhan centre pack pause NUMBER`: no further room gets it; those that have it keep it."""
    from sync.centre import spreading

    with _opened(args) as centre:
        made = spreading.pause(centre, args.number, by=BY, reason=args.reason)
    return _spread(args, made)


def resume(args: argparse.Namespace) -> int:
    """`yizhan centre pack resume NUMBER`: a paused pack goes on to the rooms that it was meant for."""
    from sync.centre import spreading

    with _opened(args) as centre:
        made = spreading.go_on(centre, args.number, by=BY)
    return _spread(args, made)


def withdraw(args: argparse.Namespace) -> int:
    """`yizhan centre pack withdraw NUMBER`: no room gets it any more, for ever. A mended one is a new pack."""
    from sync.centre import spreading

    with _opened(args) as centre:
        made = spreading.withdraw(centre, args.number, by=BY, reason=args.reason)
    return _spread(args, made)


def _spread(args: argparse.Namespace, made: Any) -> int:
    from sync.centre.spreading import STATES

    answer = {
        "number": made.number,
        "state": made.state,
        "share": made.share,
        "seed": made.seed,
        "rooms": list(made.rooms),
        "reason": made.reason,
    }
    say(args, answer, f"第 {made.number} 个数据包：{STATES[made.state]}，{made.words}。")
    return 0


def list_packs(args: argparse.Namespace) -> int:
    """`yizhan centre pack list`: every pack, how far it is spread, and how many rooms have taken it."""
    from sync.centre import pack_page

    with _opened(args) as centre:
        found = pack_page.lines(centre)
    answer = [
        {
            "number": one.number,
            "version": one.version,
            "at": one.at,
            "note": one.note,
            "state": one.spread.state,
            "share": one.spread.share,
            "rooms": list(one.spread.rooms),
            "told": one.told,
            "taken": one.taken,
        }
        for one in found
    ]
    lines = [f"{one.number}  {one.at}  {one.state}  {one.spread.words}  已到 {one.taken}  {one.note}" for one in found]
    say(args, {"packs": answer}, "\n".join(lines) or "还没有发布过数据包。")
    return 0


def _opened(args: argparse.Namespace) -> Any:
    from edge.commands.centre import opened

    centre: Centre = opened(args)  # type: ignore[assignment]  # a context manager; imported late, as everything here
    return centre
