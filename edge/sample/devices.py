"""The devices of the demonstration: a reader that replays made-up people, and a printer that writes into a folder."""

import io
import json
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

FOLDER: Final = "devices"
DEVICES: Final = """# 演示用：读卡器回放录好的（虚构的）身份证，凭条写进 devices/printed 里
[[readers]]
name = "shenfenzheng"
kind = "id-card"
driver = "recorded"
port = "devices/cards.json"

[[printers]]
name = "pingtiao"
kind = "receipt"
connection = "file"
port = "devices/printed"
paper_mm = 80

[mapping.kiosk]
reader = "shenfenzheng"
receipt_printer = "pingtiao"

[mapping.desk]
reader = "shenfenzheng"
receipt_printer = "pingtiao"
"""
_ISSUER: Final = "纳雍县公安局"
_VILLAGE: Final = "贵州省纳雍县龙场镇大坪村"
READS: Final = (
    {
        "number": "522425198903129841", "name": "石春兰", "sex": "女", "nation": "汉", "address": f"{_VILLAGE}三组17号",
        "issuer": _ISSUER, "valid_from": "20170221", "valid_until": "20370221", "photo": "woman.jpg",
    },
    {
        "number": "522425195108159810", "name": "杨德昌", "sex": "男", "nation": "苗", "address": f"{_VILLAGE}一组4号",
        "issuer": _ISSUER, "valid_from": "20100406", "valid_until": "长期", "photo": "man.jpg",
    },
    {"fault": "card_absent"},
)  # fmt: skip  # a table


def put(home: Path) -> None:
    """Write devices.toml and what it leads to into a node's folder."""
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    (home / "devices.toml").write_text(DEVICES, encoding="utf-8")
    (folder / "cards.json").write_text(json.dumps({"reads": READS}, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "woman.jpg").write_bytes(face(hair=(48, 38, 34), coat=(122, 52, 74), long=True))
    (folder / "man.jpg").write_bytes(face(hair=(150, 150, 152), coat=(58, 72, 92)))


def face(hair: tuple[int, int, int], coat: tuple[int, int, int], *, long: bool = False) -> bytes:
    """Nobody's face, drawn, of the size of a card's photo (102 by 126), as JPEG."""
    drawn = Image.new("RGB", (408, 504), (236, 240, 244))
    draw = ImageDraw.Draw(drawn)
    skin, line = (232, 196, 168), (120, 84, 66)
    if long:
        draw.rounded_rectangle((104, 96, 304, 380), 90, fill=hair)
    draw.ellipse((44, 356, 364, 640), fill=coat)
    draw.rectangle((172, 300, 236, 384), fill=skin)
    draw.ellipse((122, 108, 286, 332), fill=skin)
    draw.pieslice((112, 76, 296, 292), 180, 360, fill=hair)
    for eye in (160, 224):
        draw.ellipse((eye, 206, eye + 22, 222), fill=line)
        draw.arc((eye - 6, 182, eye + 30, 210), 200, 340, fill=line, width=4)
    draw.arc((192, 222, 216, 258), 30, 150, fill=line, width=4)
    draw.arc((176, 254, 232, 292), 20, 160, fill=(168, 84, 76), width=5)
    out = io.BytesIO()
    drawn.resize((102, 126), Image.Resampling.LANCZOS).save(out, "JPEG", quality=88)
    return out.getvalue()
