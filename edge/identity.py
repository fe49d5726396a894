"""Who the node is to the centre, and who the centre is to the node: keys in the encrypted database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from edge.database import Connection
from edge.errors import problem

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Raw keys of 32 bytes each."""

    private: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """`sign` is Ed25519 (the node's word), `box` is X25519 (what is sealed to the node; HPKE)."""

    sign: KeyPair
    box: KeyPair


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre by its enrolment file; `enrolled_at` is "" until it has answered to the one-time `code`."""

    url: str
    name: str
    sign_key: bytes
    box_key: bytes
    code: str = field(repr=False)
    enrolled_at: str = ""
    supervisor_key: bytes = b""  # X25519 of the supervisor; complaints are sealed to it, and no room can open them


def create(tx: Connection) -> None:
    """Make the node's keys, once."""
    pairs = {
        "sign": Ed25519PrivateKey.generate().private_bytes_raw(),
        "box": X25519PrivateKey.generate().private_bytes_raw(),
    }
    tx.executemany(
        "INSERT INTO identity_key (kind, private, created_at) VALUES (?, ?, ?)",
        [(kind, private, tx.clock.now()) for kind, private in pairs.items()],
    )


def load(tx: Connection) -> Identity:
    private = {row["kind"]: bytes(row["private"]) for row in tx.execute("SELECT kind, private FROM identity_key")}
    sign = Ed25519PrivateKey.from_private_bytes(private["sign"]).public_key().public_bytes_raw()
    box = X25519PrivateKey.from_private_bytes(private["box"]).public_key().public_bytes_raw()
    return Identity(KeyPair(private["sign"], sign), KeyPair(private["box"], box))


def set_centre(tx: Connection, enrolment: Mapping[str, Any]) -> Centre:
    """Take an enrolment file {node, name, centre_url, centre_sign_key, centre_box_key, code}; keys are hexadecimal.

    `supervisor_box_key` may be missing: the room then takes no complaint that has to be sealed.

    Raises node_enrolment_wrong for a file that is none, or that was made out to another node.
    """
    centre = read_enrolment(enrolment, str(tx.execute("SELECT node_id FROM node").fetchone()[0]))
    tx.execute(
        "INSERT OR REPLACE INTO centre (id, url, name, sign_key, box_key, code, supervisor_key)"
        " VALUES (1, ?, ?, ?, ?, ?, ?)",
        (centre.url, centre.name, centre.sign_key, centre.box_key, centre.code, centre.supervisor_key),
    )
    return centre


def read_enrolment(enrolment: Mapping[str, Any], node_id: str) -> Centre:
    """Raises node_enrolment_wrong."""
    try:
        keys = [bytes.fromhex(enrolment[name]) for name in ("centre_sign_key", "centre_box_key")]
        url, name, code = (str(enrolment[key]) for key in ("centre_url", "name", "code"))
        made_out_to = enrolment["node"]
        supervisor = bytes.fromhex(enrolment.get("supervisor_box_key", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise problem("node_enrolment_wrong", detail="内容不完整") from error
    if made_out_to != node_id:
        raise problem("node_enrolment_wrong", detail=f"它是发给节点 {made_out_to} 的")
    if any(len(key) != _KEY_BYTES for key in (*keys, *filter(None, [supervisor]))):
        raise problem("node_enrolment_wrong", detail="密钥长度不对")
    return Centre(url, name, keys[0], keys[1], code, supervisor_key=supervisor)


def centre(tx: Connection) -> Centre | None:
    """The centre that this node belongs to, or None for a room that stands alone."""
    row = tx.execute("SELECT url, name, sign_key, box_key, code, enrolled_at, supervisor_key FROM centre").fetchone()
    return None if row is None else Centre(**{**dict(row), **{key: bytes(row[key]) for key in _KEYS}})


_KEYS = ("sign_key", "box_key", "supervisor_key")


def set_enrolled(tx: Connection, at: str) -> None:
    """The centre has answered: the code is used up."""
    tx.execute("UPDATE centre SET enrolled_at = ?", (at,))
