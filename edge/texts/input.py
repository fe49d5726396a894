"""The texts of the keyboard, the pen, the voice and the helper at the kiosk."""

from typing import Final

INPUT: Final[dict[str, dict[str, str]]] = {
    "helper_first": {
        "zh-CN": "您好，我叫小驿，给您带路。先填“{page}”",
        "en": "Hello, I am Xiaoyi and lead you through. We begin with: {page}",
    },
    "helper_page": {
        "zh-CN": "这一步填“{page}”，不会填的可以请工作人员帮忙",
        "en": "Now: {page}. The staff will help if you are not sure",
    },
    "helper_hint": {
        "zh-CN": "不清楚怎么填，看“{label}”下面的说明",
        "en": "Not sure? See the note under: {label}",
    },
    "helper_fault": {"zh-CN": "差一点就好了，红字写着怎么改", "en": "Nearly there: the red words say what to change"},
    "helper_photos": {
        "zh-CN": "把材料放平，拍清楚四个角",
        "en": "Lay each paper flat, with all four corners in the picture",
    },
    "helper_check": {
        "zh-CN": "都对了就点最下面的按钮，不对的点“修改”",
        "en": "If all is right, press the button at the end; if not, Change",
    },
    "helper_off": {"zh-CN": "不用带路", "en": "No guide"},
    "helper_on": {"zh-CN": "请小驿带路", "en": "Guide me"},
    "read_aloud": {"zh-CN": "朗读", "en": "Read aloud"},
    "keys_title": {"zh-CN": "屏幕键盘", "en": "Keyboard on the screen"},
    "keys_pinyin": {"zh-CN": "拼音", "en": "Pinyin"},
    "keys_pen": {"zh-CN": "手写", "en": "Write"},
    "keys_pen_here": {"zh-CN": "在这里写一个字", "en": "Write one character here"},
    "keys_pen_back": {"zh-CN": "撤一笔", "en": "Undo a stroke"},
    "keys_pen_clear": {"zh-CN": "重写", "en": "Write anew"},
    "keys_pen_none": {
        "zh-CN": "没认出来，请写大一些，或者点“部首”找",
        "en": "Not recognised. Write larger, or look it up by radical",
    },
    "keys_radicals": {"zh-CN": "部首", "en": "Radicals"},
    "keys_undo": {"zh-CN": "撤销", "en": "Undo"},
    "keys_close": {"zh-CN": "收起", "en": "Close"},
    "keys_more": {"zh-CN": "更多候选字", "en": "More words"},
    "keys_delete": {"zh-CN": "删除", "en": "Delete"},
    "keys_space": {"zh-CN": "空格", "en": "Space"},
    "keys_done": {"zh-CN": "完成", "en": "Done"},
    "keys_shift": {"zh-CN": "大写", "en": "Capitals"},
    "keys_strokes": {"zh-CN": "{count} 画", "en": "{count} strokes"},
    "keys_none": {"zh-CN": "没有找到，请换一种写法", "en": "Nothing found. Please try another way"},
    "keys_write": {"zh-CN": "打字", "en": "Text"},
    "days_year": {"zh-CN": "哪一年", "en": "Which year?"},
    "days_month": {"zh-CN": "哪个月", "en": "Which month?"},
    "days_day": {"zh-CN": "哪一天", "en": "Which day?"},
    "days_now": {"zh-CN": "今天", "en": "Today"},
    "days_yesterday": {"zh-CN": "昨天", "en": "Yesterday"},
    "days_earlier": {"zh-CN": "更早", "en": "Earlier"},
    "days_later": {"zh-CN": "更晚", "en": "Later"},
    "days_only_year": {"zh-CN": "只知道哪一年", "en": "I know the year only"},
    "days_only_month": {"zh-CN": "只知道哪年哪月", "en": "I know year and month only"},
    "only_chinese": {
        "zh-CN": "这项服务只有中文，请工作人员帮忙",
        "en": "The texts of this service are in Chinese only. Staff will help you: "
        "press “请工作人员帮忙” (Ask for help).",
    },
}
