"""The texts of the page behind a receipt's code: what the province's page says, and what the room's says of others."""

from typing import Final

PHONE: Final[dict[str, dict[str, str]]] = {
    "phone_online": {"zh-CN": "到省级页面查询", "en": "Look at the provincial page"},
    "phone_elsewhere_title": {"zh-CN": "别的警务室的办件，联网后可查", "en": "Another room's application: look online"},
    "phone_elsewhere": {
        "zh-CN": "这张凭证是别的警务室开出的，本室的机器里没有它的记录。",
        "en": "This receipt was given by another room; its record is not on this room's machine.",
    },
    "phone_elsewhere_how": {
        "zh-CN": "手机能上网时扫凭证上的二维码就能查，或者打电话到开出凭证的警务室。",
        "en": "Scan the code when your phone is online, or call the room that gave the receipt.",
    },
    # what the code itself proves, before anything was sent
    "phone_received": {"zh-CN": "已在{room}收件，尚未上传", "en": "Received at {room}, not yet sent"},
    "phone_received_at": {
        "zh-CN": "{at} 收件。凭证是真的，申请还在警务室，有网络时自动上传到省级中心。",
        "en": "Received {at}. This receipt is genuine; the application is still at the room and goes up by itself.",
    },
    "phone_received_sealed": {
        "zh-CN": "{at} 收件。凭证是真的，申请密封保存在警务室，开机登记后自动上传；时限从收件时起算。",
        "en": "Received {at}. This receipt is genuine; the application is kept sealed at the room and goes up by itself.",
    },
    "phone_received_later": {
        "zh-CN": "上传以后再扫一次，这里能看进度、补材料、查在哪里领取。",
        "en": "Scan again later to see the progress, to add documents, and to learn where to collect.",
    },
    "phone_unproven_title": {"zh-CN": "{room}的凭证，核验信息还没有上传", "en": "A receipt of {room}, not yet verifiable"},
    "phone_unproven": {
        "zh-CN": "凭证上写的是 {at} 在{room}收件。它是锁定时或者上门时开出的，核验它的密钥还没有传到省级中心，请过些时候再扫。",
        "en": "It says that {room} received it {at}. The key that verifies it has not come up yet; scan again later.",
    },
    "phone_damaged_title": {"zh-CN": "二维码没有扫全", "en": "The code was not read completely"},
    "phone_damaged": {
        "zh-CN": "请把凭证铺平，再扫一次；破损的，带身份证到开出凭证的警务室重打一张。",
        "en": "Lay the receipt flat and scan again; if it is torn, the room prints another one.",
    },
    "phone_forged_title": {"zh-CN": "这张凭证没有通过核验", "en": "This receipt could not be verified"},
    "phone_forged": {
        "zh-CN": "它不是{room}开出的，或者上面的内容被改过。请带着它到警务室核对，不要按它交钱、交材料。",
        "en": "It was not given by {room}, or was changed. Take it to the room; do not pay or hand in anything for it.",
    },
    "phone_no_room_title": {"zh-CN": "不是本省警务室的凭证", "en": "Not a receipt of this province"},
    "phone_no_room": {
        "zh-CN": "本省没有这个编号的警务室。请核对凭证，或者打 12389 反映。",
        "en": "No room of this province has this number. Check the receipt, or call 12389.",
    },
    # the proof
    "phone_held": {"zh-CN": "已在{room}收件，省级中心已接收", "en": "Received at {room} and by the provincial centre"},
    "phone_genuine": {"zh-CN": "{at} 收件。凭证是真的。", "en": "Received {at}. This receipt is genuine."},
    "phone_ask": {"zh-CN": "查看进度", "en": "See the progress"},
    "phone_proof": {"zh-CN": "身份证号码最后四位", "en": "Last four characters of the identity number"},
    "phone_proof_hint": {
        "zh-CN": "末位是 X 的也要填。没有身份证号码的（护照、新生儿、匿名），填凭证上的六位查询码。",
        "en": "An X at the end counts. Without such a number (passport, newborn, anonymous) use the six-digit code.",
    },
    "phone_go": {"zh-CN": "查看", "en": "Show"},
    "phone_wrong": {
        "zh-CN": "没有对上。请看着证件再填一次；还是不对，请到警务室查询。",
        "en": "That does not match. Look at your document and try again, or ask at the room.",
    },
    "phone_slow_title": {"zh-CN": "试的次数太多", "en": "Too many attempts"},
    "phone_slow": {
        "zh-CN": "请过 {minutes} 分钟再试，或者带身份证到警务室查询。",
        "en": "Try again in {minutes} minutes, or ask at the room with your document.",
    },
    "phone_plain_title": {"zh-CN": "这个网址没有加密", "en": "This address is not encrypted"},
    "phone_plain": {
        "zh-CN": "个人信息只在 https:// 开头的网址上显示。请用凭证上的二维码打开，或者到警务室查询。",
        "en": "Personal details are shown under https:// only. Open the code of your receipt, or ask at the room.",
    },
    "phone_leave": {"zh-CN": "看完了，关上", "en": "Close this page"},
    "phone_left": {"zh-CN": "已关上。再看请重新填后四位。", "en": "Closed. To look again, enter the four characters."},
    # correction from the phone
    "phone_supply": {"zh-CN": "用手机补材料", "en": "Add what is missing by phone"},
    "phone_supply_or": {"zh-CN": "也可以到警务室当面补，请带上原件。", "en": "Or bring it to the room, with the originals."},
    "phone_supply_room": {
        "zh-CN": "这次要改的内容手机上办不了，请到警务室当面补正。",
        "en": "What has to be changed cannot be done by phone; please come to the room.",
    },
    "phone_photo": {"zh-CN": "拍照或者选照片", "en": "Take or choose a photo"},
    "phone_keep": {"zh-CN": "存下这一张", "en": "Keep this one"},
    "phone_kept": {"zh-CN": "已存下 {count} 张", "en": "{count} kept"},
    "phone_drop": {"zh-CN": "重拍（删掉这一张）", "en": "Remove this one"},
    "phone_value": {"zh-CN": "改成", "en": "Correct it to"},
    "phone_keep_value": {"zh-CN": "存下", "en": "Keep"},
    "phone_value_kept": {"zh-CN": "已存下", "en": "Kept"},
    "phone_send": {"zh-CN": "全部补好了，交上去", "en": "Everything is here: send"},
    "phone_send_more": {"zh-CN": "还差 {count} 样，补齐了才能交。", "en": "{count} still missing."},
    "phone_supplied": {
        "zh-CN": "已经交上去，审查人员看得到。不用再到警务室补。",
        "en": "It has been sent, and the reviewers see it. You need not come to the room for it.",
    },
    "phone_photo_limits": {
        "zh-CN": "一张照片最多 {limit}，支持手机照片和 PDF。已存下的不会丢，可以分几次补。",
        "en": "At most {limit} each, photos or PDF. What is kept is not lost; you can go on later.",
    },
    "phone_many": {"zh-CN": "这一样最多 {count} 张", "en": "At most {count} of these"},
    "phone_not_now": {"zh-CN": "现在没有要补的", "en": "Nothing is missing now"},
    # complaints
    "phone_complain": {"zh-CN": "投诉、反映问题", "en": "Complain"},
    "phone_complain_lead": {
        "zh-CN": "您写的内容加密保存，只有上级监督部门打得开，警务室看不到，也不知道有人投诉。",
        "en": "What you write is sealed: only the supervising office can open it, and the room never learns of it.",
    },
    "phone_complain_words": {"zh-CN": "要反映什么", "en": "What happened"},
    "phone_complain_back": {"zh-CN": "想要答复的，留个电话（可以不留）", "en": "A telephone number for the answer, if you like"},
    "phone_complain_go": {"zh-CN": "交给监督部门", "en": "Send to the supervising office"},
    "phone_complain_empty": {"zh-CN": "还没有写内容", "en": "Nothing is written yet"},
    "phone_complain_long": {"zh-CN": "写得太长，最多 {most} 字", "en": "Too long: at most {most} characters"},
    "phone_complained": {"zh-CN": "已经交给上级监督部门", "en": "It has gone to the supervising office"},
    "phone_complained_code": {"zh-CN": "编号 {code}，打电话询问时用得到。", "en": "Number {code}; have it ready if you call."},
    "phone_complain_none": {
        "zh-CN": "网上暂时收不了投诉，请打 12389 或者凭证上的监督电话。",
        "en": "Complaints cannot be taken online now. Please call 12389 or the number on your receipt.",
    },
    "phone_back": {"zh-CN": "回到办件进度", "en": "Back to the progress"},
    "phone_rate_kept": {"zh-CN": "已记下。", "en": "It is recorded."},
}
