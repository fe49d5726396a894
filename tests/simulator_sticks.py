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

ROUNDS = 4  # on a stick: there and back until nothing is left
FILES = 0.7  # how often somebody files before a stick goes out
BY_STICK = 0.2  # the share of the stories that end so, before anything goes over a link again
BY_STICK_BACK = 0.6  # of those whose centre went back


class Sticks:
    """Part of a Story, which has the chance, the images, the centre and the one stick of the seed."""

    rng: random.Random
    images: Images
    centre: Centre
    _stick: Path
    _look_for_a_fork: Callable[[Iterable[bytes]], None]
    _said: Callable[[Callable[[Laptop], str], Laptop], str]
    _note: Callable[[str], None]
    _file: Callable[[Laptop], str]
    laptops: list[Laptop]
    went_back: int
    shaken: set[str]

    def ends_by_stick(self) -> bool:
        """Whether this story carries everything on the stick now, in calm, as a room without any link does."""
        if self.rng.random() >= (BY_STICK_BACK if self.went_back else BY_STICK):
            return False
        for _ in range(ROUNDS):  # each of them files on meanwhile
            shutil.rmtree(self._stick)  # which of two files of one place comes first is said by clocks and names
            self._stick.mkdir()
            for laptop in self.laptops:
                if self.rng.random() < FILES:
                    self._note(f"{laptop.home.name} file: {self._said(self._file, laptop)}")
                self._note(f"{laptop.home.name} stick out: {self._said(self._stick_out, laptop)}")
            there = [path.read_bytes() for path in self._on_stick()]
            said = ferry.take_in(self.centre, self._stick), ferry.hand_out(self.centre, self._stick)
            self._look_for_a_fork(there)
            self._note(f"stick at the centre: {[len(one.notes) for one in said]}")
            for laptop in self.laptops:
                self._note(f"{laptop.home.name} stick home: {self._said(self._stick_home, laptop)}")
        return True

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
        if self.went_back:  # it may bring what the centre said before that, and lacks now
            self.shaken.add(laptop.home.name)
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
