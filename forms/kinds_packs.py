"""The kinds of events of packs and of the fleet: what the centre sends to all rooms, and how a machine is doing."""

from typing import Final

from forms.fields import Field, Kind, hex64, list_of, text

TEXT_MAX: Final = 1_900_000

ROOM_KINDS: Final[dict[str, Kind]] = {
    "pack.file": Kind("centre", "下发数据包的内容", {
        "sha256": Field("内容的 SHA-256", hex64),
        "text": Field("内容：一份文件，或数据包的一份签名文件", text(1, TEXT_MAX)),
    }),
    "pack.published": Kind("centre", "发布数据包", {
        "roots": Field("根文件，从前一版起依次排列；没有更换时为空", list_of(text(2, TEXT_MAX))),
        "timestamp": Field("时效文件：现在该用哪一份清单", text(2, 20_000)),
    }),
}  # fmt: skip
