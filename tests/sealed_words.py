"""A complaint for tests: what it says, and the words that nobody but a supervisor may ever find."""

from edge import drafts, materials

SERVICE = "jubao-tousu"
SECRETS = ("蓝皮账本第七页", "赵铁柱的饭店", "19900000377", "覃月圆")
ANSWERS = {
    "about": {"kind": "police", "who": SECRETS[1], "content": f"有人亲眼看见{SECRETS[0]}，请查。"},
    "reply": {"anonymous": False, "name": SECRETS[3], "phone": SECRETS[2], "callback": True},
    "declaration": {"truth": True, "privacy": True},
}


def filled(node, photo: bytes = b"", owner: str = "kiosk:one"):
    draft = drafts.save(node, drafts.create(node, SERVICE, owner), ANSWERS, page=3)
    if photo:
        draft = drafts.attach(node, draft, materials.store(node, photo, f"{SECRETS[0]}.jpg", draft.owner, "evidence"))
    return draft
