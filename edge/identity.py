"""Who the node is to the centre, and who the centre is to the node: keys in the encrypted database.

Both sides have sets of keys, numbered by generation; a newer set takes the place of an older one. The node's newest set
is `next` until the centre has confirmed it, then `current`; the one before stays `old` for answers that are still on
their way. Of the centre every set is kept that its own earlier ones vouched for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from edge import suite_policy
from edge.database import Connection
from edge.errors import problem
from edge.packs import judging
from sync.suites import MODERN_1, SUITES, KeyPair, Suite, SuiteError, named

_EPOCH_MAX = 999

__all__ = ["Centre", "CentreSet", "Identity", "KeyPair", "centre", "centre_sets", "create", "load", "own_sets"]


class Identity(NamedTuple):
    """One set of the node's keys: `sign` is the node's word, `box` is what is sealed to the node."""

    sign: KeyPair
    box: KeyPair
    suite: Suite = MODERN_1
    generation: int = 1
    state: str = "current"


class CentreSet(NamedTuple):
    """One set of the centre's public keys. `retired`: it has answered with a newer one, and nothing is believed it."""

    generation: int
    suite: Suite
    sign_key: bytes
    box_key: bytes
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre by its enrolment file; `enrolled_at` is "" until it has answered to the one-time `code`.

    `sign_key` and `box_key` are the newest that the node knows, whatever their suite.
    """

    url: str
    name: str
    sign_key: bytes
    box_key: bytes
    code: str = field(repr=False)
    enrolled_at: str = ""
    supervisor_key: bytes = b""  # X25519 of the supervisor; complaints are sealed to it, and no room can open them
    epoch: int = 0  # of its file alone: a machine before this one may have gone so far


def create(tx: Connection, suite: Suite = MODERN_1) -> None:
    """Make the node's keys, once."""
    add_own(tx, suite, generation=1, state="current")


def add_own(tx: Connection, suite: Suite, *, generation: int, state: str) -> Identity:
    """Make and keep a fresh set."""
    made = Identity(suite.sign_keys(), suite.box_keys(), suite, generation, state)
    tx.execute(
        "INSERT INTO own_keys (generation, suite, sign, box, state, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (generation, suite.number, made.sign.private, made.box.private, state, tx.clock.now()),
    )
    return made


def own_sets(tx: Connection) -> list[Identity]:
    """All sets that are still here, oldest first."""
    return [_own(row) for row in tx.execute("SELECT * FROM own_keys ORDER BY generation")]


def _own(row: Mapping[str, Any]) -> Identity:
    suite = SUITES[row["suite"]]
    sign, box = suite.sign_keys(bytes(row["sign"])), suite.box_keys(bytes(row["box"]))
    return Identity(sign, box, suite, row["generation"], row["state"])


def load(tx: Connection) -> Identity:
    """The set in use."""
    return _own(tx.execute("SELECT * FROM own_keys WHERE state = 'current'").fetchone())


def set_centre(tx: Connection, enrolment: Mapping[str, Any]) -> Centre:
    """Take an enrolment file {node, name, centre_url, centre_sign_key, centre_box_key, code}; keys are hexadecimal.

    `supervisor_box_key` may be missing: the room then takes no complaint that has to be sealed. `suite`, `generation`,
    `policy`, `pack_root` and `epoch` (the last that an earlier machine may have used) may be missing: modern-1, 1,
    none, none, 0.

    Raises node_enrolment_wrong for a file that is none, that was made out to another node, or whose keys or policy this
    node has seen replaced: an old file never brings back an old key.
    """
    found, keys = _read(enrolment, str(tx.execute("SELECT node_id FROM node").fetchone()[0]))
    _check_not_older(tx, keys)
    tx.execute(
        "INSERT OR REPLACE INTO centre (id, url, name, code, supervisor_key) VALUES (1, ?, ?, ?, ?)",
        (found.url, found.name, found.code, found.supervisor_key),
    )
    # of a machine before this one some epochs, and numbers in them, may never have been heard
    tx.execute(
        "UPDATE node SET epoch = max(epoch, ?) WHERE NOT EXISTS (SELECT 1 FROM event WHERE side = 'node')",
        (found.epoch,),
    )
    if not any(one.sign_key == keys.sign_key for one in centre_sets(tx)):
        tx.execute("DELETE FROM centre_keys")  # another centre, with a lineage and a policy of its own
        suite_policy.clear(tx)
        judging.clear(tx)
        add_centre_set(tx, keys)
    if enrolment.get("policy"):
        suite_policy.take(tx, enrolment["policy"], {keys.sign_key})
    if enrolment.get("pack_root"):
        judging.take_root(tx, str(enrolment["pack_root"]))
    if load(tx).suite is not keys.suite:
        _begin_anew(tx, keys.suite)
    return found


def _check_not_older(tx: Connection, keys: CentreSet) -> None:
    known = centre_sets(tx)
    held = next((one for one in known if one.sign_key == keys.sign_key), None)
    if held is None:
        return
    if held.retired or any(one.generation > held.generation and one.suite is held.suite for one in known):
        raise problem("node_enrolment_wrong", detail="它早于省级中心现在的密钥")


def carry_over(before: Connection, tx: Connection) -> None:
    """Who this node is to its centre, from another database of the same machine: a one-time code may be used up."""
    for table in ("own_keys", "centre", "centre_keys", "suite_policy", "pack_root", "pack_version", "pack_state"):
        tx.execute(f"DELETE FROM {table}")  # noqa: S608  names of tables
        for row in before.execute(f"SELECT * FROM {table}"):  # noqa: S608  names of tables
            tx.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(tuple(row)))})", tuple(row))  # noqa: S608  names


def renew(tx: Connection) -> None:
    """Fresh keys, to be bound by a new one-time code: a copy of this machine may hold the ones before."""
    _begin_anew(tx, load(tx).suite)


def _begin_anew(tx: Connection, suite: Suite) -> None:
    """The centre binds keys of its suite by the code; the ones before it are of no use any more."""
    last = own_sets(tx)[-1].generation
    tx.execute("DELETE FROM own_keys")
    add_own(tx, suite, generation=last + 1, state="current")


def read_enrolment(enrolment: Mapping[str, Any], node_id: str) -> Centre:
    """Raises node_enrolment_wrong."""
    return _read(enrolment, node_id)[0]


def _read(enrolment: Mapping[str, Any], node_id: str) -> tuple[Centre, CentreSet]:
    try:
        keys = [bytes.fromhex(enrolment[name]) for name in ("centre_sign_key", "centre_box_key")]
        url, name, code = (str(enrolment[key]) for key in ("centre_url", "name", "code"))
        made_out_to = enrolment["node"]
        supervisor = bytes.fromhex(enrolment.get("supervisor_box_key", ""))
        suite, generation = named(enrolment.get("suite", MODERN_1.name)), int(enrolment.get("generation", 1))
        epoch = int(enrolment.get("epoch", 0))
    except SuiteError as error:
        raise problem("node_enrolment_wrong", detail="本机程序还没有它所用的加密套件，请升级") from error
    except (KeyError, TypeError, ValueError) as error:
        raise problem("node_enrolment_wrong", detail="内容不完整") from error
    if epoch not in range(_EPOCH_MAX):
        raise problem("node_enrolment_wrong", detail="内容不完整")
    if made_out_to != node_id:
        raise problem("node_enrolment_wrong", detail=f"它是发给节点 {made_out_to} 的")
    lengths = (suite.sign_public_bytes, suite.box_public_bytes, MODERN_1.box_public_bytes)
    if tuple(map(len, (*keys, supervisor or bytes(MODERN_1.box_public_bytes)))) != lengths or generation < 1:
        raise problem("node_enrolment_wrong", detail="密钥长度不对")
    found = Centre(url, name, keys[0], keys[1], code, supervisor_key=supervisor, epoch=epoch)
    return found, CentreSet(generation, suite, keys[0], keys[1])


def centre(tx: Connection) -> Centre | None:
    """The centre that this node belongs to, or None for a room that stands alone."""
    row = tx.execute("SELECT url, name, code, enrolled_at, supervisor_key FROM centre").fetchone()
    if row is None:
        return None
    newest = centre_sets(tx)[-1]
    supervisor = bytes(row["supervisor_key"])
    return Centre(**{**dict(row), "supervisor_key": supervisor}, sign_key=newest.sign_key, box_key=newest.box_key)


def centre_sets(tx: Connection) -> list[CentreSet]:
    """Every set of the centre's that this node knows, retired ones too, oldest first."""
    return [_theirs(row) for row in tx.execute("SELECT * FROM centre_keys ORDER BY generation")]


def _theirs(row: Mapping[str, Any]) -> CentreSet:
    sign, box = bytes(row["sign_key"]), bytes(row["box_key"])
    return CentreSet(row["generation"], SUITES[row["suite"]], sign, box, row["retired"] == 1)


def add_centre_set(tx: Connection, one: CentreSet) -> None:
    """Keep a set that was proven. Again changes nothing."""
    tx.execute(
        "INSERT INTO centre_keys (generation, suite, sign_key, box_key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (one.generation, one.suite.number, one.sign_key, one.box_key),
    )


def set_enrolled(tx: Connection, at: str) -> None:
    """The centre has answered: the code is used up."""
    tx.execute("UPDATE centre SET enrolled_at = ?", (at,))
