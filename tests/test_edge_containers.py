"""A picture that is more than a picture: nothing rides along behind its end or in a piece that no reader knows."""

import io
import struct
import zlib

import pytest
from PIL import Image

from edge.containers import is_plain

KINDS = ("PNG", "WEBP")


def picture(kind: str, **saved: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 7), (200, 30, 40)).save(out, kind, **saved)
    return out.getvalue()


def png_piece(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_png_piece(name: bytes, data: bytes = b"") -> bytes:
    """A piece more, before the last."""
    plain = picture("PNG")
    return plain[:-12] + png_piece(name, data) + plain[-12:]


def with_webp_piece(name: bytes, data: bytes) -> bytes:
    body = picture("WEBP", lossless=True)[12:] + name + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize("data", [picture("PNG"), picture("PNG", dpi=(150, 150)), picture("PNG", optimize=True)])
def test_a_plain_png_is_plain(data):
    assert is_plain(data, "PNG")


@pytest.mark.parametrize("saved", [{"lossless": True}, {"quality": 60}])
def test_a_plain_webp_is_plain(saved):
    assert is_plain(picture("WEBP", **saved), "WEBP")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [b"\0", b"PK\x03\x04", b"<script>alert(1)</script>", b"%PDF-1.7"])
def test_whatever_lies_behind_the_end_is_seen(kind, more):
    assert not is_plain(picture(kind) + more, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_torn_anywhere_is_none(kind):
    whole = picture(kind)
    assert not any(is_plain(whole[:size], kind) for size in range(len(whole)))


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"acTL", b"fdAT", b"prVt"])
def test_a_png_with_a_piece_that_is_no_part_of_the_picture_is_not_plain(name):
    assert not is_plain(with_png_piece(name, b"Comment\0here"), "PNG")


@pytest.mark.parametrize("name", [b"EXIF", b"XMP ", b"ICCP", b"ANMF", b"junk"])
def test_a_webp_with_one_is_not_plain_either(name):
    assert not is_plain(with_webp_piece(name, b"here"), "WEBP")


def test_a_piece_that_says_it_is_longer_than_the_file_ends_the_look():
    endless = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0xFFFFFFFF) + b"IDAT"
    assert not is_plain(endless, "PNG")
    plain = bytearray(picture("WEBP", lossless=True))
    plain[16:20] = struct.pack("<I", 0xFFFFFFF0)
    assert not is_plain(bytes(plain), "WEBP")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_another_beginning_is_none(kind):
    assert not is_plain(b"MZ" + picture(kind)[2:], kind)


@pytest.mark.parametrize("kind", ["JPEG", "GIF", ""])
def test_of_any_other_kind_nothing_is_promised(kind):
    assert not is_plain(picture("PNG"), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_is_not_taken_for_the_other(kind):
    other = KINDS[1 - KINDS.index(kind)]
    assert not is_plain(picture(other), kind)
