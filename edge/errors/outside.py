"""The problems of other programs at the centre: tokens, exports, hooks, files of answers."""

from typing import Final

from edge.errors.entry import Entry

OUTSIDE: Final = {
    "scope_missing": Entry(
        "这把接口密钥没有“{scope}”的权限", "请由省级中心管理员另发一把有这项权限的密钥。", True, 403
    ),
    "token_unknown": Entry("没有这把接口密钥：{id}", "请用 yizhan centre token list 核对编号。", True, 404),
    "class_forbidden": Entry(
        "“{title}”这类数据您不能看，也不能导出", "只有{who}可以；请由他们导出，并写明用途。", True, 403
    ),
    "export_unknown": Entry("没有这种导出：{what}", "可以导出的有：{known}；格式为 jsonl 或者 csv。", True, 422),
    "archive_open": Entry("这一件还没有办结，不能归档", "办结以后再归档。", False, 409),
    "archive_waits": Entry("还有 {count} 份材料没有到齐，不能归档", "等警务室传完以后再归档。", False, 409),
    "hook_unknown": Entry("没有这个接收程序：{id}", "请用 yizhan centre webhook list 核对编号。", True, 404),
    "hook_wrong": Entry("接收程序没有登记：{detail}", "请改正以后再登记。", True, 422),
    "official_wrong": Entry("这不是统一办件编号", "统一办件编号为 6 到 64 位数字和大写字母，请核对后再填。", True, 422),
    "official_taken": Entry("这个统一办件编号已经对应办件 {number}", "一个编号只对应一件，请核对。", True, 409),
    "official_stands": Entry("这一件已经有统一办件编号 {official}", "编号永久对应，不能更改。", True, 409),
    "wall_wrong": Entry("大屏没有登记：{detail}", "请改正以后再登记。", True, 422),
    "wall_unknown": Entry("没有第 {number} 号大屏", "请在“大屏”一页核对。", True, 404),
    "wall_shut": Entry(
        "这把密钥打不开大屏", "密钥可能抄错了，也可能已经到期、被收回；请在审批台“大屏”一页核对。", True, 403
    ),
    "token_wrong": Entry("接口密钥的{what}不对：{value}", "请核对权限名称和有效天数后再试。", True, 422),
}
