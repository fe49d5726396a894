"""The texts of a kiosk whose room is locked, or that is away from its room."""

from typing import Final

INBOX: Final[dict[str, dict[str, str]]] = {
    "sealed_locked": {
        "zh-CN": "本机停电后还没有解锁，照常可以填写、提交。"
        "提交的申请密封保存在本机，解锁后登记；以前办的件暂时查不到。",
        "en": "This machine is still locked after a power cut. You can fill in and send as usual: what you send is kept"
        " sealed on this machine and registered when it is unlocked. Earlier applications can't be looked up now.",
    },
    "sealed_visit": {
        "zh-CN": "上门办理，没有连接警务室。提交的申请密封保存在本机，带回警务室后登记。",
        "en": "A visit away from the police room. What you send is kept sealed on this machine and registered when it"
        " is back at the room.",
    },
    "sealed_receipt_locked": {
        "zh-CN": "已在本机密封保存，开机解锁后登记。时限从收件时起算，号码不变。",
        "en": "Kept sealed on this machine, registered when it is unlocked. Time limits run from now;"
        " the number stays.",
    },
    "sealed_receipt_visit": {
        "zh-CN": "已在本机密封保存，带回警务室后登记。时限从收件时起算，号码不变。",
        "en": "Kept sealed on this machine, registered back at the room. Time limits run from now; the number stays.",
    },
    "sealed_badge": {"zh-CN": "密封保存，待登记", "en": "Sealed, to be registered"},
}
