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
}
