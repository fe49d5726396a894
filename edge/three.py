"""三员: who runs the room's machine, who gives out accounts, who reads what both did. Never two of them in one hand.

An account with one of these has no other post: it sees no application, and whoever acts on applications gives out no
account and reads no book of accounts (GB/T 22239 level 3: system, security and audit administrators).
"""

from collections.abc import Collection
from typing import Final

from edge.errors import problem

SYSTEM, SECURITY, AUDIT = "system", "security", "audit"
THREE: Final = {SYSTEM: "系统管理员", SECURITY: "安全管理员", AUDIT: "审计管理员"}
_FOR_EACH: Final = frozenset(
    f"staff.{name}"
    for name in (
        "session_logout", "duties_show", "duties_sign", "password_show", "password_change", "password_logins",
        "proof_show", "proof_register",
        "handbook_contents", "handbook_show", "handbook_printed", "handbook_picture",
    )
)  # fmt: skip  # a table
# what is open to every officer, and to one of the three besides what names it
_BESIDES: Final = {SYSTEM: frozenset({"staff.transfer_show", "staff.transfer_send"})}
HOMES: Final = {SYSTEM: "staff.transfer_show", SECURITY: "staff.accounts_show", AUDIT: "staff.accounts_book"}


def check(posts: Collection[str]) -> None:
    """Raises posts_exclusive for one of the three together with anything else."""
    if set(posts) & set(THREE) and len(set(posts)) > 1:
        raise problem("posts_exclusive")


def one_of(posts: Collection[str]) -> str:
    """Which of the three somebody with these posts is; "" for everybody else."""
    return next((post for post in THREE if post in posts), "")


def opens(endpoint: str, post: str) -> bool:
    """Whether one of the three may call a route that is open to every officer."""
    return endpoint in _FOR_EACH or endpoint in _BESIDES.get(post, ())
