"""What takes much memory for a moment: one at a time, given back at once, and nothing is lost for it."""

import io
import platform
import random
import resource
import threading
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageOps

from edge import accounts, heavy, images
from edge.errors import YizhanError

COST = accounts.Cost(memory_kib=8, passes=1, lanes=1)
PIXELS_MAX = 50_000_000


def jpeg(orientation: int | None = None, mode: str = "RGB") -> bytes:
    """A photograph whose corners differ, held in one of the eight ways."""
    rng = random.Random(1)
    image = Image.frombytes("RGB", (8, 6), rng.randbytes(8 * 6 * 3)).resize((320, 240)).convert(mode)
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
        exif[ExifTags.Base.Make] = "Kamera"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, **({} if orientation is None else {"exif": exif}))
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_keeps_every_pixel_and_how_it_was_held(orientation, mode):
    data = jpeg(orientation, mode)
    kept, media_type = images.clean(data, "照片", PIXELS_MAX)
    with Image.open(io.BytesIO(data)) as given, Image.open(io.BytesIO(kept)) as made:
        turned = {} if orientation == 1 else {ExifTags.Base.Orientation: orientation}
        assert (media_type, dict(made.getexif())) == ("image/jpeg", turned)
        right, shown = ImageOps.exif_transpose(given), ImageOps.exif_transpose(made)
        assert (shown.size, shown.tobytes()) == (right.size, right.tobytes())


@pytest.mark.parametrize("orientation", [None, 6])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_torn_photograph_is_noticed(orientation, part):
    data = jpeg(orientation)
    with pytest.raises(YizhanError) as caught:
        images.clean(data[: int(len(data) * part)], "照片", PIXELS_MAX)
    assert caught.value.code in ("material_damaged", "material_not_image")


def test_a_photograph_that_says_nothing_is_kept_byte_for_byte():
    data = jpeg()
    assert images.clean(data, "照片", PIXELS_MAX) == (data, "image/jpeg")


@pytest.mark.parametrize(
    "act",
    [
        lambda: images.clean(jpeg(6), "照片", PIXELS_MAX),
        lambda: images.preview(jpeg()),
        lambda: accounts.hash_password("correct-horse-7", COST),
        lambda: accounts.verify_password("", "correct-horse-7", COST),
    ],
)
def test_it_waits_for_another_that_is_at_it(act):
    done = threading.Event()
    thread = threading.Thread(target=lambda: (act(), done.set()))
    with heavy.ONE_AT_A_TIME:
        thread.start()
        assert not done.wait(0.05)
    thread.join(60)
    assert done.is_set()


def test_one_that_fails_holds_up_no_other():
    with pytest.raises(YizhanError):
        images.clean(b"nothing", "照片", PIXELS_MAX)
    assert heavy.ONE_AT_A_TIME.acquire(blocking=False)
    heavy.ONE_AT_A_TIME.release()


def test_the_c_library_is_asked_to_give_memory_back():
    assert heavy.give_back_memory() == (platform.libc_ver()[0] == "glibc")


def resident_bytes():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has ways of its own")
def test_what_was_needed_for_a_moment_goes_back_to_the_system():
    held = [bytes(4096) for _ in range(10_000)]
    kept = held[::100]  # what goes on lies among it, and keeps the rest from going back by itself
    del held
    before = resident_bytes()
    assert heavy.trim()
    assert before - resident_bytes() > 30_000_000
    assert len(kept) == 100
