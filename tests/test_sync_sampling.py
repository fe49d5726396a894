"""抽查: the same seed draws the same, nobody draws or judges his own, what was found is an event of the room."""

from datetime import date

import pytest

from edge.errors import YizhanError
from sync.centre import cases, log, reviewers, sampling
from sync.centre.receiver import receive
from tests.centre_browser import logged_in, serving
from tests.centre_room import NODE, enrolled, number, sample
from tests.programs import ask

DU, CHEN, PASSWORD = "centre:du", "centre:chen", "vier-dicke-huehner"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
CLOSED = 8


@pytest.fixture
def room(centre):
    """Eight that are closed, one that is open, one that is sealed; two of the closed ones the drawer had a hand in."""
    made = enrolled(centre)
    for serial in range(1, CLOSED + 2):
        made.file_one(serial)
    made.write("application.filed", sample() | {"answers": {"sealed": "AAAA"}}, 20)
    made.write("identity.verified", {"method": "officer"}, 2, actor="officer:du")
    for serial in (*range(2, CLOSED + 1), 20):
        made.write("application.withdrawn", {}, serial)
    body = made.batch(first=1)
    made.read(receive(centre, made.node, body), body)
    cases.accept(centre, number(1), actor=DU)
    cases.decide(centre, number(1), actor=CHEN, result="granted")
    return made


def draw(centre, count=4, seed="一号种子", actor=DU, **more):
    return sampling.draw(centre, FIRST, LAST, count=count, seed=seed, actor=actor, **more)


def drawn(one):
    return [item.number for item in one.items]


def events(centre):
    with centre.store.read() as tx:
        return [event for _, event in log.of_room(tx, NODE, {"sample.drawn", "sample.judged"})]


def refused(act, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        act(*args, **more)
    return error.value.code


def test_the_same_seed_draws_the_same_and_is_written_down_once(centre, room):
    first, again = draw(centre), draw(centre)
    assert first == again
    assert drawn(first) == sampling.choose([number(at) for at in range(3, CLOSED + 1)], "一号种子", 4)
    (event,) = events(centre)
    assert (event.data["seed"], event.data["applications"], event.actor) == ("一号种子", drawn(first), DU)
    assert drawn(draw(centre, seed="二号种子")) != drawn(first)


def test_nobody_draws_what_he_had_a_hand_in_nor_what_is_sealed_or_open(centre, room):
    own = {number(1), number(2)}
    mine, others = draw(centre, count=100), draw(centre, count=100, actor="centre:anders")
    assert mine.population == CLOSED - 2
    assert not own & set(drawn(mine))
    assert own < set(drawn(others))
    assert {number(CLOSED + 1), number(20)}.isdisjoint(drawn(others))


def test_what_somebody_handled_he_does_not_judge(centre, room):
    one = draw(centre, count=100, actor="centre:anders")
    for actor in (DU, CHEN):
        assert refused(sampling.judge, centre, one.id, number(1), result="sound", actor=actor) == "sample_own"
    sampling.judge(centre, one.id, number(1), result="sound", actor="centre:anders")


def test_what_was_found_goes_down_to_the_room_once(centre, room):
    one = draw(centre)
    found = {"result": "faults", "text": "告知书没有签收"}
    for _ in range(2):
        sampling.judge(centre, one.id, drawn(one)[0], actor=DU, **found)
    said = [event.data for event in events(centre) if event.kind == "sample.judged"]
    assert said == [{"sample": one.id, "application": drawn(one)[0], **found}]
    assert refused(sampling.judge, centre, one.id, drawn(one)[0], result="sound", actor=DU) == "sample_judged"
    with centre.store.read() as tx:
        assert sampling.get(tx, one.id).open == 3


@pytest.mark.parametrize(("result", "text"), [("faults", " "), ("well", "x"), ("faults", "长" * 501)])
def test_a_fault_is_named(centre, room, result, text):
    one = draw(centre)
    assert refused(sampling.judge, centre, one.id, drawn(one)[0], result=result, text=text, actor=DU) == "sample_text"


def test_what_was_not_drawn_is_not_judged_and_nothing_is_drawn_from_nothing(centre, room):
    one = draw(centre, count=1)
    other = next(number(at) for at in range(3, CLOSED + 1) if number(at) not in drawn(one))
    assert refused(sampling.judge, centre, one.id, other, result="sound", actor=DU) == "not_found"
    assert refused(draw, centre, area="5203") == "sample_empty"
    for wrong in ({"count": 0}, {"count": 101}, {"seed": "x" * 65}, {"seed": "a\tb"}):
        assert refused(draw, centre, **wrong) == "sample_asked"


def test_a_draw_that_could_not_be_written_down_is_none(centre, room, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sampling, "_keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            draw(centre)
    assert events(centre) == []
    with centre.store.read() as tx:
        assert sampling.latest(tx, ("",)) == []


def test_the_page_and_the_command_draw_the_same(centre, room):
    for name, post in (("du", "supervisor"), ("li", "户政")):
        reviewers.add(centre, name, name, PASSWORD, post)
    with serving(centre) as address:
        boss, desk = logged_in(address, "du", PASSWORD), logged_in(address, "li", PASSWORD)
        boss.get("/review/samples")
        fields = {"first": "2026-11-01", "last": "2026-11-30", "count": "4", "seed": "一号种子"}
        assert boss.submit("/samples", **fields | {"count": "x"}).status == 422
        page = boss.submit("/samples", **fields)
        assert "从 6 件里抽出 4 件，种子 一号种子" in page.words
        (first, *_) = sampling.choose([number(at) for at in range(3, CLOSED + 1)], "一号种子", 4)
        page = boss.submit(f"/{first}/sample", result="faults", text="告知书没有签收")
        assert ("已记下，结果将下发警务室" in page.words, "还有 3 件没有复查" in page.words) == (True, True)
        assert desk.get("/review/samples").status == 403
    asked = ("--first", "2026-11-01", "--last", "2026-11-30", "--count", "4", "--seed", "一号种子", "--as", DU)
    said = ask("centre_sample", "centre", "sample", *asked, "--home", centre.settings.home)
    assert said["applications"] == drawn(draw(centre))
    assert len([event for event in events(centre) if event.kind == "sample.drawn"]) == 1
