"""A photographed page: its corners, straightened, and whether it can be read."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFilter

from edge import page_images
from edge.errors import YizhanError
from edge.page_images import WHOLE

GROUND, PAPER = (92, 70, 50), (244, 242, 236)
SHEET = ((300, 150), (900, 210), (860, 1060), (250, 1000))
SIZE = (1200, 1200)


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


def page(size=(1240, 1754), line=26) -> Image.Image:
    """A sheet with lines of strokes as close as writing."""
    sheet = Image.new("L", size, 240)
    pen = ImageDraw.Draw(sheet)
    for top in range(80, size[1] - 80, 2 * line):
        for left in range(90, size[0] - 90, line):
            pen.rectangle((left, top, left + 4, top + line), fill=30)
            pen.rectangle((left, top + line // 2, left + line - 8, top + line // 2 + 3), fill=30)
    return sheet


@pytest.fixture(scope="module")
def shot() -> bytes:
    """A sheet that lies askew on a table."""
    table = Image.new("RGB", SIZE, GROUND)
    ImageDraw.Draw(table).polygon(SHEET, fill=PAPER)
    return jpeg(table)


def test_the_corners_of_a_sheet_on_a_table_are_found(shot):
    found = page_images.guess(shot)
    for (x, y), (left, top) in zip(found, SHEET, strict=True):
        assert abs(x - left * 1000 / SIZE[0]) < 15
        assert abs(y - top * 1000 / SIZE[1]) < 15


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (640, 480), (120, 120, 120)),
        Image.new("RGB", (640, 480), "white"),
        page(),
        Image.effect_noise((640, 480), 8),
        Image.new("L", (9, 9), 0),
    ],
    ids=["even", "white", "only the page", "noise", "tiny"],
)
def test_where_there_is_no_sheet_to_be_seen_the_whole_picture_stays(image):
    assert page_images.guess(jpeg(image)) == WHOLE


def test_what_lies_between_the_corners_fills_the_straightened_sheet(shot):
    flat = Image.open(io.BytesIO(page_images.straighten(shot, page_images.guess(shot)))).convert("L")
    inside = flat.crop((20, 20, flat.width - 20, flat.height - 20))
    assert inside.getextrema()[0] > 200  # no table left
    assert abs(flat.width / flat.height - 0.7) < 0.05


def test_a_mark_keeps_its_place_and_a_turn_turns_it():
    picture = Image.new("RGB", (400, 800), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 60, 60), fill="black")
    for turn, (x, y) in enumerate(((20, 20), (-20, 20), (-20, -20), (20, -20))):
        flat = Image.open(io.BytesIO(page_images.straighten(jpeg(picture), WHOLE, turn=turn))).convert("L")
        assert flat.size == ((400, 800) if turn % 2 == 0 else (800, 400))
        assert flat.getpixel((x % flat.width, y % flat.height)) < 60


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (1000, 1000), (1000, 0), (0, 1000)),
        ((500, 500), (500, 500), (500, 500), (500, 500)),
        ((0, 0), (1000, 0), (200, 200), (0, 1000)),
        ((1000, 0), (0, 0), (0, 1000), (1000, 1000)),
        ((0, 0), (1001, 0), (1000, 1000), (0, 1000)),
        ((0, 0), (20, 0), (20, 20), (0, 20)),
    ],
    ids=["crossed", "a point", "bent inwards", "mirrored", "outside", "a crumb"],
)
def test_corners_that_make_no_sheet_are_refused(shot, corners):
    with pytest.raises(YizhanError) as caught:
        page_images.straighten(shot, corners)
    assert caught.value.code == "corners_wrong"


def test_no_more_is_kept_than_a_page_can_tell():
    flat = page_images.straighten(jpeg(page((2200, 2900), 60)), WHOLE)
    assert max(Image.open(io.BytesIO(flat)).size) == page_images.SIDE_MAX


def warned(image: Image.Image) -> list[str]:
    return page_images.legibility(jpeg(image)).warnings


def test_a_clear_page_is_not_blamed():
    assert warned(page()) == []


@pytest.mark.parametrize(
    ("image", "word"),
    [
        (page().filter(ImageFilter.GaussianBlur(6)), "糊"),
        (page().point(lambda value: value // 5), "太暗"),
        (page((500, 700)), "太小"),
        (Image.new("L", (1240, 1754), 254), "太亮"),
    ],
    ids=["blurred", "dark", "small", "pale"],
)
def test_what_can_hardly_be_read_is_said_and_never_refused(image, word):
    assert any(word in one for one in warned(image))
    assert page_images.straighten(jpeg(image), WHOLE)


def test_a_picture_that_lies_on_its_side_is_taken_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    page((800, 600)).save(out, "JPEG", exif=exif)
    assert page_images.size(out.getvalue()) == (600, 800)
    assert Image.open(io.BytesIO(page_images.straighten(out.getvalue(), WHOLE))).size == (600, 800)


def test_a_pdf_has_no_corners():
    with pytest.raises(YizhanError) as caught:
        page_images.guess(b"%PDF-1.4")
    assert caught.value.code == "material_not_image"
