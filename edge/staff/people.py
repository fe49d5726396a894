"""Who did something, in words for the desk."""

from edge.node import Node

WHO = {"kiosk": "自助机", "api": "接口", "import": "导入", "system": "系统", "phone": "群众手机"}


def name_of(running: Node, actor: str) -> str:
    """The name of the officer, of a program, or 省级中心."""
    kind, _, account = actor.partition(":")
    if kind == "centre":
        return "省级中心"
    if kind != "officer":
        return WHO.get(kind, actor)
    with running.database.read() as tx:
        row = tx.execute("SELECT name FROM officer WHERE account = ?", (account,)).fetchone()
    return str(row["name"]) if row else account
