"""Keys and suites at the centre: which sets rooms use, new sets of theirs and of ours, and the policy.

What is announced is written into each room's log when the room is next heard, like publications; so it reaches a room
that is enrolled later, and a stick carries it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from edge.errors import YizhanError, problem
from edge.key_words import NO_POLICY, Policy, is_vouched, key_set_from, known_suites, policy_from, sign_policy
from forms.events import Event
from forms.kinds import check_body
from sync.centre import headers, log, rooms, tables
from sync.centre.centre import Centre
from sync.centre.identity import OwnSet
from sync.centre.statements import matching
from sync.centre.store import upsert
from sync.envelope import EnvelopeError, OpenKeys, SealKeys, peek
from sync.suites import key_id, named, of_sign_key

ANNOUNCED = "keys.announced"
ACCEPTED = "keys.accepted"
CENTRE_ANNOUNCED = "centre_keys.announced"
POLICY = "policy.published"
_keys, _policy = tables.room_keys, tables.suite_policy
_KEYS_OF = matching(select(_keys), _keys, "node_id")
_LATEST_POLICY = select(_policy).order_by(_policy.c.version.desc()).limit(1)
_DOORS = (
    select(
        tables.node,
        _keys.c.old_sign_key,
        _keys.c.old_box_key,
        _LATEST_POLICY.with_only_columns(_policy.c.body).scalar_subquery().label("policy"),
    )
    .select_from(tables.node.outerjoin(_keys, _keys.c.node_id == tables.node.c.node_id))
    .where(tables.node.c.node_id.in_(bindparam("of", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Channel:
    """The two sets that an envelope and its answer go between: ours, and the room's public keys."""

    own: OwnSet
    sign_key: bytes
    box_key: bytes

    @property
    def opens(self) -> OpenKeys:
        return self.own.opens(self.sign_key)

    @property
    def seals(self) -> SealKeys:
        return self.own.seals(self.box_key)


@dataclass(frozen=True, slots=True)
class Door:
    """What envelopes of a room are opened by: the room, the keys before its present ones while they still count, and
    the policy in force.
    """

    room: rooms.Room
    earlier: tuple[tuple[bytes, bytes], ...]
    policy: Policy


def doors(tx: Connection, node_ids: Iterable[str]) -> dict[str, Door]:
    """Of those of these rooms that there are, in one statement."""
    return {row.node_id: _door(row) for row in tx.execute(_DOORS, {"of": sorted(node_ids)})}


def _door(row: Row[Any]) -> Door:
    """The keys that the room's newest took the place of count until those have been used: the room may not know."""
    earlier = ((bytes.fromhex(row.old_sign_key), bytes.fromhex(row.old_box_key)),) if row.old_sign_key else ()
    return Door(rooms.from_row(row), earlier, policy_from(json.loads(row.policy)) if row.policy else NO_POLICY)


def channel(centre: Centre, door: Door, body: bytes) -> Channel:
    """By the key ids of an envelope. Raises EnvelopeError (not_for_us, bad_signature, unknown_suite, suite_lapsed)."""
    header, room = peek(body), door.room
    own = centre.identity.addressed(header.recipient_key_id)
    if own is None:
        raise EnvelopeError("not_for_us", "sealed to another key")
    pairs = ((room.sign_key, room.box_key), *door.earlier)
    found = next((pair for pair in pairs if key_id(pair[0]) == header.sender_key_id), None)
    if found is None:
        raise EnvelopeError("bad_signature", "signed with another key")
    if of_sign_key(found[0]) is not own.suite:
        raise EnvelopeError("unknown_suite", "the keys are of two suites")
    _check_suite(door.policy, own, centre.clock.now())
    return Channel(own, *found)


def standing(centre: Centre, tx: Connection, room: rooms.Room) -> Channel:
    """For an answer that no envelope asked for: our set that the room wrote to last, if it is of its keys' suite."""
    row = tx.execute(_KEYS_OF, {"node_id": room.node_id}).one_or_none()
    suite = of_sign_key(room.sign_key)
    sets = [one for one in centre.identity.sets() if one.suite is suite]
    used = [one for one in sets if row is not None and one.generation == row.centre_generation]
    if not sets:
        raise problem("suite_lapsed", suite=suite.name)
    return Channel((used or sets)[-1], room.sign_key, room.box_key)


def refused(error: EnvelopeError) -> YizhanError:
    """How an envelope that is not taken is told; a suite that is not agreed has sentences of its own."""
    code = {"unknown_suite": "suite_unknown", "suite_lapsed": "suite_ended"}.get(error.code, "envelope_refused")
    return problem(code, detail=error.code)


def check_suite(tx: Connection, own: OwnSet, now: str) -> None:
    """Raises EnvelopeError (suite_lapsed) for a suite that the policy does not allow."""
    _check_suite(policy(tx), own, now)


def _check_suite(in_force: Policy, own: OwnSet, now: str) -> None:
    if not in_force.allows(own.suite, now):
        raise EnvelopeError("suite_lapsed", own.suite.name)


def note_use(tx: Connection, room: rooms.Room, used: Channel, row: Row[Any] | None) -> None:
    """A proven envelope came: which of our sets the room uses; its earlier keys end when the newest was used.

    `room`, and what is known of its keys (`row`), as they are now, locked: of envelopes that come together, another may
    just have brought new keys.
    """
    values: dict[str, Any] = {"centre_generation": used.own.generation}
    if used.sign_key == room.sign_key:
        values |= {"old_sign_key": "", "old_box_key": ""}
    if row is None or any(getattr(row, name) != value for name, value in values.items()):
        upsert(tx, _keys, [{"node_id": room.node_id, **values}])


def bound(tx: Connection, node_id: str) -> None:
    """A machine was bound by a code: what was before it counts no more, and it hears everything from the start."""
    tx.execute(delete(_keys).filter_by(node_id=node_id))


def fault(centre: Centre, tx: Connection, room: rooms.Room, event: Event) -> str:
    """The code of the refusal of a room's new keys, "" if there is nothing against them."""
    found = key_set_from(room.node_id, event.data)
    if found.by != room.sign_key or not is_vouched(found):
        return "bad_keys"
    suite = named(found.suite)
    if centre.identity.of_suite(suite) is None or not policy(tx).allows(suite, centre.clock.now()):
        return "suite_refused"
    return ""


def take(centre: Centre, tx: Connection, room: rooms.Room, event: Event) -> None:
    """Bind a room's new keys and tell it so. The earlier ones stay until the new ones are used."""
    found = key_set_from(room.node_id, event.data)
    new = {"sign_key": found.sign_key.hex(), "box_key": found.box_key.hex()}
    old = {"old_sign_key": room.sign_key.hex(), "old_box_key": room.box_key.hex()}
    tx.execute(update(tables.node).filter_by(node_id=room.node_id).values(new))
    upsert(tx, _keys, [{"node_id": room.node_id, **old}])
    body = {"generation": found.generation, "sign_key": found.sign_key.hex()}
    check_body(ACCEPTED, body)
    log.append(tx, centre.clock, room.node_id, kind=ACCEPTED, application="", body=body, actor="centre")


def hand_down(centre: Centre, tx: Connection, node_id: str) -> None:
    """Write into a room's log the sets and the policy that it was not told of. The caller has locked the room."""
    row = tx.execute(_KEYS_OF, {"node_id": node_id}).one_or_none()
    told_keys, told_policy = (row.keys_told, row.policy_told) if row else (1, 0)
    fresh = [one for one in centre.identity.words() if one.generation > told_keys]
    newest = policy(tx)
    told = [(CENTRE_ANNOUNCED, one.body()) for one in fresh]
    told += [(POLICY, in_name_of(newest, centre.identity.newest).body())] if newest.version > told_policy else []
    for kind, body in told:
        check_body(kind, body)
        log.append(tx, centre.clock, node_id, kind=kind, application="", body=body, actor="centre")
    if told:
        last = max([told_keys, *(one.generation for one in fresh)])
        upsert(tx, _keys, [{"node_id": node_id, "keys_told": last, "policy_told": newest.version}])


def policy(tx: Connection) -> Policy:
    """The one in force; one that allows everything where none was published."""
    row = tx.execute(_LATEST_POLICY).one_or_none()
    return NO_POLICY if row is None else policy_from(json.loads(row.body))


def in_name_of(one: Policy, own: OwnSet) -> Policy:
    """The same policy, said with the key of a set that whoever hears it knows: a new room knows no earlier one."""
    return one if one.key == own.sign.public else sign_policy(one, own.sign)


def publish_policy(
    centre: Centre, suites: Sequence[str], minimum: str = "", not_before: str = "", *, force: bool = False
) -> tuple[Policy, bool]:
    """Sign a policy of the next version; it goes down to every room. The same again is harmless (False).

    For a suite in which the centre has no keys yet, a set is made first. Raises policy_wrong, policy_shuts_out.
    """
    wanted = Policy(1, not_before, tuple(suites), minimum or (suites[-1] if suites else ""))
    _check(wanted)
    with centre.store.read() as tx:
        if not force:
            _check_nobody_shut_out(tx, wanted, centre.clock.now())
    for name in reversed(suites):  # the preferred one last, so that it is the newest
        if centre.identity.of_suite(named(name)) is None:
            centre.identity.rotate(named(name), centre.clock.now())
    with centre.store.write() as tx:
        return _enter(centre, tx, wanted)


def _enter(centre: Centre, tx: Connection, wanted: Policy) -> tuple[Policy, bool]:
    held = policy(tx)
    if (held.suites, held.minimum, held.not_before) == (wanted.suites, wanted.minimum, wanted.not_before):
        return held, False
    version = int(tx.execute(select(func.coalesce(func.max(_policy.c.version), 0))).scalar_one()) + 1
    made = sign_policy(Policy(version, wanted.not_before, wanted.suites, wanted.minimum), centre.identity.sign)
    tx.execute(insert(_policy).values(version=version, at=centre.clock.now(), body=json.dumps(made.body())))
    return made, True


def _check(wanted: Policy) -> None:
    unknown = set(wanted.suites) - {suite.name for suite in known_suites(wanted.suites)}
    if unknown:
        raise problem("policy_wrong", detail=f"没有名为 {min(unknown)} 的套件")
    if not wanted.suites or len(set(wanted.suites)) != len(wanted.suites) or wanted.minimum not in wanted.suites:
        raise problem("policy_wrong", detail="套件应各列一次，最低套件应在其中")
    if wanted.not_before and not headers.is_moment(wanted.not_before):
        raise problem("policy_wrong", detail="期限应写成 2027-03-01T00:00:00+08:00")


def enrolling(centre: Centre, tx: Connection) -> OwnSet:
    """The set that a new room is given: the newest of the suite that the policy prefers."""
    allowed = policy(tx).allowed(centre.clock.now())
    found = (centre.identity.of_suite(suite) for suite in known_suites(allowed))
    return next((one for one in found if one is not None), centre.identity.newest)


def _check_nobody_shut_out(tx: Connection, wanted: Policy, now: str) -> None:
    keys = tx.execute(select(tables.node.c.sign_key).where(tables.node.c.bound_at != "")).scalars()
    out = [key for key in keys if not wanted.allows(of_sign_key(bytes.fromhex(key)), now)]
    if out:
        raise problem("policy_shuts_out", count=len(out))


@dataclass(frozen=True, slots=True)
class SetInUse:
    """A set of the centre's, and how many rooms wrote to it last."""

    own: OwnSet
    rooms: int


def sets_in_use(centre: Centre) -> list[SetInUse]:
    """Newest last. A room that was never heard since is counted with the oldest set."""
    with centre.store.read() as tx:
        used = [one.generation for one in _used(centre, tx)]
    return [SetInUse(one, used.count(one.generation)) for one in centre.identity.sets()]


def _used(centre: Centre, tx: Connection) -> list[OwnSet]:
    known = {row.node_id: row.centre_generation for row in tx.execute(select(_keys))}
    sets = {one.generation: one for one in centre.identity.sets()}
    bound = tx.execute(select(tables.node.c.node_id).where(tables.node.c.bound_at != "")).scalars()
    return [sets.get(known.get(node_id, 0), centre.identity.sets()[0]) for node_id in bound]


def retire(centre: Centre, generation: int, *, force: bool = False) -> None:
    """Destroy one of the older sets. Again is harmless. Raises not_found for the newest, keys_in_use."""
    found = [one for one in sets_in_use(centre) if one.own.generation == generation]
    if generation == centre.identity.newest.generation or generation < 1:
        raise problem("not_found")
    if found and found[0].rooms and not force:
        raise problem("keys_in_use", count=found[0].rooms)
    if found:
        centre.identity.retire(generation)
