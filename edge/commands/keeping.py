"""`yizhan purge` and the backups that roll: what a room keeps, and what it may keep no longer."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from edge.commands import leaving, upgrading
from edge.commands.common import Commands, reporting, say
from edge.errors import problem
from forms import room_terms

if TYPE_CHECKING:
    from edge.erasing import Erased
    from edge.erasing_fields import Expired
    from edge.erasing_records import Gone
    from edge.node import Node


def add_commands(commands: Commands) -> None:
    """Put `purge`, `upgrade` and what leaves a room into `commands`, the top level of the command line."""
    help_ = "清除保存期满的办件内容、到期的填报项和预约、需求等记录（个人信息保护法 19、47），日志链仍然可以校验"
    parser = reporting(commands, "purge", purge, help_)
    parser.add_argument("--number", action="append", default=[], metavar="NUMBER", help="本人要求清除的办件，可重复")
    parser.add_argument("--reason", default="", metavar="TEXT", help="谁要求清除、依据什么；有 --number 时必填")
    parser.add_argument("--dry-run", action="store_true", help="只列出到期的，不清除")
    upgrading.add_commands(commands)
    leaving.add_commands(commands)


def purge(args: argparse.Namespace) -> int:
    """`yizhan purge`: erases what is due, fields and records with a term of their own too, or each --number with its
    --reason (个人信息保护法 47); --dry-run only lists.

    Afterwards the pages of the database are searched for what was erased: exit code 1 where anything was found. Older
    backups go once a new one is verified; `backups_left` names those that could not.
    """
    from edge import erasing, erasing_fields, erasing_records
    from edge.commands.node import opened

    if args.number and not args.reason.strip():
        raise problem("bad_request", detail="还要写 --reason：谁要求清除、依据什么")
    with opened(args) as node:
        numbers = [one.replace(" ", "") for one in args.number] or erasing.due(node)
        early, records = ([], []) if args.number else (erasing_fields.due(node), erasing_records.due(node))
        over = Due(numbers, early, records)
        if args.dry_run or not any(over):
            say(args, _answer(over, (), []), "\n".join(_listed(over)) or "没有到期的。")
            return 0
        why = "request" if args.number else "term"
        note = args.reason.strip()[:200]
        done = erasing.erase(node, numbers, why=why, note=note, actor="system") if numbers else None
        fields = erasing_fields.erase(node, early)
        gone = erasing_records.Gone() if args.number else erasing_records.erase(node)
        left = _backups_anew(node)
    answer = _answer(over, (done, fields, gone), left)
    say(args, answer, "\n".join(_lines(answer, done, fields)))
    return 0 if answer["residues"] == 0 else 1


class Due(NamedTuple):
    """What has to go: `numbers` whole, fields of `early`, and what each of `records` is (forms.room_terms)."""

    numbers: list[str]
    early: list[str]
    records: list[str]


def _listed(over: Due) -> list[str]:
    counted = Counter(over.records).items()
    return [
        *over.numbers,
        *(f"{one}：到期的填报项" for one in over.early),
        *(f"{room_terms.TERMS[name].title}：到期的 {count} 项" for name, count in counted),
    ]


def _backups_anew(node: Node) -> list[str]:
    """Older backups still hold what was erased: they go as soon as a new one is verified. Gives what is left."""
    from edge import rolling

    return [str(one) for one in rolling.renew(node)]


def _answer(over: Due, went: tuple[Erased | None, Expired, Gone] | tuple[()], left: list[str]) -> dict[str, Any]:
    done, fields, gone = went or (None, None, None)
    counted = [one for one in (done, fields, gone) if one]
    return {
        "applications": over.numbers,
        "early": over.early,
        "erased": bool(counted),
        "backups_left": left,
        "events": done.events if done else 0,
        "materials": done.materials if done else 0,
        "fields": fields.fields if fields else 0,
        "records": gone.records if gone else 0,
        **{name: sum(getattr(one, name) for one in counted) for name in ("marks", "residues")},
    }


def _lines(answer: dict[str, Any], done: Erased | None, fields: Expired) -> list[str]:
    lines = list[str]()
    if done:
        lines.append(f"已清除 {len(done.numbers)} 个办件的内容：{done.events} 条记录、{done.materials} 份材料。")
    if fields.fields:
        lines.append(f"已删除 {len(fields.applications)} 个办件里到期的填报项 {fields.fields} 个，办件本身还在。")
    if answer["records"]:
        lines.append(f"已清除到期的预约、需求、走失公告和值班说明 {answer['records']} 项。")
    lines.append(f"解密后逐页查找其中的 {answer['marks']} 个姓名、号码和凭证码，找到 {answer['residues']} 处。")
    lines += [f"还有旧备份含有清除的内容：{one}" for one in answer["backups_left"]]
    return lines
