"""New keys of the node, new keys of the centre, a new policy: each step is one transaction, and any may be repeated.

The node makes a set (`next`), announces it in its log, and goes on with the old one. The centre's word that it has
taken the set comes down in its own log: in that transaction the new set comes into use. The old one still opens answers
that are on their way, and is destroyed once an answer came to the new one. The centre's sets come down in its log, each
vouched for by the one before; the node goes over at once, and believes the old one until the new one has answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from edge import identity, log, suite_policy
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.identity import CentreSet, Identity
from edge.key_words import KeySet, is_vouched, key_set_from, known_suites, vouch
from forms.events import Event
from forms.kinds import is_sound
from sync.frames import Refusal
from sync.suites import Suite, named

ANNOUNCED: Final = "keys.announced"
ACCEPTED: Final = "keys.accepted"
CENTRE_ANNOUNCED: Final = "centre_keys.announced"
POLICY: Final = "policy.published"
_OURS: Final = (ACCEPTED, CENTRE_ANNOUNCED, POLICY)


@dataclass(frozen=True, slots=True)
class Announced:
    """A set that waits for the centre's word. `fresh`: made just now, by this call."""

    keys: Identity
    fresh: bool


def begin(tx: Connection, suite: Suite | None = None) -> Announced:
    """Make the next set and announce it; where one waits already, that one. Raises centre_not_set, suite_lapsed."""
    sets = identity.own_sets(tx)
    waiting = next((one for one in sets if one.state == "next"), None)
    if waiting is not None:
        return Announced(waiting, fresh=False)
    if identity.centre(tx) is None:
        raise problem("centre_not_set")
    current = identity.load(tx)
    wanted = suite or current.suite
    if not suite_policy.current(tx).allows(wanted, tx.clock.centre_time()) or wanted not in _spoken(tx):
        raise problem("suite_lapsed", suite=wanted.name)
    made = identity.add_own(tx, wanted, generation=sets[-1].generation + 1, state="next")
    said = KeySet(log.node_id(tx), made.generation, wanted.name, made.sign.public, made.box.public, tx.clock.now())
    event = log.append(tx, ANNOUNCED, "", vouch(said, current.sign, made.sign).body(), "system")
    tx.execute("UPDATE own_keys SET epoch = ?, seq = ? WHERE state = 'next'", (event.epoch, event.seq))
    return Announced(made, fresh=True)


def _spoken(tx: Connection) -> list[Suite]:
    """The suites in which the centre has keys."""
    return [one.suite for one in identity.centre_sets(tx) if not one.retired]


def apply(tx: Connection, events: Iterable[Event], refusals: Iterable[Refusal]) -> list[tuple[Event, YizhanError]]:
    """What the centre said of keys and suites; gives what is not to be believed, and why. Again changes nothing."""
    refused = []
    said = [event for event in events if event.kind in _OURS and is_sound(event)]
    for event in said:
        if event.kind == ACCEPTED:
            _take_over(tx, event)
        elif event.kind == CENTRE_ANNOUNCED and not _learn(tx, event):
            refused.append((event, problem("keys_untrusted")))
        elif event.kind == POLICY and not suite_policy.take(tx, event.data, _centre_keys(tx)):
            refused.append((event, problem("policy_untrusted")))
    _drop_refused(tx, refusals)
    if said:  # and not with every answer: what the centre refused once is not tried again by itself
        _prefer(tx)
    return refused


def _take_over(tx: Connection, event: Event) -> None:
    """The centre has our next set: it comes into use, and nothing is signed with the one before any more."""
    waiting = next((one for one in identity.own_sets(tx) if one.state == "next"), None)
    if waiting is None or waiting.sign.public.hex() != event.data["sign_key"]:
        return
    tx.execute("UPDATE own_keys SET state = 'old' WHERE state = 'current'")
    tx.execute("UPDATE own_keys SET state = 'current' WHERE state = 'next'")


def _learn(tx: Connection, event: Event) -> bool:
    """A set that one of the known ones vouches for. One that is older than what we know is passed over."""
    known = identity.centre_sets(tx)
    found = key_set_from("centre", event.data)
    if any(one.generation == found.generation for one in known):
        return True
    if found.by not in {one.sign_key for one in known}:
        return found.generation < known[-1].generation
    if not is_vouched(found):
        return False
    one = CentreSet(found.generation, named(found.suite), found.sign_key, found.box_key)
    identity.add_centre_set(tx, one)
    return True


def _centre_keys(tx: Connection) -> set[bytes]:
    return {one.sign_key for one in identity.centre_sets(tx)}


def _drop_refused(tx: Connection, refusals: Iterable[Refusal]) -> None:
    """The centre can't take our next set: the one in use stays."""
    for refusal in refusals:
        tx.execute("DELETE FROM own_keys WHERE state = 'next' AND (epoch, seq) = (?, ?)", (refusal.epoch, refusal.seq))


def _prefer(tx: Connection) -> None:
    """Go over to the first suite of the policy that both sides have."""
    centre, policy = identity.centre(tx), suite_policy.current(tx)
    if centre is None or not centre.enrolled_at:
        return
    spoken, allowed = _spoken(tx), policy.allowed(tx.clock.centre_time())
    best = next((suite for suite in known_suites(allowed) if suite in spoken), None)
    if best is not None and best is not identity.load(tx).suite:
        begin(tx, best)


def settle(tx: Connection, own_box: bytes, centre_sign: bytes) -> None:
    """An answer came to our set with the key `own_box`, by the centre's set with the key `centre_sign`: whatever either
    side had before these two is over. Private keys are overwritten, not only forgotten (`secure_delete`).
    """
    own = next((one for one in identity.own_sets(tx) if one.box.public == own_box), None)
    if own is not None and own.state == "current":
        tx.execute("DELETE FROM own_keys WHERE state = 'old'")
    theirs = next((one for one in identity.centre_sets(tx) if one.sign_key == centre_sign), None)
    if theirs is not None:
        tx.execute("UPDATE centre_keys SET retired = 1 WHERE generation < ?", (theirs.generation,))
