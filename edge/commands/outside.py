"""`yizhan centre token …` and `openapi`: which other programs may ask the centre what, and how they ask."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from edge.commands.common import Commands, command, group, reporting, say

if TYPE_CHECKING:
    from sync.centre.tokens import Line

SCOPES = ("states", "applications", "materials", "decisions", "figures")
STATES = {"holds": "有效", "revoked": "已作废", "expired": "已到期"}


def add_centre_commands(inner: Commands) -> None:
    """Put `token add`, `list`, `revoke` and `openapi` into `inner`, the group of `yizhan centre`."""
    tokens = group(inner, "token", "其他程序的接口密钥：发出、列出、作废")
    parser = reporting(tokens, "add", add_token, "发出一把接口密钥；只显示这一次，中心只存它的摘要")
    parser.add_argument("account", metavar="ACCOUNT", help="以哪个审批账号的名义；能看、能办的不超过这个账号的职责")
    parser.add_argument("--name", required=True, help="给哪个程序，如 省政务平台")
    parser.add_argument("--scope", action="append", required=True, choices=SCOPES, help="权限，可以有多个")
    parser.add_argument("--days", type=int, default=0, metavar="N", help="有效天数；0 为长期")
    reporting(tokens, "list", list_tokens, "列出接口密钥：编号、权限、上次使用，不含密钥本身")
    parser = reporting(tokens, "revoke", revoke_token, "作废一把接口密钥，立即生效")
    parser.add_argument("id", metavar="ID", help="列出时的编号")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="谁作废的")
    command(inner, "openapi", openapi, "打印接口的 OpenAPI 3.1 文档，由程序的路由表生成")


def add_token(args: argparse.Namespace) -> int:
    """Make one and show it, this once."""
    from edge.commands.centre import opened
    from sync.centre import tokens

    with opened(args) as centre:
        id_, key = tokens.make(centre, args.account, args.name, args.scope, days=args.days)
        line = next(one for one in tokens.lines(centre) if one.id == id_)
    answer = {"token": key, **tokens.as_json(line)}
    say(args, answer, f"接口密钥（只显示这一次）：{key}\n编号：{id_}，作废时用。")
    return 0


def list_tokens(args: argparse.Namespace) -> int:
    """Every one there ever was."""
    from edge.commands.centre import opened
    from sync.centre import tokens

    with opened(args) as centre:
        found = tokens.lines(centre)
    said = "\n".join(_line(one) for one in found)
    say(args, {"tokens": [tokens.as_json(one) for one in found]}, said or "还没有接口密钥。")
    return 0


def _line(one: Line) -> str:
    used = f"上次使用 {one.last_used_at}" if one.last_used_at else "没有用过"
    return f"{one.id}  {one.name}  {one.account}  {'、'.join(one.scopes)}  {STATES[one.state]}  {used}"


def revoke_token(args: argparse.Namespace) -> int:
    """End one; again is harmless."""
    from edge.commands.centre import opened
    from sync.centre import tokens

    with opened(args) as centre:
        line = tokens.revoke(centre, args.id, by=args.actor)
    say(args, tokens.as_json(line), _line(line))
    return 0


def openapi(args: argparse.Namespace) -> int:
    """The document that the running centre serves at /api/openapi.json."""
    from edge.commands.centre import opened
    from sync.centre.api.openapi import document
    from sync.centre.app import create_app

    with opened(args) as centre:
        made = document(create_app(centre))
    print(json.dumps(made, ensure_ascii=False, indent=2), flush=True)
    return 0
