"""Touches from the start screen to the printed receipt: eight services in both looks, both languages, both positions of the
screen, and the old man's residence registration with a card reader and without. Keeps a picture of every page.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_start import figure
from touch_walks import CAMERA, LIMITS, OLD_MAN, every, go, room

from tests.browsing import chromium
from tests.conftest import make_home


def figures():
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        room(make_home(Path(folder) / "home")) as place,
        chromium(*CAMERA) as browser,
    ):
        for walk in every():
            visitor = go(browser, place, walk, full=True)
            limit = {"limit": LIMITS[walk.card]} if walk.sample == OLD_MAN else {}
            pages = len(visitor.pages)
            found.append(
                figure(walk.name, visitor.touches, "touches", beside=f"{visitor.swipes} swipes, {pages} pages", **limit)
            )
    return found
