"""A photograph without what it says of its making: byte for byte the same picture, and nothing else left in it."""

import io
import struct

import pytest
from PIL import Image, ImageCms

from edge import images, jpeg

SECRET = b"27.3051N,106.7119E"
PIXELS_MAX = 50_000_000


def picture(**options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((96, 64), 60).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def with_segments(data: bytes, *added: bytes) -> bytes:
    """After the mark of the format, where cameras write theirs."""
    end = 4 + int.from_bytes(data[4:6])
    return data[:end] + b"".join(added) + data[end:]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"quality": 100}, {"optimize": True}]
)
def test_what_the_camera_wrote_goes_and_every_pixel_stays(options):
    plain = picture(**options)
    told = with_segments(
        plain,
        segment(0xE1, b"Exif\0\0" + SECRET),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xEB, SECRET),
        segment(0xFE, SECRET),
    )
    assert jpeg.bare(told) == jpeg.bare(plain) == plain


def test_what_follows_the_picture_goes():
    plain = picture()
    assert jpeg.bare(plain + picture(comment=SECRET) + b"ftypmp42" + SECRET) == plain


def test_the_small_picture_in_the_mark_of_the_format_goes():
    plain = picture()
    assert plain[4:6] == b"\0\x10"
    told = plain[:4] + b"\0\x13" + plain[6:18] + b"\1\1" + b"\7\7\7" + plain[20:]
    assert pixels(told) == pixels(plain)
    assert jpeg.bare(told) == plain


@pytest.mark.parametrize(
    "options",
    [
        {"restart_marker_blocks": 1},
        {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()},
        {"dpi": (300, 300)},
    ],
)
def test_what_the_picture_needs_stays(options):
    plain = picture(**options)
    assert jpeg.bare(plain) == plain


def test_colours_of_a_print_stay():
    out = io.BytesIO()
    Image.new("CMYK", (16, 16), (10, 200, 30, 0)).save(out, "JPEG")
    assert b"Adobe" in out.getvalue()
    assert jpeg.bare(out.getvalue()) == out.getvalue()


def test_filling_before_a_marker_is_read_over():
    plain = picture()
    assert jpeg.bare(plain[:2] + b"\xff\xff" + plain[2:]) == plain


@pytest.mark.parametrize("orientation", range(1, 9))
def test_how_it_was_held_is_all_that_is_said(orientation):
    kept = jpeg.bare(with_segments(picture(), segment(0xE1, b"Exif\0\0" + SECRET)), orientation)
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == ({} if orientation == 1 else {0x0112: orientation})


@pytest.mark.parametrize("orientation", [0, -1, 9, 65_535, 1 << 40])
def test_a_way_to_hold_a_camera_that_there_is_not_is_left_out(orientation):
    plain = picture()
    assert jpeg.bare(plain, orientation) == plain


def test_nothing_breaks_on_bytes_that_are_no_photograph():
    plain = with_segments(picture(), segment(0xE1, SECRET))
    assert all(jpeg.bare(plain[:cut]) is None for cut in range(len(plain)))
    assert jpeg.bare(b"\xff\xd8\xff\xfe\0\0\xff\xd9") == b"\xff\xd8\xff\xd9"  # a length that does not count itself
    for at in range(len(plain)):
        jpeg.bare(plain[:at] + bytes((plain[at] ^ 0xFF,)) + plain[at + 1 :])


def test_a_telephones_photograph_with_a_second_one_behind_it_is_taken_as_one():
    out = io.BytesIO()
    first, second = (Image.new("RGB", (64, 48), colour) for colour in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    kept, media_type = images.clean(out.getvalue(), "照片", PIXELS_MAX)
    assert (media_type, pixels(kept)) == ("image/jpeg", pixels(out.getvalue()))
    assert len(kept) < len(out.getvalue())
    assert images.clean(kept, "照片", PIXELS_MAX) == (kept, "image/jpeg")


def test_a_photograph_whose_segments_cannot_be_followed_is_written_anew_without_its_place():
    odd = with_segments(picture(), b"\0" * 7, segment(0xFE, SECRET))
    assert jpeg.bare(odd) is None
    assert pixels(odd)
    kept, _ = images.clean(odd, "照片", PIXELS_MAX)
    assert SECRET not in kept
