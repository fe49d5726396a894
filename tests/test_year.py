"""A small sample of the simulated year: what `make proof ONLY=year` measures can hold, and can fail."""

from bench_year import PROMISED, rate, year

SHORT = {"services": {"wufanzui-zhengming": 1, "hukou-qianyi": 1}, "forgets": 0.3}


def test_a_room_that_heeds_today_is_in_time_and_one_that_does_not_is_late():
    heeded, told = year(40, heeds=True, days=28, **SHORT)
    ignored, _ = year(40, heeds=False, days=28, **SHORT)
    assert rate(heeded) >= PROMISED
    assert heeded.rates["in_time"].whole >= 20
    assert rate(ignored) < PROMISED
    assert told.done["reviewers rung up"] > 0
    assert 0.25 < told.away < 0.45
