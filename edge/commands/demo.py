"""`yizhan demo`: the whole circle on one machine, for whoever wants to see it."""

from __future__ import annotations

import argparse
from typing import Any

from edge.commands.common import Commands, reporting, say

PORT = 8700


def add_commands(commands: Commands) -> None:
    """Put `demo` into `commands`, the top level of the command line."""
    parser = reporting(commands, "demo", demo, "演示：一个中心、一个节点和示例数据")
    parser.add_argument("--port", type=int, default=PORT, help="节点的端口，中心用下一个；0 为由系统选择")
    parser.add_argument("--offline", action="store_true", help="只启动节点，不启动中心")
    parser.add_argument("--fresh", action="store_true", help="清空上次的演示数据，从头开始")


def demo(args: argparse.Namespace) -> int:
    """`yizhan demo`: centre, node and made-up people on this machine; prints its one line when both answer, and serves
    until a signal. With --offline the centre's address is "". Raises port_in_use.
    """
    from edge.demo import running
    from edge.serving import stop_signals

    with (
        stop_signals() as stopped,
        running(args.home, port=args.port, offline=args.offline, fresh=args.fresh) as answer,
    ):
        say(args, answer, lines(answer))
        stopped.wait()
    return 0


def lines(answer: dict[str, Any]) -> str:
    """What a person reads of the demonstration when it is ready: each address, and who can log in where."""
    places = [("自助终端", answer["kiosk"]), ("警务室工作台", answer["console"])]
    places.append(("省级审批台", answer["centre"] or "未启动（OFFLINE）：节点不靠它也能收件"))
    places.append(("手机查询页（凭证上的二维码）", answer["phone"]))
    at = {"console": "工作台", "centre": "审批台"}
    accounts = (f"  {at[one['at']]}  {one['user']}  {one['password']}  {one['name']}" for one in answer["accounts"])
    urls = (f"  {name}：{url}" for name, url in places)
    begun = "驿站演示已启动，人员和办件均为虚构。审批台在演示里不要求第二因子。"
    return "\n".join(["", begun, *urls, "账号：", *accounts, "按 Ctrl-C 停止。"])
