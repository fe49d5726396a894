"""How many bytes a day may carry, and at which hours originals go: counted by the day, over midnight, for links paid by the byte."""

from dataclasses import replace

import pytest

from edge import outgoing
from sync import budget


@pytest.mark.parametrize(
    ("start", "end", "inside", "outside"),
    [
        ("22:00", "06:00", ["22:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "21:59"]),
        ("01:00", "05:00", ["01:00", "04:59"], ["00:59", "05:00", "23:00"]),
        ("", "06:00", ["00:00", "12:00"], []),
        ("22:00", "", ["00:00", "12:00"], []),
        ("08:00", "08:00", ["00:00", "08:00", "23:59"], []),
    ],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last_over_midnight_too(start, end, inside, outside):
    assert [budget.in_hours(time, start, end) for time in inside] == [True] * len(inside)
    assert [budget.in_hours(time, start, end) for time in outside] == [False] * len(outside)


def given(node, **more):
    return replace(node.settings, **more)


def today(node, **more):
    with node.database.read() as tx:
        return budget.today(tx, given(node, **more))


def carry(node, size):
    with node.database.write() as tx:
        budget.count(tx, size)


def test_when_the_days_bytes_are_used_up_no_material_goes_and_the_next_day_begins_anew(node, clock):
    carry(node, 600)
    carry(node, 399)
    assert (today(node, bytes_per_day=1000).bytes_used, today(node, bytes_per_day=1000).rank_max) == (
        999,
        outgoing.ORIGINAL,
    )
    carry(node, 1)
    assert (today(node, bytes_per_day=1000).used_up, today(node, bytes_per_day=1000).rank_max) == (True, -1)
    clock.advance(days=1)
    assert (today(node, bytes_per_day=1000).bytes_used, today(node, bytes_per_day=1000).rank_max) == (
        0,
        outgoing.ORIGINAL,
    )


def test_without_a_limit_nothing_is_ever_used_up(node):
    carry(node, 1 << 40)
    assert today(node, bytes_per_day=0).rank_max == outgoing.ORIGINAL


def test_outside_their_hours_originals_wait_and_pages_go(node):
    assert today(node, originals_from="22:00", originals_until="06:00").rank_max == outgoing.PAGE  # it is 09:12
    assert today(node, originals_from="09:00", originals_until="10:00").rank_max == outgoing.ORIGINAL


def test_days_long_gone_are_forgotten_and_the_others_are_kept(node, clock):
    for _ in range(budget.KEPT_DAYS + 3):
        carry(node, 10)
        clock.advance(days=1)
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*), sum(bytes) FROM carried").fetchone()[:] == (
            budget.KEPT_DAYS,
            10 * budget.KEPT_DAYS,
        )
