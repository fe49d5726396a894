"""A telephone that opens the province's page of a receipt, and a room whose receipts it scans."""

import re
from typing import Any

from flask.testing import FlaskClient
from urllib3.filepost import encode_multipart_formdata
from werkzeug.test import TestResponse

from edge import receipt_numbers, receipt_proof
from forms.kinds import check_body
from sync.centre.app import create_app
from sync.centre.centre import Centre
from sync.centre.receiver import receive
from sync.suites import MODERN_1
from tests.centre_room import NODE, Room, enrolled, packaged, sample
from tests.desk_app import plain

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
AT = "2026-11-21T09:12:03+08:00"
SERVICE = "juzhu-dengji"


def number(serial: int = 1) -> str:
    return receipt_numbers.number(NODE, 1, serial)


def last_four(service: str = SERVICE) -> str:
    """Of the applicant of the first sample."""
    return str(packaged(service).samples["valid"][0]["answers"]["applicant"]["idNumber"])[-4:]


def code(room: Room, serial: int = 1, token: str = TOKEN) -> str:
    """What the QR of a receipt of this room says behind the address."""
    return receipt_proof.of_room(token, number(serial), AT, MODERN_1, room.sign)


def room_of(centre: Centre) -> Room:
    return enrolled(centre)


def file_one(room: Room, serial: int = 1, service: str = SERVICE, **changes: Any) -> str:
    """Filed at the room, and not sent."""
    body = sample(service) | {"receipt": {"token": TOKEN, "code": "204816"}} | changes
    room.write("application.filed", body, application=number(serial))
    return number(serial)


def exchange(centre: Centre, room: Room) -> None:
    """One batch up, and what comes down."""
    body = room.batch()
    room.read(receive(centre, room.node, body), body)


def described(room: Room, **changes: Any) -> None:
    """The room says who it is."""
    said = {
        "name": "大坪村警务室",
        "address": "",
        "hours": "周一至周六 8:30–17:30",
        "telephone": "0857-0000000",
        "complaint": "0857-0000001",
        "sets": [],
    }
    check_body("room.described", said | changes)
    room.write("room.described", said | changes, application="")


class Phone:
    """A browser on a telephone; it keeps its cookie and the form token of the page that it saw last."""

    def __init__(self, centre: Centre, text: str, **environ: Any) -> None:
        self.app = create_app(centre)
        self.client: FlaskClient = self.app.test_client()
        self.environ = environ
        self.path = f"/s/{text}"
        self.html = ""
        self.status = 0

    def get(self, more: str = "") -> str:
        """The words of a page below the receipt's."""
        return self._read(self.client.get(self.path + more, environ_overrides=self.environ))

    def post(self, more: str = "", **given: Any) -> str:
        """Send a form with the token of the last page; follows the 303. A file is (name, bytes)."""
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.html)
        fields = {"csrf_token": token[1] if token else "", **given}
        # by hand: the test client would put a large form into a temporary file, and leave it open
        data, content_type = encode_multipart_formdata(fields)
        answer = self.client.post(
            self.path + more, data=data, content_type=content_type, environ_overrides=self.environ
        )
        if answer.status_code == 303:
            answer = self.client.get(answer.headers["Location"], environ_overrides=self.environ)
        return self._read(answer)

    def prove(self, last: str) -> str:
        self.get()
        return self.post(last=last)

    def _read(self, answer: TestResponse) -> str:
        self.status, self.html = answer.status_code, answer.text
        return plain(self.html)
