"""Numbers and codes that a citizen takes home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import receipts

NODE = "5224250017"


@pytest.mark.parametrize(
    ("epoch", "serial", "length"),
    [(1, 421, 17), (8, 99_999, 17), (1, 100_000, 19), (9, 1, 20), (999, 100_000, 22), (999, 9_999_999, 22)],
)
def test_a_number_has_digits_only_and_never_the_length_of_an_identity_number(epoch, serial, length):
    number = receipts.number(NODE, epoch, serial)
    assert number.isdigit()
    assert len(number) == length
    assert receipts.is_number(number)
    assert number.startswith(NODE)


@given(st.integers(1, 999), st.integers(1, 9_999_999), st.integers(1, 999), st.integers(1, 9_999_999))
def test_two_filings_never_share_a_number(epoch, serial, other_epoch, other_serial):
    same = (epoch, serial) == (other_epoch, other_serial)
    assert (receipts.number(NODE, epoch, serial) == receipts.number(NODE, other_epoch, other_serial)) is same


@given(st.integers(1, 999), st.integers(1, 9_999_999), st.data())
def test_one_wrong_digit_is_noticed(epoch, serial, data):
    number = receipts.number(NODE, epoch, serial)
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not receipts.is_number(number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize(("epoch", "serial"), [(0, 1), (1000, 1), (1, 0), (1, 10_000_000)])
def test_there_is_no_number_outside_of_the_range(epoch, serial):
    with pytest.raises(ValueError, match="no number"):
        receipts.number(NODE, epoch, serial)


@pytest.mark.parametrize(
    "text", ["", "12", "5224250017100421x", "522425196603120029", "５２２４２５００１７１００４２１０"]
)
def test_what_is_no_number_is_not_taken_for_one(text):
    assert not receipts.is_number(text)


def test_serials_count_up_within_their_epoch(database):
    with database.write() as tx:
        assert [receipts.next_number(tx, NODE, epoch)[10:-1] for epoch in (1, 1, 2, 1)] == [
            "100001",
            "100002",
            "200001",
            "100003",
        ]


def test_a_serial_of_a_write_that_failed_is_given_again(database):
    def fail():
        with database.write() as tx:
            receipts.next_number(tx, NODE, 1)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with database.write() as tx:
        assert receipts.next_number(tx, NODE, 1)[11:-1] == "00001"


def test_receipts_differ_and_their_token_is_26_capitals():
    made = [receipts.new_receipt() for _ in range(200)]
    assert len({receipt.token for receipt in made}) == 200
    assert all(
        receipts.is_token(receipt.token) and len(receipt.code) == 6 and receipt.code.isdigit() for receipt in made
    )
    assert not receipts.is_token(made[0].token.lower())
