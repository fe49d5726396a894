from kiosk.tries import ALTOGETHER_MAX, PER_NUMBER_MAX, WINDOW_MS, Tries


def test_five_wrong_codes_close_a_number_for_ten_minutes_and_no_other_number():
    tries = Tries()
    for at in range(PER_NUMBER_MAX):
        assert not tries.blocked("1", at)
        tries.wrong("1", at)
    assert tries.blocked("1", 100)
    assert not tries.blocked("2", 100)
    assert not tries.blocked("1", WINDOW_MS + PER_NUMBER_MAX)


def test_many_wrong_codes_over_many_numbers_close_all():
    tries = Tries()
    for number in range(ALTOGETHER_MAX):
        tries.wrong(str(number), 0)
    assert tries.blocked("never tried", 1)
    assert not tries.blocked("never tried", WINDOW_MS + 1)


def test_what_is_over_is_forgotten():
    tries = Tries()
    tries.wrong("1", 0)
    tries.blocked("1", WINDOW_MS + 1)
    assert tries._wrong == {}
