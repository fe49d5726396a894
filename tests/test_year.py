"""A small sample of the simulated year: what `make proof ONLY=year` measures can hold, and can fail."""

import bench_footprint
import pytest
from bench_year import PROMISED, rate, year

from forms.figures import Figures, Rate

SHORT = {"services": {"wufanzui-zhengming": 1, "hukou-qianyi": 1}, "forgets": 0.3}


def test_a_room_that_heeds_today_is_in_time_and_one_that_does_not_is_late():
    heeded, told = year(40, heeds=True, days=28, **SHORT)
    ignored, _ = year(40, heeds=False, days=28, **SHORT)
    assert rate(heeded) >= PROMISED
    assert heeded.rates["in_time"].whole >= 20
    assert rate(ignored) < PROMISED
    assert told.done["reviewers rung up"] > 0
    assert 0.25 < told.away < 0.45


def test_a_time_in_which_nothing_was_closed_has_no_rate():
    with pytest.raises(ValueError, match="nothing was closed"):
        rate(Figures(rates={"in_time": Rate()}))


def test_a_footprint_of_too_few_days_is_refused_with_the_number_that_it_takes():
    assert bench_footprint.asked("29200,400") == (29_200, 400)
    with pytest.raises(ValueError, match="39 days: at least 40"):
        bench_footprint.asked("0,39")
