"""Which link this node carries over."""

from __future__ import annotations

from edge import identity
from edge.errors import problem
from edge.node import Node
from sync.link import Link


class NoCentre:
    """The link of a room that stands alone."""

    def post(self, place: str, body: bytes) -> bytes:  # noqa: ARG002 - the signature of a link
        raise problem("centre_not_set")

    def close(self) -> None:
        """Nothing is open."""


def link_to_centre(node: Node) -> Link:
    """The link to the address that node.toml names, or else the enrolment file. Raises insecure_link."""
    with node.database.read() as tx:
        centre = identity.centre(tx)
    if centre is None:
        return NoCentre()
    # a tenth of a start goes into requests, which a room that stands alone never needs
    from sync.https import HttpsLink

    return HttpsLink(node.settings.centre_url or centre.url)
