"""账号 at the centre: who is let in and as what, for the 安全管理员; what was done with accounts, for the 审计管理员;
and everybody's own password and logins.

What is secret (a first password, a token's address, codes on paper) is shown once, on the page after the form.
"""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, render_template, request, url_for

from edge import account_chain, accounts, qr, shown_once, three, web
from edge.errors import problem
from edge.shown_once import Once
from forms.kinds_review import LEVELS
from forms.ranks import RANKS
from sync.centre import account_acts, account_book, desks, factor, reviewers
from sync.centre.desks import Duty
from sync.centre.review.context import SUPERVISOR, asked_queue, centre, frame, reviewer

POST_MAX: Final = 40
NAME_MAX: Final = 60
NAMED_POSTS: Final = {SUPERVISOR: "监督", **three.THREE}
ANSWERABLE: Final = frozenset({
    "account_exists", "account_name_wrong", "posts_exclusive", "own_account", "not_found", "staff_wrong", "bad_request",
})  # fmt: skip  # a table


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/accounts", "accounts", show)
    bp.add_url_rule("/accounts", "open_account", begin, methods=["POST"])
    bp.add_url_rule("/accounts/book", "account_book", book)
    bp.add_url_rule("/accounts/<account>", "change_account", change, methods=["POST"])
    bp.add_url_rule("/password", "password", own)
    bp.add_url_rule("/password", "change_password", change_own, methods=["POST"])
    bp.add_url_rule("/password/logins", "end_others", end_others, methods=["POST"])


def show() -> str:
    """The people; and, once, what the form before this page made."""
    return _page(once=shown_once.waiting())


def begin() -> Response:
    """Open an account with a password that is good for one login."""
    form = request.form

    def act() -> Once:
        account, name = form.get("account", "").strip().lower(), form.get("name", "").strip()
        if not 0 < len(name) <= NAME_MAX or form.get("rank") not in RANKS:
            raise problem("bad_request", detail="姓名、身份")
        password = accounts.new_password()
        reviewers.add(
            centre(),
            account,
            name,
            password,
            _post(),
            staff=form.get("staff", "").strip(),
            rank=form["rank"],
            actor=reviewer().actor,
            initial=True,
        )
        return Once(account, "第一次登录的密码", [password])

    return _answer(act)


def change(account: str) -> Response:
    """What the button of the row says: post, duty, password, close, open, counter, codes, nofactor."""
    doing = _DOES.get(request.form.get("do", ""))
    if doing is None:
        raise problem("bad_request", detail="do")
    return _answer(_refuse if account == reviewer().name else lambda: doing(account))


def _refuse() -> Once | None:
    raise problem("own_account")


def _post() -> str:
    """One of the named posts, or a word of the province's."""
    chosen = request.form.get("post", "").strip()
    if len(chosen) > POST_MAX:
        raise problem("bad_request", detail="岗位")
    return chosen


def _set_post(account: str) -> None:
    account_acts.set_post(centre(), account, _post(), actor=reviewer().actor)


def _add_duty(account: str) -> None:
    given = {name: request.form.get(name, "").strip()[:100] for name in Duty.__dataclass_fields__}
    with centre().store.read() as tx:
        known = [one for one in desks.of(tx, account) if one != desks.ALL]
    account_acts.give_duties(centre(), account, [*known, Duty(**given)], actor=reviewer().actor)  # type: ignore[arg-type]  # `give` checks the role


def _clear_duties(account: str) -> None:
    account_acts.give_duties(centre(), account, [], actor=reviewer().actor)


def _password(account: str) -> Once:
    password = accounts.new_password()
    account_acts.set_password(centre(), account, password, actor=reviewer().actor, initial=True)
    return Once(account, "重设的密码，只能用来登录一次", [password])


def _close(account: str) -> None:
    account_acts.disable(centre(), account, actor=reviewer().actor)


def _open(account: str) -> None:
    account_acts.enable(centre(), account, actor=reviewer().actor)


def _counter(account: str) -> Once:
    address = factor.begin_counter(centre(), account, reviewer().actor)
    return Once(account, "动态口令：用令牌或手机程序扫这个码", [address], qr.svg(address))


def _codes(account: str) -> Once:
    made = factor.print_codes(centre(), account, reviewer().actor)
    return Once(account, "一次性口令：打印或抄下，每个只能用一次", made)


def _no_factor(account: str) -> None:
    factor.remove(centre(), account, reviewer().actor)


_DOES: Final[dict[str, Callable[[str], Once | None]]] = {
    "post": _set_post, "duty": _add_duty, "clear": _clear_duties, "password": _password, "close": _close,
    "open": _open, "counter": _counter, "codes": _codes, "nofactor": _no_factor,
}  # fmt: skip  # a table


def _answer(act: Callable[[], Once | None]) -> Response:
    return shown_once.answer(act, ANSWERABLE, lambda fault: _page(fault=fault), url_for("review.accounts"))


def _page(*, fault: str = "", once: Once | None = None) -> str:
    people = account_acts.all_of(centre())
    with centre().store.read() as tx:
        proven = factor.having(tx)
        duties = {one.name: [account_acts.said(duty) for duty in desks.of(tx, one.name)] for one in people}
    return render_template(
        "review/accounts.html",
        **frame(asked_queue()),
        people=people,
        proven=proven,
        duties=duties,
        fault=fault,
        once=once,
        posts=NAMED_POSTS,
        ranks=list(RANKS),
        roles=desks.ROLES,
        levels=LEVELS,
    )


def book() -> str:
    """账号记录, the newest first; and whether the chain of it stands."""
    with centre().store.read() as tx:
        found, faults = account_book.newest(tx), account_book.faults(tx, centre().settings.account_witness)
    names = {one.name: one.display_name for one in account_acts.all_of(centre())}
    return render_template(
        "review/account_book.html",
        **frame(asked_queue()),
        found=found,
        faults=faults,
        names=names,
        words=account_book.WORDS,
        who=account_chain.said_by,
        posts=NAMED_POSTS,
    )


def own() -> str:
    """The page of one's own password and logins."""
    return _own_page()


def change_own() -> Response:
    """Ends every session of the account; the next page is the login."""
    old, new = request.form.get("old", ""), request.form.get("new", "")

    def act() -> None:
        if new == old or new != request.form.get("again", ""):
            raise problem("password_same")
        account_acts.change_password(centre(), reviewer(), old, new)

    return shown_once.answer(act, accounts.CHANGE_PROBLEMS, _own_page, url_for("review.login"))


def end_others() -> Response:
    """End one's other sessions, or one of them."""
    which, password = request.form.get("which", ""), request.form.get("password", "")

    def act() -> None:
        account_acts.end_others(centre(), reviewer(), password, web.session_id(), which)

    return shown_once.answer(act, accounts.CHANGE_PROBLEMS, _own_page, url_for("review.password"))


def _own_page(fault: str = "") -> str:
    name = reviewer().name
    return render_template(
        "review/password.html",
        **frame(asked_queue()),
        fault=fault,
        initial=account_acts.is_initial(centre(), name),
        logins=account_acts.sessions(centre(), name, web.session_id()),
    )
