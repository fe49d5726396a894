"""The ferry: the same sealed envelopes as on the link, carried as files on a stick, a disc, or through a gateway."""

from collections.abc import Callable
from pathlib import Path

from edge.errors import problem
from sync import envelope, stick
from sync.ferry_in import Imported, take_in
from sync.ferry_out import Exported, export


class FerryLink:
    """A link over a folder: what is posted lies there as a file, and the answer is looked for beside it.

    `back`: the folder that answers come in by, where the medium is written once or goes one way; else the same.
    `carried` is called when the envelope lies there: somebody takes it to the centre and comes home. Without it the
    answer is not there yet: ferry_waiting is raised, and nothing may be taken as received.
    """

    def __init__(self, folder: Path, back: Path | None = None, carried: Callable[[], None] | None = None) -> None:
        self._folder = folder
        self._back = back or folder
        self._carried = carried

    def post(self, place: str, body: bytes) -> bytes:
        """Raises the ferry's own problems; answer_untrusted for a file that is longer than any answer."""
        node, stem = place.partition("/")[0], stick.stem_of(envelope.digest_of(body))
        tray = stick.made(self._folder, node, stick.UP)
        left = tray.put(stem, body)
        if self._carried is not None:
            self._carried()
        answer = stick.tray(self._back, node, stick.DOWN).path(stem)
        if not answer.is_file():
            raise problem("ferry_waiting")
        said = stick.read(answer)
        if len(said) > envelope.ENVELOPE_BYTES_MAX:
            raise problem("answer_untrusted", detail="回复过长")
        tray.remove([left])  # it was answered: nobody has to carry it again
        return said

    def close(self) -> None:
        """Nothing is open between two files."""


__all__ = ["Exported", "FerryLink", "Imported", "export", "take_in"]
