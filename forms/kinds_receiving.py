"""The kinds of events of taking in at the desk: who stands there for whom, which originals were seen, paper slips."""

from forms.fields import Field, Kind, account, day, flag, hex64, list_of, object_of, one_of, pattern, text, time

# how somebody who brings an application stands to the applicant
RELATIONS: dict[str, str] = {
    "family": "家人、亲属",
    "guardian": "监护人",
    "village": "村（社区）代办员",
    "neighbour": "邻居、朋友",
    "lawyer": "律师、法律工作者",
    "other": "其他人",
}
# what authorises him, where the service itself asks for nothing of that kind
PROXY_PAPERS: dict[str, str] = {
    "letter": "委托书",
    "principal": "委托人的身份证件",
    "proxy": "代办人的身份证件",
}
# what was looked at to know who somebody is
DOCUMENTS: dict[str, str] = {
    "id-card": "居民身份证",
    "temporary": "临时居民身份证",
    "household-book": "居民户口簿",
    "permit": "居住证",
    "passport": "护照或者旅行证件",
    "other": "其他有效证件",
}

# why no fingerprint was taken
FINGER_REASONS: dict[str, str] = {
    "worn": "指纹磨损",
    "injured": "手指有伤",
    "missing": "手指残缺",
    "unable": "年老、行动不便",
    "device": "采集设备用不了",
    "refused": "本人不同意采集",
}
# what stands on a card as the end of its validity
LONG = "long"
UNTIL = f"[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|{LONG}"

blank = pattern("P[0-9]{9}")
_number = pattern("[0-9]{17,22}")

PAPER_FIELDS = {
    "slip": Field("停电时先给的纸质凭证号码", blank),
    "day": Field("纸质凭证上的收件日期，时限从这一天起算", day),
}
# how a filing came that a sealed inbox had taken in
INBOX_FIELDS = {
    "series": Field("收件箱的号码组", pattern("[0-9]{5}")),
    "at": Field("出具收件凭证的时间，时限从这时起算", time),
    "digest": Field("密封件的 SHA-256", hex64),
    "visit": Field("哪一次上门带回的；本室锁定时收的没有", pattern("[0-9a-f]{16}"), required=False),
}
# what `application.filed` may say besides
FILED = {
    "inbox": Field("先密封在收件箱、后来登记的件", object_of(INBOX_FIELDS), required=False),
    "paper": Field("停电等时候用纸收的件，事后补录", object_of(PAPER_FIELDS), required=False),
    "identity_by": Field("核验身份的人，与收件的人不同时写", text(1, 100), required=False),
    "until": Field("读卡器读出的身份证有效期满日期，长期的写 long", pattern(UNTIL), required=False),
}
VERIFIED = {
    "looked_at": Field("核对的是哪种证件", one_of(*DOCUMENTS), required=False),
    "until": Field("身份证证面上的有效期满日期，长期的写 long", pattern(UNTIL), required=False),
}

KINDS: dict[str, Kind] = {
    "originals.seen": Kind("node", "核对原件", {
        "slots": Field("核对了原件的材料代码", list_of(text(1, 500), 1)),
        "second": Field("一起核对的第二个人", text(1, 100), required=False),
    }),
    "proxy.recorded": Kind("node", "登记代办人", {
        "name": Field("代办人姓名", text(1, 100)),
        "number": Field("代办人证件号码", text(1, 40)),
        "relation": Field("与申请人的关系", one_of(*RELATIONS)),
        "phone": Field("代办人电话", text(1, 40), required=False),
        "papers": Field("看过的授权材料", list_of(one_of(*PROXY_PAPERS))),
    }),
    "fingerprint.recorded": Kind("node", "登记指纹采集", {
        "taken": Field("采集了，还是没有；指纹本身不进本系统", flag),
        "consent": Field("本人是否单独同意采集生物特征", flag),
        "reason": Field("没有采集的原因", one_of(*FINGER_REASONS), required=False),
        "witness": Field("没有采集的，在场见证的人", text(1, 100), required=False),
    }),
}  # fmt: skip  # a table

SET_FIELDS = {
    "set": Field("哪一个收件箱", pattern("[0-9a-f]{16}")),
    "key": Field("核验它的凭证的公钥，十六进制", hex64),
}
ROOM_KINDS: dict[str, Kind] = {
    "room.described": Kind("node", "警务室的公开信息", {
        "name": Field("名称", text(1, 100)),
        "address": Field("地址", text(0, 120)),
        "hours": Field("开放时间", text(0, 120)),
        "telephone": Field("电话", text(0, 30)),
        "complaint": Field("监督投诉电话", text(0, 30)),
        "station": Field("属于哪个派出所", text(0, 100), required=False),
        "sets": Field("锁定时和上门用的密封收件箱", list_of(object_of(SET_FIELDS))),
    }),
    "pad.printed": Kind("node", "打印空白收件凭证", {
        "first": Field("第一个号码", blank),
        "last": Field("最后一个号码", blank),
    }),
    "pad.voided": Kind("node", "空白收件凭证作废", {
        "slip": Field("号码", blank),
        "reason": Field("作废的原因", text(1, 200)),
    }),
    "visit.prepared": Kind("node", "准备上门", {
        "set": Field("带出去的收件箱", pattern("[0-9a-f]{16}")),
        "officer": Field("谁上门", account),
        "until": Field("用到哪一天", day),
    }),
    "demand.refused": Kind("node", "拒收指南以外的材料", {
        "service": Field("事项", text(1, 100)),
        "slot": Field("想要添加的材料", text(1, 100)),
        "application": Field("已收件的，办件号", _number, required=False),
    }),
}  # fmt: skip  # a table
