"""Passphrases that open a database: made by the program, at least 50 bits, typed without an input method.

Sixteen digits in groups of four, or seven syllables of Mandarin without tones; spaces, dashes, capitals and full-width
letters don't matter when it is typed again. What argon2id costs is measured on the machine that the slot is made on.
"""

from __future__ import annotations

import math
import os
import secrets
import time
import unicodedata
from collections.abc import Callable
from typing import Final

from edge.errors import problem
from edge.slots import Kdf, from_passphrase

BITS_MIN: Final = 50
DIGITS: Final = 16
GROUP: Final = 4
SYLLABLES_TAKEN: Final = 7
LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 200
DIFFERENT_MIN: Final = 4
TARGET_S: Final = 0.3
LANES: Final = 4
PASSES_MIN: Final = 3
PASSES_TRIED_MAX: Final = 24
MEMORY_KIB: Final = 65_536
MEMORY_KIB_SMALL: Final = 32_768
SMALL_MACHINE_BYTES: Final = 1 << 30
SALT_BYTES: Final = 16
_SYLLABLES: Final = """
ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce ceng cha chai chan
chang chao che chen cheng chi chong chou chu chuai chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai
dan dang dao de deng di dian diao die ding diu dong dou du duan dui dun duo en er fa fan fang fei fen feng fou fu ga gai
gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu
hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken
keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu
long lou lu luan lun luo ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao
ne nei nen neng ni nian niang niao nie nin ning niu nong nu nuan nuo ou pa pai pan pang pao pei pen peng pi pian piao
pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong
rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shen sheng shi shou shu shua shuai
shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou
tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya
yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe
zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES: Final = tuple(_SYLLABLES.split())

Measure = Callable[[Kdf], float]


def digits() -> str:
    """4827 1936 …: 53 bits."""
    text = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return " ".join(text[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def syllables() -> str:
    """Seven of 389 syllables: 60 bits, some less where two read as one."""
    return " ".join(secrets.choice(SYLLABLES) for _ in range(SYLLABLES_TAKEN))


def bits(*, words: bool) -> float:
    """How many bits a generated passphrase has."""
    return SYLLABLES_TAKEN * math.log2(len(SYLLABLES)) if words else DIGITS * math.log2(10)


def plain(text: str) -> str:
    """What counts of a passphrase that somebody typed."""
    told = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in told if not one.isspace() and unicodedata.category(one) != "Pd")


def check(text: str) -> str:
    """What counts of a passphrase that somebody thought of. Raises passphrase_weak: six digits are tried in hours."""
    told = plain(text)
    least = DIGITS if told.isdecimal() else LENGTH_MIN
    if not least <= len(told) <= LENGTH_MAX or len(set(told)) < DIFFERENT_MIN:
        raise problem("passphrase_weak")
    return told


def calibrate(measure_with: Measure | None = None, memory_bytes: int | None = None) -> Kdf:
    """Passes that take some 300 ms on this machine, and the memory that it can spare; a fresh salt.

    Never less than three passes over 64 MiB (32 MiB, where the machine has less than 1 GiB).
    """
    timed = measure_with or measure
    small = (_memory_bytes() if memory_bytes is None else memory_bytes) < SMALL_MACHINE_BYTES
    memory, least = (MEMORY_KIB_SMALL, 2 * PASSES_MIN) if small else (MEMORY_KIB, PASSES_MIN)
    tried = Kdf(secrets.token_hex(SALT_BYTES), memory, least, LANES)
    wanted = math.ceil(least * TARGET_S / max(timed(tried), 0.001))
    return Kdf(tried.salt, memory, min(max(least, wanted), PASSES_TRIED_MAX), LANES)


def measure(kdf: Kdf) -> float:
    """Seconds that this machine takes to derive a key once at this cost."""
    begun = time.perf_counter()
    from_passphrase("0" * DIGITS, kdf)
    return time.perf_counter() - begun


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
