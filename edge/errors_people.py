"""The part of the catalogue of errors about what people say of the room: ratings."""

from edge.error_entry import Entry

PEOPLE: dict[str, Entry] = {
    "rating_grade": Entry("还没有选满意不满意", "请在五个里选一个。", True, 422),
    "rating_given": Entry("这一件已经评价过", "一件评价一次；要补充意见，请拨打监督电话。", True, 409),
    "rating_words": Entry("评语太长", "最多 {most} 字；电话最多 40 个字符。", True, 422),
    "rating_code_unknown": Entry("没有这个评价码", "请照评价表核对 12 位数字。", True, 404),
    "rating_day": Entry("评价表上的日期不对", "请照表填写，不能晚于今天；没有写的空着。", True, 422),
    "rating_slow": Entry("试的次数太多", "请过 {minutes} 分钟再试。", False, 429),
}
