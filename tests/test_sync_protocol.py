"""PROTOCOL.md against the code: what a door answers, refuses and waits for, and what is signed, stands in it."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from edge import receipt_numbers
from edge.errors import CATALOGUE, YizhanError
from sync import https, pace
from sync.centre import app, doors, enrolment, intake, key_returns, recall, receiver
from sync.centre.centre import Centre
from sync.centre.settings import CentreSettings
from tests.sync_pair import NODE

ROOT = Path(app.__file__).resolve().parents[2]
TEXT = (ROOT / "sync" / "PROTOCOL.md").read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())
# tags of what stays on one side: keys of slots and backups, sessions, the inbox of a locked room, marks of forms
LOCAL = {
    "yizhan-backup-2", "yizhan-client-1", "yizhan-csrf", "yizhan-desk-hint", "yizhan-inbox-1", "yizhan-inbox-token-1",
    "yizhan-key-slot-1", "yizhan-key-slots-1", "yizhan-sealed-inbox-1", "yizhan-session", "yizhan-set-1",
}  # fmt: skip  # a table
CENTRE = ROOT / "sync" / "centre"


def rows(head: str) -> dict[str, str]:
    """The rows of the table with this head line: what stands in ticks first, and the first cell."""
    after = TEXT.split(head, 1)[1].split("\n\n", 1)[0]
    lines = [line for line in after.splitlines() if "`" in line]
    return {re.findall(r"`([^`]+)`", line)[0]: line.split("|")[1].strip() for line in lines}


def sources(*folders: str) -> Iterable[str]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.read_text(encoding="utf-8")


def test_every_refusal_of_an_event_has_its_row_and_no_row_is_of_the_past() -> None:
    assert set(rows("| code | the event is refused because |")) == {*intake.REFUSALS, "fork"}


@pytest.mark.parametrize("door", [receiver.receive, recall.give, enrolment.bind, key_returns.unlock])
def test_every_error_that_a_door_names_has_its_row(door: Callable[..., bytes]) -> None:
    raised = re.search(r"Raises ([\w, ]+)", door.__doc__ or "")
    assert raised is not None
    assert set(raised[1].split(", ")) <= set(rows("| status | code | when |"))


def test_every_status_is_the_one_that_is_answered() -> None:
    said = {code: int(status) for code, status in rows("| status | code | when |").items()}
    assert said == {code: CATALOGUE[code].status for code in said}


def test_every_reason_for_which_an_envelope_is_refused_is_named() -> None:
    codes = {code for text in sources("sync") for code in re.findall(r'EnvelopeError\(\s*"([a-z_]+)"', text)}
    assert len(codes) > 5
    assert [code for code in sorted(codes) if f"`{code}`" not in TEXT] == []


def test_every_door_is_named() -> None:
    doors = {str(one) for text in sources("sync/centre") for one in re.findall(r'"(/sync/v1/[^"[]*)"', text)}
    assert len(doors) >= 4
    assert [door for door in doors if f"| `POST {door.replace('<node_id>', '{node id}')}` |" not in TEXT] == []


def test_every_door_is_open_to_every_carrier_and_no_other_place_is(centre: Centre) -> None:
    """What HTTPS reaches by its routes, any other carrier reaches through doors.take."""
    named = {found[1] or "" for found in re.finditer(r"\| `POST /sync/v1/\{node id\}(?:/(\w+))?` \|", TEXT)}
    assert set(doors.DOORS) == named
    with pytest.raises(YizhanError, match="没有找到"):
        doors.take(centre, f"{NODE}/nowhere", b"")


def test_every_tag_of_what_is_signed_or_sealed_is_named_or_stays_on_one_side() -> None:
    """What the centre alone makes and reads is its own affair."""
    shared = [
        path for name in ("edge", "forms", "sync") for path in (ROOT / name).rglob("*.py") if CENTRE not in path.parents
    ]
    texts = [path.read_text(encoding="utf-8") for path in shared]
    found = {tag for text in texts for tag in re.findall(r'b"(yizhan[^"\\]*)', text)}
    assert len(found) > 20
    unnamed = [tag for tag in sorted(found - LOCAL) if tag not in TEXT]
    assert unnamed == [], "section 15 of PROTOCOL.md, or LOCAL here where nobody else has to make or check it"


def test_every_field_of_an_enrolment_file_is_named(centre: Centre) -> None:
    given = enrolment.enrol(centre, NODE, "大坪村警务室", "https://centre.example")
    assert [name for name in given if f'"{name}":' not in TEXT] == []


def test_every_file_of_vectors_is_named() -> None:
    names = [path.name for path in (ROOT / "tests" / "vectors").glob("*.json")]
    assert names
    assert [name for name in names if f"`{name}`" not in TEXT] == []


def test_limits_and_patience_are_those_of_the_program() -> None:
    *most, last = receipt_numbers.LENGTHS
    for said in (
        f"`Content-Type: {https.MEDIA_TYPE}`",
        f"waits {https.CONNECT_S:.0f} s for a connection to stand",
        f"max({pace.PROGRESS_S_MIN:.0f} s, twice the time",
        f"acknowledged for {https.SILENT_S:.0f} s",
        f"At most {https.LANES} requests wait",
        f"more than {CentreSettings(Path()).body_bytes_max >> 20} MiB (`body_bytes_max`",
        f"has {', '.join(map(str, most))} or {last} digits",
    ):
        assert said in PLAIN, said
