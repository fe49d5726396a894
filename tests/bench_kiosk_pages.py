"""Every page of the kiosk in every look: 长辈版 and standard, Chinese and English, upright and lying; and every page that
a telephone gets, of the room and of the province, in both sizes of type.

axe, and the numbers for old people measured on every line of text and every target as the browser lays them out: type,
distance of lines, contrast of the computed colours, size of targets and their distance, no scrolling sideways, no window
over the page, the order of focus. What is found is written to build/kiosk-pages.txt.
"""

import tempfile
from pathlib import Path
from typing import Any

from tests.browsing import chromium
from tests.kiosk_world import LOOKS, PAGES, Found, look_at, world
from tests.phone_world import look_at_phones, phones

REPORT = Path(__file__).resolve().parent.parent / "build" / "kiosk-pages.txt"


def figures() -> list[dict[str, Any]]:
    addresses = [address for several in PAGES.values() for address in several]
    with tempfile.TemporaryDirectory() as folder, world(Path(folder) / "home") as made, chromium() as browser:
        found = {look: list(look_at(browser, made, look, addresses)) for look in LOOKS}
        with phones(Path(folder) / "phones") as telephones:
            found["phone"] = list(look_at_phones(browser, telephones))
    everything = [one for several in found.values() for one in several]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(
        "".join(f"{one.place}: {fault}\n" for one in everything for fault in one.faults), encoding="utf-8"
    )
    seen = [
        _figure("pages seen, each in 8 looks", len(addresses), "pages", beside=f"{len(PAGES)} views"),
        _figure("lines of text measured", sum(one.texts for one in everything), "texts"),
        _figure("targets measured", sum(one.targets for one in everything), "targets"),
        _figure("axe violations", _count(everything, axe=True), "", limit=0),
        _figure("texts and targets outside of their numbers", _count(everything, axe=False), "", limit=0),
    ]
    return seen + [
        _figure(f"faults, {look}", sum(len(one.faults) for one in several), "", limit=0)
        for look, several in found.items()
    ]


def _count(found: list[Found], *, axe: bool) -> int:
    return sum(fault.startswith("axe ") is axe for one in found for fault in one.faults)


def _figure(name: str, value: int, unit: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, **more}
