"""The kinds of events of packs and of the fleet: what the centre sends to all rooms, and how a machine is doing."""

from typing import Final

from forms.fields import Field, Kind, count, hex64, list_of, pattern, text, time_or_none, whole

TEXT_MAX: Final = 1_900_000
CLOCK_S_MAX: Final = 1 << 40

ROOM_KINDS: Final[dict[str, Kind]] = {
    "pack.file": Kind("centre", "下发数据包的内容", {
        "sha256": Field("内容的 SHA-256", hex64),
        "text": Field("内容：一份文件，或数据包的一份签名文件", text(1, TEXT_MAX)),
    }),
    "pack.published": Kind("centre", "发布数据包", {
        "roots": Field("根文件，从前一版起依次排列；没有更换时为空", list_of(text(2, TEXT_MAX))),
        "timestamp": Field("时效文件：现在该用哪一份清单", text(2, 20_000)),
    }),
    "node.reported": Kind("node", "报告本机状况", {
        "version": Field("程序版本", text(1, 40)),
        "unsent": Field("此时还没有上传的记录", count),
        "lacking": Field("此时还没有传完的材料", count),
        "oldest": Field("其中最早的一件是什么时候的；空为没有积压", time_or_none),
        "skew_s": Field("最近一次联网时本机时钟比省级中心快多少秒", whole(-CLOCK_S_MAX, CLOCK_S_MAX)),
        "disk_mb": Field("磁盘大小", count),
        "disk_free_mb": Field("磁盘剩余", count),
        "backup": Field("最近一次核对过的备份；空为还没有", time_or_none),
        "aside": Field("本机隔离、还没有处理的记录", count),
        "pack": Field("正在用第几个数据包，0 为没有", count),
        "pack_fault": Field("数据包没有更新的原因，空为正常", text(0, 200)),
        "checks": Field("自检中要处理的各项；没有这一栏的都正常", list_of(pattern("[a-z]{1,20}")), required=False),
        "accounts": Field("账号记录的最后一条，空为没有", pattern("([0-9]{1,12}:[0-9a-f]{64})?"), required=False),
    }),
}  # fmt: skip  # a table
