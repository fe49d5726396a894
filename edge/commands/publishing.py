"""From a service file on trial to one that may be filed with: sign, review, publish; one command each."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, group, reporting, say

if TYPE_CHECKING:
    from edge.publishing import Sheet
    from forms.definition import Definition


def add_forms_commands(forms: Commands) -> None:
    """`forms`: the group of `yizhan forms`."""
    parser = reporting(forms, "keygen", keygen, "建立县里签发事项用的密钥")
    parser.add_argument("--area", required=True, metavar="CODE", help="管哪个地方的事项：行政区划代码，如 522425")
    parser.add_argument("--name", required=True, metavar="NAME", help="签发人姓名；签发人不能再审查自己签发的事项")
    parser.add_argument("--out", type=Path, required=True, metavar="KEYFILE", help="私钥写到哪个文件")
    parser = reporting(forms, "sign", sign, "县里签发一个事项文件：检查通过、没有待补内容才能签")
    parser.add_argument("file", type=Path, metavar="FILE", help="事项文件")
    parser.add_argument("--key", type=Path, required=True, metavar="KEYFILE", help="yizhan forms keygen 建立的密钥文件")
    parser = reporting(forms, "status", status, "事项文件走到了哪一步：试用、已签发待审、已审查、已发布")
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="事项文件或文件夹")


def add_centre_commands(centre: Commands) -> None:
    """`centre`: the group of `yizhan centre`."""
    keys = group(centre, "county-key", "县级签发密钥：登记、列出、停用")
    parser = reporting(keys, "add", add_key, "登记一把县级签发密钥")
    parser.add_argument("area", metavar="AREA", help="行政区划代码，如 522425；两位的是全省")
    parser.add_argument("name", metavar="NAME", help="签发人姓名")
    parser.add_argument("key", metavar="PUBKEY", help="公钥，64 位十六进制")
    reporting(keys, "list", list_keys, "列出县级签发密钥")
    parser = reporting(keys, "disable", disable_key, "停用一把县级签发密钥；已经发布的不受影响")
    parser.add_argument("key", metavar="PUBKEY", help="公钥")
    parser = reporting(centre, "review", review, "审查一个已签发的事项（先审后用），审查人要有审批账号")
    parser.add_argument("file", type=Path, metavar="FILE", help="事项文件，旁边要有签名文件")
    parser.add_argument("--by", required=True, metavar="ACCOUNT", help="审查人的账号，不能是签发人")
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")
    parser = reporting(centre, "publish", publish, "发布一个已审查的事项，随同步下发到各警务室")
    parser.add_argument("file", type=Path, metavar="FILE", help="事项文件，旁边要有签名文件")
    parser.add_argument("--rollback", action="store_true", help="退回到这个旧版本，收回更新的版本")


def keygen(args: argparse.Namespace) -> int:
    """`yizhan forms keygen`: a key of a county, its private half in a new file for its owner alone. Raises
    file_in_the_way.
    """
    from edge.publishing.on_disk import create_key

    key = create_key(args.out, args.area, args.name)
    answer = {"area": key.area, "name": key.name, "key": key.public, "file": str(args.out)}
    register = f"yizhan centre county-key add {key.area} {key.name} {key.public}"
    say(args, answer, f"私钥：{args.out}，只给签发人本人保管。\n请省级中心登记公钥：\n{register}")
    return 0


def sign(args: argparse.Namespace) -> int:
    """`yizhan forms sign FILE --key KEY`: the county's signature beside the file, where nothing in it is still open."""
    from edge.clock import SystemClock
    from edge.publishing import on_disk

    key = on_disk.read_key(args.key)
    definition, sheet, fresh = on_disk.sign(args.file, key, SystemClock().now())
    say(args, _answer(args.file, definition, sheet, fresh=fresh), _sentence(definition, "县里已签发，请送省里审查。"))
    return 0


def status(args: argparse.Namespace) -> int:
    """`yizhan forms status PATH…`: how far each file is on its way. Exit code 1 where a signature has a problem."""
    from edge.publishing.status import of_paths

    found = of_paths(args.paths, args.home)
    lines = [f"{one['file']}  {one['status_title']}  {one['title']} {one['version']}{_said(one)}" for one in found]
    say(args, {"files": found}, "\n".join(lines) or "没有事项文件。")
    return 1 if any(one["problem"] for one in found) else 0


def _said(one: dict[str, Any]) -> str:
    names = "、".join(f"{signature['role_title']} {signature['name']}" for signature in one["signatures"])
    return "".join(f"  {text}" for text in (names, one["problem"]) if text)


def add_key(args: argparse.Namespace) -> int:
    """`yizhan centre county-key add`: from now on signatures of this key count for services of its area."""
    from edge.commands.centre import opened
    from sync.centre import publishing

    with opened(args) as centre:
        key = publishing.add_key(centre, args.area, args.name, args.key)
    say(args, {"keys": [_key(key)]}, f"已登记：{key.area} {key.name}")
    return 0


def list_keys(args: argparse.Namespace) -> int:
    """`yizhan centre county-key list`: every key that ever counted, with whether it still does."""
    from edge.commands.centre import opened
    from sync.centre import publishing

    with opened(args) as centre:
        keys = publishing.keys(centre)
    lines = [f"{key.area}  {key.name}  {key.key}{'' if key.active else '  已停用'}" for key in keys]
    say(args, {"keys": [_key(key) for key in keys]}, "\n".join(lines) or "还没有登记县级签发密钥。")
    return 0


def disable_key(args: argparse.Namespace) -> int:
    """`yizhan centre county-key disable KEY`: nothing new counts by it; what is published stays so."""
    from edge.commands.centre import opened
    from sync.centre import publishing

    with opened(args) as centre:
        key = publishing.disable_key(centre, args.key)
    say(args, {"keys": [_key(key)]}, f"已停用：{key.area} {key.name}")
    return 0


def _key(key: Any) -> dict[str, Any]:
    return {"key": key.key, "area": key.area, "name": key.name, "active": key.active}


def review(args: argparse.Namespace) -> int:
    """`yizhan centre review FILE`: a person of the province has looked at what a county signed; the password is
    asked for.
    """
    from edge.commands.centre import opened
    from sync.centre import publishing

    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass("密码：")
    with opened(args) as centre:
        done = publishing.review(centre, args.file, args.by, password)
    answer = _answer(args.file, done.definition, done.sheet, fresh=done.fresh)
    say(args, answer, _sentence(done.definition, "已审查，可以发布。"))
    return 0


def publish(args: argparse.Namespace) -> int:
    """`yizhan centre publish FILE`: every room gets it with its next contact. An older version needs --rollback."""
    from edge.commands.centre import opened
    from sync.centre import publishing

    with opened(args) as centre:
        done = publishing.publish(centre, args.file, rollback=args.rollback)
    said = "已发布，各警务室下次联系时收到。" if done.fresh else "以前已经发布，没有变化。"
    say(args, _answer(args.file, done.definition, done.sheet, fresh=done.fresh), _sentence(done.definition, said))
    return 0


def _answer(file: Path, definition: Definition, sheet: Sheet, *, fresh: bool) -> dict[str, Any]:
    from edge import publishing
    from edge.publishing import on_disk

    reached = publishing.reached(sheet, definition)
    return {
        "file": str(file),
        "signatures_file": str(on_disk.beside(file)),
        "id": definition.id,
        "version": definition.version,
        "digest": definition.digest,
        "title": definition.title,
        "status": reached,
        "status_title": publishing.STATUS[reached],
        "signatures": publishing.plain(sheet)["signatures"],
        "fresh": fresh,
    }


def _sentence(definition: Definition, said: str) -> str:
    return f"{definition.title} {definition.version}：{said}"
