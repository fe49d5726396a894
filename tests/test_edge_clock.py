"""The machine's clock with the centre's word as its floor."""

import re

from edge.clock import SystemClock


def test_now_is_china_time_with_seconds():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", SystemClock().now())


def test_a_centre_that_is_ahead_moves_the_day():
    clock = SystemClock()
    clock.set_centre_time("2999-01-01T00:00:00+08:00")
    assert clock.today() == "2999-01-01"
    assert clock.centre_time() == "2999-01-01T00:00:00+08:00"


def test_an_older_word_of_the_centre_changes_nothing():
    clock = SystemClock()
    clock.set_centre_time("2999-01-01T00:00:00+08:00")
    clock.set_centre_time("2001-01-01T00:00:00+08:00")
    assert clock.centre_time().startswith("2999")


def test_a_centre_that_is_behind_changes_no_time():
    clock = SystemClock()
    before = clock.now()
    clock.set_centre_time("2001-01-01T00:00:00+08:00")
    assert clock.now() >= before


def test_ticks_go_on_from_an_earlier_run_and_never_back():
    clock = SystemClock()
    assert clock.centre_time() == ""
    clock.raise_floor(5_000_000)
    first = clock.ticks()
    assert first >= 5_000_000
    clock.raise_floor(10)
    assert clock.ticks() >= first
