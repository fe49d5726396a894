"""Receipts on bad paper: printed at 25 mm on 203 dpi, then smeared or torn on a fifth of their area, they still scan."""

import random

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from edge import qr, receipt_address, receipt_numbers, receipt_proof
from sync.suites import MODERN_1

NUMBER = receipt_numbers.number("5224250017", 1, 421)
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
AT = "2026-11-22T09:12:31+08:00"
KEYS = MODERN_1.sign_keys(bytes(range(32)))
PROVINCE, ROOM = "https://zwfw.example.gov.cn", "http://192.168.100.20:8600"
CODES = {
    "room": receipt_address.address(ROOM, TOKEN),
    "province": receipt_address.address(PROVINCE, receipt_proof.of_room(TOKEN, NUMBER, AT, MODERN_1, KEYS)),
    "inbox": receipt_address.address(PROVINCE, receipt_proof.make(TOKEN, NUMBER, AT, "0123456789abcdef", KEYS.private)),
}
DOTS = 200  # 25 mm at 203 dpi
AREA = 0.2


def printed(text):
    """The code in whole dots, at most 25 mm wide without its quiet zone; the paper around it is white."""
    rows = qr.modules(text, strong=True)
    inner = len(rows) - 2 * qr.QUIET_ZONE
    scale = DOTS // inner
    assert scale >= 3, "a dot of a thermal head bleeds: three to a module at least"
    picture = Image.new("L", (len(rows), len(rows)), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((len(rows) * scale,) * 2, Image.Resampling.NEAREST), scale


def box(picture, scale, place):
    """(left, top, right, bottom) of a fifth of the symbol's area, at one of the places where no corner mark lies."""
    edge = qr.QUIET_ZONE * scale
    side = picture.width - 2 * edge
    whole = side * side * AREA
    corner = 9 * scale
    if place == "corner":
        cut = int(whole**0.5)
        return (edge + side - cut, edge + side - cut, edge + side, edge + side)
    if place == "middle":
        cut = int(whole**0.5)
        start = edge + (side - cut) // 2
        return (start, start, start + cut, start + cut)
    if place == "right":
        high = side - corner
        return (edge + side - int(whole / high), edge + corner, edge + side, edge + side)
    wide = side - corner
    return (edge + corner, edge + side - int(whole / wide), edge + side, edge + side)


def spoil(picture, area, how):
    spoiled, pen, draw = picture.copy(), picture.crop(area), random.Random(7)
    if how == "torn":
        ImageDraw.Draw(spoiled).rectangle(area, fill=255)
    elif how == "black":
        ImageDraw.Draw(spoiled).rectangle(area, fill=0)
    elif how == "smeared":
        spoiled.paste(pen.filter(ImageFilter.GaussianBlur(14)), area[:2])
    else:
        for x in range(area[0], area[2]):
            for y in range(area[1], area[3]):
                spoiled.putpixel((x, y), draw.choice((0, 255)))
    return spoiled


@pytest.mark.parametrize("how", ["torn", "black", "smeared", "noise"])
@pytest.mark.parametrize("place", ["corner", "middle", "right", "bottom"])
@pytest.mark.parametrize("kind", CODES)
def test_a_code_of_25_mm_with_a_fifth_of_it_gone_still_scans(kind, place, how):
    picture, scale = printed(CODES[kind])
    spoiled = spoil(picture, box(picture, scale, place), how)
    found = zxingcpp.read_barcode(spoiled.resize((spoiled.width * 2,) * 2, Image.Resampling.BICUBIC))
    assert found is not None
    assert found.text == CODES[kind]


@pytest.mark.parametrize("kind", CODES)
def test_a_crease_pale_print_and_a_turned_phone_do_no_harm(kind):
    picture, _ = printed(CODES[kind])
    pale = picture.point(lambda value: 120 if value < 128 else 225).resize(
        (picture.width * 3,) * 2, Image.Resampling.BICUBIC
    )
    ImageDraw.Draw(pale).line([(0, pale.height // 3), (pale.width, pale.height // 2)], fill=235, width=6)
    turned = pale.rotate(17, expand=True, fillcolor=225).filter(ImageFilter.GaussianBlur(2))
    assert zxingcpp.read_barcode(turned).text == CODES[kind]


def test_what_is_gone_more_than_that_does_not_scan_so_that_the_test_can_fail():
    picture, scale = printed(CODES["province"])
    edge = qr.QUIET_ZONE * scale
    ImageDraw.Draw(picture).rectangle((edge + 9 * scale, edge + 9 * scale, picture.width, picture.height), fill=255)
    assert zxingcpp.read_barcode(picture) is None


def test_the_codes_stay_in_the_small_alphabet_and_below_the_width_of_the_paper():
    for text in CODES.values():
        assert text == text.upper()
        assert len(qr.modules(text, strong=True)) - 2 * qr.QUIET_ZONE <= 65
