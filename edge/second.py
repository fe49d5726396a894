"""A second person at the same desk: says who he is by his own password, without a session of his own."""

from typing import TYPE_CHECKING

from edge import officers
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.node import Node


def actor(node: "Node", account: str, password: str) -> str:
    """How an event names him. Raises second_wrong, account_locked, account_disabled; tries are counted as at login."""
    try:
        token = officers.login(node, account.strip(), password, second_proof=False)
    except YizhanError as error:
        if error.code != "wrong_password":
            raise
        raise problem("second_wrong") from error
    known = officers.who(node, token)
    officers.logout(node, token)
    if known is None:
        raise problem("second_wrong")
    return known.actor
