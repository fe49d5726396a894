"""A sample of what `make proof ONLY=synced` does whole: what a route wrote is on the disk before its answer, whichever program it is."""

import pytest
import synced_routes
from synced_routes import Seen, look

SAMPLE = (
    "tests/test_edge_ratings.py::test_a_paper_slip_is_entered_at_the_desk_and_says_nothing_of_whose_it_is",
    "tests/test_edge_ratings.py::test_the_telephone_rates_behind_the_address_of_the_receipt",
    "tests/test_edge_ratings.py::test_the_kiosk_rates_with_the_code_on_the_receipt",
    "tests/test_edge_sheet_printer.py::test_one_touch_prints_a_guide_card_and_a_second_one_does_not_print_it_twice",
    "tests/test_edge_api.py::test_filing_answers_201_with_number_token_and_state",
    "tests/test_sync_centre_tokens.py::test_opinions_pauses_and_forwarding_work_as_at_the_desk",
)
WRITING = {
    ("room", "POST", "/console/ratings"),
    ("room", "POST", "/s/<token>/rate"),
    ("room", "POST", "/kiosk/rate"),
    ("room", "POST", "/kiosk/paper"),
    ("room", "POST", "/api/v1/applications"),
    ("centre", "POST", "/api/v1/applications/<number>/decisions"),
}
ASK = '7  write(9</t/marks>, "ASK room POST /x 0\\n", 19) = 19'
SAID = '7  write(9</t/marks>, "SAID room POST /x 303\\n", 22) = 22'
WROTE = r'7  pwrite64(5</t/tests/node.db-wal>, "\0\1"..., 4096, 0) = 4096'
SYNCED = "7  fdatasync(5</t/tests/node.db-wal>) = 0"


@pytest.mark.slow
@pytest.mark.skipif(not synced_routes.is_possible(), reason="strace shows the system calls")
@pytest.mark.parametrize(("level", "is_early"), [("FULL", False), ("NORMAL", True)])
def test_desk_phone_kiosk_and_both_interfaces_answer_when_it_is_on_the_disk_and_with_fewer_syncs_this_is_seen(
    level, is_early
):
    found = synced_routes.walk(SAMPLE, level)
    assert found.passed
    assert set(found.writing()) >= WRITING
    assert bool(found.early()) is is_early


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ([ASK, WROTE, SYNCED, SAID], Seen(1, 1, 1, 0)),
        ([ASK, WROTE, SAID, SYNCED], Seen(1, 1, 1, 1, {"node.db-wal"})),
        ([ASK, SYNCED, WROTE, SAID], Seen(1, 1, 1, 1, {"node.db-wal"})),
        ([ASK, SAID], Seen(1, 1, 0, 0)),
        ([ASK, WROTE, SAID.replace("303", "409")], Seen(1, 0, 0, 0)),
        ([WROTE, ASK, SAID], Seen(1, 1, 0, 0)),
        ([ASK, WROTE.replace("7  ", "8  "), SAID], Seen(1, 1, 0, 0)),
        ([ASK, WROTE, SYNCED.replace("7  ", "8  "), SAID], Seen(1, 1, 1, 0)),
        (
            [ASK, WROTE, "7  fdatasync(5</t/tests/node.db-wal>) = -1 EIO (Input/output error)", SAID],
            Seen(1, 1, 1, 1, {"node.db-wal"}),
        ),
        (
            [
                ASK,
                WROTE,
                "7  fdatasync(5</t/tests/node.db-wal> <unfinished ...>",
                SAID,
                "7  <... fdatasync resumed>) = 0",
            ],
            Seen(1, 1, 1, 1, {"node.db-wal"}),
        ),
        (
            [
                ASK,
                WROTE,
                "7  fdatasync(5</t/tests/node.db-wal> <unfinished ...>",
                "7  <... fdatasync resumed>) = 0",
                SAID,
            ],
            Seen(1, 1, 1, 0),
        ),
        ([ASK, '7  rename("/t/tests/a.new", "/t/tests/a") = 0', SAID], Seen(1, 1, 1, 1, {"tests"})),
        (
            [ASK, '7  rename("/t/tests/k/a.new", "/t/tests/k/a") = 0', "7  fsync(4</t/tests/k>) = 0", SAID],
            Seen(1, 1, 1, 0),
        ),
        ([ASK, WROTE.replace("db-wal", "db-shm"), WROTE.replace("/t/tests/", "/elsewhere/"), SAID], Seen(1, 1, 0, 0)),
    ],
)
def test_an_answer_is_early_while_anything_that_its_request_wrote_waits_for_a_sync(lines, seen):
    assert look(lines, "/t/tests") == {("room", "POST", "/x"): seen}
