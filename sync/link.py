"""What carries envelopes between this node and the centre. A link knows nothing of what it carries and proves nothing:
whether an answer is to be believed is decided by its signature alone.
"""

from typing import Protocol


class Link(Protocol):
    """Two methods. Every link passes the same tests."""

    def post(self, place: str, body: bytes) -> bytes:
        """Hand over one envelope and give back the answer as it came, believed by nobody yet.

        `place` is the node id, or the node id and "/enrol" for the first word. The same envelope may be handed over any
        number of times. Raises edge.errors.YizhanError (centre_unreachable, centre_fault, centre_refused,
        answer_untrusted) with the sentence for the officer; nothing may be taken as received then.
        """

    def close(self) -> None:
        """Let go of connections and files; a later `post` opens them again."""
