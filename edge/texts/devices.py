"""The texts of the devices at the kiosk: the card reader and the receipt printer."""

from typing import Final

DEVICES: Final[dict[str, dict[str, str]]] = {
    "paper_title": {"zh-CN": "打印", "en": "Printing"},
    "paper_done": {"zh-CN": "已经送去打印，请到打印机上拿。", "en": "It is being printed. Please take it there."},
    "paper_failed": {
        "zh-CN": "没有打出来，已经告诉工作人员。可以用手机把那一页拍下来，或者请工作人员打印。",
        "en": "It was not printed; the staff have been told. Take a photo of the page, or ask the staff to print it.",
    },
    "pair_title": {"zh-CN": "给这台自助机配对", "en": "Pair this kiosk"},
    "pair_lead": {
        "zh-CN": "请工作人员在值班的电脑上取一个配对码，输在下面。配对一次就行，以后开机直接能用。",
        "en": "Ask the staff for a pairing code from the computer at the desk and enter it here. Once is enough.",
    },
    "pair_code": {"zh-CN": "配对码", "en": "Pairing code"},
    "pair_hint": {"zh-CN": "8 位数字，10 分钟内有效，只能用一次", "en": "8 digits, valid for 10 minutes, used once"},
    "pair_go": {"zh-CN": "配对", "en": "Pair"},
    "pair_wrong": {
        "zh-CN": "配对码不对，或者已经过了时间。请在值班的电脑上重新取一个。",
        "en": "The code is wrong or has expired. Please get a new one from the computer at the desk.",
    },
    "pair_foot": {"zh-CN": "配对以后，群众才能在这里办事", "en": "Services can be used here once it is paired"},
    "card_title": {"zh-CN": "带了身份证，读一下就不用打字", "en": "Have your identity card? No need to type"},
    "card_lead": {
        "zh-CN": "把身份证平放在读卡器上，再按“读身份证”。没带也不要紧，往下自己填。",
        "en": "Lay your identity card on the reader and press “Read my card”. Without a card, fill in the form.",
    },
    "card_typed": {
        "zh-CN": "先按一下这个框，再把身份证放在读卡器上",
        "en": "Touch this box first, then lay your card on the reader",
    },
    "card_read": {"zh-CN": "读身份证", "en": "Read my card"},
    "card_again": {"zh-CN": "再读一次", "en": "Try again"},
    "card_done": {
        "zh-CN": "已经读好身份证。下面的姓名和号码来自身份证，请看看是不是您本人。",
        "en": "Your card was read. Name and number below come from the card; please see that they are yours.",
    },
    "card_take": {"zh-CN": "请把身份证拿好。", "en": "Please take your card."},
    "card_over": {
        "zh-CN": "这张身份证已经过了有效期。可以接着填，办的时候请问工作人员要不要先换证。",
        "en": "This card has expired. You may go on; please ask the staff whether it must be renewed first.",
    },
    "card_drop": {"zh-CN": "读错了，不用这张身份证", "en": "Wrong card: do not use it"},
    "card_from": {"zh-CN": "来自身份证", "en": "From the identity card"},
    "card_absent": {
        "zh-CN": "没有读到身份证。请平放在读卡器上，等一秒再读一次；也可以往下自己填。",
        "en": "No card was read. Lay it flat on the reader, wait a second and try again, or fill in the form below.",
    },
    "card_unreadable": {
        "zh-CN": "这张证件读不出来。请擦干净再读一次；也可以往下自己填。",
        "en": "This card could not be read. Wipe it and try again, or fill in the form below.",
    },
    "reader_silent": {
        "zh-CN": "读卡器现在用不了，已经告诉工作人员。请往下自己填，一样能办。",
        "en": "The reader is out of order; the staff have been told. Please fill in the form below: it works as well.",
    },
    "person_not_self": {
        "zh-CN": "这一件是替别人办的，身份证读的是您自己。请往下自己填。",
        "en": "You apply for somebody else, and the card is yours. Please fill in the form below.",
    },
    "person_role_open": {
        "zh-CN": "请先选由谁申报，再读他的身份证。",
        "en": "Choose first who applies, then read that person's card.",
    },
    "aloud_failed": {
        "zh-CN": "现在读不出声音。请看屏幕上的字，或者请工作人员念给您听。",
        "en": "The page cannot be read aloud now. Please read it on the screen, or ask the staff to read it to you.",
    },
    "slip_print": {"zh-CN": "打印凭条", "en": "Print the slip"},
    "slip_again": {"zh-CN": "再打一张", "en": "Print another"},
    "slip_done": {
        "zh-CN": "凭条已经打出来，请拿好。",
        "en": "Your slip is printed. Please take it.",
    },
    "slip_failed": {
        "zh-CN": "没有打出来，已经告诉工作人员。请用手机把这一页拍下来，或者请工作人员打印。",
        "en": "It was not printed; the staff have been told. Take a photo of this page, or ask the staff to print it.",
    },
    "slip_copy": {"zh-CN": "补打", "en": "Copy"},
    "slip_phone": {"zh-CN": "{room} 电话 {phone}", "en": "{room}, phone {phone}"},
    "slip_keep": {
        "zh-CN": "热敏纸怕晒怕热，字会变淡，最好用手机拍一张。",
        "en": "Heat and sun fade this paper: take a photo of it too.",
    },
}
