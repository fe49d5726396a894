from datetime import date

from edge.calendar import seed
from forms.calendar import Calendar


def test_the_seed_knows_the_holidays_and_the_moved_working_days_of_2026():
    calendar = seed()
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))
    assert calendar.is_workday(date(2026, 11, 20))
    assert not calendar.is_workday(date(2026, 11, 21))


def test_a_year_that_is_not_announced_counts_monday_to_friday_and_is_not_known():
    calendar = seed()
    unknown = max(calendar.years) + 1
    assert not calendar.knows(date(unknown, 1, 1), date(unknown, 1, 2))
    new_year = date(unknown, 1, 1)
    assert calendar.is_workday(new_year) is (new_year.weekday() < 5)
    assert calendar.knows(date(2026, 1, 1), date(2026, 12, 31))


def test_the_seed_survives_being_written_and_read():
    assert Calendar.from_data(seed().as_data()) == seed()
