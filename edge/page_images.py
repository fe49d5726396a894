"""A photographed page: where its corners lie, straightened, and whether it can be read. Pillow alone; nothing refuses.

Corners are thousandths of width and height: (left, top) first, then clockwise.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from PIL import Image, ImageFilter, ImageOps, ImageStat

from edge.errors import problem
from edge.images import MEDIA_TYPES

Corner = tuple[int, int]
Corners = tuple[Corner, Corner, Corner, Corner]
WHOLE: Corners = ((0, 0), (1000, 0), (1000, 1000), (0, 1000))

QUALITY = 90
SIDE_MAX = 2600  # A4 at 220 dpi: more tells nothing more of a page
_SMALL = 160  # the guess looks at a picture of this size
_AREA_MIN, _AREA_MAX, _FILL_MIN = 0.12, 0.97, 0.8
_CONTRAST_MIN = 35
_SIDE_MIN = 0.05
_ORIENTATION, _SIDEWAYS = 0x0112, 5  # EXIF
_READ = 900  # sharpness is measured at this size, whatever the camera
BLUR_BELOW, DARK_BELOW, PALE_ABOVE, LONG_SIDE_MIN = 9.0, 75.0, 246.0, 1000


@dataclass(frozen=True, slots=True)
class Legibility:
    """How well a page can be read. `sharpness`: deviation of edges; `light`: mean of 0..255; `long_side`: pixels."""

    sharpness: float
    light: float
    long_side: int

    @property
    def warnings(self) -> list[str]:
        """What to tell whoever takes the picture; he may keep it all the same."""
        found = []
        if self.sharpness < BLUR_BELOW:
            found.append("可能拍糊了，字不够清楚")
        if self.light < DARK_BELOW:
            found.append("太暗")
        if self.light > PALE_ABOVE:
            found.append("太亮，字可能发白")
        if self.long_side < LONG_SIDE_MIN:
            found.append("太小，离得近一点再拍")
        return found


def legibility(data: bytes) -> Legibility:
    """Measure a stored picture. Raises material_not_image."""
    with _opened(data) as image:
        long_side = max(image.size)
        image.draft("L", (_READ * 2, _READ * 2))
        grey = ImageOps.exif_transpose(image).convert("L")
    grey.thumbnail((_READ, _READ))
    edges = grey.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128))
    inside = edges.crop((2, 2, max(3, edges.width - 2), max(3, edges.height - 2)))
    return Legibility(ImageStat.Stat(inside).stddev[0], ImageStat.Stat(grey).mean[0], long_side)


def size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels, upright. Raises material_not_image."""
    with _opened(data) as image:
        sideways = image.getexif().get(_ORIENTATION, 1) >= _SIDEWAYS
        return (image.height, image.width) if sideways else image.size


def guess(data: bytes) -> Corners:
    """The corners of a bright page on a darker ground; the whole picture where there is none to be seen."""
    with _opened(data) as image:
        image.draft("L", (_SMALL * 4, _SMALL * 4))
        grey = ImageOps.exif_transpose(image).convert("L")
    grey = grey.resize(_fit(grey.size), Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(1.2))
    page = _largest(grey, _threshold(grey))
    found = _corners(page, grey.size)
    return found if found is not None else WHOLE


def _fit(size: tuple[int, int]) -> tuple[int, int]:
    scale = _SMALL / max(size)
    return max(8, round(size[0] * scale)), max(8, round(size[1] * scale))


def _threshold(grey: Image.Image) -> int:
    """Otsu's: the grey that parts light from dark best; 256 (nothing is light) where there is little between them."""
    counts = grey.histogram()
    total, whole = sum(counts), sum(level * count for level, count in enumerate(counts))
    best, level_best, below, dark, gap = -1.0, 256, 0, 0, 0.0
    for level, count in enumerate(counts[:-1]):
        below += count
        dark += level * count
        if not below or below == total:
            continue
        difference = (whole - dark) / (total - below) - dark / below
        between = below * (total - below) * difference * difference
        if between > best:
            best, level_best, gap = between, level, difference
    return level_best if gap >= _CONTRAST_MIN else 256


def _largest(grey: Image.Image, threshold: int) -> list[tuple[int, int]]:
    """The pixels of the largest light patch."""
    width, height = grey.size
    light = bytearray(1 if value > threshold else 0 for value in grey.tobytes())
    best: list[int] = []
    for start in range(width * height):
        if light[start]:
            patch = _fill(light, start, width, height)
            best = max(best, patch, key=len)
    return [(one % width, one // width) for one in best]


def _fill(light: bytearray, start: int, width: int, height: int) -> list[int]:
    """All light pixels that hang together with one; they are dark afterwards."""
    light[start] = 0
    waiting, found = [start], []
    while waiting:
        at = waiting.pop()
        found.append(at)
        column = at % width
        for other, there in (
            (at - 1, column > 0),
            (at + 1, column < width - 1),
            (at - width, at >= width),
            (at + width, at < width * (height - 1)),
        ):
            if there and light[other]:
                light[other] = 0
                waiting.append(other)
    return found


def _corners(page: Sequence[tuple[int, int]], size: tuple[int, int]) -> Corners | None:
    """The outermost pixels towards each corner, where they make a sheet of a believable size and shape."""
    if not page:
        return None
    ends = (
        min(page, key=lambda one: one[0] + one[1]),
        max(page, key=lambda one: one[0] - one[1]),
        max(page, key=lambda one: one[0] + one[1]),
        min(page, key=lambda one: one[0] - one[1]),
    )
    area, frame = _area(ends), size[0] * size[1]
    if not _AREA_MIN * frame <= area <= _AREA_MAX * frame or len(page) < _FILL_MIN * area:
        return None
    width, height = size[0] - 1, size[1] - 1
    a, b, c, d = ((round(x * 1000 / width), round(y * 1000 / height)) for x, y in ends)
    return a, b, c, d


def _area(corners: Sequence[tuple[float, float]]) -> float:
    """Of a polygon; below zero when it goes round the other way."""
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def straighten(data: bytes, corners: Corners, *, turn: int = 0) -> bytes:
    """A JPEG of the sheet between the corners, upright; `turn`: quarter turns clockwise after that.

    Raises corners_wrong, material_not_image.
    """
    check(corners)
    with _opened(data) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    points = [(x * (upright.width - 1) / 1000, y * (upright.height - 1) / 1000) for x, y in corners]
    size = _size(points)
    if corners != WHOLE:
        a, b, c, d = points
        quad = (*a, *d, *c, *b)  # Pillow's order: left top, left bottom, right bottom, right top
        flat = upright.transform(size, Image.Transform.PERSPECTIVE, _perspective(quad, size), Image.Resampling.BICUBIC)
    else:
        flat = upright.resize(size, Image.Resampling.LANCZOS) if size != upright.size else upright
    out = io.BytesIO()
    flat.rotate(-90 * (turn % 4), expand=True).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def check(corners: Corners) -> None:
    """Raises corners_wrong unless they go round a sheet that is not bent inwards."""
    inside = all(0 <= value <= 1000 for corner in corners for value in corner)  # noqa: PLR2004  thousandths
    ring = [*corners, *corners[:2]]
    turns = [_area(ring[at : at + 3]) > 0 for at in range(4)]
    if not inside or not all(turns) or _area(corners) < _SIDE_MIN * _SIDE_MIN * 1_000_000:
        raise problem("corners_wrong")


def _size(points: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """As wide and high as the longer of its opposite sides, and not more than anybody needs."""
    a, b, c, d = points
    width = 1 + max(_length(a, b), _length(d, c))  # from the middle of a pixel to the middle of another
    height = 1 + max(_length(a, d), _length(b, c))
    scale = min(1.0, SIDE_MAX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _length(one: tuple[float, float], other: tuple[float, float]) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _perspective(quad: Sequence[float], size: tuple[int, int]) -> list[float]:
    """The eight numbers that lead from a point of the sheet to the picture: solved by hand, four points fit exactly."""
    right, bottom = size[0] - 1 or 1, size[1] - 1 or 1
    sheet = ((0, 0), (0, bottom), (right, bottom), (right, 0))
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(sheet, zip(quad[::2], quad[1::2], strict=True), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solve(rows)


def _solve(rows: list[list[float]]) -> list[float]:
    """Gauss and Jordan, the largest pivot first. Raises corners_wrong where there is no answer."""
    count = len(rows)
    for at in range(count):
        pivot = max(range(at, count), key=lambda row: abs(rows[row][at]))
        if abs(rows[pivot][at]) < 1e-12:  # noqa: PLR2004  nothing to divide by
            raise problem("corners_wrong")
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(count):
            if other != at:
                factor = rows[other][at]
                rows[other] = [mine - factor * its for mine, its in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES))
    except (OSError, SyntaxError, ValueError) as error:
        raise problem("material_not_image", name="") from error
