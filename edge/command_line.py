"""The command line's own sentences in Chinese: help, usage and wrong arguments (exit code 2)."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, Final, NoReturn

# what argparse says of a wrong command line, and what an operator reads instead
_SENTENCES: Final = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"the following arguments are required: (.+)", r"还要写：\1"),
        (r"one of the arguments (.+) is required", r"要写其中一个：\1"),
        (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
        (r"ambiguous option: (\S+) could match (.+)", r"“\1”不明确，可能是：\2"),
        (r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", r"\1 没有 \2，可以写：\3"),
        (r"argument (.+?): invalid int value: (.+)", r"\1 应为整数，写的是 \2"),
        (r"argument (.+?): invalid \S+ value: (.+)", r"\1 不能写 \2"),
        (r"argument (.+?): expected (?:one|at least one|\d+) arguments?", r"\1 后面要写内容"),
        (r"argument (.+?): not allowed with argument (.+)", r"\1 和 \2 不能一起写"),
        (r"argument (.+?): ignored explicit argument (.+)", r"\1 后面不写内容，写的是 \2"),
        (r"argument (.+?): (.+)", r"\1：\2"),
    )
)


def sentence(message: str) -> str:
    """The Chinese sentence for a message of argparse; a message it does not know, unchanged."""
    for pattern, words in _SENTENCES:
        if found := pattern.fullmatch(message):
            return found.expand(words).replace("'", "")
    return message


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese; its subcommands are of the same class."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **settings, "add_help": False})
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where to read more; ends with code 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：{sentence(message)}\n加 --help 看说明。\n")


class Version(argparse.Action):
    """Prints the version and ends; it is looked up only when asked for, because every start would pay for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"{parser.prog} {version(parser.prog)}\n")
        parser.exit()
