"""A deterministic simulator of the log and the carrying: the product's own code in the world of simulator_world.

A seed is one small story: officers file and act, reviewers act, envelopes are lost, doubled, delayed, spoiled and
swapped, processes die, clocks jump, a disk is copied. After every step and after a last quiet time the judge
(simulator_judge) compares what people were told with what is on both disks. The same seed gives the same trace.

    python tests/simulator.py --seeds 0:1000 [--processes 2] [--json]
"""

import argparse
import gc
import hashlib
import json
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path[:0] = [path for path in (str(Path(__file__).resolve().parent.parent),) if path not in sys.path]

from tests.simulator_images import Images, tell_once  # noqa: E402 - also run as a script, which has to find the packages first
from tests.simulator_judge import Judge, Violation  # noqa: E402 - also run as a script, which has to find the packages first
from tests.simulator_story import Story  # noqa: E402 - also run as a script, which has to find the packages first
from tests.simulator_world import BASE, MEMORY, seeded, timed  # noqa: E402 - also run as a script, which has to find the packages first

ENCRYPTED = 8  # of so many seeds, one has its databases encrypted
GARBAGE = 100_000  # objects between two collections; a story makes some ten thousand


@dataclass(frozen=True)
class Outcome:
    """What came of one seed: the hash of its trace, and the check that failed ("" if none)."""

    seed: int
    trace: str
    steps: dict[str, int] = field(default_factory=dict)
    check: str = ""
    detail: str = ""


def run(images: Images, seed: int, log: list[str] | None = None) -> Outcome:
    """One story from its beginning to its quiet end; `log` takes the lines of the trace."""
    rng = random.Random(seed)
    lines = [] if log is None else log
    with seeded(random.Random(rng.random())):
        story = Story(images, rng, lines)
        with timed(images.centre_time.time):
            check, detail = _told(story, Judge(story))
        story.close()
    trace = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return Outcome(seed, trace, dict(story.done), check, detail)


def _told(story: Story, judge: Judge) -> tuple[str, str]:
    """The check that failed and what it saw; a crash of the product is a failed check too."""
    try:
        for _ in range(story.length):
            story.step()
            judge.after_step()
        story.settle()
        if story.ends_by_stick():
            judge.after_sticks()
        story.quiet()
        judge.after_quiet()
    except Violation as violation:
        return violation.check, violation.detail
    except Exception as error:  # noqa: BLE001 - whatever the product raises where it must not is a finding
        frames = traceback.extract_tb(error.__traceback__)
        return f"crash: {type(error).__name__}", f"{error} at {frames[-1].filename}:{frames[-1].lineno}"
    return "", ""


_nothing: list[tempfile.TemporaryDirectory[str]] = []
_images: dict[bool, Images] = {}


def _begin() -> None:
    logging.disable()  # every failure of a link is logged, and here most links fail
    _nothing.append(tempfile.TemporaryDirectory(prefix="nothing-", dir=os.environ.get(BASE) or MEMORY))
    tell_once(Path(_nothing[0].name))
    _images.update((encrypted, Images(encrypted=encrypted)) for encrypted in (True, False))
    gc.freeze()  # what is there from now on is not looked at again
    gc.set_threshold(GARBAGE)


def _one(seed: int, log: list[str] | None = None) -> Outcome:
    if not _images:
        _begin()
    return run(_images[seed % ENCRYPTED == 0], seed, log)


def run_many(seeds: Iterable[int], processes: int = 1) -> Iterator[Outcome]:
    """Outcomes in the order of the seeds."""
    if processes == 1:
        yield from map(_one, seeds)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_one, seeds, chunksize=20)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0:1000", help="FIRST:END")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--stop", action="store_true", help="end at the first violation")
    parser.add_argument("--trace", action="store_true", help="print the lines of a single seed")
    parser.add_argument("--files", action="store_true", help="tell also which files of ours it ran through")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yizhan-", dir=MEMORY) as made:
        os.environ[BASE] = made  # for the processes that are started
        return _report(given)


def _report(given: argparse.Namespace) -> int:
    first, end = map(int, given.seeds.split(":"))
    if given.trace:
        lines: list[str] = []
        outcome = _one(first, lines)
        sys.stdout.write("\n".join([*lines, str(outcome), ""]))
        return 1 if outcome.check else 0
    found, count, started = [], 0, time.monotonic()
    steps: Counter[str] = Counter()
    traces = hashlib.sha256()
    for outcome in run_many(range(first, end), given.processes):
        count += 1
        steps.update(outcome.steps)
        traces.update(outcome.trace.encode())
        if outcome.check:
            found.append(outcome)
            if given.stop:
                break
    seconds = round(time.monotonic() - started, 1)
    said = {"seeds": count, "seconds": seconds, "traces": traces.hexdigest(), "steps": dict(sorted(steps.items()))}
    if given.files:
        said["files"] = _files()
    said["violations"] = [asdict(one) for one in found]
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=None if given.json else 1) + "\n")
    return 1 if found else 0


def _files() -> list[str]:
    root = Path(__file__).resolve().parent.parent
    found = {Path(one.__file__).resolve() for one in list(sys.modules.values()) if getattr(one, "__file__", None)}
    kept = {Path(__file__).resolve()} | {one for one in found if one.is_relative_to(root) and ".venv" not in one.parts}
    return sorted(one.relative_to(root).as_posix() for one in kept)


if __name__ == "__main__":
    sys.exit(main())
