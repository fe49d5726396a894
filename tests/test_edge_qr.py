"""QR codes, read back from the drawing by another program's eyes."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from edge import qr


def drawn(svg: str) -> Image.Image:
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    image = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(image)
    path = re.search(r'<path d="([^"]*)"', svg)[1]
    for x, y, length in ((int(a), int(b), int(c)) for a, b, c in re.findall(r"M(\d+) (\d+)h(\d+)v1", path)):
        pen.rectangle((x * 4, y * 4, (x + length) * 4 - 1, y * 4 + 3), fill=0)
    return image


@pytest.mark.parametrize(
    "text",
    ["HTTP://127.0.0.1:8600/S/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "https://example.cn/s/abc?办件=1", "5224250017100421"],
)
def test_a_code_is_read_back(text):
    assert zxingcpp.read_barcode(drawn(qr.svg(text))).text == text


def test_capitals_make_a_smaller_code():
    text = "https://zwfw.example.cn/s/" + "abcdefgh" * 4
    assert len(qr.modules(text.upper())) < len(qr.modules(text))


def test_the_quiet_zone_is_four_modules():
    rows = qr.modules("1")
    assert not any(any(row) for row in rows[:4] + rows[-4:])
    assert not any(any(row[:4] + row[-4:]) for row in rows)
