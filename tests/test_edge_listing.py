"""What other programs see of the counter: the list of applications, and with each its notices, documents and bills."""

import json

import pytest
from counter_data import CARD, FEE, drawn, file, police, publish, token
from desk_app import application, centre_says, sign_duties

from edge import defects, handover, payments
from edge.api import bodies
from edge.cli import main
from edge.handover import Handing
from tests.programs import holds


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def officer(node):
    made = police(node)
    sign_duties(node, "wei")
    return made


def told(capsys, code, *words):
    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def served(node, officer) -> str:
    """An application that was corrected, paid for, decided, called for and handed over."""
    number = file(node)
    items = defects.missing(application(node, number))
    defects.tick(node, number, items, by=officer)
    defects.hand(node, number, signed="glass", proof=drawn(node, defects.SLOT), by=officer, token=token())
    payments.draw(node, number, 2000, "工本费", "here", actor=officer.actor, token=token())
    bill = application(node, number).state.bills[0].number
    payments.receive(node, number, bill, "cash", "00012345", actor=officer.actor, token=token())
    centre_says(node, "application.decided", number, {"result": "granted"})
    handover.arrive(node, number, CARD, "station", place="A3", actor=officer.actor, token=token())
    handover.call(node, number, "phone", "told", "跟他儿子说的", actor=officer.actor, token=token())
    here = [one.id for one in application(node, number).state.delivery.here]
    given = Handing(here, "room", "signature", compared=True, material=drawn(node, handover.SIGNATURE))
    handover.hand(node, number, given, actor=officer.actor, name=officer.name, token=token())
    return number


def test_show_tells_of_notices_documents_and_money_and_of_nobody(node, officer, home, capsys):
    number = served(node, officer)
    node.close()
    shown = holds("show", told(capsys, 0, "show", number, "--home", home))
    (notice,) = shown["notices"]
    assert (notice["signed"], notice["side"]) == ("glass", "node")
    assert "居民户口簿" in notice["labels"]
    documents = shown["documents"]
    assert documents["here"] == documents["travelling"] == []
    assert documents["calls"] == [{"at": documents["calls"][0]["at"], "how": "phone", "reached": "told"}]
    (handed,) = documents["handed"]
    assert (handed["names"], handed["how"], handed["proof"], handed["by_proxy"]) == ([CARD], "room", "signature", False)
    (bill,) = shown["bills"]
    assert (bill["amount"], bill["state"], bill["receipt"]) == (2000, "paid", "00012345")
    assert "儿子" not in json.dumps(shown, ensure_ascii=False)


def test_the_api_shows_the_same_by_its_contract(node, officer):
    from edge.api.endpoints import contract
    from forms import validation

    number = served(node, officer)
    shown = bodies.application(application(node, number), node.calendar, node.clock.now())
    assert validation.problems(contract()["components"]["schemas"]["Application"], shown) == []
    assert [one["state"] for one in shown["bills"]] == ["paid"]
    assert "王秀梅" not in json.dumps(shown, ensure_ascii=False)


def test_the_list_finds_by_state_text_and_day_and_says_when_there_is_more(node, officer, home, capsys):
    numbers = [file(node), file(node, name="石永福")]
    payments.draw(node, numbers[0], 2000, "工本费", "here", actor=officer.actor, token=token())
    centre_says(node, "application.decided", numbers[0], {"result": "granted"})
    node.close()
    everything = holds("list", told(capsys, 0, "list", "--home", home))
    assert [one["number"] for one in everything["applications"]] == numbers[::-1]
    assert everything["more"] is False
    assert "石永福" not in json.dumps(everything, ensure_ascii=False)
    (closed,) = told(capsys, 0, "list", "--state", "closed", "--home", home)["applications"]
    assert (closed["number"], closed["result"], closed["bills_due"]) == (numbers[0], "granted", 1)
    (named,) = told(capsys, 0, "list", "--text", "石永福", "--home", home)["applications"]
    assert named["service"]["id"] == FEE
    first = told(capsys, 0, "list", "--limit", "1", "--home", home)
    assert (len(first["applications"]), first["more"]) == (1, True)
    assert told(capsys, 0, "list", "--since", "2027-01-01", "--home", home)["applications"] == []
    assert main(["list", "--text", "石永福", "--home", str(home)]) == 0
    assert numbers[1] in capsys.readouterr().out
