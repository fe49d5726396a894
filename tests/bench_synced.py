"""Every route that writes, of the room and of the centre: is what it wrote on the disk before its answer (tests/synced_routes.py)?

The tests of the pages walk the routes; a request of theirs that wrote has to have synced all of it when its answer stands.
The control is the same walk over a part of them with `synchronous = NORMAL`, which must be seen to fail.
YIZHAN_SYNCED_TESTS gives other files.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import synced_routes
from synced_routes import ROOT, Route, Seen, Walk

AT_ONCE: Final = 2
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TESTS: Final = (
    "test_edge_staff", "test_edge_staff_cases", "test_edge_staff_correction", "test_edge_staff_counter", "test_edge_staff_intake",
    "test_edge_staff_today", "test_edge_staff_card", "test_edge_three", "test_edge_confirming", "test_edge_delivery_sheets",
    "test_edge_duties", "test_edge_fingerprints", "test_edge_kept_forms", "test_edge_later", "test_edge_needs", "test_edge_prefill",
    "test_edge_payments", "test_edge_handover", "test_edge_prints", "test_edge_ratings", "test_edge_receiving_pages",
    "test_edge_stock", "test_edge_consents", "test_edge_looks", "test_edge_practice", "test_edge_sheet_printer",
    "test_edge_today", "test_edge_expiring", "test_edge_locked", "test_edge_receipt_print", "test_edge_versions",
    "test_edge_upgrade", "test_second_proof", "test_edge_visits", "test_edge_whole_pages", "test_edge_writs", "test_edge_api", "test_edge_status",
    "test_kiosk_areas", "test_kiosk_apply", "test_kiosk_screens", "test_kiosk_helper", "test_kiosk_private",
    "test_kiosk_aloud", "test_kiosk_pen", "test_kiosk_pinyin", "test_pairing", "test_publishing_screens", "synced_forms",
    "test_sync_room_desk", "test_sync_ferry_screens", "test_sync_complaints",
    "test_sync_board", "test_sync_calling_back", "test_sync_centre_api", "test_sync_centre_aside", "test_sync_centre_cases",
    "test_sync_centre_deciding", "test_sync_centre_enrolment", "test_sync_centre_phone", "test_sync_centre_receiver",
    "test_sync_centre_review", "test_sync_centre_review_desk", "test_sync_centre_tokens", "test_sync_centre_webhooks",
    "test_sync_centre_writs", "test_sync_fleet", "test_sync_invitations", "test_sync_packs", "test_sync_reports",
    "test_sync_sampling", "test_sync_supervising", "test_sync_supplied", "test_sync_walls", "test_sync_centre_accounts",
    "test_sync_epochs", "test_sync_https", "synced_forms_centre",
)  # fmt: skip  # a table
# what takes a form and keeps nothing of it on the disk -> why
KEEPS_NOTHING: Final[dict[Route, str]] = {
    **{
        ("room", "POST", f"/kiosk/{one}"): "an answer and no more"
        for one in ("find", "keys/pen", "keys/radicals", "keys/words")
    },
    ("room", "POST", "/kiosk/aloud"): "a voice, kept in memory",
    ("room", "POST", "/kiosk/view"): "a cookie: how large the letters are",
    ("room", "POST", "/console/transfer"): "wakes the carrying, which writes for itself",
    ("room", "POST", "/console/ferry"): "begins a copy, which writes for itself",
    ("centre", "POST", "/review/ferry"): "begins a copy, which writes for itself",
    **{("room", "POST", f"/console/practice{one}"): "the room of beginners is thrown away" for one in ("", "/reset")},
    ("room", "POST", "/console/unlock"): "lets the start go on, which writes for itself",
    ("centre", "POST", "/sync/v1/<node_id>/recall"): "gives back what is there",
    ("centre", "POST", "/sync/v1/<node_id>/enrolment"): "gives a file that was made before",
}
CONTROL: Final = (
    "test_edge_ratings",
    "test_edge_stock",
    "test_edge_api",
    "test_sync_centre_tokens",
    "test_sync_centre_deciding",
)


def files(names: tuple[str, ...]) -> list[str]:
    """Of these files without what opens a browser: it is of no use here, and strace would look into it too."""
    there = [f"tests/{name}.py" for name in names if (ROOT / "tests" / f"{name}.py").is_file()]
    return [*there, "-m", "not browser"]


def figures() -> list[dict[str, Any]]:
    if not synced_routes.is_possible():
        sys.stdout.write("  strace is missing (apt-get install strace): no system call was looked at\n")
        return []
    asked = os.environ.get("YIZHAN_SYNCED_TESTS", "").split()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        halves = list(
            pool.map(synced_routes.walk, [asked] if asked else [files(TESTS[at::AT_ONCE]) for at in range(AT_ONCE)])
        )
    full, normal = synced_routes.joined(halves), synced_routes.walk(files(CONTROL), "NORMAL")
    if not normal.early():
        raise RuntimeError("the control run (NORMAL) was synced: the check sees nothing")
    early = [f"{' '.join(route)}: {sorted(full.routes[route].left)}" for route in full.early()]
    sys.stdout.write("".join(f"    {one}\n" for one in early))
    silent = unseen(full)
    answers = sum(seen.wrote for seen in full.routes.values())
    parts = ", ".join(f"{part} {sum(route[0] == part for route in full.writing())}" for part in ("room", "centre"))
    return [
        {"name": "routes that were seen to write", "value": len(full.writing()), "unit": "", "beside": f"{parts}; {answers} answers"},
        {"name": "of their answers, given before a sync", "value": sum(full.routes[route].early for route in full.early()),
         "unit": "", "limit": 0, "beside": "; ".join(early) or "none"},
        {"name": "control (NORMAL): writing routes seen to be early", "value": len(normal.early()), "unit": "",
         "beside": f"of {len(normal.writing())}; has to be above 0"},
        {"name": "routes for changes that keep nothing", "value": len(KEEPS_NOTHING), "unit": "",
         "beside": "; ".join(f"{' '.join(route)}: {why}" for route, why in KEEPS_NOTHING.items())},
        {"name": "other routes for changes that no test had write", "value": len(silent), "unit": "",
         **({} if asked else {"limit": 0}), "beside": "; ".join(silent) or f"none of {len(changes(full))}"},
    ]  # fmt: skip  # a table


def changes(walk: Walk) -> list[Route]:
    """The routes that take more than questions."""
    return sorted(route for route in walk.known if route[1] not in READS)


def unseen(walk: Walk) -> list[str]:
    """Those that were not seen to write, though it is not known that they keep nothing: no test got them to."""
    quiet = [route for route in changes(walk) if not walk.routes.get(route, Seen()).wrote]
    return [" ".join(route) for route in quiet if route not in KEEPS_NOTHING]
