"""The problems of other programs at the centre: tokens, exports, hooks, files of answers."""

from typing import Final

from edge.error_entry import Entry

OUTSIDE: Final = {
    "scope_missing": Entry(
        "这把接口密钥没有“{scope}”的权限", "请由省级中心管理员另发一把有这项权限的密钥。", True, 403
    ),
    "token_unknown": Entry("没有这把接口密钥：{id}", "请用 yizhan centre token list 核对编号。", True, 404),
    "token_wrong": Entry("接口密钥的{what}不对：{value}", "请核对权限名称和有效天数后再试。", True, 422),
}
