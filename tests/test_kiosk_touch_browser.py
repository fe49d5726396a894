"""Services from the start screen to the printed receipt by touch alone, counted: a few, so that each look, language and
position of the screen comes. All of them: `make proof ONLY=touch`.
"""

import pytest

from tests.browsing import chromium
from tests.conftest import make_home
from tests.touch_walks import CAMERA, LIMITS, OLD_MAN, SAMPLES, every, few, go, room

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with chromium(*CAMERA) as opened:
        yield opened


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with room(make_home(tmp_path_factory.mktemp("touch") / "home")) as found:
        yield found


@pytest.mark.parametrize("walk", few(), ids=lambda walk: walk.name)
def test_somebody_who_only_touches_takes_a_printed_receipt_home(browser, place, walk):
    visitor = go(browser, place, walk, shots=walk.sample == OLD_MAN)
    print(f"{walk.name}: {visitor.touches} touches, {visitor.swipes} swipes")  # noqa: T201 - counted for who runs it
    if walk.sample == OLD_MAN:
        assert visitor.touches <= LIMITS[walk.card]


def test_the_few_walks_show_every_look_language_and_position_and_the_bench_all_of_them():
    for part in ("elder", "language", "upright"):
        assert len({getattr(walk, part) for walk in few()}) == 2
    assert len({(one.service, one.elder, one.language) for one in every() if one.sample != OLD_MAN}) == 32
    assert {(one.service, one.upright) for one in every()} == {(one, True) for one in SAMPLES} | {
        (one, False) for one in SAMPLES
    }
