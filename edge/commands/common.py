"""What every command shares: where the state lives, and how an answer is printed."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HOME_DEFAULT = "~/.local/share/yizhan"

Run = Callable[[argparse.Namespace], int]
Commands = Any  # argparse keeps the type of its sub-parsers to itself


def command(commands: Commands, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    """Adds a command with `--home`; `run` takes the parsed arguments and returns the exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument("--home", type=Path, default=default_home(), metavar="DIR", help="状态与配置所在的文件夹")
    parser.set_defaults(run=run)
    return parser


def reporting(commands: Commands, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    """A command that also answers in JSON (schemas in tests/cli_schemas/)."""
    parser = command(commands, name, run, summary)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供其他程序使用")
    return parser


def group(commands: Commands, name: str, summary: str) -> Commands:
    """A command that only holds others: `yizhan centre serve`."""
    parser = commands.add_parser(name, help=summary, description=summary)
    return parser.add_subparsers(dest=f"{name}_command", metavar="COMMAND", required=True)


def near(word: str, known: Iterable[str]) -> str:
    """（是不是 juzhu-dengji） for a name that is almost one of the known; "" for any other."""
    found = difflib.get_close_matches(word, list(known), 1)
    return f"（是不是 {found[0]}）" if found else ""


def say(args: argparse.Namespace, answer: dict[str, Any], sentence: str) -> None:
    """Prints the answer for programs (`--json`) or its sentence for people."""
    print(json.dumps(answer, ensure_ascii=False) if args.json else sentence, flush=True)


def print_log(args: argparse.Namespace, lines: Iterable[bytes]) -> None:
    """Prints the lines of a log: with `--json` byte for byte, so that two programs agree to the last one."""
    for line in lines:
        sys.stdout.buffer.write((line if args.json else _for_people(line)) + b"\n")
    sys.stdout.buffer.flush()


def _for_people(line: bytes) -> bytes:
    event = json.loads(line)
    side = {"node": "节点", "centre": "中心"}[event["side"]]
    parts = (side, f"{event['epoch']}:{event['seq']}", event["at"], event["kind"], event["application"], event["actor"])
    return "  ".join(parts).encode()


def default_home() -> Path:
    """Where the state lies when nobody says --home: YIZHAN_HOME, else the folder of whoever runs the command."""
    return Path(os.environ.get("YIZHAN_HOME", HOME_DEFAULT)).expanduser()
