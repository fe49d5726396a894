"""A power cut at any moment takes nothing that anybody was told; the control, which syncs too little, must lose some."""

import shutil
from pathlib import Path

import pytest
from power_loss import cut, record

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("strace") is None, reason="strace records the writes")]

ROUNDS = 8
IMAGES = 150


def test_a_power_cut_takes_nothing_that_was_told(tmp_path: Path) -> None:
    found = cut(record(tmp_path, "FULL", ROUNDS), IMAGES)
    assert found.images > IMAGES // 2
    assert (found.lost, found.unreadable, found.first) == (0, 0, "")


def test_with_fewer_syncs_the_same_check_sees_the_loss_and_the_witness_names_it(tmp_path: Path) -> None:
    found = cut(record(tmp_path, "NORMAL", ROUNDS), IMAGES)
    assert found.lost > 0
    assert 0 < found.named <= found.lost
