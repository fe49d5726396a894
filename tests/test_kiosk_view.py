import pytest

from kiosk.view import View


@pytest.mark.parametrize("cookie", ["", "nonsense", "elder; path=/", "zh-CN.zh-CN.zh-CN", "é"])
def test_an_odd_cookie_is_the_standard_look(cookie):
    assert View.read(cookie) == View()


@pytest.mark.parametrize("view", [View(), View(elder=True), View(language="en"), View(True, True, True, "en")])
def test_a_view_is_read_as_it_was_written(view):
    assert View.read(view.written()) == view


def test_a_wish_changes_one_thing_and_an_unknown_wish_nothing():
    large = View().changed("elder")
    assert large == View(elder=True)
    assert large.changed("en") == View(elder=True, language="en")
    assert large.changed("standard") == View()
    assert large.changed("no such wish") == large
    assert large.changed("aloud").changed("alone") == View(elder=True, aloud=True, alone=True)
    assert View(aloud=True, alone=True).changed("silent").changed("helped") == View()
