"""What the runs over a bad link come to: each figure is that of the middle run, with the spread of all."""

from __future__ import annotations

import statistics
from typing import Any

CUT_PERIOD_S, CUT_S = 30, 10
RATE_BYTES_S = 8_000  # of the line that is cut

Run = dict[str, float]
Figure = dict[str, Any]


def drained(link: str, runs: list[Run], rate: int, how: str, limit: float | None = None) -> list[Figure]:
    """Against the time that its sealed bytes alone take."""
    run = _middle(runs, "seconds")
    times = [one["seconds"] * rate / one["sealed"] for one in runs]
    beside = f"{how}{run['count']} applications in {run['seconds']:.1f} s, {run['sealed'] / run['count']:.0f} B each, {run['down'] / run['count']:.0f} B down"
    value = round(statistics.median(times), 2)
    figure = {"name": f"drain at {link}", "value": value, "unit": "x", "beside": beside + _spread(times)}
    return [figure if limit is None else figure | {"limit": limit}]


def cuts(name: str, runs: list[Run], clean: list[Run], how: str) -> list[Figure]:
    """`handed`: bytes that were handed to the system for sending, also those that a cut took before they arrived."""
    run, least = _middle(runs, "seconds"), statistics.median(one["sealed"] for one in clean) / RATE_BYTES_S
    whole = statistics.median(one["handed"] for one in clean)
    times = [_up_s(one["seconds"]) / least for one in runs]
    again = [100 * (one["handed"] / whole - 1) for one in runs]
    beside = f"{how}{run['count']} applications in {run['seconds']:.0f} s, of these {_up_s(run['seconds']):.0f} s up"
    handed = f"bytes handed over: {_middle(runs, 'handed')['handed']:.0f}, without cuts {whole:.0f}"
    twice = statistics.median(100 * one["twice"] / one["count"] for one in runs)
    return [
        {"name": f"{name}, up-time used", "value": round(statistics.median(times), 2), "unit": "x", "limit": 1.5, "beside": beside + _spread(times)},
        {"name": f"{name}, re-sent", "value": round(statistics.median(again), 1), "unit": "%", "limit": 10, "beside": handed + _spread(again)},
        {"name": f"{name}, came twice", "value": round(twice, 1), "unit": "%", "beside": "of the events"},
        {"name": f"{name}, lost or doubled", "value": sum(abs(one["lost"]) for one in runs), "unit": "", "limit": 0},
    ]  # fmt: skip  # a table


def _up_s(seconds: float) -> float:
    """How long of that the line stood."""
    whole, rest = divmod(seconds, CUT_PERIOD_S)
    return whole * (CUT_PERIOD_S - CUT_S) + min(rest, CUT_PERIOD_S - CUT_S)


def _middle(runs: list[Run], key: str) -> Run:
    return sorted(runs, key=lambda run: run[key])[len(runs) // 2]


def _spread(values: list[float]) -> str:
    return f"; {min(values):.2f} to {max(values):.2f} in {len(values)} runs" if len(values) > 1 else ""
