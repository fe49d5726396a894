"""Looking into pictures: is it one, is it too large, does it say where it was taken; previews; drawn signatures."""

import io
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageOps

from edge import containers, jpeg
from edge.errors import YizhanError, problem
from edge.heavy import ONE_AT_A_TIME

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"
_SECOND_BEHIND = "MPO"  # Pillow's word for a JPEG with a second picture behind it
PREVIEW_SIDE_MAX = 480
_JPEG_QUALITY = 92  # a page of text stays legible, and the picture is re-encoded once only
_METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment", "Raw profile type exif")
_FRACTION = 8  # a JPEG can be decoded at this part of its sides; every byte of it is read all the same
SIGNATURE_SIDE_MAX = 2000
_STROKES_MAX = 500
_POINTS_MAX = 20_000
_POINTS_MIN = 3
_INK_SPAN_MIN = 12
_MARGIN = 12


def clean(data: bytes, name: str, pixels_max: int) -> tuple[bytes, str]:
    """(bytes to keep, media type): as they came where they are nothing but the picture, else written anew.

    A JPEG keeps its orientation, and nothing else of what the camera wrote; other pictures are turned upright. What
    stands behind a picture, or in pieces that it doesn't need, is left out: it may be another file. A telephone's
    photograph with a second picture behind it (MPO) becomes a plain one.

    Raises material_not_image, material_damaged, material_too_many_pixels.
    """
    if data.startswith(b"%PDF-"):
        return data, PDF
    with ONE_AT_A_TIME, _opened(data, name, pixels_max) as image:
        kind = "JPEG" if image.format == _SECOND_BEHIND else str(image.format)
        orientation = image.getexif().get(ExifTags.Base.Orientation, jpeg.UPRIGHT)
        if kind == "JPEG" and (kept := jpeg.bare(data, orientation)) is not None:
            image.draft(image.mode, (image.width // _FRACTION, image.height // _FRACTION))
            _decode(image, name)
            return kept, MEDIA_TYPES[kind]
        _decode(image, name)
        said = any(image.info.get(key) for key in _METADATA) or bool(image.getexif())
        if said or not containers.is_plain(data, kind):
            data = _without_metadata(image, kind)
        return data, MEDIA_TYPES[kind]


@contextmanager
def _opened(data: bytes, name: str, pixels_max: int) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit follows
            image = Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(f"超过 {2 * (Image.MAX_IMAGE_PIXELS or 0) // 10_000}", pixels_max) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise problem("material_not_image", name=name) from error
    with image:
        if image.width * image.height > pixels_max:
            raise _too_many_pixels(str(image.width * image.height // 10_000), pixels_max)
        yield image


def _too_many_pixels(pixels: str, limit: int) -> YizhanError:
    return problem("material_too_many_pixels", pixels=pixels, limit=limit // 10_000)


def _decode(image: Image.Image, name: str) -> None:
    """Read every pixel, so that a torn upload is noticed while the citizen is still there."""
    try:
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise problem("material_damaged", name=name) from error


def _without_metadata(image: Image.Image, kind: str) -> bytes:
    ImageOps.exif_transpose(image, in_place=True)
    image.info = {key: value for key, value in image.info.items() if key in ("icc_profile", "transparency", "dpi")}
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, kind, quality=_JPEG_QUALITY, icc_profile=image.info.get("icc_profile"))
    else:
        image.save(out, kind, exif=b"")
    return out.getvalue()


def preview(data: bytes, side_max: int = PREVIEW_SIDE_MAX) -> bytes:
    """A small JPEG of a stored picture, at most `side_max` on a side. Raises material_not_image (a PDF has none)."""
    try:
        with ONE_AT_A_TIME, Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES)) as image:
            image.draft("RGB", (side_max * 2, side_max * 2))  # a JPEG is decoded at a fraction of its size
            small = _on_white(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError) as error:
        raise problem("material_not_image", name="") from error
    small.thumbnail((side_max, side_max))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    whole = image.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def draw_strokes(text: str) -> bytes:
    """A PNG of strokes, a JSON list of lists of [x, y]; drawn here, so that nobody's picture has to be trusted.

    Raises signature_unreadable; signature_empty for no strokes, or for a dot.
    """
    strokes = _strokes(text)
    points = [point for stroke in strokes for point in stroke]
    if len(points) < _POINTS_MIN or _span(points) < _INK_SPAN_MIN:
        raise problem("signature_empty")
    left, top = min(x for x, _ in points) - _MARGIN, min(y for _, y in points) - _MARGIN
    right, bottom = max(x for x, _ in points) + _MARGIN, max(y for _, y in points) + _MARGIN
    paper = Image.new("1", (round(right - left), round(bottom - top)), 1)
    pen = ImageDraw.Draw(paper)
    for stroke in strokes:
        pen.line([(x - left, y - top) for x, y in stroke], fill=0, width=4, joint="curve")
    out = io.BytesIO()
    paper.save(out, "PNG", optimize=True)
    return out.getvalue()


def _span(points: list[tuple[float, float]]) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _strokes(text: str) -> list[list[tuple[float, float]]]:
    try:
        given = json.loads(text or "[]")
        strokes = [[_point(point) for point in stroke] for stroke in given]
    except (ValueError, TypeError, RecursionError) as error:
        raise problem("signature_unreadable") from error
    if len(strokes) > _STROKES_MAX or sum(map(len, strokes)) > _POINTS_MAX:
        raise problem("signature_unreadable")
    return [stroke for stroke in strokes if stroke]


def _point(point: Any) -> tuple[float, float]:
    x, y = (float(value) for value in point)
    if not (0 <= x <= SIGNATURE_SIDE_MAX and 0 <= y <= SIGNATURE_SIDE_MAX):
        raise ValueError("outside of the field")
    return x, y


def has_ink(data: bytes) -> bool:
    """Whether a picture of a signature shows more than an even ground."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            grey = _on_white(image).convert("L")
    except (OSError, SyntaxError, ValueError) as error:
        raise problem("signature_unreadable") from error
    dark = grey.point(lambda value: 255 if value < 128 else 0).getbbox()  # noqa: PLR2004  the middle of grey
    return dark is not None and max(dark[2] - dark[0], dark[3] - dark[1]) >= _INK_SPAN_MIN
