"""What made-up events say: names, places, addresses and sentences as people of a village give them.

Nobody and nothing here is real; the same `rng` gives the same words. For the codebooks of dense coding, which are
public and therefore never learn from what somebody filed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from forms.formats import check_digit


def _of(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILY: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国玉梅婷雪志红波鹏宇辉健晨浩欣怡子涵梓萱思远佳琪"
    "雨泽天翔海燕春花秋月冬生文武德才贵财福禄寿喜永长小大少连正光显世昌荣发祥瑞林森木水清泉山岩峰岭松柏竹"
    "菊莲萍芬芝莉珍珠珊琴瑶瑛璐秋彩凤仙香巧妹姑"
)
VILLAGE: Final = _of(
    "青冈 岔河 白岩脚 新寨 木桥 营盘 大坪 石门坎 龙潭 马鞍山 杉树林 红岩 小河 老鹰岩 核桃 梨树 "
    "坝子 双河 中寨 羊场 水塘 箐口 平桥 官田 "
)
PLACE_END: Final = _of("村 社区 组 街 路 巷 小区 安置点 农贸市场 砖厂 工地 学校 卫生院 车站 ")
WHO: Final = _of("我 我家 本人 我母亲 我父亲 我儿子 我女儿 我爱人 邻居 房东 村里 单位 老板 亲戚 对方 两家 ")
WHEN: Final = _of(
    "今年三月 去年冬天 上个月 上周赶集那天 前几天 五月初 昨天下午 今年十月 国庆节期间 过年以后 "
    "半年前 今天早上 从前年开始 农忙的时候 "
)
DID: Final = _of(
    "搬到 在{p}租了一间房 到{p}打工 在{p}盖房子 把证件弄丢了 在赶集的路上丢了钱包 "
    "带孩子到{p}上学 和{w}商量好了 挖断了排水沟 在{p}做小生意 住院回来 生了孩子 "
    "结婚以后迁到{p} 在{p}摆摊 因山洪搬到{p} 把户口本放在老家 换了手机号码 "
    "在{p}看到一条没拴的大狗 把旧房子卖给了{w} 因占地的事和{w}争执 "
)
WANT: Final = _of(
    "请尽快办理 希望寄到村委会 如有问题请打电话 周末在家，平时在{p} 联系不上可以找{w} "
    "请派人到{p}看一下 材料的原件已经带来 没有别的要补充 请他把路让出来 希望当面说清楚 请帮忙调解 "
    "不识字，由民警代写，已读给本人听 孩子九月要上学，需要证明 用于{p}报名 用于办理贷款 用于找工作 "
    "请上门办理，老人走不动 希望{w}赔医药费 "
)
DEFECTS: Final = _of(
    "照片太暗，看不清文字，请重新拍一张 缺少签名，请签名后重新拍一张 请补交户口簿首页和本人页 "
    "证明上没有盖章，请到{p}盖章 房屋地址与租赁合同不一致，请核对 姓名与身份证不一致，请更正 "
)
REASONS: Final = _of(
    "经核查，申请人不符合办理条件。 材料齐全，准予办理。 "
    "该事项不属于本机关职权范围，请向居住地公安机关申请。 申请人逾期未补正。 已在{p}办理，不重复办理。 "
)
NUMBERS: Final = "一二三四五六七八九十"
AREAS: Final = _of("522425 522425 522425 522401 520502 522424 520525 530627 511525 450126")


def name(rng: random.Random) -> str:
    """A name of two or three characters."""
    return rng.choice(FAMILY) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2))))


def place(rng: random.Random) -> str:
    """A village, or what lies in one."""
    return rng.choice(VILLAGE) + rng.choice(PLACE_END)


def address(rng: random.Random) -> str:
    """A place with a door."""
    door = (
        f"{rng.choice(NUMBERS)}组{rng.randrange(1, 120)}号",
        f"{rng.randrange(1, 400)}号",
        f"{rng.randrange(1, 30)}栋{rng.randrange(1, 4)}单元{rng.randrange(1, 18)}0{rng.randrange(1, 5)}室",
    )
    return place(rng) + rng.choice(door)


def sentence(rng: random.Random, parts: Sequence[str]) -> str:
    """One of the sentences, with its place and person put in."""
    return rng.choice(parts).format(p=place(rng), w=rng.choice((*WHO, name(rng))))


def prose(rng: random.Random, least: int = 1) -> str:
    """A story of one or more sentences, and a wish."""
    told = [f"{rng.choice(WHEN)}，{rng.choice(WHO)}{sentence(rng, DID)}" for _ in range(rng.randint(least, least + 1))]
    return "，".join([*told, sentence(rng, WANT)]) + rng.choice(("。", "。", ""))


def day(rng: random.Random, first: date = date(2024, 1, 1), days: int = 1400) -> str:
    """A day in the `days` after `first`, as YYYY-MM-DD."""
    return str(first + timedelta(days=rng.randrange(days)))


def phone(rng: random.Random) -> str:
    """A mobile number of eleven digits."""
    return "1" + rng.choice("35789") + f"{rng.randrange(10**9):09d}"


def identity_number(rng: random.Random) -> str:
    """18 places with a right check digit, of somebody who was never born."""
    area = rng.choice(AREAS)
    born = date(1938, 1, 1) + timedelta(days=rng.randrange(80 * 365))
    digits = f"{area}{born:%Y%m%d}{rng.randrange(1000):03d}"
    return digits + check_digit(digits)
