"""Who talks to whom, as the envelope takes it: read from the store for each round and kept nowhere else."""

from dataclasses import dataclass

from edge import identity, log
from edge.database import Connection
from edge.errors import problem
from sync.envelope import OpenKeys, SealKeys


@dataclass(frozen=True, slots=True)
class Parties:
    """The node, its keys, and the centre that it belongs to."""

    node: str
    own: identity.Identity
    centre: identity.Centre

    @property
    def seals(self) -> SealKeys:
        return SealKeys(self.own.sign.private, self.own.sign.public, self.centre.box_key)

    @property
    def opens(self) -> OpenKeys:
        return OpenKeys(self.own.box.private, self.own.box.public, self.centre.sign_key)


def read(tx: Connection) -> Parties:
    """Raises centre_not_set for a node that no enrolment file was given to."""
    centre = identity.centre(tx)
    if centre is None:
        raise problem("centre_not_set")
    return Parties(log.node_id(tx), identity.load(tx), centre)
