"""Which suites the centre allows, as this node last heard it: one row whose version only grows."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from edge.database import Connection
from edge.key_words import NO_POLICY, Policy, is_policy_genuine, policy_from


def current(tx: Connection) -> Policy:
    """The policy in force; one that allows everything where the centre has published none."""
    row = tx.execute("SELECT body FROM suite_policy").fetchone()
    return NO_POLICY if row is None else policy_from(json.loads(row[0]))


def take(tx: Connection, body: Mapping[str, Any], keys: Collection[bytes]) -> bool:
    """Keep a policy that one of the centre's `keys` signed, if it is newer than ours; an older one changes nothing.

    False for a policy that is not to be believed.
    """
    try:
        found = policy_from(body)
    except (KeyError, TypeError, ValueError):
        return False
    if found.key not in keys or not is_policy_genuine(found):
        return False
    tx.execute(
        "INSERT INTO suite_policy (id, version, body) VALUES (1, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body"
        " WHERE excluded.version > version",
        (found.version, json.dumps(found.body())),
    )
    return True


def clear(tx: Connection) -> None:
    """The node goes to another centre, whose policies count from the beginning."""
    tx.execute("DELETE FROM suite_policy")
