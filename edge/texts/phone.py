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
        "en": "Received {at}. This receipt is genuine; the application is kept sealed at the room until it goes up.",
    },
    "phone_received_later": {
        "zh-CN": "上传以后再扫一次，这里能看进度、补材料、查在哪里领取。",
        "en": "Scan again later to see the progress, to add documents, and to learn where to collect.",
    },
    "phone_unproven_title": {
        "zh-CN": "{room}的凭证，核验信息还没有上传",
        "en": "A receipt of {room}, not yet verifiable",
    },
    "phone_unproven": {
        "zh-CN": "凭证上写的是 {at} 在{room}收件。核验它的密钥还没有传到省级中心，请过些时候再扫。",
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
    "phone_plain": {
        "zh-CN": "个人信息只在 https:// 开头的网址上显示。请用凭证上的二维码打开，或者到警务室查询。",
        "en": "Personal details are shown under https:// only. Open the code of your receipt, or ask at the room.",
    },
    "phone_leave": {"zh-CN": "看完了，关上", "en": "Close this page"},
    "phone_left": {"zh-CN": "已关上。再看请重新填后四位。", "en": "Closed. To look again, enter the four characters."},
    # correction from the phone
    "phone_supply": {"zh-CN": "用手机补材料", "en": "Add what is missing by phone"},
    "phone_supply_or": {
        "zh-CN": "也可以到警务室当面补，请带上原件。",
        "en": "Or bring it to the room, with the originals.",
    },
    "phone_supply_room": {
        "zh-CN": "这次要改的内容手机上办不了，请到警务室当面补正。",
        "en": "What has to be changed cannot be done by phone; please come to the room.",
    },
    "phone_photo": {"zh-CN": "拍照或者选照片", "en": "Take or choose a photo"},
    "phone_photo_more": {"zh-CN": "再拍一张，或者再选一张", "en": "Take or choose another one"},
    "phone_keep": {"zh-CN": "存下这一张", "en": "Keep this one"},
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
    # complaints
    "phone_complain": {"zh-CN": "投诉、反映问题", "en": "Complain"},
    "phone_complain_lead": {
        "zh-CN": "您写的内容加密保存，只有上级监督部门打得开，警务室看不到，也不知道有人投诉。",
        "en": "What you write is sealed: only the supervising office can open it, and the room never learns of it.",
    },
    "phone_complain_words": {"zh-CN": "要反映什么", "en": "What happened"},
    "phone_complain_back": {
        "zh-CN": "想要答复的，留个电话（可以不留）",
        "en": "A telephone number for the answer, if you like",
    },
    "phone_complain_go": {"zh-CN": "交给监督部门", "en": "Send to the supervising office"},
    "phone_complained": {"zh-CN": "已经交给上级监督部门", "en": "It has gone to the supervising office"},
    "phone_complained_code": {
        "zh-CN": "编号 {code}，打电话询问时用得到。",
        "en": "Number {code}; have it ready if you call.",
    },
    "phone_complain_none": {
        "zh-CN": "网上暂时收不了投诉，请打 12389 或者凭证上的监督电话。",
        "en": "Complaints cannot be taken online now. Please call 12389 or the number on your receipt.",
    },
    "phone_back": {"zh-CN": "回到办件进度", "en": "Back to the progress"},
    "phone_rate_kept": {"zh-CN": "已记下。", "en": "It is recorded."},
    # faults, in the reader's language; codes as in the catalogue of errors
    "phone_fault": {"zh-CN": "这一步没有办成，请再试一次", "en": "That did not work. Please try again"},
    "phone_fault_centre_host_unknown": {
        "zh-CN": "这个地址不是省级中心的，没有打开；请扫凭证上的码",
        "en": "This address is not the centre's; scan the code on your receipt",
    },
    "phone_fault_phone_slow": {
        "zh-CN": "试的次数太多，请过一小时再试，或者带身份证到警务室查询",
        "en": "Too many attempts. Try again in an hour, or ask at the room with your document",
    },
    "phone_fault_phone_plain": {"zh-CN": "这个网址没有加密", "en": "This address is not encrypted"},
    "phone_fault_phone_over": {
        "zh-CN": "看的时间到了，请重新填身份证号码最后四位；存下的材料还在",
        "en": "Time is over. Enter the last four characters again; what you kept is still there",
    },
    "phone_fault_supply_not_now": {
        "zh-CN": "现在没有要补的：可能已经在警务室补过，或者已经办结",
        "en": "Nothing is missing now: it may have been completed at the room, or decided",
    },
    "phone_fault_supply_item": {"zh-CN": "这一样不在补正告知书里", "en": "This is not among what is missing"},
    "phone_fault_supply_many": {"zh-CN": "这一样存得够多了，请先删掉一张", "en": "Enough of these; remove one first"},
    "phone_fault_supply_missing": {
        "zh-CN": "还没有补齐，已经存下的不会丢",
        "en": "Not complete yet; what you kept is safe",
    },
    "phone_fault_material_empty": {
        "zh-CN": "没有选照片，或者文件是空的",
        "en": "No photo was chosen, or the file is empty",
    },
    "phone_fault_material_too_large": {
        "zh-CN": "照片太大，请选小一点的",
        "en": "The photo is too large; choose a smaller one",
    },
    "phone_fault_too_large": {"zh-CN": "照片太大，请选小一点的", "en": "The photo is too large; choose a smaller one"},
    "phone_fault_material_too_many_pixels": {
        "zh-CN": "照片太大，请选小一点的",
        "en": "The photo is too large; choose a smaller one",
    },
    "phone_fault_material_not_image": {
        "zh-CN": "这个文件不是照片或者 PDF，请拍一张照片",
        "en": "This file is no photo and no PDF. Take a photo",
    },
    "phone_fault_material_damaged": {
        "zh-CN": "照片没有传完整，请再选一次",
        "en": "The photo came in part; choose it again",
    },
    "phone_fault_complaint_empty": {"zh-CN": "还没有写内容", "en": "Nothing is written yet"},
    "phone_fault_complaint_long": {"zh-CN": "写得太长，请写短一点", "en": "Too long; please shorten it"},
    "phone_fault_complaint_closed": {
        "zh-CN": "网上暂时收不了投诉，请打 12389 或者凭证上的监督电话",
        "en": "Complaints cannot be taken online now. Please call 12389 or the number on your receipt",
    },
    "phone_fault_form_expired": {
        "zh-CN": "页面停留时间过长，请返回上一页，刷新后再提交一次",
        "en": "The page was open too long. Go back, reload it and send again",
    },
}
