"""A sample of what tests/bench_requests.py does ten thousand times, and that it would notice."""

import pytest
from strange_requests import Guesser


@pytest.fixture
def guesser(tmp_path):
    made = Guesser(tmp_path, "sample")
    yield made
    made.close()


def test_no_request_however_strange_is_answered_with_a_fault_of_ours(guesser):
    guesser.run(300)
    assert guesser.faults == []
    assert sum(guesser.statuses.values()) > 250
    assert guesser.statuses[200] > 30


def test_a_planted_fault_is_found(guesser):
    guesser.app.view_functions["staff.find_show"] = lambda: 1 // 0
    guesser.rules = [rule for rule in guesser.rules if rule.endpoint == "staff.find_show"]
    guesser.run(5)
    assert guesser.faults
    assert all(fault.startswith("500") for fault in guesser.faults)
