"""`yizhan`: every command of the node and of the centre, one exit code, one way to print.

Exit codes: 0 what was said is true · 1 a fault that the sentence explains · 2 wrong usage · 70 an unexpected error
(numbered in the log).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
from collections.abc import Sequence
from typing import Any

from edge import later, log_lines
from edge.command_line import Parser, Version
from edge.errors import YizhanError, problem
from forms.faults import DefinitionError

log = logging.getLogger("yizhan")

EXIT_OK, EXIT_FAULT, EXIT_UNEXPECTED = 0, 1, 70


def build_parser(first: str = "") -> argparse.ArgumentParser:
    """The whole command line; each command stores its function under `run`.

    `first`: the first word of a command line. What a machine runs all day is parsed without the other commands.
    """
    from edge.commands import (
        centre,
        demo,
        desk,
        devices,
        exports,
        ferry,
        first_start,
        keeping,
        keys,
        kiosk,
        listing,
        node,
        operator,
        packs,
        receipt,
        recovery,
        stock,
        videos,
        visits,
    )

    parser = Parser(prog="yizhan", description="驿站：警务室离线办事节点与省级参考中心")
    parser.add_argument("--version", action=Version, nargs=0, help="显示版本")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    if first in node.COMMANDS:
        node.add_commands(commands)
        return parser
    first_hand = (demo, node, recovery, keeping)
    room = (
        *(*first_hand, ferry, desk, listing, receipt, devices, kiosk, stock, videos),
        *(operator, keys, visits, packs, first_start),
    )
    for module in (*room, exports, centre):
        module.add_commands(commands)
    return parser


def keep_memory_to_ourselves() -> None:
    """What this process holds in clear, a crash must not write to the disk."""
    try:
        import resource
    except ImportError:  # a system without core files
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    if argv is None:  # a process of its own
        later.install()
        keep_memory_to_ourselves()
        argv = sys.argv[1:]
    args = build_parser(*argv[:1]).parse_args(argv)
    said = logging.StreamHandler(sys.stderr)
    said.setFormatter(log_lines.Plain())
    logging.basicConfig(level=logging.INFO, handlers=[said])
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it tells of every tick, and that a round runs on
    try:
        return int(args.run(args))
    except DefinitionError as error:
        return _fail(args, "definition_fault", str(error), [_fault(fault) for fault in error.faults])
    except (YizhanError, PermissionError) as error:
        told = error if isinstance(error, YizhanError) else problem("no_rights", path=error.filename or "要用的文件")
        return _fail(args, told.code, told.sentence, hint=told.hint)
    except KeyboardInterrupt:
        return EXIT_OK
    except BrokenPipeError:
        # the reader of our output went away (`yizhan log | head`): nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except Exception:
        number = f"E-{secrets.token_hex(3).upper()}"
        log.exception("unexpected error %s", number)
        print(f"出现意外错误，编号 {number}，详情见日志。请把编号告诉技术人员。", file=sys.stderr)
        return EXIT_UNEXPECTED


def _fault(fault: Any) -> dict[str, Any]:
    return {
        "file": str(fault.file),
        "pointer": fault.pointer,
        "line": fault.line,
        "message": fault.message,
        "hint": fault.hint,
    }


def _fail(
    args: argparse.Namespace, code: str, sentence: str, faults: Sequence[dict[str, Any]] = (), hint: str = ""
) -> int:
    if getattr(args, "json", False):
        error = {"code": code, "sentence": sentence, "hint": hint, "faults": list(faults)}
        print(json.dumps({"error": error}, ensure_ascii=False), flush=True)
    else:
        print("\n".join(part for part in (sentence, hint) if part), file=sys.stderr)
    return EXIT_FAULT


if __name__ == "__main__":
    sys.exit(main())
