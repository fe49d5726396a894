"""When a complaint that nobody answered becomes the next level's: by working days, in China's time, at most the province's."""

from datetime import date, timedelta

import pytest

from forms import escalation
from forms.calendar import Calendar

# Thursday and Friday before, a worked Sunday after: 2026-10-01 to 10-07 are holidays
CALENDAR = Calendar(
    frozenset({2026}),
    frozenset(date(2026, 10, day) for day in range(1, 8)),
    frozenset({date(2026, 10, 10)}),
)
CAME = "2026-11-20T16:30:00+08:00"  # a Friday


def test_each_level_has_two_working_days_of_its_own():
    assert escalation.last_days(CAME, CALENDAR) == ("2026-11-24", "2026-11-26", "2026-11-30")


def test_days_off_do_not_count_and_a_worked_saturday_does():
    assert escalation.last_days("2026-09-30T10:00:00+08:00", CALENDAR)[0] == "2026-10-09"
    assert escalation.last_days("2026-10-08T10:00:00+08:00", CALENDAR)[0] == "2026-10-10"


@pytest.mark.parametrize(
    ("at", "level"),
    [
        ("2026-11-20T16:31:00+08:00", 0),
        ("2026-11-24T23:59:59+08:00", 0),
        ("2026-11-25T00:00:00+08:00", 1),
        ("2026-11-26T23:59:59+08:00", 1),
        ("2026-11-27T00:00:00+08:00", 2),
        ("2027-06-01T00:00:00+08:00", 2),
    ],
)
def test_the_first_moment_behind_the_last_day_makes_it_the_next_levels_and_the_province_keeps_it(at, level):
    assert escalation.level(CAME, at, CALENDAR) == level
    assert escalation.is_late(CAME, at, CALENDAR) is (level > 0)


def test_the_day_is_chinas_whatever_zone_the_time_is_written_in():
    assert escalation.last_days("2026-11-20T16:30:00+00:00", CALENDAR)[0] == "2026-11-24"  # Saturday in China
    assert escalation.level(CAME, "2026-11-24T16:00:00+00:00", CALENDAR) == 1
    assert escalation.level(CAME, "2026-11-24T15:59:59+00:00", CALENDAR) == 0


@pytest.mark.parametrize("day", [date(2026, 9, 24) + timedelta(days=n) for n in range(24)])
def test_what_came_before_the_first_late_day_is_late_and_what_came_on_it_is_not(day):
    first = date.fromisoformat(escalation.first_late_day(day.isoformat(), CALENDAR))
    noon = f"{day.isoformat()}T12:00:00+08:00"
    before = first - timedelta(days=1)
    assert escalation.is_late(f"{before.isoformat()}T23:59:59+08:00", noon, CALENDAR)
    assert not escalation.is_late(f"{first.isoformat()}T00:00:00+08:00", noon, CALENDAR)


@pytest.mark.parametrize(("area", "level"), [("522425", 0), ("5224", 1), ("52", 2), ("", 0), ("5224250017", 0)])
def test_the_length_of_an_area_says_at_which_level_somebody_works(area, level):
    assert escalation.level_of_area(area) == level
