"""The texts of the rating, at the kiosk and on the telephone."""

from typing import Final

RATING: Final[dict[str, dict[str, str]]] = {
    "rate_title": {"zh-CN": "评价这次办事", "en": "Rate this service"},
    "rate_ask": {"zh-CN": "您对这次办事满意吗？", "en": "How satisfied are you?"},
    "rate_lead": {
        "zh-CN": "可以不评。警务室的人看不到是谁评的；评语只有上级监督部门看得到。",
        "en": "You need not answer. Nobody in this room sees who answered; your words go to the supervisor alone.",
    },
    "rate_code": {"zh-CN": "评价码", "en": "Rating code"},
    "rate_code_hint": {"zh-CN": "12 位数字，在收件凭证上", "en": "12 digits, on your receipt"},
    "rate_5": {"zh-CN": "非常满意", "en": "Very satisfied"},
    "rate_4": {"zh-CN": "满意", "en": "Satisfied"},
    "rate_3": {"zh-CN": "基本满意", "en": "Fairly satisfied"},
    "rate_2": {"zh-CN": "不满意", "en": "Dissatisfied"},
    "rate_1": {"zh-CN": "非常不满意", "en": "Very dissatisfied"},
    "rate_more": {"zh-CN": "想多说几句", "en": "Say more"},
    "rate_words": {"zh-CN": "哪里好，哪里不好", "en": "What was good, what was not"},
    "rate_callback": {"zh-CN": "愿意接受回访的，留个电话", "en": "A telephone number, if we may call you"},
    "rate_go": {"zh-CN": "提交评价", "en": "Send"},
    "rate_no_grade": {"zh-CN": "请在五个里选一个", "en": "Choose one of the five"},
    "rate_no_code": {"zh-CN": "没有这个评价码，请照凭证核对 12 位数字", "en": "No such code. Check the 12 digits"},
    "rate_given": {"zh-CN": "这一件已经评价过，一件评价一次", "en": "This was rated before; once is enough"},
    "rate_long": {"zh-CN": "写得太长，请不要超过 500 字", "en": "Too long: at most 500 characters"},
    "rate_thanks": {"zh-CN": "谢谢您的评价", "en": "Thank you"},
    "rate_kept": {
        "zh-CN": "已记下，有网络时交给上级监督部门。",
        "en": "It is recorded and goes to the supervising office when there is a network.",
    },
}
