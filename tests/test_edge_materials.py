"""Photos, scans and signatures: what is taken, what is refused and with which sentence."""

import base64
import hashlib
import io
import json
import struct
import zlib

import pytest
from PIL import ExifTags, Image, ImageOps

from edge import images, materials
from edge.errors import YizhanError

ORIENTATION = ExifTags.Base.Orientation


def photo(kind="JPEG", size=(640, 480), **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def refused(call, *arguments) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        call(*arguments)
    return caught.value


def count(node) -> int:
    with node.database.read() as tx:
        return tx.execute("SELECT count(*) FROM material").fetchone()[0]


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_is_kept_as_it_is_under_its_digest(node, kind, media_type):
    data = photo(kind)
    kept = materials.store(node, data, "房产证.jpg", "kiosk", "proof")
    assert (kept.sha256, kept.size, kept.media_type, kept.name, kept.slot) == (
        hashlib.sha256(data).hexdigest(),
        len(data),
        media_type,
        "房产证.jpg",
        "proof",
    )
    with node.database.read() as tx:
        assert materials.open(tx, kept.sha256) == (data, media_type)
        assert materials.chunk(tx, kept.sha256, 10, 20) == data[10:30]
        assert materials.chunk(tx, kept.sha256, len(data), 20) == b""


def test_the_same_photo_twice_is_one(node):
    data = photo()
    assert materials.store(node, data, "a.jpg", "kiosk").sha256 == materials.store(node, data, "b.jpg", "kiosk").sha256
    assert count(node) == 1


def test_a_pdf_is_kept(node):
    assert materials.store(node, b"%PDF-1.7\n...", "证明.pdf", "kiosk").media_type == "application/pdf"


def test_the_position_in_a_photo_is_removed_and_the_photo_stands_upright(node):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (27.0, 18.0, 5.0)
    data = photo(size=(640, 480), exif=exif)
    kept = materials.store(node, data, "a.jpg", "kiosk")
    with node.database.read() as tx:
        stored, _ = materials.open(tx, kept.sha256)
    image = Image.open(io.BytesIO(stored))
    assert dict(image.getexif()) == {ORIENTATION: 6}
    assert ImageOps.exif_transpose(image).size == (480, 640)
    with node.database.read() as tx:
        small = Image.open(io.BytesIO(materials.preview(tx, kept.sha256)))
    assert (small.size, dict(small.getexif())) == ((360, 480), {})


def test_text_in_a_png_is_removed_and_transparency_stays(node):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("XML:com.adobe.xmp", "<gps/>")
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG", pnginfo=info)
    kept = materials.store(node, out.getvalue(), "a.png", "kiosk")
    with node.database.read() as tx:
        stored, _ = materials.open(tx, kept.sha256)
    assert b"gps" not in stored
    assert Image.open(io.BytesIO(stored)).mode == "RGBA"


def test_a_photo_of_40_megabytes_is_refused_with_its_size(node):
    error = refused(materials.store, node, b"\xff\xd8" + bytes(40 * 1024 * 1024 - 2), "a.jpg", "kiosk")
    assert error.sentence == "照片太大（40 MB），最大 20 MB"
    assert error.status == 413
    assert count(node) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is a text",
        "住所证明".encode(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(50),
        bytes(1000),
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(node, data):
    error = refused(materials.store, node, data, "照片.jpg", "kiosk")
    assert error.code == "material_not_image"
    assert "照片.jpg" in error.sentence
    assert count(node) == 0


def test_an_empty_file_is_refused(node):
    assert refused(materials.store, node, b"", "a.jpg", "kiosk").code == "material_empty"


def test_a_torn_photo_is_refused_while_the_citizen_is_there(node):
    data = photo()
    assert refused(materials.store, node, data[: len(data) // 2], "a.jpg", "kiosk").code == "material_damaged"


def claiming(side: int) -> bytes:
    """A small PNG whose header claims `side` by `side` pixels, as a bomb does."""
    data = bytearray(photo("PNG", (8, 8)))
    data[16:24] = struct.pack(">II", side, side)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


@pytest.mark.parametrize(("side", "said"), [(8_000, "6400 万像素"), (20_000, "超过 17895 万像素")])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(node, side, said):
    error = refused(materials.store, node, claiming(side), "a.png", "kiosk")
    assert error.code == "material_too_many_pixels"
    assert said in error.sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\照片\\房产证.jpg", "房产证.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("", "未命名"),
        ("长" * 300, "长" * 255),
    ],
)
def test_a_file_name_is_only_a_name(node, given, kept):
    assert materials.store(node, photo(size=(9, 9)), given, "kiosk").name == kept


def test_a_preview_is_small_and_a_jpeg(node):
    kept = materials.store(node, photo(size=(1600, 900)), "a.jpg", "kiosk")
    with node.database.read() as tx:
        small = Image.open(io.BytesIO(materials.preview(tx, kept.sha256)))
    assert (small.format, max(small.size)) == ("JPEG", 480)


def test_a_material_that_is_not_here_is_a_sentence(node):
    with node.database.read() as tx:
        for call in (materials.open, materials.preview):
            assert refused(call, tx, "0" * 64).code == "material_missing"
        assert materials.find(tx, "0" * 64) is None


STROKES = [[[10, 10], [60, 40], [90, 20]], [[30, 60], [80, 70]]]


def test_strokes_are_drawn_as_a_small_picture(node):
    kept = materials.signature(node, json.dumps(STROKES), "/signature")
    with node.database.read() as tx:
        data, media_type = materials.open(tx, kept.sha256)
    assert (media_type, kept.slot, kept.name) == ("image/png", "/signature", "签名.png")
    assert len(data) < 2000
    assert images.has_ink(data)


@pytest.mark.parametrize("drawing", ["", "[]", "[[]]", "[[[5, 5]]]", "[[[5,5],[6,6],[7,7]]]"])
def test_an_empty_signature_is_refused(node, drawing):
    error = refused(materials.signature, node, drawing)
    assert error.sentence == "还没有签名"
    assert count(node) == 0


@pytest.mark.parametrize(
    "drawing",
    [
        "null",
        "{",
        "[[1]]",
        "[[[1, 99999], [2, 2], [50, 50]]]",
        '[[["a", 1]]]',
        "[[[NaN, 1],[2,2],[90,90]]]",
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,@@@",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_signature_that_is_none_is_refused(node, drawing):
    assert refused(materials.signature, node, drawing).code == "signature_unreadable"


def data_url(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_a_drawn_picture_is_taken_and_a_blank_one_refused(node):
    blank = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    assert refused(materials.signature, node, data_url(blank)).code == "signature_empty"
    assert refused(materials.signature, node, data_url(Image.new("RGB", (300, 100), "white"))).code == "signature_empty"
    blank.paste((0, 0, 0, 255), (50, 20, 150, 60))
    assert materials.signature(node, data_url(blank)).size > 0


def test_files_are_found_anywhere_in_the_answers():
    answers = {"a": "sha256:" + "1" * 64, "b": [{"c/d": "sha256:" + "2" * 64}, {"e": 5}], "f": "text"}
    assert materials.references(answers) == [("/a", "1" * 64), ("/b/0/c~1d", "2" * 64)]


@pytest.mark.parametrize(
    ("size", "text"), [(1, "1 KB"), (300_000, "293 KB"), (20_971_520, "20 MB"), (41_000_000, "39.1 MB")]
)
def test_sizes_are_said_as_people_say_them(size, text):
    assert materials.size_text(size) == text
