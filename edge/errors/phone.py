"""The part of the catalogue of errors of the province's page for phones."""

from edge.errors.entry import Entry

PHONE: dict[str, Entry] = {
    "phone_slow": Entry("试的次数太多", "请过 {minutes} 分钟再试，或者带身份证到警务室查询。", False, 429),
    "phone_plain": Entry(
        "这个网址没有加密，不显示个人信息", "请用 https:// 开头的网址打开；装反向代理的，请看 README。", True, 403
    ),
    "phone_over": Entry("看的时间到了", "请重新填身份证号码最后四位；存下的材料还在。", False, 409),
    "supply_not_now": Entry("现在没有要补的", "可能已经在警务室补过，或者已经办结；请看办件进度。", True, 409),
    "supply_item": Entry("这一样不在补正告知书里", "请照页面上列的补。", True, 422),
    "supply_many": Entry("这一样已经存下 {most} 张", "多出来的请先删掉一张。", True, 422),
    "supply_missing": Entry("还差 {count} 样", "补齐了再交；已经存下的不会丢。", True, 422),
    "supply_value": Entry("没有存下：{sentence}", "改好再存；已经存下的不会丢。", True, 422),
    "complaint_empty": Entry("还没有写内容", "请写明反映什么。", True, 422),
    "complaint_long": Entry("写得太长", "最多 {most} 字；电话最多 40 个字符。", True, 422),
    "complaint_closed": Entry("网上暂时收不了投诉", "请打 12389，或者凭证上的监督电话。", False, 503),
}
