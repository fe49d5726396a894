"""A sample of hostile files at every reader; `make proof ONLY=hostile_files` throws many more."""

import os
from contextlib import suppress

import hostile_files
import pytest
from hostile_files import INSTEAD, Tally, readers, throw

from edge import plain_files
from edge.errors import YizhanError

NAMES = (
    *(
        "card",
        "faq",
        "notice",
        "duty",
        "calendar",
        "home",
        "province",
        "devices",
        "room",
        "table",
        "service",
        "signatures",
    ),
    *("pack", "backup", "archive", "witness", "book's witness"),
)
COUNT = 3  # places of each kind
FEWER = {"service": 1}  # each is judged whole


def test_every_reader_is_in_the_sample(tmp_path):
    assert tuple(readers(tmp_path)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_takes_its_seed_and_answers_everything_else_in_documented_words(name, tmp_path):
    reader = readers(tmp_path)[name]
    path = tmp_path / reader.place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(reader.seed)
    reader.read(path)
    hostile_files._away(path)
    tally = throw(reader, tmp_path, seed=1, count=FEWER.get(name, COUNT))
    assert tally.faults == []
    assert tally.tried > 20


def test_a_reader_that_falls_over_is_noticed(tmp_path):
    """The control: one that trusts what it reads."""
    careless = hostile_files.Reader("careless", b'{"a": 1}', "a.json", lambda path: int(path.read_bytes()[6:7]))
    tally = Tally()
    hostile_files._try(careless, tmp_path, "cut", lambda path: path.write_bytes(b""), tally)
    assert tally.faults == ["careless, cut: ValueError invalid literal for int() with base 10: b''"]


@pytest.mark.parametrize("what", INSTEAD)
def test_what_is_no_file_is_never_read(what, tmp_path):
    path = tmp_path / "a.json"
    INSTEAD[what](path)
    with pytest.raises(OSError, match=r".") as caught:
        plain_files.read(path, 100)
    assert caught.value.errno


def test_a_file_is_read_to_its_bound_and_one_byte_more(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"x" * 100)
    assert [len(plain_files.read(path, bytes_max)) for bytes_max in (10, 99, 100, 1000)] == [11, 100, 100, 100]
    (tmp_path / "link.json").symlink_to(path)
    assert len(plain_files.read(tmp_path / "link.json", 1000)) == 100


def test_names_that_lead_elsewhere_bring_nothing_into_a_room(tmp_path):
    """Files whose names climb, hide, or are no names at all: told as faults, and nothing of them is shown."""
    home = tmp_path
    reader = readers(home)["card"]
    folder = home / "cards"
    folder.mkdir()
    for name in ("..json", "a b.json", "A.json", "-x.json", "x" * 200 + ".json", "名.json", "a\n.json", ".json"):
        (folder / name).write_bytes(reader.seed)
    (folder / "link.json").symlink_to("/etc/passwd")
    (folder / "bad.json").symlink_to(home / "room.toml")
    with suppress(OSError):  # of a file system that keeps only names of its own encoding
        (home / os.fsdecode(b"cards/\xff\xfe.json")).write_bytes(reader.seed)
    reader.read(folder)
    found = hostile_files.all_files.read(home, hostile_files.NODE)
    assert set(found.cards) <= {path.stem for path in (hostile_files.all_files.DEFAULTS / "cards").iterdir()} | {
        "x" * 200
    }
    assert len(found.faults) >= 8


def test_only_documented_errors_count_as_an_answer():
    assert set(hostile_files.DOCUMENTED) >= {YizhanError}
    assert Exception not in hostile_files.DOCUMENTED
