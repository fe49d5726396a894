"""`yizhan centre webhook …`: which programs are told of changes, what they weren't told, and telling them again."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from edge.commands.common import Commands, group, reporting, say


def add_centre_commands(inner: Commands) -> None:
    """Put `webhook add`, `list` and `remove` into `inner`, the group of `yizhan centre`."""
    hooks = group(inner, "webhook", "变更通知：办件有变化时告诉别的程序，带签名，不含个人信息")
    parser = reporting(hooks, "add", add, "登记一个接收程序，给出它核对签名用的密钥")
    parser.add_argument("url", metavar="URL", help="接收地址，https://…")
    parser.add_argument("--name", required=True, help="哪个程序，如 省政务平台")
    parser.add_argument("--area", default="", metavar="CODE", help="只通知编号以它开头的警务室")
    parser.add_argument("--private", action="store_true", help="地址在封闭网络里：允许内网地址和 http://")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="谁登记的")
    reporting(hooks, "list", show, "列出接收程序，和没有送到的通知")
    for name, run, summary in (
        ("remove", remove, "删除一个接收程序，待发的通知一起删除"),
        ("on", switch, "恢复通知"),
        ("off", switch, "暂停通知；停的时候不记下待发的"),
        ("retry", retry, "重新发送没有送到的通知"),
        ("secret", secret, "再看一次核对签名用的密钥"),
    ):
        parser = reporting(hooks, name, run, summary)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(act=name)
    reporting(hooks, "deliver", deliver, "现在就发送待发的通知；运行着的中心每分钟自己做")


def add(args: argparse.Namespace) -> int:
    """Its secret is shown; it can be shown again."""
    from edge.commands.centre import opened
    from sync.centre import webhooks

    with opened(args) as centre:
        id_, key = webhooks.add(centre, args.name, args.url, actor=args.actor, area=args.area, private=args.private)
    say(args, {"id": id_, "secret": key}, f"已登记：{id_}\n核对签名用的密钥：{key}")
    return 0


def show(args: argparse.Namespace) -> int:
    """Hooks and dead letters."""
    from edge.commands.centre import opened
    from sync.centre import webhooks

    with opened(args) as centre, centre.store.read() as tx:
        hooks = [asdict(one) for one in webhooks.hooks(tx)]
        names = ("hook", "id", "number", "kind", "at", "attempts", "last_fault")
        letters = [{name: getattr(row, name) for name in names} for row in webhooks.dead(tx)]
    lines = [f"{one['id']}  {one['name']}  待发 {one['waiting']}  没有送到 {one['dead']}" for one in hooks]
    lines += [f"  {one['at']}  {one['number']}  {one['last_fault']}" for one in letters]
    say(args, {"hooks": hooks, "dead": letters}, "\n".join(lines) or "没有程序接收变更通知。")
    return 0


def remove(args: argparse.Namespace) -> int:
    """Again is refused: it isn't there."""
    from edge.commands.centre import opened
    from sync.centre import webhooks

    with opened(args) as centre:
        webhooks.remove(centre, args.id)
    say(args, {"id": args.id}, "已删除。")
    return 0


def switch(args: argparse.Namespace) -> int:
    """On or off."""
    from edge.commands.centre import opened
    from sync.centre import webhooks

    with opened(args) as centre:
        webhooks.switch(centre, args.id, on=args.act == "on")
    say(args, {"id": args.id}, "已恢复。" if args.act == "on" else "已暂停。")
    return 0


def retry(args: argparse.Namespace) -> int:
    """The dead letters wait again."""
    from edge.commands.centre import opened
    from sync.centre import webhooks

    with opened(args) as centre:
        count = webhooks.retry(centre, args.id)
    say(args, {"id": args.id, "count": count}, f"{count} 条通知会重新发送。")
    return 0


def secret(args: argparse.Namespace) -> int:
    """The same as when it was made."""
    from edge.commands.centre import opened
    from sync.centre import webhooks

    with opened(args) as centre, centre.store.read() as tx:
        key = webhooks.secret_of(tx, centre, args.id)
    say(args, {"id": args.id, "secret": key}, key)
    return 0


def deliver(args: argparse.Namespace) -> int:
    """One round, as a serving centre makes it every minute."""
    from edge.commands.centre import opened
    from sync.centre import telling

    with opened(args) as centre:
        told = telling.tell(centre)
    say(args, asdict(told), f"送到 {told.delivered} 条，没有送到 {told.failed} 条。")
    return 0
