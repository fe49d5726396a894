"""`yizhan visit …`: take along to people's homes, take in there, bring home."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.commands.common import Commands, command, group, reporting, say
from edge.commands.node import opened, say_urls


def add_commands(commands: Commands) -> None:
    """Put `visit prepare`, `serve` and `merge` into `commands`, the top level of the command line."""
    inner = group(commands, "visit", "上门办理：带出去、在外面收件、带回来合并")
    parser = reporting(inner, "prepare", prepare, "把上门要用的写进一个空文件夹（U盘或者另一台电脑），没有任何人的信息")
    parser.add_argument("folder", type=Path, metavar="DIR", help="空文件夹")
    parser.add_argument("--officer", required=True, metavar="ACCOUNT", help="谁上门：本室账号")
    parser.add_argument("--until", required=True, metavar="DATE", help="用到哪一天，如 2026-11-30")
    parser.add_argument("--for", dest="purpose", default="", metavar="TEXT", help="去哪里、办什么")
    parser = command(inner, "serve", serve, "在外面运行：同样的自助机和收件页面，没有本室的数据库")
    parser.add_argument("folder", type=Path, metavar="DIR", help="准备好的文件夹")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8600, help="监听端口，0 为由系统选择")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供其他程序使用")
    parser = reporting(inner, "merge", merge, "回到警务室：把带回的收件登记进日志，再来一次不会重复")
    parser.add_argument("folder", type=Path, metavar="DIR", help="带回来的文件夹")


def prepare(args: argparse.Namespace) -> int:
    """`yizhan visit prepare DIR`: an empty folder becomes what goes along; the password is in the answer, this once.

    Raises visit_exists, visit_until_wrong, not_found, file_not_written.
    """
    from edge import visits

    with opened(args) as node:
        made = visits.prepare(node, args.folder, args.officer, until=args.until, purpose=args.purpose)
    answer = {
        "set": made.set_id,
        "folder": str(made.folder),
        "account": made.account,
        "password": made.password,
        "until": made.until,
    }
    lines = (
        f"已准备好：{made.folder}，用到 {made.until} 为止。",
        f"上门时登录：账号 {made.account}，口令 {made.password}",
        "口令只在这里显示一次，请抄下来，不要和电脑放在一起。",
    )
    say(args, answer, "\n".join(lines))
    return 0


def serve(args: argparse.Namespace) -> int:
    """`yizhan visit serve DIR`: kiosk and desk without the room's database, until a signal. Raises port_in_use."""
    from edge.away import Away
    from edge.serving import stop_signals

    with stop_signals() as stopped:
        running = Away(args.folder, args.host, args.port)
        try:
            say_urls(args, running.urls())
            stopped.wait()
        finally:
            running.stop()
    return 0


def merge(args: argparse.Namespace) -> int:
    """`yizhan visit merge DIR`: registers what came home, each item once. Exit code 1 where one was put aside or is
    missing.

    Raises visit_folder_wrong.
    """
    from edge import visits

    with opened(args) as node:
        done = visits.merge(node, args.folder)
    lines = [f"登记了 {len(done.numbers)} 件，{done.known} 份以前登记过。", *done.numbers]
    lines += [f"{item}：{sentence}" for item, sentence in done.aside]
    lines += [f"缺一份：{one}，请按凭证核对。" for one in done.gaps]
    say(args, visits.as_dict(done), "\n".join(lines))
    return 1 if done.aside or done.gaps else 0
