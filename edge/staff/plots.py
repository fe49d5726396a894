"""A small plot of received and closed applications over the days of a period, as numbers for an SVG."""

from dataclasses import dataclass
from datetime import date, timedelta

from forms.figures import Figures, Period

WIDTH, HEIGHT, LABELS = 960, 150, 26
BUCKETS_LABELLED = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; pixels of the plot."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, a week or a month: its two bars and its label, "" where there would be too many."""

    title: str
    received: int
    closed: int
    bars: tuple[Bar, Bar]
    label: str
    at: int


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one bucket."""

    title: str
    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Plot:
    """The whole; `top` is the largest count."""

    buckets: list[Bucket]
    top: int
    width: int = WIDTH
    height: int = HEIGHT
    full_height: int = HEIGHT + LABELS


def plot(found: Figures, period: Period) -> Plot | None:
    """By day for a month, by week for a quarter, by month for a year; None for a day and for nothing."""
    spans = _spans(period)
    if len(spans) < 2 or not found.days:  # noqa: PLR2004  one bar says no more than the number does
        return None
    sums = [_sum(found, span) for span in spans]
    top = max(max(pair) for pair in sums)
    step, every = WIDTH // len(spans), -(-len(spans) // BUCKETS_LABELLED)
    buckets = [
        Bucket(span.title, *pair, _bars(pair, top, place * step, step), "" if place % every else span.label, at)
        for place, (span, pair) in enumerate(zip(spans, sums, strict=True))
        for at in (place * step + step // 2,)
    ]
    return Plot(buckets, top)


def _spans(period: Period) -> list[Span]:
    if period.kind == "year":
        months = [Period.of("month", period.first.replace(month=month)) for month in range(1, 13)]
        return [Span(one.title, f"{one.first.month}月", one.first, one.last) for one in months]
    length = 7 if period.kind == "quarter" else 1
    found, day = [], period.first
    while day <= period.last:
        last = min(day + timedelta(days=length - 1), period.last)
        title = f"{day.month}月{day.day}日" + (f"至{last.month}月{last.day}日" if last > day else "")
        found.append(Span(title, f"{day.month}/{day.day}" if length > 1 else str(day.day), day, last))
        day = last + timedelta(days=1)
    return found


def _sum(found: Figures, span: Span) -> tuple[int, int]:
    first, last = span.first.isoformat(), span.last.isoformat()
    inside = [pair for day, pair in found.days.items() if first <= day <= last]
    return sum(pair[0] for pair in inside), sum(pair[1] for pair in inside)


def _bars(pair: tuple[int, int], top: int, left: int, step: int) -> tuple[Bar, Bar]:
    width = max(2, step * 3 // 8)
    heights = [-(-count * HEIGHT // top) for count in pair]
    bars = [Bar(left + step // 8 + place * width, HEIGHT - tall, width, tall) for place, tall in enumerate(heights)]
    return bars[0], bars[1]
