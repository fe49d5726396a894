"""The judge of the simulator: after each step, and after the quiet end, what was promised is compared with both disks.

Each check has a name; a violation carries it, so that a planted fault can be told by the check that caught it.
"""

from collections import Counter
from typing import Any

from edge import applications, heads, log, verify
from forms.events import Head, to_json
from sync import status
from sync.centre import log as centre_log
from sync.centre import materials as centre_materials
from sync.centre import projection, verification
from tests.simulator_story import Story
from tests.simulator_world import Laptop

LOST = "nothing that was told is lost"
TWICE = "nothing is applied twice"
EARLY = "nothing shows as received before its ack"
EQUAL = "both sides are equal after quiet"
CHAINS = "chains verify"
GROWS = "a log only grows"
ACTS = "what a reviewer did stays done"
SETTLED = "after quiet nothing waits"
CARRIED = "a stick carries everything"

Rows = list[tuple[int, int, bytes]]


class Violation(AssertionError):  # noqa: N818 - the word that the proof prints
    """A promise that was not kept."""

    def __init__(self, check: str, detail: str) -> None:
        super().__init__(f"{check}: {detail}")
        self.check, self.detail = check, detail


def must(held: bool, check: str, detail: object = "") -> None:  # noqa: FBT001 - reads as a sentence
    if not held:
        raise Violation(check, str(detail))


class Judge:
    """Remembers how far the logs went, since nothing may ever be taken back."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._centre: dict[tuple[str, str], Rows] = {}
        self._read: dict[str, tuple[Rows, Rows]] = {}  # what lay at the centre after so many writes
        self._ids: dict[str, set[str]] = {}
        self._read_at = (-1, 0, 0)
        self._went_back = 0
        self._note_start()

    def _note_start(self) -> None:
        self._heads = [""] * len(self._story.laptops)

    # --- after each step: positions and digests alone

    def after_step(self) -> None:
        story = self._story
        if story.went_back != self._went_back:
            self._went_back = story.went_back
            self._centre.clear()
        unsure = {laptop.node_id for laptop in story.laptops if story.is_shaken(laptop.node_id)}
        held = self._held()
        for laptop in story.laptops:
            up, down = held[laptop.node_id]
            if not laptop.renewing:
                self._check_laptop(laptop, up, down)
        for node_id, (up, down) in held.items():
            self._check_growth(node_id, up, down, [] if node_id in unsure else ["node", "centre"])
        for act in story.acts:
            is_there = act.event in self._ids[act.node_id]
            must(is_there or act.event in story.lost_acts, ACTS, f"{act.number} lost {act.event}")

    def _held(self) -> dict[str, tuple[Rows, Rows]]:
        """Both logs of each room at the centre; read again when something was written there or put back."""
        story = self._story
        now = (story.centre.store.writes, story.went_back, len(story.laptops))
        if now != self._read_at:
            with story.centre.store.read() as tx:
                self._read = {laptop.node_id: self._of_centre(tx, laptop.node_id) for laptop in story.laptops}
            self._read_at = now
        return self._read

    def _of_centre(self, tx: Any, node_id: str) -> tuple[Rows, Rows]:
        rows = tx.exec_driver_sql(
            "SELECT side, epoch, seq, digest, id FROM event WHERE node_id = ? ORDER BY epoch, seq", (node_id,)
        ).fetchall()
        self._ids[node_id] = {row[4] for row in rows}
        sides: tuple[Rows, Rows] = ([], [])
        for side, epoch, seq, digest, _ in rows:
            sides[side == "centre"].append((epoch, seq, bytes(digest)))
        return sides

    def _check_growth(self, node_id: str, up: Rows, down: Rows, sides: list[str]) -> None:
        for side, rows in (("node", up), ("centre", down)):
            before = self._centre.get((node_id, side), []) if side in sides else []
            must(rows[: len(before)] == before, GROWS, f"the centre's copy of {side} of {node_id}")
            self._centre[node_id, side] = rows

    def _check_laptop(self, laptop: Laptop, up: Rows, down: Rows) -> None:
        with laptop.node.database.read() as tx:
            rows = tx.execute(
                "SELECT side, epoch, seq, digest, kind, application FROM event ORDER BY epoch, seq"
            ).fetchall()
            acked = log.acked(tx)
            shown = [
                row[0]
                for row in tx.execute(
                    "SELECT number FROM head WHERE (filed_epoch, filed_seq) <= (?, ?)", acked.position
                )
            ]
            link = status.read(tx).state
            waiting = log.unsent(tx)
            asks = tx.execute("SELECT recovering FROM node").fetchone()[0] == "tail"
        own = [(row[1], row[2], bytes(row[3])) for row in rows if row[0] == "node"]
        of_centre = [(row[1], row[2], bytes(row[3])) for row in rows if row[0] == "centre"]
        self._note_heads(laptop, own, of_centre, acked, link)
        self._check_told(laptop, rows, shown)
        lacking, name = self._lacking(own, acked, up), laptop.home.name
        if not lacking and self._is_theirs(laptop, of_centre, down):
            self._story.shaken.discard(name)
        if name not in self._story.shaken:
            must(not lacking, EARLY, f"{lacking} count as received")
            must(self._is_theirs(laptop, of_centre, down), CHAINS, f"{name} holds another log of the centre")
        must(waiting == sum(row[:2] > acked.position for row in own), EARLY, f"{waiting} are said to wait")
        if laptop.node_id not in self._story.split and not asks:
            must(own[: len(up)] == up, CHAINS, f"the centre holds another log than {laptop.home.name}")

    def _is_theirs(self, laptop: Laptop, held: Rows, down: Rows) -> bool:
        """Whether what a machine holds of the centre's log is how that begins. Of two machines with one identity, one
        may give a centre that was put back what it lost, after the other was told what came since: that one lacks
        something until a person has said which goes on, and it brings its log back; but it holds nothing else.
        """
        if self._story.went_back and laptop.node_id in self._story.split:
            return set(held) <= set(down)
        return down[: len(held)] == held

    def _note_heads(self, laptop: Laptop, own: Rows, down: Rows, acked: Head, link: str) -> None:
        last = [rows[-1][2].hex()[:8] if rows else "-" for rows in (own, down)]
        self._story._note(f"  {laptop.home.name} {len(own)} {last[0]} {len(down)} {last[1]} acked {acked.seq} {link}")

    def _lacking(self, own: Rows, acked: Head, up: Rows) -> list[tuple[int, int]]:
        """What lies under the ack and is not at the centre, with the same digest."""
        there = set(up)
        return [row[:2] for row in own if row[:2] <= acked.position and row not in there]

    def _check_told(self, laptop: Laptop, rows: list[Any], shown: list[str]) -> None:
        filed = Counter(row[5] for row in rows if row[4] == "application.filed")
        must(all(count == 1 for count in filed.values()), TWICE, filed)
        for number in laptop.ledger.numbers.values():
            must(number in filed, LOST, f"{number} is on a receipt")
        must(
            len(set(laptop.ledger.numbers.values())) == len(laptop.ledger.numbers), TWICE, "one number on two receipts"
        )
        allowed = len(laptop.ledger.numbers) + len(laptop.ledger.unsure) + len(laptop.ledger.perhaps)
        if laptop.node_id not in self._story.split:
            must(len(filed) <= allowed, TWICE, f"{len(filed)} filings of {allowed} forms")
        must(set(shown) <= set(filed), EARLY, shown)

    # --- after calm rounds of the stick

    def after_sticks(self) -> None:
        """What a room wrote is at the centre, and the room knows it: no link is needed for that."""
        self.after_step()
        held = self._held()
        for laptop in self._story.laptops:
            if laptop.node_id in self._story.split:
                continue
            with laptop.node.database.read() as tx:
                own, waiting = [(one.epoch, one.seq, one.digest) for one in log.up(tx)], log.unsent(tx)
            lacking = [row[:2] for row in own if row not in set(held[laptop.node_id][0])]
            must(not lacking and not waiting, CARRIED, f"{lacking} of {laptop.home.name}, {waiting} wait")

    # --- after the quiet end: everything

    def after_quiet(self) -> None:
        self.after_step()
        story = self._story
        at_odds = [
            one.home.name for one in story.laptops if one.home.name in story.shaken and one.node_id not in story.split
        ]
        must(not at_odds, SETTLED, f"{at_odds} and the centre differ")
        must(not any(laptop.renewing for laptop in story.laptops), SETTLED, "a replacement has no log")
        for laptop in story.laptops:
            self._check_node_whole(laptop)
            if laptop.node_id not in story.split:
                self._check_settled(laptop)
                self._check_equal(laptop)
                self._check_photos(laptop)
                self._check_refusals(laptop)
        said = verification.verify(story.centre)
        must(said["whole"], CHAINS, said["faults"])
        self._check_acts()
        for laptop in story.laptops:
            if laptop.node_id not in story.split:
                self._check_repeats(laptop)

    def _check_node_whole(self, laptop: Laptop) -> None:
        """Chains, files and rows; every page of the file is read in one seed of eight, since that takes long."""
        if self._story.thorough:
            faults = verify.verify(laptop.node.database).faults
        else:
            faults = []
            with laptop.node.database.read() as tx:
                for side in ("node", "centre"):
                    verify._chain(tx, side, faults)
                faults += [*heads.differing(tx)]
        must(not faults, CHAINS, faults)

    def _check_settled(self, laptop: Laptop) -> None:
        now = status.status(laptop.node)
        with laptop.node.database.read() as tx:
            gone = tx.execute("SELECT count(*) FROM outgoing WHERE state = 'gone' AND sha256 = original").fetchone()[0]
        must(not gone or laptop.put_back or laptop.replaced, LOST, f"{gone} photos")
        must((now.state, now.unsent_events, now.unsent_materials) == ("ok", 0, gone), SETTLED, now)

    def _check_equal(self, laptop: Laptop) -> None:
        """The logs byte by byte, and what both sides make of each application."""
        node_id, centre = laptop.node_id, self._story.centre
        with laptop.node.database.read() as ours, centre.store.read() as theirs:
            for side, held in (("node", log.up(ours)), ("centre", log.down(ours))):
                there = [to_json(event, side) for event in centre_log.walk(theirs, node_id, side)]
                must([to_json(event, side) for event in held] == there, EQUAL, f"{side} of {node_id}")
            numbers = {event.application for event in log.up(ours)} - {""}
            refused = {row[0] for row in self._refused(theirs, node_id, "application")}
            for number in numbers - refused:
                here, there = heads.state_of(ours, number), projection.state_of(theirs, node_id, number)
                must(here == there, EQUAL, f"{number}: {here.phase} {there.phase}")
            rows = {row.number: row for row in applications.search(ours, limit=500)}
            must(set(rows) == numbers, EQUAL, "the list of the room")
            must(
                all(row.received_by_centre and not row.unsent for row in rows.values()),
                SETTLED,
                "not shown as received",
            )
            shown = dict(
                tuple(row)
                for row in theirs.exec_driver_sql("SELECT number, phase FROM application WHERE node_id = ?", (node_id,))
            )
            must(
                all(shown.get(number) == rows[number].phase for number in numbers - refused), EQUAL, "the centre's list"
            )

    def _refused(self, tx: Any, node_id: str, columns: str) -> list[Any]:
        found = tx.exec_driver_sql(
            f"SELECT {columns} FROM event WHERE node_id = ? AND side = 'node' AND refused <> ''", (node_id,)
        )
        return [tuple(row) for row in found]

    def _check_photos(self, laptop: Laptop) -> None:
        """Every photo that an event named and the centre takes lies there, byte by byte."""
        centre, node_id = self._story.centre, laptop.node_id
        with centre.store.read() as tx:
            missing = centre_materials.missing(tx, node_id)
            there = [row[0] for row in tx.exec_driver_sql("SELECT sha256 FROM material WHERE node_id = ?", (node_id,))]
        with laptop.node.database.read() as tx:
            here = {row[0] for row in tx.execute("SELECT sha256 FROM material")}
        owed = [one for one in missing if one.sha256 in here]
        must(not owed if laptop.put_back or laptop.replaced else not missing, SETTLED, missing)
        there = sorted({*there} - {one.sha256 for one in missing})
        for sha256 in there:
            must(centre.blobs.read(node_id, sha256) == laptop.ledger.photos[sha256], LOST, f"photo {sha256}")
        with laptop.node.database.read() as tx:
            named = {
                sha256
                for event in log.up(tx)
                for sha256, size in status.materials_of(event).items()
                if size <= 30_000 and event.kind == "application.filed"
            }
        must(named - set(there) <= {one.sha256 for one in missing}, LOST, "a photo that an event named")

    def _check_refusals(self, laptop: Laptop) -> None:
        """What the centre could not act on is known to the officer, each by itself."""
        with self._story.centre.store.read() as tx:
            there = set(self._refused(tx, laptop.node_id, "epoch, seq, refused"))
        with laptop.node.database.read() as tx:
            here = {
                tuple(row)
                for row in tx.execute("SELECT epoch, seq, code FROM quarantine WHERE side = 'node' AND seq > 0")
            }
        must(here == there, SETTLED, f"refused {there}, shown {here}")

    def _check_acts(self) -> None:
        """An act of a reviewer is there once, and holds with all that he saw in force."""
        centre = self._story.centre
        with centre.store.read() as tx:
            count = tx.exec_driver_sql(
                "SELECT count(*) FROM event WHERE side = 'centre' AND application <> ''"
            ).scalar()
            most = len(self._story.acts) + self._story.done["act without an answer"]
            must(count == most or (self._story.went_back and count <= most), TWICE, f"{count} acts")
            self._check_given_back(tx)
            for act in self._story.acts:
                if act.number in self._story.shaken_numbers:
                    continue
                state = projection.state_of(tx, act.node_id, act.number)
                now = {entry.id for entry in state.history if entry.effective}
                must(act.effective <= now, ACTS, act.number)

    def _check_given_back(self, tx: Any) -> None:
        """What the centre lost of its own and a room still had is there again."""
        story = self._story
        there = {row[0] for row in tx.exec_driver_sql("SELECT id FROM event WHERE side = 'centre'")}
        told = {act.event: act.node_id for act in story.acts}
        for event, is_held in story.lost_acts.items():
            must(not is_held or event in there or told.get(event) in story.split, ACTS, f"{event} was not given back")

    def _check_repeats(self, laptop: Laptop) -> None:
        """The same form again gets the first number; one that died half way is filed by it at last, once."""
        before = self._count(laptop)
        with laptop.node.database.read() as tx:
            known = {event.application for event in log.up(tx)}
        for token, number in sorted(laptop.ledger.perhaps.items()):
            if number in known and token not in laptop.ledger.numbers:
                must(
                    self._story._send_form(laptop, token) == number,
                    TWICE,
                    f"{token}, which came back, got another number",
                )
        for token, number in sorted(laptop.ledger.numbers.items()):
            must(self._story._send_form(laptop, token) == number, TWICE, f"{token} got another number")
        must(self._count(laptop) == before, TWICE, "a repeat was filed again")

    def _count(self, laptop: Laptop) -> int:
        with laptop.node.database.read() as tx:
            return len(log.up(tx))


__all__ = ["Judge", "Violation"]
