"""A picture encoded anew for the link: the page at 150 dpi of A4, and a preview. Runs as a process of its own.

    python -m edge.reencode MEMORY_BYTES < picture > answer

A picture comes from outside and may be anything, so it is opened here, under a limit of memory that the caller sets and
a limit of time that the caller keeps; whatever happens to this process, the original goes up instead.
The answer is one line of JSON ([{"form", "media_type", "size"}]) and the bytes of each form after it.
"""

import io
import json
import sys
import warnings
from typing import Final

from PIL import Image, ImageOps, features

FORMATS: Final = ("JPEG", "PNG", "WEBP")
PAGE_SIDES: Final = (1240, 1754)  # A4 at 150 dpi: 210 mm by 297 mm
PREVIEW_SIDES: Final = (450, 600)
PAGE_QUALITY: Final = 30  # by eye legible on photographed forms, seals and handwriting
PREVIEW_QUALITY: Final = 30
AVIF_SPEED: Final = 8
PIXELS_MAX: Final = 200_000_000


def main() -> None:
    """Raises what Pillow raises; the caller looks at the exit code alone."""
    _limit_memory(int(sys.argv[1]))
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    made = forms(sys.stdin.buffer.read())
    listed = [{"form": form, "media_type": media_type, "size": len(data)} for form, media_type, data in made]
    sys.stdout.buffer.write(json.dumps(listed).encode() + b"\n" + b"".join(data for *_, data in made))


def forms(data: bytes) -> list[tuple[str, str, bytes]]:
    """(form, media type, bytes) of the page and the preview of a picture."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        image.draft("RGB", (2 * PAGE_SIDES[1], 2 * PAGE_SIDES[1]))  # a JPEG is decoded at a fraction of its size
        page = _fitted(_on_white(ImageOps.exif_transpose(image)), PAGE_SIDES)
    return [("page", *_page(page)), ("preview", *_webp(_fitted(page, PREVIEW_SIDES), PREVIEW_QUALITY))]


def _page(image: Image.Image) -> tuple[str, bytes]:
    if not features.check("avif"):
        return _webp(image, PAGE_QUALITY)
    out = io.BytesIO()
    image.save(out, "AVIF", quality=PAGE_QUALITY, speed=AVIF_SPEED, max_threads=1)
    return "image/avif", out.getvalue()


def _webp(image: Image.Image, quality: int) -> tuple[str, bytes]:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=6)
    return "image/webp", out.getvalue()


def _fitted(image: Image.Image, sides: tuple[int, int]) -> Image.Image:
    """Within the sides, whichever way it lies; never larger than it was."""
    short, long = sides
    small = image.copy()
    small.thumbnail((long, short) if image.width > image.height else (short, long), Image.Resampling.LANCZOS)
    return small


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    whole = image.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def _limit_memory(limit_bytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
