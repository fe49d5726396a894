"""账号: who is let in and as what, for the 安全管理员; what was done with accounts, for the 审计管理员.

What is secret (a first password, a token's address, codes on paper) is shown once, on the page after the form.
"""

from collections.abc import Callable

from flask import Response, request, url_for

from edge import account_book, account_chain, account_witness, accounts, factor, officers, qr, ranks, shown_once
from edge.errors import problem
from edge.shown_once import Once
from edge.staff.context import officer, page
from edge.web_node import node

ANSWERABLE = frozenset(
    {
        "account_exists", "account_name_wrong", "post_unknown", "posts_exclusive", "own_account", "not_found",
        "staff_wrong", "bad_request",
    }
)  # fmt: skip  # a table


def show() -> str:
    """The officers of the room; and, once, what the form before this page made."""
    return _page(once=shown_once.waiting())


def begin() -> Response:
    """Open an officer's account with a password that is good for one login."""
    form = request.form

    def act() -> Once:
        account, name = form.get("account", "").strip().lower(), form.get("name", "").strip()
        if not name or form.get("rank") not in ranks.RANKS:
            raise problem("bad_request", detail="姓名、身份")
        password = accounts.new_password()
        officers.add(
            node(),
            account,
            name,
            password,
            posts=form.getlist("post"),
            rank=form["rank"],
            staff=form.get("staff", "").strip(),
            actor=officer().actor,
            initial=True,
        )
        return Once(account, "第一次登录的密码", [password])

    return _answer(act)


def change(account: str) -> Response:
    """What the button of the row says: posts, password, close, open, counter, codes, nofactor."""
    if account == officer().account:
        return _answer(_refuse)
    doing = _DOES.get(request.form.get("do", ""))
    if doing is None:
        raise problem("bad_request", detail="do")
    return _answer(lambda: doing(account))


def _refuse() -> Once | None:
    raise problem("own_account")


def _posts(account: str) -> None:
    officers.set_posts(node(), account, request.form.getlist("post"), actor=officer().actor)


def _password(account: str) -> Once:
    password = accounts.new_password()
    officers.set_password(node(), account, password, actor=officer().actor, initial=True)
    return Once(account, "重设的密码，只能用来登录一次", [password])


def _close(account: str) -> None:
    officers.disable(node(), account, actor=officer().actor)


def _open(account: str) -> None:
    officers.enable(node(), account, actor=officer().actor)


def _counter(account: str) -> Once:
    address = factor.begin_counter(node(), account, officer().actor)
    return Once(account, "动态口令：用令牌或手机程序扫这个码", [address], qr.svg(address))


def _codes(account: str) -> Once:
    return Once(account, "一次性口令：打印或抄下，每个只能用一次", factor.print_codes(node(), account, officer().actor))


def _no_factor(account: str) -> None:
    factor.remove(node(), account, officer().actor)


_DOES: dict[str, Callable[[str], Once | None]] = {
    "posts": _posts, "password": _password, "close": _close, "open": _open, "counter": _counter, "codes": _codes,
    "nofactor": _no_factor,
}  # fmt: skip  # a table


def _answer(act: Callable[[], Once | None]) -> Response:
    return shown_once.answer(
        act, ANSWERABLE, lambda fault: _page(fault=fault), url_for("staff.accounts_show", said="account")
    )


def _page(*, fault: str = "", once: Once | None = None) -> str:
    everybody = officers.all_of(node())
    with node().database.read() as tx:
        proven = {one.account for one in everybody if factor.asked(tx, one.account)}
    lacking = {one.account for one in everybody if one.active and factor.lacking(node(), one)}
    return page(
        "accounts.html",
        people=everybody,
        proven=proven,
        lacking=lacking,
        posts=officers.ALL_POSTS,
        ranks=list(ranks.RANKS),
        fault=fault,
        once=once,
    )


def book() -> str:
    """账号记录, the newest first; and whether the chain of it stands."""
    with node().database.read() as tx:
        found = account_book.newest(tx)
        witness = account_witness.place(node().settings.witness)
        faults = [*account_book.faults(tx), *account_witness.faults(tx, witness)]
    names = {one.account: one.name for one in officers.all_of(node())}
    return page(
        "account_book.html",
        found=found,
        faults=faults,
        names=names,
        words=account_book.WORDS,
        who=account_chain.said_by,
    )
