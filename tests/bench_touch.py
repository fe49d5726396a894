"""Touches from the start screen to the printed receipt: eight services in both looks and both languages, each upright and
lying, and the old man's residence registration with a card reader and without. Keeps a picture of every page.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_start import figure
from playwright.sync_api import Error
from touch_walks import CAMERA, LIMITS, OLD_MAN, every, go, room

from tests.browsing import chromium
from tests.conftest import make_home


def figures():
    found, failed = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        room(make_home(Path(folder) / "home")) as place,
        chromium(*CAMERA) as browser,
    ):
        for walk in every():
            try:
                found.append(counted(walk, go(browser, place, walk, full=True)))
            except (AssertionError, Error) as fault:
                failed.append(f"{walk.name}: {str(fault)[:200]}")
            sys.stderr.write(f"  {walk.name}\n")
    lost = "; ".join(failed).replace("\n", " ")
    return [*found, figure("walks that did not reach the printed receipt", len(failed), limit=0, beside=lost)]


def counted(walk, visitor):
    """The touches of one walk, with what is promised for it."""
    name = f"{walk.name}-own-home" if walk.sample == OLD_MAN else walk.name
    limit = {"limit": LIMITS[walk.card]} if walk.sample == OLD_MAN else {}
    return figure(
        name, visitor.touches, "touches", beside=f"{visitor.swipes} swipes, {len(visitor.pages)} pages", **limit
    )
