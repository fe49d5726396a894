"""The ferry beside the carrying: what the console's page copies to and from a stick."""

from __future__ import annotations

from pathlib import Path

from edge.errors import YizhanError
from edge.node import Node
from sync.stick_job import Job, Progress, Result


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
            return Result(False, (taken.sentence, str(error)))
        good = taken.went_well and written.went_well
        return Result(good, (taken.sentence if taken.files or taken.notes else "", written.sentence))
