"""A sample of what `make proof ONLY=rest` searches whole: nothing of anybody lies readable on the disk of a room."""

import at_rest
import pytest

pytestmark = pytest.mark.slow


def test_a_thief_reads_nobody_and_the_same_search_finds_all_in_the_clear():
    done = at_rest.run(200)
    assert done["found"].places == ()
    assert (done["log"], done["cores"]) == (0, 0)
    assert done["control"] == done["planted"] == 200
    assert all(count > 0 for count in done["seen"].hits.values()), done["seen"].hits
    assert done["found"].files > 10
