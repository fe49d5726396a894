"""Made-up events for measuring and for the packaged codebook: every service, every kind, texts that differ each time.

`bodies(count, seed)` gives bodies of `application.filed`; `log(count, seed)` a node's log of whole events of all kinds,
`centre_log(count, seed)` the centre's side. The same seed gives the same events; nobody and nothing in them is real.
"""

from __future__ import annotations

import base64
import functools
import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from stdnum.iso7064 import mod_11_10

from edge import made_up
from forms import definition
from forms.events import Event, Head, Side, canonical, derived_id, seal

NODE = "5224250017"
SERVICES = Path(definition.__file__).parent / "services"
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国玉梅婷雪志红波鹏宇辉健晨浩欣怡子涵梓萱思远佳琪雨泽天翔海燕春花秋月冬生文武德才贵财福禄寿喜永长小大少连正光显世昌荣发祥瑞林森木水清泉山岩峰岭松柏竹菊莲萍芬芝莉珍珠珊琴瑶瑛璐秋彩凤仙香巧妹姑"
VILLAGE = ("青冈", "岔河", "白岩脚", "新寨", "木桥", "营盘", "大坪", "石门坎", "龙潭", "马鞍山", "杉树林", "红岩", "小河", "老鹰岩", "核桃", "梨树", "坝子", "双河", "中寨", "羊场", "水塘", "箐口", "平桥", "官田")
PLACE_END = ("村", "社区", "组", "街", "路", "巷", "小区", "安置点", "农贸市场", "砖厂", "工地", "学校", "卫生院", "车站")
WHO = ("我", "我家", "本人", "我母亲", "我父亲", "我儿子", "我女儿", "我爱人", "邻居", "房东", "村里", "单位", "老板", "亲戚", "对方", "两家")
WHEN = ("今年三月", "去年冬天", "上个月", "上周赶集那天", "前几天", "五月初", "昨天下午", "今年十月", "国庆节期间", "过年以后", "半年前", "今天早上", "从前年开始", "农忙的时候")
DID = (
    "搬到", "在{p}租了一间房", "到{p}打工", "在{p}盖房子", "把证件弄丢了", "在赶集的路上丢了钱包", "带孩子到{p}上学", "和{w}商量好了", "挖断了排水沟", "在{p}做小生意", "住院回来",
    "生了孩子", "结婚以后迁到{p}", "在{p}摆摊", "因山洪搬到{p}", "把户口本放在老家", "换了手机号码", "在{p}看到一条没拴的大狗", "把旧房子卖给了{w}", "因占地的事和{w}争执",
)
WANT = (
    "请尽快办理", "希望寄到村委会", "如有问题请打电话", "周末在家，平时在{p}", "联系不上可以找{w}", "请派人到{p}看一下", "材料的原件已经带来", "没有别的要补充", "请他把路让出来",
    "希望当面说清楚", "请帮忙调解", "不识字，由民警代写，已读给本人听", "孩子九月要上学，需要证明", "用于{p}报名", "用于办理贷款", "用于找工作", "请上门办理，老人走不动", "希望{w}赔医药费",
)
DEFECTS = ("照片太暗，看不清文字，请重新拍一张", "缺少签名，请签名后重新拍一张", "请补交户口簿首页和本人页", "证明上没有盖章，请到{p}盖章", "房屋地址与租赁合同不一致，请核对", "姓名与身份证不一致，请更正")
REASONS = ("经核查，申请人不符合办理条件。", "材料齐全，准予办理。", "该事项不属于本机关职权范围，请向居住地公安机关申请。", "申请人逾期未补正。", "已在{p}办理，不重复办理。")
LANGUAGES = ("zh-CN",) * 12 + ("en", "bo", "ug")
NUMBERS = "一二三四五六七八九十"


def name(rng: random.Random) -> str:
    return rng.choice(FAMILY) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2))))


def place(rng: random.Random) -> str:
    return rng.choice(VILLAGE) + rng.choice(PLACE_END)


def address(rng: random.Random) -> str:
    door = (f"{rng.choice(NUMBERS)}组{rng.randrange(1, 120)}号", f"{rng.randrange(1, 400)}号", f"{rng.randrange(1, 30)}栋{rng.randrange(1, 4)}单元{rng.randrange(1, 18)}0{rng.randrange(1, 5)}室")
    return place(rng) + rng.choice(door)


def sentence(rng: random.Random, parts: Sequence[str]) -> str:
    return rng.choice(parts).format(p=place(rng), w=rng.choice((*WHO, name(rng))))


def prose(rng: random.Random, least: int = 1) -> str:
    told = [f"{rng.choice(WHEN)}，{rng.choice(WHO)}{sentence(rng, DID)}" for _ in range(rng.randint(least, least + 1))]
    return "，".join([*told, sentence(rng, WANT)]) + rng.choice(("。", "。", ""))


def day(rng: random.Random, first: date = date(2024, 1, 1), days: int = 1400) -> str:
    return str(first + timedelta(days=rng.randrange(days)))


def phone(rng: random.Random) -> str:
    return "1" + rng.choice("35789") + f"{rng.randrange(10**9):09d}"


def vary(schema: Mapping[str, Any], value: Any, rng: random.Random, key: str = "") -> Any:
    """The same answers from somebody else: what the schema lets vary is made up anew."""
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        return {name: vary(fields.get(name, {}), child, rng, name) for name, child in value.items()}
    if isinstance(value, list):
        count = rng.randint(1, len(value) + 1) if value else 0
        return [vary(schema.get("items", {}), rng.choice(value), rng, key) for _ in range(count)]
    choices = schema.get("enum") or [one["const"] for one in schema.get("oneOf", ()) if "const" in one]
    if choices:
        return rng.choice([value, value, rng.choice(choices)])
    if isinstance(value, str):
        return _text(schema, value, rng, key)
    return value if isinstance(value, bool) else _number(value, rng)


def _number(value: Any, rng: random.Random) -> Any:
    return max(0, value + rng.randrange(-3, 12)) if isinstance(value, int) else value


def _text(schema: Mapping[str, Any], value: str, rng: random.Random, key: str) -> str:
    if made_up.IDENTITY_NUMBER.fullmatch(value):
        return identity_number(rng)
    if value.startswith("sha256:"):
        return "sha256:" + rng.randbytes(32).hex()
    form = schema.get("format", "")
    makers = {"person-name": name, "cn-phone": phone, "date": day, "cn-ric": identity_number}
    if form in makers:
        return makers[form](rng)
    return _code(value, rng) if value.isascii() else _words(value, rng, key)


def _code(value: str, rng: random.Random) -> str:
    if value.isdigit() and len(value) == 11:
        return phone(rng)
    return _like(value, rng) if any(letter.isdigit() for letter in value) else value


def _words(value: str, rng: random.Random, key: str) -> str:
    if len(value) <= 4:
        return rng.choice([value, name(rng)])
    is_place = "号" in value or "ddress" in key or "lace" in key
    return address(rng) if is_place else prose(rng, 2 if len(value) > 40 else 1)


def _like(value: str, rng: random.Random) -> str:
    """Digits changed in the last four places."""
    changed = [rng.choice("0123456789") if letter.isdigit() else letter for letter in value[-4:]]
    return value[:-4] + "".join(changed)


def identity_number(rng: random.Random) -> str:
    area = rng.choice(("522425", "522425", "522425", "522401", "520502", "522424", "520525", "530627", "511525", "450126"))
    born = date(1938, 1, 1) + timedelta(days=rng.randrange(80 * 365))
    digits = f"{area}{born:%Y%m%d}{rng.randrange(1000):03d}"
    return digits + made_up.CHECK[sum(int(one) * weight for one, weight in zip(digits, made_up.WEIGHTS, strict=True)) % 11]


@functools.cache
def service(name: str) -> definition.Definition:
    return definition.load(SERVICES / f"{name}.json")


def services() -> list[definition.Definition]:
    return [service(path.stem) for path in sorted(SERVICES.glob("*.json"))]


def bodies(count: int, seed: int) -> list[dict[str, Any]]:
    """Bodies of `application.filed`, each service in its turn."""
    rng, known = random.Random(seed), services()
    return [filed(known[place % len(known)], rng) for place in range(count)]


def filed(service: definition.Definition, rng: random.Random) -> dict[str, Any]:
    answers = vary(service.schema, rng.choice(service.samples["valid"])["answers"], rng)
    return {
        "service": {"id": service.id, "version": service.version, "digest": service.digest},
        "answers": answers,
        "context": {"filing_day": day(rng, date(2026, 9, 1), 300), "language": rng.choice(LANGUAGES), "place": "522425"},
        "channel": rng.choice(("kiosk", "kiosk", "console", "api")),
        "identity": rng.choice(("unverified", "officer", "card")),
        "receipt": {"token": "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26)), "code": f"{rng.randrange(10**6):06d}"},
        "urgent": rng.random() < 0.03,
        "materials": [_material(rng, sha256) for sha256 in _files(answers)],
    }  # fmt: skip


def _files(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [found for child in (value.values() if isinstance(value, dict) else value) for found in _files(child)]
    return [value] if isinstance(value, str) and value.startswith("sha256:") else []


def _material(rng: random.Random, reference: str) -> dict[str, Any]:
    signed = rng.random() < 0.4
    title = "签名.png" if signed else rng.choice((f"IMG_2026{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}_{rng.randrange(10**6):06d}.jpg", "照片.jpg", "扫描件.jpg"))
    return {
        "sha256": reference.removeprefix("sha256:"), "size": rng.randrange(3_000, 400_000), "name": title,
        "media_type": "image/png" if signed else "image/jpeg", "slot": "/declaration/signature" if signed else rng.choice(("/files/residenceProof", "/files/idCopy", "photo")),
    }  # fmt: skip


def _items(rng: random.Random) -> list[dict[str, str]]:
    labels = (("material", "idCard", "身份证"), ("material", "photo", "照片"), ("field", "/residence/doorplate", "门牌号"), ("field", "/applicant/phone", "手机号码"))
    chosen = rng.sample(labels, rng.randint(1, 2))
    return [{"target": kind, "ref": ref, "label": label, "defect": sentence(rng, DEFECTS)} for kind, ref, label in chosen]


WRITS = {"application.accepted": "受理通知书", "application.refused": "不予受理通知书", "correction.requested": "补正材料一次性告知书", "application.decided": "办结通知书"}


def _writ(rng: random.Random, kind: str) -> dict[str, str]:
    """The writ of an act of the centre; what its code says in the end is a signature, which nobody can foretell."""
    serial, written = rng.randrange(1, 99_999), day(rng, date(2026, 9, 1), 300)
    organ = rng.choice(("纳雍县公安局", "织金县公安局龙场派出所", "毕节市公安局", "省公安厅"))
    signature = base64.b32encode(rng.randbytes(64)).decode().rstrip("=")
    act, key = kind.rpartition(".")[2].upper(), rng.randbytes(8).hex().upper()
    return {
        "number": f"{organ}〔{written[:4]}〕{serial:05d}号", "organ": organ, "title": WRITS.get(kind, ""), "day": written,
        "code": f"YZW1.{_number_of(rng.randrange(10**5))}.{act}.{written.replace('-', '')}.{serial}.{key}.{signature}",
    }  # fmt: skip


def _later(kind: str, rng: random.Random, known: Sequence[definition.Definition]) -> dict[str, Any]:
    """The body of an event that follows the filing."""
    one = filed(rng.choice(known), rng)
    added = _material(rng, rng.randbytes(32).hex())
    made: dict[str, dict[str, Any]] = {
        "material.added": {"material": added},
        "correction.answered": {"request": rng.randbytes(16).hex(), "answers": one["answers"], "context": one["context"], "materials": one["materials"], "note": prose(rng)},
        "application.withdrawn": {"reason": prose(rng)},
        "identity.verified": {"method": rng.choice(("officer", "card"))},
        "application.accepted": {"note": rng.choice(("", prose(rng))), "writ": _writ(rng, kind)},
        "application.refused": {"reason": sentence(rng, REASONS), "writ": _writ(rng, kind)},
        "correction.requested": {"items": _items(rng), "due_day": day(rng, date(2026, 9, 1), 300), "writ": _writ(rng, kind)},
        "application.decided": {"writ": _writ(rng, kind), "result": rng.choice(("granted", "granted", "granted", "refused", "returned")), "reason": sentence(rng, REASONS), **({"document": added} if rng.random() < 0.3 else {})},
        "stock.received": {"stock": "居住证", "first": f"{rng.randrange(10**8):08d}", "last": f"{rng.randrange(10**8):08d}"},
        "stock.issued": {"stock": "居住证", "number": f"{rng.randrange(10**8):08d}", "application": _number_of(rng.randrange(10**5))},
        "stock.voided": {"stock": "居住证", "number": f"{rng.randrange(10**8):08d}", "reason": "打印时卡纸"},
        "stock.counted": {"stock": "居住证", "unused": rng.randrange(200), "expected": rng.randrange(200)},
    }  # fmt: skip
    return made[kind]


NODE_LATER = ("material.added", "correction.answered", "application.withdrawn", "identity.verified", "stock.received", "stock.issued", "stock.voided", "stock.counted")
CENTRE_KINDS = ("application.accepted", "application.refused", "correction.requested", "application.decided", "application.accepted", "application.decided")


def log(count: int, seed: int) -> list[Event]:
    """A node's log: mostly filings, some of everything else that a node writes."""
    rng, known = random.Random(seed), services()
    written = []
    for place in range(count):
        kind = "application.filed" if rng.random() < 0.7 else rng.choice(NODE_LATER)
        written.append((kind, filed(known[place % len(known)], rng) if kind == "application.filed" else _later(kind, rng, known)))
    return chain(written, rng, "node")


def centre_log(count: int, seed: int) -> list[Event]:
    rng, known = random.Random(seed), services()
    kinds = [rng.choice(CENTRE_KINDS) for _ in range(count)]
    return chain([(kind, _later(kind, rng, known)) for kind in kinds], rng, "centre")


def chain(written: Sequence[tuple[str, Mapping[str, Any]]], rng: random.Random, side: Side = "node") -> list[Event]:
    """Events of these kinds and bodies, a few minutes apart, with ids as a log derives them."""
    at = datetime.fromisoformat("2026-09-01T08:30:00+08:00")
    prev, ticks, serial, seen = Head.start(side, NODE).digest, 86_400_000, 0, ""
    events: list[Event] = []
    for seq, (kind, body) in enumerate(written, 1):
        step_s = rng.randrange(60, 900)
        at, ticks = at + timedelta(seconds=step_s), ticks + step_s * 1000 + rng.randrange(-400, 400)
        serial += kind == "application.filed"
        if rng.random() < 0.1:
            seen = str(Head(1, seq, rng.randbytes(32)))
        salt = rng.randbytes(16)
        number = "" if kind.startswith("stock") else _number_of(serial if kind == "application.filed" or (side == "centre" and rng.random() < 0.5) else rng.randrange(1, serial + 2))
        events.append(seal(
            seq=seq, epoch=1, id=derived_id(prev, salt), application=number, kind=kind, at=at.isoformat(),
            centre_at=(at - timedelta(seconds=at.minute % 20 * 60)).replace(second=11).isoformat(), ticks=ticks,
            actor=rng.choice(("kiosk", "kiosk", "officer:weijianguo", "officer:wang.min")) if side == "node" else "centre:lishenpi",
            seen=seen, body=canonical(json.loads(json.dumps(body))), salt=salt, prev=prev,
        ))  # fmt: skip
        prev = events[-1].digest
    return events


def _number_of(serial: int) -> str:
    stem = f"{NODE}1{serial:05d}"
    return stem + str(mod_11_10.calc_check_digit(stem))


def published_texts() -> list[str]:
    """What the services themselves say: the language in which applicants answer them."""
    found: list[str] = []
    for path in sorted(SERVICES.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found += _texts({key: content.get(key) for key in ("i18n", "x-service", "x-samples")})
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [found for child in (value.values() if isinstance(value, dict) else value) for found in _texts(child)]
    return [value] if isinstance(value, str) and not value.isascii() else []
