"""The calendar that a node starts with: the years that chinesecalendar has, until the province sends newer ones."""

from chinese_calendar.constants import holidays, workdays

from forms.calendar import Calendar


def seed() -> Calendar:
    """All published years of the package. A year that it does not know counts Monday to Friday and is marked so."""
    years = frozenset(day.year for day in holidays)
    return Calendar(years, frozenset(holidays), frozenset(workdays))
