"""Drawn pages and signatures for made-up applications: no photograph of anything real."""

import io
import json
import random
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from edge import materials
from forms import pointer
from forms.state import Material

if TYPE_CHECKING:
    from edge.node import Node


def with_files(node: "Node", answers: dict[str, Any], rng: random.Random) -> tuple[dict[str, Any], list[Material]]:
    """The answers with a drawn page for every file that they name."""
    files = []
    for place, _ in materials.references(answers):
        drawn = scribble(node, rng, place) if "ignature" in place else page(node, rng, place)
        pointer.put(answers, place, f"{materials.REFERENCE}{drawn.sha256}")
        files.append(drawn)
    return answers, files


def scribble(node: "Node", rng: random.Random, slot: str) -> Material:
    """A signature of three wavy strokes, stored as a material for this slot."""
    strokes = [[[40 + 12 * step, 60 + rng.randrange(-30, 30)] for step in range(18)] for _ in range(3)]
    return materials.signature(node, json.dumps(strokes), slot, owner="sample")


def page(node: "Node", rng: random.Random, slot: str) -> Material:
    """A sheet, stored as a photograph of a document."""
    return materials.store(node, sheet(rng), "示例材料.jpg", "sample", slot)


def sheet(rng: random.Random, mark: str = "") -> bytes:
    """Grey lines and a red round seal, as a document would look from afar, as JPEG; `mark` (Latin) stands across it."""
    drawn = Image.new("RGB", (620, 860), (250, 249, 244))
    draw = ImageDraw.Draw(drawn)
    for line in range(110, 760, 34):
        draw.rectangle((60, line, 60 + rng.randrange(260, 500), line + 9), fill=(178, 182, 188))
    draw.rectangle((160, 46, 460, 70), fill=(96, 102, 112))
    draw.ellipse((400, 640, 540, 780), outline=(200, 40, 40), width=6)
    if mark:
        draw.text((70, 380), mark, fill=(200, 40, 40), font=ImageFont.load_default(72))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=80)
    return out.getvalue()
