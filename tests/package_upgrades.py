"""What happens to a filled room when dpkg itself puts the next version over it: comes through, goes back, is cut off.

Every function gives what it saw; RuntimeError, with the whole transcript, where a room lost something or stands still.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from package_machine import Machine, derived

ROOT = Path(__file__).resolve().parent.parent
SERVICE = "wufanzui-zhengming"
FILED = 6
NEXT, BROKEN, MENDED = "0.1.1", "0.1.2", "0.1.3"
ADDS = 'def m999_next(tools: Tools) -> None:\n    tools.execute("CREATE TABLE next (id INTEGER PRIMARY KEY) STRICT")\n'
FAILS = 'def m999_next(tools: Tools) -> None:\n    raise ValueError("planted")\n'

FILL = f"""
dpkg -i /tmp/old.deb
yizhan init --node 5224250017 --room 石门乡警务室 > /dev/null
systemctl restart yizhan.service
answers kiosk
for n in $(seq {FILED}); do apply "$n"; done
yizhan verify
"""
# one more filed, and none lost: the room takes in, whichever program stands
SOUND = """
answers kiosk
yizhan verify > /dev/null
apply "after-$RANDOM_TOKEN"
echo "numbers=$(yizhan list --json | tr ',' '\\n' | grep -c '"number"')"
echo "stands=$(stands)"
echo "dpkg=$(dpkg-query --show --showformat '${db:Status-Status} ${Version}' yizhan)"
if [ -e /opt/yizhan.before ]; then echo "the old program was left over"; exit 1; fi
"""


@dataclass(frozen=True, slots=True)
class Packages:
    old: Path
    next: Path
    broken: Path
    mended: Path


@dataclass(frozen=True, slots=True)
class Seen:
    """`numbers`: applications that the room lists; `stands`: the version in its place; `dpkg`: what dpkg says."""

    numbers: int
    stands: str
    dpkg: str
    said: str


def packages(first: Path, work: Path) -> Packages:
    """The next release, one whose migration fails, and the one that mends it, all from the package that was built."""
    return Packages(
        first,
        derived(first, work / "next.deb", NEXT, migration=ADDS),
        derived(first, work / "broken.deb", BROKEN, migration=FAILS),
        derived(first, work / "mended.deb", MENDED, migration=ADDS),
    )


def version_of(package: Path) -> str:
    """As its file is named: yizhan_VERSION_ARCH.deb."""
    return package.name.split("_")[1]


def filled(bare: Path, given: Packages, work: Path) -> Machine:
    """A room that works with the old package and has applications in it."""
    machine = Machine(work / "filled", [bare])
    for name in ("old", "next", "broken", "mended"):
        machine.put(getattr(given, name), f"{name}.deb")
    put_answers(machine)
    machine.run(APPLY + FILL)
    return machine


def put_answers(machine: Machine) -> None:
    """What `apply` files."""
    answers = json.loads((ROOT / "forms" / "services" / f"{SERVICE}.json").read_text(encoding="utf-8"))
    text = json.dumps(answers["x-samples"]["valid"][0]["answers"])
    (machine.disk / "tmp" / "answers.json").write_text(text, encoding="utf-8")
    _sign(machine.disk / "tmp" / "signature.png")


def _sign(target: Path) -> None:
    from PIL import Image, ImageDraw

    drawing = Image.new("RGB", (320, 120), "white")
    ImageDraw.Draw(drawing).line([(20, 90), (90, 20), (150, 100), (300, 40)], fill="black", width=5)
    drawing.save(target)


APPLY = f"""
apply() {{
    yizhan apply {SERVICE} /tmp/answers.json --token "token-of-application-$1" \
        --material /declaration/signature=/tmp/signature.png > /dev/null
}}
"""


def boot(machine: Machine, before: str, token: str) -> Seen:
    """Run `before`, start the service as a boot does, and look whether the room works."""
    return _seen(machine.run(f"{APPLY}{before}\n{sound(token)}"))


def sound(token: str) -> str:
    return SOUND.replace("$RANDOM_TOKEN", token)


def _seen(said: str, at: int = -1) -> Seen:
    """What SOUND said the last time, or the time `at`."""
    found = {name: re.findall(rf"^{name}=(.*)$", said, re.MULTILINE)[at] for name in ("numbers", "stands", "dpkg")}
    return Seen(int(found["numbers"]), found["stands"], found["dpkg"], said)


START = "systemctl start yizhan.service\nanswers kiosk\n"


def comes_through(machine: Machine) -> Seen:
    """The next release over a room that serves; then the old one, which is refused and changes nothing."""
    script = "dpkg -i /tmp/next.deb\nanswers kiosk\nif dpkg -i /tmp/old.deb; then exit 1; fi\n"
    return boot(machine, START + script, "through")


def goes_back(machine: Machine) -> tuple[Seen, Seen]:
    """A release whose migration fails, and after it the one that mends it."""
    back = boot(machine, START + "if dpkg -i /tmp/broken.deb; then exit 1; fi\n", "back")
    again = boot(machine, START + "if dpkg --configure -a; then exit 1; fi\ndpkg -i /tmp/mended.deb\n", "mended")
    return back, again


# the program on a disk that has room for a third of the next one
SMALL_DISK = """
size=$(($(du -sm /opt/yizhan | cut -f 1) + 40))
cp -a /opt/yizhan /tmp/moved
mount -t tmpfs -o size=${size}m none /opt
cp -a /tmp/moved /opt/yizhan
"""


def full_disk(machine: Machine) -> tuple[Seen, Seen]:
    """The disk is full while dpkg unpacks; and the same package again when there is room."""
    fails = "if dpkg -i /tmp/next.deb; then exit 1; fi\n"
    again = "mount -o remount,size=1g /opt\ndpkg -i /tmp/next.deb\nanswers kiosk\n"
    said = machine.run(f"{APPLY}{SMALL_DISK}{START}{fails}{sound('full')}{again}{sound('room-again')}")
    return _seen(said, 0), _seen(said)


# ends the script of the package, and what it runs, as soon as the new program takes the room over
KILL_POSTINST = """
dpkg -i /tmp/next.deb &
dpkg=$!
running() { grep -l -s -z -e "$1" /proc/[0-9]*/cmdline | cut -d / -f 3; }
until [ -n "$(running '^finish$')" ]; do kill -0 $dpkg; done
kill -9 $(running '[y]izhan.postinst') $(running '[y]izhan/settle') $(running '^finish$')
if wait $dpkg; then exit 1; fi
"""


def killed(machine: Machine) -> tuple[Seen, Seen]:
    """The package's script is killed in the middle; the next boot, and after it `dpkg --configure -a`."""
    woke = boot(machine, f"{START}{KILL_POSTINST}{START}", "killed")
    return woke, boot(machine, f"{START}dpkg --configure -a\n", "configured")


@dataclass(frozen=True, slots=True)
class Cut:
    after_s: float
    mid: bool
    """whether dpkg was still at it"""
    woke: Seen
    """the room as the next boot finds it"""
    ended: Seen
    """and after the package was installed again"""


def cut_off(machine: Machine, folder: Path, count: int) -> list[Cut]:
    """The power goes at `count` moments spread over the installation, each on a disk of its own."""
    whole = machine.copy(folder / "whole")
    said = whole.run(f"{START}date +%s.%N\ndpkg -i /tmp/next.deb\ndate +%s.%N\n")
    first, last = re.findall(r"^\d+\.\d+$", said, re.MULTILINE)
    took_s = float(last) - float(first)
    found = []
    for number in range(count):
        one = machine.copy(folder / str(number))
        after_s = took_s * (number + 1) / (count + 1)
        mid = one.cut(f"{START}echo go\ndpkg -i /tmp/next.deb\n", after_s)
        woke = boot(one, START, f"woke-{number}")
        ended = boot(one, f"{START}dpkg -i /tmp/next.deb\n", f"ended-{number}")
        found.append(Cut(after_s, mid, woke, ended))
    return found
