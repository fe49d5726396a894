"""The steps of a story in which a disk goes back, a machine is copied or replaced, or the centre loses its newest days."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from edge import identity, log, witness_mark
from edge.errors import YizhanError
from edge.node import open_node
from sync import envelope, restoring
from sync.centre import enrolment, returning, rooms
from sync.centre.centre import Centre
from tests.simulator_disks import let_go
from tests.simulator_images import Images
from tests.simulator_world import TWIN, Air, Fuse, Laptop, clone, copy_data, data_files, still_clock


class Disasters:
    """Part of a Story. `split`: rooms whose identity two disks have; `shaken`: machines with which the centre, put back,
    has not come to terms; `lost_acts`: what reviewers were told is done and the centre then lost.
    """

    rng: random.Random
    images: Images
    centre: Centre
    fuse: Fuse
    laptops: list[Laptop]
    done: Counter[str]
    _carry: Callable[[Laptop, str, bytes], bytes]

    def _begin_disasters(self) -> None:
        self.split: set[str] = set()
        self.shaken: set[str] = set()
        self.shaken_numbers: set[str] = set()
        self.lost_acts: dict[str, bool] = {}  # event id -> whether a room has it, and gives it back
        self._written_over: dict[str, set[tuple[int, int]]] = {}  # by room: what its disk lost when it went back
        self.went_back = 0
        self._told = True
        self._copied: Laptop | None = None
        self._centre_kept = False

    def _old_copy(self, laptop: Laptop) -> str:
        """Somebody copies the disk of a running laptop; later he puts the copy back, into new files or over the old."""
        if self._copied is None:
            home = self.images.base / "copy"
            (home / "data").mkdir(parents=True)
            copy_data(laptop.home, home)
            self._copied = Laptop(home, laptop.node_id, self.fuse)
            return "kept"
        if self._copied.node_id != laptop.node_id or laptop.node_id in self.split or laptop.put_back:
            return "kept one already"
        before = self._places(laptop)
        laptop.die()
        way = self.rng.choice(("as new files", "in place", "as a whole disk"))
        copy_data(self._copied.home, laptop.home, in_place=way != "as new files")
        if way == "as a whole disk":  # with all that could tell: two histories, of which only the centre can know
            _set_times_back(laptop)
            self.split.add(laptop.node_id)
        laptop.start()
        self._written_over.setdefault(laptop.node_id, set()).update(before - self._places(laptop))
        laptop.put_back = True
        if self.went_back:  # the copy may believe acks from before that
            self.shaken.add(laptop.home.name)
        self._forget_what_is_gone(laptop)
        self._forget_acts_that_went_too()
        self.done["old copy put back"] += 1
        return f"put back {way}"

    def _places(self, laptop: Laptop) -> set[tuple[int, int]]:
        with laptop.node.database.read() as tx:
            return {event.position for event in log.up(tx)}

    def _look_for_a_fork(self, bodies: Iterable[bytes]) -> None:
        """What left before a disk went back comes when the room has written on without it: the centre can't tell that
        from a second machine, and asks a person.
        """
        for body in bodies:
            try:
                header = envelope.peek(body)
            except envelope.EnvelopeError:
                continue
            brought = {(header.epoch, seq) for seq in range(header.seq_from, header.seq_to + 1)}
            if brought & self._written_over.get(header.node, set()) and self._is_in_doubt(header.node):
                self.split.add(header.node)

    def _is_in_doubt(self, node_id: str) -> bool:
        with self.centre.store.read() as tx:
            return bool(rooms.get(tx, node_id).fork_at)

    def _second_machine(self, laptop: Laptop) -> str:
        """Another machine gets the disk as it is now, and both run."""
        if laptop.node_id in self.split or len(self.laptops) > 2:
            return "once is enough"
        twin = clone(laptop, self.images.base, self.fuse)
        twin.link = Air(self._carry, twin)
        twin.start()
        self.laptops.append(twin)
        if laptop.home.name in self.shaken:
            self.shaken.add(twin.home.name)
        self.split.add(laptop.node_id)
        return "a second machine"

    def _forget_what_is_gone(self, laptop: Laptop) -> None:
        """What was told and is not here may still come back from the centre, or be lost with the disk."""
        with laptop.node.database.read() as tx:
            known = {event.application for event in log.all_of(tx, "node")}
        for token, number in list(laptop.ledger.numbers.items()):
            if number not in known:
                laptop.ledger.perhaps[token] = laptop.ledger.numbers.pop(token)

    # --- a replacement laptop

    def _replacement(self, laptop: Laptop) -> str:
        """The laptop is gone; a new one with a new enrolment file takes its place and asks for its log."""
        if laptop.node_id in self.split or laptop.home.name == TWIN or not self._is_bound(laptop):
            return "not now"
        armed, self.fuse.armed = self.fuse.armed, ""  # who is to die is alive again first
        laptop.die()
        file = enrolment.enrol(self.centre, laptop.node_id, "大坪村警务室", "http://127.0.0.1:1")
        let_go(laptop.home)
        for path in data_files(laptop.home):
            path.unlink()
        copy_data(self.images.base / "blank" / laptop.node_id, laptop.home)
        node = open_node(laptop.home, still_clock(), recovering=True)
        with node.database.write() as tx:
            identity.renew(tx)  # each machine makes keys of its own, the second one of a room too
            identity.set_centre(tx, file)
        node.close()
        laptop.renewing, laptop.replaced = True, True
        if self._copied is not None and self._copied.node_id == laptop.node_id:
            self._forget_copy()  # its keys are believed no more
        self._forget_centre_copy()  # it knows the keys of the machine that is gone
        laptop.start()
        self._forget_acts_that_went_too()
        self.fuse.armed = armed
        self.done["replaced"] += 1
        return self._recover(laptop)

    def _recover(self, laptop: Laptop) -> str:
        """`yizhan restore --from-centre`, which may be cut or killed, and is then run again."""
        with laptop.node.database.read() as tx:
            new = str(tx.execute("SELECT recovering FROM node").fetchone()[0]) == "log"
        try:
            back = restoring.recover(laptop.node, laptop.link, new=new)
        except YizhanError as error:
            return f"comes back: {error.code}"
        laptop.renewing = False
        laptop.node.close()
        laptop.start()
        self._forget_what_is_gone(laptop)
        return f"came back with {back.events} events"

    def _is_bound(self, laptop: Laptop) -> bool:
        with self.centre.store.read() as tx:
            return bool(rooms.get(tx, laptop.node_id).bound_at)

    def _forget_copy(self) -> None:
        self._copied = None
        shutil.rmtree(self.images.base / "copy")

    # --- the centre

    def _copy_of_the_centre(self, _laptop: Laptop) -> str:
        """The centre's backup is made; later it is put back, with the files of photos or without, and told of or not."""
        if self.went_back or not all(self._is_bound(laptop) for laptop in self.laptops):
            return "not now"
        home, copy = self.images.base / "centre", self.images.base / "centre copy"
        if not self._centre_kept:
            copy.mkdir()
            copy_data(home, copy)
            _copy_blobs(home, copy)
            self._centre_kept = True
            return "kept"
        before = self._acts_at_the_centre()
        self.images.close_centre()
        copy_data(copy, home)
        if self.rng.random() < 0.5:
            _copy_blobs(copy, home)
        self.went_back += 1
        self.done["centre put back"] += 1
        self.shaken = {laptop.home.name for laptop in self.laptops}
        self._note_lost_acts(before)
        self._told = self.rng.random() < 0.7
        if self._told:
            returning.begin_everywhere(self.centre)
        return f"put back, {'told' if self._told else 'not told'}, {len(self.lost_acts)} acts lost"

    def _acts_at_the_centre(self) -> dict[str, str]:
        with self.centre.store.read() as tx:
            found = tx.exec_driver_sql("SELECT id, application FROM event WHERE side = 'centre' AND application <> ''")
            return {row[0]: row[1] for row in found}

    def _note_lost_acts(self, before: dict[str, str]) -> None:
        lost = {event: number for event, number in before.items() if event not in self._acts_at_the_centre()}
        held = self._acts_at_rooms()
        self.lost_acts = {event: event in held for event in lost}
        self.shaken_numbers = set(lost.values())

    def _forget_acts_that_went_too(self) -> None:
        """A room that had what the centre lost, and gave it back or not, has lost it as well."""
        held = self._acts_at_rooms()
        self.lost_acts = {event: event in held for event in self.lost_acts}

    def _acts_at_rooms(self) -> set[str]:
        held: set[str] = set()
        for laptop in self.laptops:
            if laptop.node_id not in self.split and not laptop.renewing:
                with laptop.node.database.read() as tx:
                    held |= {event.id for event in log.all_of(tx, "centre")}
        return held

    def is_shaken(self, node_id: str) -> bool:
        if self.went_back and node_id in self.split:  # what was written over may be given back after all
            return True
        return any(laptop.home.name in self.shaken for laptop in self.laptops if laptop.node_id == node_id)

    def _acts_on_a_shaken_room(self, node_id: str) -> None:
        """Who was not told that he went back writes over what the room holds: a person has to look at it."""
        if self.is_shaken(node_id) and not self._told:
            self.split.add(node_id)

    def _forget_centre_copy(self) -> None:
        self._centre_kept = False
        shutil.rmtree(self.images.base / "centre copy", ignore_errors=True)


def _set_times_back(laptop: Laptop) -> None:
    """The file system went back as well, and says what it said then."""
    witness = laptop.node.settings.witness
    mark = witness_mark.read(witness)
    if mark is not None:
        with witness.open("rb") as file:
            witness_mark.write(witness, file.fileno(), mark.head)


def _copy_blobs(source: Path, target: Path) -> None:
    """The files of the photos; before the first one there is no folder."""
    shutil.rmtree(target / "blobs", ignore_errors=True)
    if (source / "blobs").is_dir():
        shutil.copytree(source / "blobs", target / "blobs")
