import hashlib

import pytest

from sync.centre.blobs import BlobError, Blobs

NODE = "5224250017"
DATA = bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "blobs", b"k" * 32)


def send(blobs, size=4096):
    for offset in range(0, len(DATA), size):
        blobs.add_chunk(NODE, SHA, offset, DATA[offset : offset + size])


def test_a_material_is_whole_when_its_chunks_have_come(blobs, tmp_path):
    send(blobs)
    assert not blobs.whole(NODE, SHA)
    assert blobs.finish(NODE, SHA)
    assert blobs.read(NODE, SHA) == DATA
    assert not list((tmp_path / "blobs" / NODE / "part").iterdir())


def test_what_lies_on_disk_is_encrypted(blobs, tmp_path):
    send(blobs)
    blobs.finish(NODE, SHA)
    assert DATA[:64] not in (tmp_path / "blobs" / NODE / SHA[:2] / SHA).read_bytes()


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


def test_a_new_process_goes_on_where_the_killed_one_stopped(blobs, tmp_path):
    blobs.add_chunk(NODE, SHA, 0, DATA[:1000])
    (tmp_path / "blobs" / NODE / "part" / SHA / "000000001000.new").write_bytes(b"torn")
    again = Blobs(tmp_path / "blobs", b"k" * 32)
    assert again.held(NODE, SHA) == 1000


@pytest.mark.parametrize("position", [0, 5, 13, 400, -1])
def test_a_changed_byte_is_seen(blobs, tmp_path, position):
    send(blobs)
    blobs.finish(NODE, SHA)
    path = tmp_path / "blobs" / NODE / SHA[:2] / SHA
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(raw)
    with pytest.raises(BlobError):
        blobs.read(NODE, SHA)


def test_a_file_under_another_name_is_not_accepted(blobs, tmp_path):
    send(blobs)
    blobs.finish(NODE, SHA)
    other = tmp_path / "blobs" / "5224250018" / SHA[:2]
    other.mkdir(parents=True)
    (tmp_path / "blobs" / NODE / SHA[:2] / SHA).rename(other / SHA)
    with pytest.raises(BlobError):
        blobs.read("5224250018", SHA)


def test_a_missing_file_says_so(blobs):
    with pytest.raises(BlobError, match="missing"):
        blobs.read(NODE, SHA)
