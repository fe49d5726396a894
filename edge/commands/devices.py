"""`yizhan devices`: try what stands beside the kiosk and on the desk."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from edge.commands.common import Commands, group, reporting, say

if TYPE_CHECKING:
    from edge.devices.trying import Trial

_STATES = {"fine": "正常", "untried": "接着了，用一次才知道好坏", "faulty": "有问题"}


def add_commands(commands: Commands) -> None:
    """Put `devices test` into `commands`, the top level of the command line."""
    devices = group(commands, "devices", "读卡器、摄像头、打印机")
    parser = reporting(devices, "test", test, "逐台试 devices.toml 里的设备，说明怎样处理")
    parser.add_argument("--paper", action="store_true", help="每台凭条打印机打一行字")


def test(args: argparse.Namespace) -> int:
    """Exit code 1 when a device is faulty, or devices.toml is."""
    from edge import settings
    from edge.config import all_files, one_file
    from edge.devices import trying

    node = str(settings.node_values(args.home)["node_id"] or "0" * 10)
    files = all_files.read(args.home, node)
    faults = [one_file.sentence(one) for one in files.faults if one.file == "devices.toml"]
    tried = trying.every(files.devices, args.home, paper=args.paper)
    answer = {"devices": [asdict(one) for one in tried], "faults": faults}
    say(args, answer, "\n".join([*faults, *map(_line, tried)]) or "devices.toml 里没有设备。")
    return 1 if faults or any(one.state == "faulty" for one in tried) else 0


def _line(one: Trial) -> str:
    from edge.devices.trying import PLACES, WHAT

    places = "、".join(PLACES[place] for place in one.used_by) or "没有地方用它"
    took = f"，{one.took_ms} 毫秒" if one.state == "fine" else ""
    fault = f"：{one.fault}。{one.hint}" if one.fault else ""
    return f"{WHAT[one.what]} {one.name}（{places}）：{_STATES[one.state]}{took}{fault}"
