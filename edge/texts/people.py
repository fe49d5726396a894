"""The texts of the needs of the village and of people who are missing, at the kiosk."""

from typing import Final

PEOPLE: Final[dict[str, dict[str, str]]] = {
    "missing_title": {"zh-CN": "寻人", "en": "Missing"},
    "missing_seen": {"zh-CN": "最后见到：{seen}，{place}", "en": "Last seen: {seen}, {place}"},
    "missing_call": {"zh-CN": "看到请打 {phone}，或者 110", "en": "If you see them, call {phone} or 110"},
    "need_go": {"zh-CN": "说说村里需要什么", "en": "Tell us what the village needs"},
    "need_title": {"zh-CN": "您需要什么", "en": "What do you need?"},
    "need_lead": {
        "zh-CN": "不用留姓名。急事请打 110；反映警务室和民警的，请走监督电话，不要写在这里。",
        "en": "You need not give a name. In an emergency call 110. For complaints about this room use the numbers of "
        "the supervising office, not this page.",
    },
    "need_kind": {"zh-CN": "哪一类", "en": "What kind"},
    "need_paperwork": {"zh-CN": "办证办事", "en": "Papers"},
    "need_visit": {"zh-CN": "上门帮办", "en": "A visit at home"},
    "need_dispute": {"zh-CN": "矛盾纠纷", "en": "A dispute"},
    "need_safety": {"zh-CN": "治安巡防", "en": "Safety, patrols"},
    "need_traffic": {"zh-CN": "道路交通", "en": "Roads and traffic"},
    "need_care": {"zh-CN": "老人孩子看护", "en": "Care for the old and for children"},
    "need_fraud": {"zh-CN": "防诈骗宣传", "en": "Help against fraud"},
    "need_other": {"zh-CN": "其他", "en": "Something else"},
    "need_what": {"zh-CN": "写一写需要什么", "en": "Say what is needed"},
    "need_village": {"zh-CN": "哪个村、组", "en": "Which village and group"},
    "need_phone": {"zh-CN": "要回话的，留个电话", "en": "A telephone number, if you want an answer"},
    "need_send": {"zh-CN": "交给警务室", "en": "Send"},
    "need_no_words": {"zh-CN": "请选一类，再写一写需要什么", "en": "Choose a kind and say what is needed"},
    "need_too_long": {"zh-CN": "写得太长，请不要超过 500 字", "en": "Too long: at most 500 characters"},
    "need_thanks": {"zh-CN": "收到了，谢谢您", "en": "Thank you"},
    "need_term": {
        "zh-CN": "写下的话和电话只用来回应这件事，最后一次回应以后保存 {days} 天，到期清除。",
        "en": "What you write is used for this alone, and erased {days} days after the last answer.",
    },
    "need_kept": {"zh-CN": "警务室会看，也会尽量办。", "en": "The room will read it and do what it can."},
}
