"""Which link this node carries over, and the ferry beside it."""

from __future__ import annotations

from pathlib import Path

from edge import identity
from edge.errors import YizhanError, problem
from edge.node import Node
from sync.link import Link
from sync.stick_job import Job, Progress, Result


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


class Ferry(Job):
    """The console's copy to and from a stick: the centre's word in, then what waits out."""

    def __init__(self, node: Node) -> None:
        super().__init__(self._both_ways, node.settings.ferry_dirs)
        self._node = node

    def on_media(self) -> int:
        """Events that lie on some medium and are not acknowledged."""
        from sync.ferry_parcels import carried

        with self._node.database.read() as tx:
            return carried(tx)

    def _both_ways(self, folder: Path, progress: Progress) -> Result:
        from sync.ferry import export, take_in

        taken = take_in(self._node, folder, progress)
        try:
            written = export(self._node, folder, progress=progress)
        except YizhanError as error:
            return Result(False, (taken.sentence, f"{error.sentence}。{error.hint}"))
        good = taken.went_well and written.went_well
        return Result(good, (taken.sentence if taken.files or taken.notes else "", written.sentence))
