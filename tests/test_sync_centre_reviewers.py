import pytest
from sqlalchemy import select

from edge.errors import YizhanError
from forms.definition import PACKAGED, load
from sync.centre import definitions, reviewers, tables
from sync.centre.centre import open_centre

PASSWORD = "vier-dicke-huehner"


def refused_with(code, do, *args):
    with pytest.raises(YizhanError) as caught:
        do(*args)
    assert caught.value.code == code


def test_an_account_is_made_once_and_its_password_is_only_kept_hashed(centre):
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    refused_with("account_exists", reviewers.add, centre, "li", "李", PASSWORD)
    with centre.store.read() as tx:
        assert PASSWORD not in str(tx.execute(select(tables.account)).all())
    assert reviewers.log_in(centre, "li", PASSWORD).actor == "centre:li"
    assert reviewers.names(centre) == ["li"]


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("Li", PASSWORD, "account_name_wrong"),
        ("li", "kurz", "password_too_short"),
        ("li", "aaaaaaaaaa", "password_too_plain"),
    ],
)
def test_a_weak_account_is_refused(centre, name, password, code):
    refused_with(code, reviewers.add, centre, name, "李", password)
    assert reviewers.names(centre) == []


def test_a_guess_is_counted_before_it_is_looked_at(centre, monkeypatch):
    reviewers.add(centre, "li", "李", PASSWORD)

    def crash(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(reviewers.accounts, "verify_password", crash)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            reviewers.log_in(centre, "li", "geraten-1")
    refused_with("account_locked", reviewers.log_in, centre, "li", PASSWORD)


def test_a_right_password_forgets_the_wrong_ones(centre):
    reviewers.add(centre, "li", "李", PASSWORD)
    for _ in range(4):
        refused_with("wrong_password", reviewers.log_in, centre, "li", "falsch-falsch")
    reviewers.log_in(centre, "li", PASSWORD)
    refused_with("wrong_password", reviewers.log_in, centre, "li", "falsch-falsch")
    reviewers.log_in(centre, "li", PASSWORD)


def test_a_disabled_account_can_do_nothing(centre):
    li = reviewers.add(centre, "li", "李", PASSWORD)
    key = reviewers.add_key(centre, "li", "平台")
    reviewers.begin_session(centre, li, "token")
    assert reviewers.of_session(centre, "token") == li
    with centre.store.write() as tx:
        tx.execute(tables.account.update().values(active=False))
    assert reviewers.of_session(centre, "token") is None
    assert reviewers.of_key(centre, key) is None
    refused_with("account_disabled", reviewers.log_in, centre, "li", PASSWORD)


def test_a_key_is_kept_hashed_and_belongs_to_an_account(centre):
    refused_with("not_found", reviewers.add_key, centre, "nobody", "平台")
    reviewers.add(centre, "li", "李", PASSWORD)
    key = reviewers.add_key(centre, "li", "平台")
    assert reviewers.of_key(centre, key).name == "li"
    assert reviewers.of_key(centre, key[:-1]) is None
    with centre.store.read() as tx:
        assert key not in str(tx.execute(select(tables.api_key)).all())


def test_a_session_lasts_while_it_is_used_and_at_most_eight_hours(centre, clock):
    li = reviewers.add(centre, "li", "李", PASSWORD)
    reviewers.begin_session(centre, li, "token")
    for _ in range(23):
        clock.advance(minutes=20)
        assert reviewers.of_session(centre, "token") == li
    clock.advance(minutes=21)
    assert reviewers.of_session(centre, "token") is None


def test_definitions_that_were_ever_used_stay(centre, tmp_path):
    packaged = load(PACKAGED / "juzhu-dengji.json")
    assert centre.definitions.get(packaged.digest).title == packaged.title
    older = load(packaged.raw | {"version": "2025.1.1"})
    assert centre.definitions.get(older.digest) is None
    for _ in range(2):
        with centre.store.write() as tx:
            definitions.register(tx, older, centre.clock.now())
    again = open_centre(tmp_path / "centre")
    assert again.definitions.get(older.digest).version == "2025.1.1"
    assert again.settings.name == "省公安厅"
    again.close()
