"""Materials as a browser may show them. They come from outside: nothing is shown that is not plainly a picture."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from sync.centre.centre import Centre

SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "application/pdf"})
THUMBNAIL_PIXELS = 220
PIXELS_MAX = 80_000_000  # what a picture may unpack to while its thumbnail is made


def served_type(media_type: str) -> str:
    """The type that a browser is told; what it can't show safely is a file to be saved."""
    return media_type if media_type in SHOWN_TYPES else "application/octet-stream"


def thumbnail(centre: Centre, node_id: str, sha256: str) -> bytes | None:
    """A small JPEG, or None where the material is no picture. Raises BlobError for a damaged file."""
    return _thumbnail(_Source(centre, node_id, sha256))


class _Source:
    """A material to be read when its thumbnail isn't known yet; equal by place, so that the cache finds it."""

    def __init__(self, centre: Centre, node_id: str, sha256: str) -> None:
        self.centre = centre
        self.place = (str(centre.settings.home), node_id, sha256)

    def __hash__(self) -> int:
        return hash(self.place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source) and other.place == self.place

    def read(self) -> bytes:
        return self.centre.blobs.read(self.place[1], self.place[2])


@lru_cache(maxsize=512)
def _thumbnail(source: _Source) -> bytes | None:
    try:
        with Image.open(BytesIO(source.read()), formats=("JPEG", "PNG", "WEBP", "AVIF")) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                return None
            picture.draft("RGB", (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
            out = BytesIO()
            small.convert("RGB").save(out, "JPEG", quality=80)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()
