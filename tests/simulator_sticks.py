"""The steps of a story in which a stick goes from hand to hand."""

import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from sync import ferry_in, ferry_out
from sync.centre import ferry
from sync.centre.centre import Centre
from tests.simulator_images import Images
from tests.simulator_world import Laptop


class Sticks:
    """Part of a Story, which has the chance, the images, the centre and the one stick of the seed."""

    rng: random.Random
    images: Images
    centre: Centre
    _stick: Path
    _look_for_a_fork: Callable[[Iterable[bytes]], None]

    def _stick_out(self, laptop: Laptop) -> str:
        done = ferry_out.export(laptop.node, self._stick)
        return f"{done.files} files"

    def _stick_at_the_centre(self, _laptop: Laptop) -> str:
        """Taken in, written out; sometimes only one of the two."""
        said = []
        if self.rng.random() < 0.9:
            there = [path.read_bytes() for path in self._on_stick()]
            said.append(str(len(ferry.take_in(self.centre, self._stick).notes)))
            self._look_for_a_fork(there)
        if self.rng.random() < 0.9:
            said.append(str(len(ferry.hand_out(self.centre, self._stick).notes)))
        return " ".join(said)

    def _stick_home(self, laptop: Laptop) -> str:
        done = ferry_in.take_in(laptop.node, self._stick)
        return f"{done.events} events, {len(done.notes)} notes"

    def _stick_spoiled(self, _laptop: Laptop) -> str:
        """Pulled out too early: what lies there is cut short, each file by as much."""
        share = self.rng.choice((0.0, 0.5, 0.99))
        for path in self._on_stick():
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        return f"cut to {share}"

    def _old_stick(self, _laptop: Laptop) -> str:
        """A copy of an earlier state of the stick comes back."""
        kept = self.images.base / "old stick"
        if kept.exists():
            shutil.rmtree(self._stick)
            kept.rename(self._stick)
            return "came back"
        shutil.copytree(self._stick, kept)
        return "kept"

    def _on_stick(self) -> list[Path]:
        return [path for path in sorted(self._stick.rglob("*")) if path.is_file()]
