"""What every view of the console needs: the running node, the officer who asks, and the frame around a page."""

import secrets
from typing import Any, NamedTuple

from flask import g, render_template, request, url_for

from edge import applications
from edge.applications import Application
from edge.officers import Officer
from edge.staff.may import may
from edge.web_node import node

# what an act says on the page that follows it; the address carries the key alone
SAID = {
    "logged-in": "已登录。",
    "filed": "已收件，凭证可以打印了。",
    "printed": "凭条已经打出来。",
    "saved": "已保存。",
    "deleted": "草稿已删除。",
    "material": "材料已存入办件，有网络时自动上传。",
    "corrected": "补正已存入办件，有网络时自动上传。",
    "withdrawn": "已撤回。",
    "verified": "已记录：人证一致。",
    "confirmed": "已确认，有网络时自动上传。",
    "unconfirmed": "已记下：不予确认。请收件的人按理由补齐。",
    "rated": "已记下，有网络时交给上级监督部门。",
    "dropped": "已丢掉。",
    "sending": "正在联系省级中心。结果显示在这一页，可以刷新查看。",
    "settled": "已放到一边，原因和经手人已记下。",
    "person": "已核对本人。以前填过的已经填上，请和本人逐项核对。",
    "seen": "已记录：原件已核对。",
    "proxy": "代办人已登记。",
    "fingerprint": "指纹采集的情况已登记。",
    "consent": "已撤回同意，已记入办件。",
    "taken": "已接到窗口，和群众一起填；填好可以收件，也可以交回自助机。",
    "given": "已交回自助机，请群众接着填。",
    "gone": "自助机那边已经结束，这一件留在窗口接着办。",
    "page": "已存下一页。",
    "page-dropped": "已删掉这一页。",
    "handed": "已带到自助机上。请本人回到填写页面，逐项核对。",
    "moved": "已换用新版本，请接着填。",
    "changed": "草稿刚刚又改过，请再看一遍变化。",
    "answered": "已记下：有人去帮忙了。",
    "reprinted": "已记下补打，凭证可以打印了。",
    "told": "已告知，一次性告知书已签收。",
    "arrived": "已登记到件，请通知来领。",
    "called": "已记下通知的情况。",
    "message": "已排进短信出箱，随下一批交给省级中心，由中心发出。",
    "posted": "已登记寄出。签收以后再登记签收。",
    "account": "已改，已记入账号记录。",
    "served": "已送达，签收凭据已存入。",
}
MENU = (
    (
        "今天",
        "sun",
        "today_show",
        ("today", "queue", "calling", "reminding", "tickets", "checks", "videos", "pressing", "closing"),
    ),
    ("收件", "inbox", "receive_choose", ("receive", "intake", "scanning", "paper", "bringing", "talk")),
    (
        "查询",
        "folder-search",
        "find_show",
        ("find", "cases", "acts", "correction", "defects", "pictures", "receipts", "history"),
    ),
    ("出件", "package-check", "handover_show", ("handover", "delivery")),
    ("预约", "calendar-days", "booking_show", ("booking", "visiting")),
    ("收费", "clipboard-check", "payments_show", ("payments",)),
    ("便民", "users", "expiring_show", ("expiring", "needs", "missing", "rating")),
    ("文书台账", "stamp", "stock_show", ("stock",)),
    ("统计", "chart-column", "figures_show", ("figures",)),
    ("传送", "send", "transfer_show", ("transfer", "aside", "ferry")),
    ("账号", "users", "accounts_show", ("accounts",)),
    ("账号记录", "history", "accounts_book", ("accounts",)),
    ("帮助", "circle-question-mark", "handbook_contents", ("handbook", "practice")),
)


class Entry(NamedTuple):
    """A line of the menu."""

    title: str
    icon: str
    href: str
    current: bool


def application_of(number: str) -> Application:
    """The application with this number as it stands now. Raises not_found."""
    with node().database.read() as tx:
        return applications.get(tx, number)


def officer() -> Officer:
    """The officer of this request; the guard has seen to it that there is one."""
    known: Officer = g.officer
    return known


def page(template: str, *, bare: bool = False, **values: Any) -> str:
    """A page inside the frame: menu, officer, room, what the last act said. `bare`: nothing else is open yet."""
    part = (request.endpoint or "").rpartition(".")[2].partition("_")[0]
    menu = [
        Entry(title, icon, url_for(f"staff.{view}"), part in parts)
        for title, icon, view, parts in MENU
        if not bare and may(f"staff.{view}")
    ]
    return render_template(
        f"staff/{template}",
        menu=menu,
        help=_help(part) if not bare else None,
        officer=officer(),
        room_name=node().room.name,
        finds=may("staff.find_show"),
        own_password=may("staff.password_show"),
        said=SAID.get(request.args.get("said", ""), ""),
        on_visit=node() if node().sealed else None,
        **values,
    )


def _help(part: str) -> tuple[str, str]:
    """(title, address) of the chapter of the manual about this page."""
    from edge import manual  # which no start needs

    chapter = manual.of_part(part)
    return chapter.title, url_for("staff.handbook_show", chapter=chapter.id)


def signed() -> dict[str, str]:
    """Whose act a posted form is, and its token: what is written has a hand, and a form sent twice is one act."""
    return {"actor": officer().actor, "token": request.form.get("token", "")}


def form_token() -> str:
    """One per shown form: sent twice, it still is one act."""
    return secrets.token_urlsafe(18)
