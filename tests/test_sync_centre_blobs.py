import hashlib

import pytest
import requests

from sync.centre.blobs import BlobError, Blobs
from sync.centre.shelves import FolderShelf, ShelfError, open_shelf

NODE = "5224250017"
DATA = bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()
PLACE = f"{NODE}/{SHA[:2]}/{SHA}"
S3 = """
endpoint = "{url}"
bucket = "materials"
prefix = "{prefix}"
access_key_id = "tests"
secret_access_key = "of no worth"
"""


@pytest.fixture(scope="module")
def s3_server():
    """An S3 service over HTTP: moto's, in this process. Swift's own is asked in `make proof`."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    assert requests.put(f"{url}/materials", timeout=60).ok
    yield url
    server.stop()


@pytest.fixture(params=["files", pytest.param("s3", marks=pytest.mark.slow)])
def shelf(request, tmp_path):
    if request.param == "files":
        return FolderShelf(tmp_path / "blobs")
    url = request.getfixturevalue("s3_server")
    (tmp_path / "s3.toml").write_text(S3.format(url=url, prefix=tmp_path.name))
    return open_shelf(tmp_path / "blobs", tmp_path / "s3.toml")


@pytest.fixture
def blobs(shelf):
    return Blobs(shelf, b"k" * 32)


def send(blobs, size=4096):
    for offset in range(0, len(DATA), size):
        blobs.add_chunk(NODE, SHA, offset, DATA[offset : offset + size])


def test_a_material_is_whole_when_its_chunks_have_come(blobs, shelf):
    send(blobs)
    assert not blobs.whole(NODE, SHA)
    assert blobs.finish(NODE, SHA)
    assert blobs.whole(NODE, SHA)
    assert blobs.read(NODE, SHA) == DATA
    assert shelf.sizes(f"{NODE}/part/{SHA}") == {}


def test_what_lies_on_the_shelf_is_encrypted(blobs, shelf):
    send(blobs)
    assert all(DATA[:64] not in shelf.get(f"{NODE}/part/{SHA}/{name}") for name in shelf.sizes(f"{NODE}/part/{SHA}"))
    blobs.finish(NODE, SHA)
    assert DATA[:64] not in shelf.get(PLACE)


def test_a_repeated_chunk_is_harmless_and_one_behind_a_gap_waits_for_the_rest(blobs):
    assert blobs.add_chunk(NODE, SHA, 0, DATA[:1000]) == 1000
    assert blobs.add_chunk(NODE, SHA, 0, DATA[:1000]) == 1000
    assert blobs.add_chunk(NODE, SHA, 5000, DATA[5000:6000]) == 1000
    assert blobs.add_chunk(NODE, SHA, 500, DATA[500:2000]) == 2000
    assert blobs.add_chunk(NODE, SHA, 2000, DATA[2000:5000]) == 6000
    assert blobs.add_chunk(NODE, SHA, 5000, DATA[5000:7000]) == 7000
    assert blobs.add_chunk(NODE, SHA, 6500, DATA[6500:]) == len(DATA)
    assert blobs.finish(NODE, SHA)
    assert blobs.read(NODE, SHA) == DATA


def test_chunks_may_come_in_any_order(blobs):
    for offset in reversed(range(0, len(DATA), 1000)):
        held = blobs.add_chunk(NODE, SHA, offset, DATA[offset : offset + 1000])
    assert held == len(DATA)
    assert blobs.finish(NODE, SHA)
    assert blobs.read(NODE, SHA) == DATA


def test_chunks_of_other_content_are_dropped_and_may_come_again(blobs):
    blobs.add_chunk(NODE, SHA, 0, b"x" * len(DATA))
    assert not blobs.finish(NODE, SHA)
    assert blobs.held(NODE, SHA) == 0
    send(blobs)
    assert blobs.finish(NODE, SHA)


def test_a_new_process_goes_on_where_the_killed_one_stopped(tmp_path):
    Blobs(FolderShelf(tmp_path), b"k" * 32).add_chunk(NODE, SHA, 0, DATA[:1000])
    (tmp_path / NODE / "part" / SHA / "000000001000.new").write_bytes(b"torn")
    again = Blobs(FolderShelf(tmp_path), b"k" * 32)
    assert again.held(NODE, SHA) == 1000


@pytest.mark.parametrize("position", [0, 5, 13, 400, -1])
def test_a_changed_byte_is_seen(blobs, shelf, position):
    send(blobs)
    blobs.finish(NODE, SHA)
    raw = bytearray(shelf.get(PLACE))
    raw[position] ^= 1
    shelf.put(PLACE, bytes(raw))
    with pytest.raises(BlobError, match="changed"):
        blobs.read(NODE, SHA)


def test_a_changed_chunk_is_dropped_and_may_come_again(blobs, shelf):
    send(blobs)
    place = f"{NODE}/part/{SHA}/000000004096"
    shelf.put(place, bytes(len(shelf.get(place))))
    assert not blobs.finish(NODE, SHA)
    send(blobs)
    assert blobs.finish(NODE, SHA)


def test_a_file_under_another_name_is_not_accepted(blobs, shelf):
    send(blobs)
    blobs.finish(NODE, SHA)
    shelf.put(f"5224250018/{SHA[:2]}/{SHA}", shelf.get(PLACE))
    with pytest.raises(BlobError):
        blobs.read("5224250018", SHA)


def test_a_missing_file_says_so(blobs):
    with pytest.raises(BlobError, match="missing"):
        blobs.read(NODE, SHA)


def test_a_shelf_replaces_what_has_a_name_and_clears_a_folder_and_nothing_else(shelf):
    shelf.put("a/b/one", b"1")
    shelf.put("a/b/one", b"22")
    shelf.put("a/bc", b"333")
    assert (shelf.get("a/b/one"), shelf.size("a/bc"), shelf.sizes("a/b")) == (b"22", 3, {"one": 2})
    assert (shelf.get("a/b/two"), shelf.size("a/b/two"), shelf.sizes("nothing")) == (None, None, {})
    shelf.clear("a/b")
    shelf.clear("a/b")
    assert (shelf.get("a/b/one"), shelf.get("a/bc")) == (None, b"333")


@pytest.mark.parametrize(
    ("text", "named"),
    [("endpoint = ", "TOML"), ('endpoint = "http://x"\nbucket = "b"', "access_key_id"), ("colour = 1", "colour")],
)
def test_a_file_that_describes_no_bucket_is_named_with_its_fault(tmp_path, text, named):
    (tmp_path / "s3.toml").write_text(text)
    with pytest.raises(ShelfError, match=named):
        open_shelf(tmp_path, tmp_path / "s3.toml")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ShelfError, match=r"s3\.toml"):
        open_shelf(tmp_path, tmp_path / "s3.toml")
