"""The texts of the queue at the kiosk."""

from typing import Final

QUEUE: Final[dict[str, dict[str, str]]] = {
    "queue_title": {"zh-CN": "取号排队", "en": "Take a number"},
    "queue_tile": {"zh-CN": "取号", "en": "Take a number"},
    "queue_lead": {
        "zh-CN": "要到窗口办的，先取一个号，听到叫号再过去。在这台机器上自己办的，不用取号。",
        "en": "To be served at the desk, take a number and wait until it is called."
        " You need no number for what you do yourself on this screen.",
    },
    "queue_take": {"zh-CN": "取一个号", "en": "Take a number"},
    "queue_yours": {"zh-CN": "您的号", "en": "Your number"},
    "queue_ahead": {"zh-CN": "前面还有 {count} 人", "en": "{count} before you"},
    "queue_none_ahead": {"zh-CN": "前面没有人，马上就到您", "en": "Nobody before you: it is your turn next"},
    "queue_called": {"zh-CN": "已经叫到您，请到窗口", "en": "Your number was called: please go to the desk"},
    "queue_keep": {
        "zh-CN": "请记住这个号，或者打印、拍下来。过号了请告诉工作人员，不用重新取号。",
        "en": "Please remember the number, print it or take a picture."
        " If you missed it, tell staff: you need no new one.",
    },
    "queue_waiting": {"zh-CN": "现在有 {count} 人在等", "en": "{count} waiting now"},
    "queue_print": {"zh-CN": "打印号条", "en": "Print the number"},
}
