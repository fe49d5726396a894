"""What is under way over the connections of a link: no byte and no event is chosen twice at once, and none is left out."""

import random
from types import SimpleNamespace

import pytest

from forms.events import Head
from sync.flight import Flight
from sync.frames import Chunk

SHA, OTHER, SIZE = "a" * 64, "b" * 64, 1000


def chunk(start, end, sha256=SHA):
    return Chunk(sha256, start, SIZE, bytes(end - start))


def head(seq, epoch=1):
    return Head(epoch, seq, bytes([seq]) * 32)


def events(last, epoch=1):
    """Whoever carries events is asked for the last of them alone."""
    at = head(last, epoch)
    return (SimpleNamespace(epoch=at.epoch, seq=at.seq, digest=at.digest),)


def free(flight, start=0, sha256=SHA):
    return list(flight.free(sha256, start, SIZE))


def test_of_a_material_nobody_carries_everything_behind_what_the_centre_holds_is_free():
    assert free(Flight()) == [(0, SIZE)]
    assert free(Flight(), 400) == [(400, SIZE)]
    assert free(Flight(), SIZE) == []


def test_pieces_under_way_are_left_out_whatever_order_they_went_in():
    flight = Flight()
    flight.put(head(1), (), [chunk(600, 700), chunk(100, 300), chunk(0, 50, OTHER)])
    assert free(flight) == [(0, 100), (300, 600), (700, SIZE)]
    assert free(flight, 200) == [(300, 600), (700, SIZE)]
    assert free(flight, sha256=OTHER) == [(50, SIZE)]


def test_a_piece_that_failed_is_free_again_and_one_that_is_kept_is_not():
    flight, piece = Flight(), chunk(100, 300)
    flight.put(head(1), (), [piece])
    flight.take(head(1), (), [piece])
    assert free(flight) == [(0, SIZE)]
    flight.keep(SHA, [piece, chunk(500, 600, OTHER)])
    assert free(flight) == [(0, 100), (300, SIZE)]
    assert free(flight, sha256=OTHER) == [(0, SIZE)]


@pytest.mark.parametrize("seed", range(20))
def test_free_and_busy_bytes_together_are_all_and_no_byte_is_both(seed):
    dice, flight, busy = random.Random(seed), Flight(), set()
    for _ in range(dice.randrange(1, 8)):
        start = dice.randrange(SIZE - 1)
        piece = chunk(start, dice.randrange(start + 1, SIZE + 1))
        busy |= set(range(start, start + len(piece.data)))
        if dice.random() < 0.5:
            flight.put(head(1), (), [piece])
        else:
            flight.keep(SHA, [piece])
    held = dice.randrange(SIZE)
    given = [at for begin, end in free(flight, held) for at in range(begin, end)]
    assert given == [at for at in range(held, SIZE) if at not in busy]


def test_events_go_on_behind_the_last_run_that_joins_what_is_acknowledged():
    flight = Flight()
    assert flight.gap(head(3)) == (head(3), None)
    flight.put(head(5), events(9), ())
    flight.put(head(3), events(5), ())
    assert flight.gap(head(3)) == (head(9), None)


def test_a_run_that_was_lost_in_between_is_cut_again_up_to_the_next():
    flight = Flight()
    flight.put(head(3), events(5), ())
    flight.put(head(7), events(9), ())
    assert flight.gap(head(3)) == (head(5), (1, 7))
    flight.take(head(3), events(5), ())
    assert flight.gap(head(3)) == (head(3), (1, 7))


def test_a_run_that_the_centre_has_acknowledged_meanwhile_is_in_nobodys_way():
    flight = Flight()
    flight.put(head(3), events(5), ())
    assert flight.gap(head(6)) == (head(6), None)
    flight.put(head(9), events(2, epoch=2), ())
    assert flight.gap(head(9)) == (head(2, epoch=2), None)
