"""A province makes the dictionary of its own services, and its rooms write with it: from the command to the batch."""

import json

import pytest
import zstandard
from programs import holds

from edge import cli
from forms.definition import load
from sync import envelope
from sync.centre import codebooks, definitions
from sync.coding import codebook, library, making
from sync.envelope import Purpose
from sync.https import HttpsLink
from tests.pack_rooms import CALENDAR, all_rooms, begun, drained, folder, refused
from tests.service_for_tests import SERVICE
from tests.sync_pair import NODE, CentreServer, file_one, give_enrolment

EVENTS = 90  # enough to learn something of each service, in a second


@pytest.fixture(autouse=True)
def _nothing_learnt(monkeypatch):
    """What this process knows of other packs' codebooks is put back."""
    monkeypatch.setattr(library.PACKAGED, "_packed", {})


@pytest.fixture
def bureau(centre):
    """A centre with packs that has published a service of its own."""
    with centre.store.write() as tx:
        definitions.register(tx, load(SERVICE), centre.clock.now())
    return begun(centre)


@pytest.fixture
def content(tmp_path):
    return folder(tmp_path, "pack", **{"calendar/2027.json": CALENDAR})


@pytest.fixture
def server(bureau):
    running = CentreServer(bureau)
    yield running
    running.close()


def command(centre, content, capsys, *more):
    words = ["centre", "pack", "codebook", str(content), "--events", str(EVENTS), *more]
    code = cli.main([*words, "--json", "--home", str(centre.settings.home)])
    return code, json.loads(capsys.readouterr().out)


def test_a_province_makes_the_dictionary_of_its_own_services_and_its_rooms_write_with_it(
    node, bureau, server, content, capsys
):
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    event = file_one(node)
    drained(node, link)
    code, said = command(bureau, content, capsys)
    assert (code, said["services"]) == (0, len(codebooks.newest(bureau)))
    holds("centre_pack_codebook", said)
    made = codebook.read(next((content / "codebooks").glob("*.zst")).read_bytes())
    assert said["bytes"] == len(made.to_bytes())
    knows_nobody(bureau, made, event)
    all_rooms(bureau, content)
    drained(node, link)
    before = len(server.bodies)
    file_one(node, 2)
    drained(node, link)
    link.close()
    keys = bureau.identity.opens(node.identity.sign.public)
    inner = envelope.open_envelope(server.bodies[before], keys, purpose=Purpose.UP, node=NODE).inner
    assert made.prefix in inner  # the frame says with which one it was written


def knows_nobody(bureau, made, event):
    """It learns from services, and from nothing that a room sent before."""
    told = {one for one in _texts(event.data["answers"]) if len(one) > 2}
    words = zstandard.ZstdDecompressor().decompressobj().decompress(made.to_bytes()).decode()
    published = "".join(making.published_texts(codebooks.newest(bureau)))
    assert told
    assert [one for one in told if one in words and one not in published] == []


def _texts(value):
    if isinstance(value, dict | list):
        return [found for child in (value.values() if isinstance(value, dict) else value) for found in _texts(child)]
    return [value] if isinstance(value, str) else []


def test_the_same_services_and_seed_make_the_same_file_once(bureau, content):
    some = codebooks.newest(bureau)[:2]
    made = making.make(some, events=EVENTS)
    assert making.make(some, events=EVENTS).digest == made.digest
    assert making.make(some, events=EVENTS, seed=7).digest != made.digest
    assert making.keep(made, content / "codebooks") == making.keep(made, content / "codebooks")
    assert library.order(content / "codebooks") == [made.prefix]
    with pytest.raises(ValueError, match="no service"):
        making.make([])


def test_the_newest_version_of_each_service_is_learnt(bureau):
    newer = json.loads(json.dumps(SERVICE)) | {"version": "2027.1.1"}
    with bureau.store.write() as tx:
        definitions.register(tx, load(newer), "2027-01-01T00:00:00+08:00")
    found = [one.version for one in codebooks.newest(bureau) if one.id == SERVICE["id"]]
    assert found == ["2027.1.1"]


def test_a_folder_that_is_none_and_one_that_cannot_be_written_are_said(bureau, content, capsys):
    assert command(bureau, content / "nothing", capsys)[1]["error"]["code"] == "pack_wrong"
    (content / "codebooks").write_text("a file stands where the folder has to be", encoding="utf-8")
    refused("pack_wrong", codebooks.make, bureau, content, seed=1, events=EVENTS)
    assert (content / "codebooks").is_file()
