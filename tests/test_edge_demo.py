"""What the demonstration says of itself: an address for each who is in it, for the one with a telephone too."""

from desk_app import application, centre_says, file_one

from edge.commands import demo as command
from edge.demo import scanned
from edge.node import Node

PLACES = {
    "kiosk": "http://127.0.0.1:8700/kiosk/",
    "console": "http://127.0.0.1:8700/console/",
    "centre": "http://127.0.0.1:8701/review/",
    "phone": "http://127.0.0.1:8700/s/ABC",
}


def test_the_telephone_opens_the_newest_receipt_that_has_a_result(node: Node) -> None:
    numbers = [file_one(node).number for _ in range(3)]
    for number in numbers[:2]:
        centre_says(node, "application.decided", number, {"result": "granted"})
    token = application(node, numbers[1]).state.receipt.token
    assert scanned(node, "http://127.0.0.1:8700/s/") == f"http://127.0.0.1:8700/s/{token}"


def test_each_who_is_in_the_demonstration_is_told_where_to_look() -> None:
    said = command.lines({**PLACES, "accounts": []})
    assert [place for place in PLACES.values() if place not in said] == []
