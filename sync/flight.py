"""What is under way over the connections of one link right now, so that nothing is sent twice at once.

It is only in memory: a crash forgets it, and the next round begins at what the centre acknowledged. What the centre
keeps of a material behind a gap is remembered here too, as long as the carrying goes on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from forms.events import Event, Head
from sync.frames import Chunk

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Events under way: they follow `after`, and `last` is the head behind them."""

    after: Head
    last: Head


@dataclass
class Flight:
    """`runs`: events; `pieces`: sha256 -> spans of bytes; `kept`: spans that the centre said it keeps."""

    runs: list[Run] = field(default_factory=list)
    pieces: dict[str, list[Span]] = field(default_factory=dict)
    kept: dict[str, list[Span]] = field(default_factory=dict)

    def put(self, after: Head, events: tuple[Event, ...], chunks: Iterable[Chunk]) -> None:
        if events:
            self.runs.append(Run(after, Head.of(events[-1])))
        for chunk in chunks:
            self.pieces.setdefault(chunk.sha256, []).append(_span(chunk))

    def take(self, after: Head, events: tuple[Event, ...], chunks: Iterable[Chunk]) -> None:
        """Answered or failed: no longer under way."""
        if events:
            self.runs.remove(Run(after, Head.of(events[-1])))
        for chunk in chunks:
            self.pieces[chunk.sha256].remove(_span(chunk))

    def keep(self, sha256: str, chunks: Iterable[Chunk]) -> None:
        """The centre keeps these chunks of it."""
        self.kept.setdefault(sha256, []).extend(_span(chunk) for chunk in chunks if chunk.sha256 == sha256)

    def gap(self, acked: Head) -> tuple[Head, tuple[int, int] | None]:
        """Where the first events begin that are neither acknowledged nor under way; and where the next run begins."""
        after = acked
        for run in sorted(self.runs, key=lambda one: one.after.position):
            if run.last.position <= after.position:
                continue
            if run.after.position > after.position:
                return after, run.after.position
            after = run.last
        return after, None

    def free(self, sha256: str, start: int, size: int) -> Iterator[Span]:
        """The spans of a material that the centre lacks and that are not under way."""
        busy = sorted((*self.pieces.get(sha256, ()), *self.kept.get(sha256, ())))
        at = start
        for begin, end in busy:
            if begin > at:
                yield at, begin
            at = max(at, end)
        if at < size:
            yield at, size


def _span(chunk: Chunk) -> Span:
    return chunk.offset, chunk.offset + len(chunk.data)
