"""The ledger of sealed and numbered blanks: each number once, in order, every gap explained, all of it in the log."""

import json
import secrets
import subprocess
import sys
import textwrap

import pytest
from desk_app import Desk, add_officer, application, centre_says, desk_app
from kiosk_app import Citizen, kiosk_app
from programs import ask

from edge import applications, log, projections, stock, stock_slips
from edge.errors import YizhanError
from edge.node import open_node
from forms import lint_service
from forms.definition import PACKAGED, load
from sync.centre import log as centre_log
from sync.https import HttpsLink
from sync.push import Push
from tests.sync_pair import NODE, give_enrolment

SERVICE = "chuzu-fangwu"
PAPER = "出租房屋登记回执"
WEI = "officer:wei"


def token() -> str:
    return secrets.token_urlsafe(18)


def received(node, first="CZ000101", last="CZ000105"):
    stock.receive(node, PAPER, first, last, actor=WEI, token=token())


def filed(node) -> str:
    sample = load(PACKAGED / f"{SERVICE}.json").samples["valid"][0]
    # `import`: the sample's photographs come later
    found = applications.file(
        node,
        SERVICE,
        sample["answers"],
        token=token(),
        channel="import",
        actor="import",
        on=sample["context"]["filing_day"],
    )
    return found.number


def granted(node) -> str:
    number = filed(node)
    centre_says(node, "application.decided", number, {"result": "granted"})
    return number


def issue(node, number, slip="CZ000101", **more):
    stock.issue(node, PAPER, slip, number, actor=WEI, token=more.get("token") or token())


def balance(node):
    with node.database.read() as tx:
        return stock_slips.balances(tx)[0]


def acts(node) -> list[str]:
    with node.database.read() as tx:
        return [event.kind for event in log.all_of(tx, "node") if event.kind.startswith("stock.")]


def code_of(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as refused:
        call(*args, **more)
    return refused.value.code


def test_a_run_of_numbers_is_received_once(node):
    received(node)
    assert balance(node) == stock_slips.Balance(PAPER, 5, 0, 0, "CZ000101")
    assert code_of(received, node, "CZ000105", "CZ000110") == "stock_known"
    assert balance(node).unused == 5
    assert acts(node) == ["stock.received"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("CZ5", "CZ10"),
        ("CZ10", "CZ05"),
        ("AB01", "CZ02"),
        ("", ""),
        ("CZ000001", "CZ005001"),
        ("1;2", "3"),
        ("１", "２"),
    ],
)
def test_a_range_that_is_none_is_refused(node, first, last):
    assert code_of(received, node, first, last) == "stock_range_wrong"
    assert acts(node) == []


def test_only_papers_of_this_rooms_services_are_taken_in(node):
    assert code_of(stock.receive, node, "结婚证", "1", "2", actor=WEI, token=token()) == "stock_unknown"


def test_the_next_number_is_issued_for_a_granted_application_and_for_no_other(node):
    received(node)
    waiting = filed(node)
    assert code_of(issue, node, waiting) == "stock_not_due"
    number = granted(node)
    with node.database.read() as tx:
        assert stock.owed(tx, applications.get(tx, number)) == [PAPER]
        assert [one.number for one in stock.awaiting(node, tx)] == [number]
    assert code_of(issue, node, number, "CZ000102") == "stock_not_next"
    issue(node, number)
    assert code_of(issue, node, number, "CZ000102") == "stock_not_due"
    assert balance(node) == stock_slips.Balance(PAPER, 4, 1, 0, "CZ000102")
    with node.database.read() as tx:
        assert stock.owed(tx, applications.get(tx, number)) == []
        assert stock.awaiting(node, tx) == []


def test_a_refused_application_gets_no_paper(node):
    received(node)
    number = filed(node)
    centre_says(node, "application.decided", number, {"result": "returned", "reason": "不在本辖区"})
    assert code_of(issue, node, number) == "stock_not_due"


def test_an_unknown_application_gets_no_paper(node):
    received(node)
    assert code_of(issue, node, NODE + "19999990") == "not_found"
    assert acts(node) == ["stock.received"]


def test_the_same_form_sent_twice_uses_one_number(node):
    received(node)
    number, once = granted(node), token()
    issue(node, number, token=once)
    issue(node, number, token=once)
    assert acts(node) == ["stock.received", "stock.issued"]


def test_a_number_is_skipped_only_by_voiding_it_with_a_reason(node):
    received(node)
    number = granted(node)
    assert code_of(stock.void, node, PAPER, "CZ000101", " ", actor=WEI, token=token()) == "stock_reason_missing"
    stock.void(node, PAPER, "CZ000101", "受潮", actor=WEI, token=token())
    assert code_of(stock.void, node, PAPER, "CZ000101", "又受潮", actor=WEI, token=token()) == "stock_not_here"
    assert code_of(issue, node, number, "CZ000101") == "stock_not_next"
    issue(node, number, "CZ000102")
    with node.database.read() as tx:
        assert stock_slips.find(tx, PAPER, "CZ000101").reason == "受潮"


def test_a_spoilt_paper_is_voided_and_the_application_waits_for_another(node):
    received(node)
    number = granted(node)
    issue(node, number)
    stock.void(node, PAPER, "CZ000101", "写错", actor=WEI, token=token())
    with node.database.read() as tx:
        assert stock.owed(tx, applications.get(tx, number)) == [PAPER]
        assert stock_slips.find(tx, PAPER, "CZ000101").application == number
    issue(node, number, "CZ000102")


def test_a_count_that_differs_needs_its_words(node):
    received(node)
    stock.count(node, PAPER, 5, "", actor=WEI, token=token())
    assert code_of(stock.count, node, PAPER, 4, "", actor=WEI, token=token()) == "stock_count_note"
    stock.count(node, PAPER, 4, "少一份，正在找", actor=WEI, token=token())
    with node.database.read() as tx:
        last = stock.history(tx)[0]
    assert last[1:] == ("stock.counted", WEI, {"stock": PAPER, "unused": 4, "expected": 5, "note": "少一份，正在找"})


def test_the_table_is_the_same_after_it_was_rebuilt_from_the_log(node):
    received(node)
    issue(node, granted(node))
    stock.void(node, PAPER, "CZ000102", "丢失", actor=WEI, token=token())
    with node.database.write() as tx:
        before = stock_slips.all_of(tx)
        projections.rebuild(tx)
        assert stock_slips.all_of(tx) == before
    assert [one.state for one in before] == ["issued", "voided", "unused", "unused", "unused"]


def test_a_kill_in_the_middle_of_issuing_uses_no_number(home):
    node = open_node(home)
    received(node)
    node.close()
    program = textwrap.dedent(f"""
        import os
        from pathlib import Path
        from edge import stock, stock_slips
        from edge.node import open_node
        node = open_node(Path({str(home)!r}))
        stock_slips.project = lambda tx, event: os._exit(9)  # the event is written, the transaction is not committed
        stock.void(node, {PAPER!r}, "CZ000101", "x", actor="officer:wei", token="abcdefgh")
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    again = open_node(home)
    try:
        assert balance(again).unused == 5
        assert acts(again) == ["stock.received"]
    finally:
        again.close()


def test_two_desks_at_once_never_get_the_same_number(node):
    import threading

    received(node)
    numbers = [granted(node) for _ in range(4)]
    errors = []

    def take(number):
        for slip in stock_slips.numbers("CZ000101", "CZ000105"):
            try:
                issue(node, number, slip)
            except YizhanError as error:
                errors.append(error.code)
            else:
                return

    threads = [threading.Thread(target=take, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with node.database.read() as tx:
        slips = [slip for slip in stock_slips.all_of(tx) if slip.state == "issued"]
    assert len({slip.number for slip in slips}) == len({slip.application for slip in slips}) == len(slips)
    assert set(errors) <= {"stock_not_next"}


def test_the_centre_takes_these_events_and_what_follows_them(node, centre, server):
    give_enrolment(node, centre, server.url)
    received(node)
    number = filed(node)
    link = HttpsLink(server.url)
    report = Push(node, link).drain()
    link.close()
    assert report.problem is None
    with node.database.read() as tx:
        assert log.unsent(tx) == 0
        assert tx.execute("SELECT count(*) FROM quarantine").fetchone()[0] == 0
    with centre.store.read() as tx:
        held = [(event.kind, event.application) for event in centre_log.walk(tx, NODE, "node")]
    assert held == [("stock.received", ""), ("application.filed", number)]


# --- what a definition says about its seals


def with_results(results, **service):
    value = json.loads((PACKAGED / f"{SERVICE}.json").read_text(encoding="utf-8"))
    value["x-service"] |= {"results": results, **service}
    return value


def result(kind="granted", **more):
    return {"kind": kind, "title": "已登记", **more}


def places(value) -> list[str]:
    return [place for place, _, _ in lint_service.troubles(value) if "/results" in place or "/urgent" in place]


def test_a_blank_without_its_name_is_a_fault():
    assert places(with_results([result(seal="stock")])) == ["/x-service/results/0/seal"]
    assert places(with_results([result(seal="stock", document=PAPER)])) == []


@pytest.mark.parametrize("seal", ["station", "centre"])
def test_nothing_is_done_on_the_spot_where_its_seal_is_elsewhere(seal):
    at_once = {"case_type": "即办件", "decide_at": "node"}
    assert places(with_results([result(seal=seal)], **at_once)) == ["/x-service/results/0/seal"]
    assert places(with_results([result(seal=seal)], case_type="承诺件", decide_at="node")) == []
    assert places(with_results([result(seal=seal)], case_type="即办件", decide_at="station")) == []
    assert places(with_results([result(seal="stock", document=PAPER)], **at_once)) == []


def test_what_is_sealed_cannot_be_urgent_by_its_content():
    urgent = {"sealed": "supervisor", "urgent": {"sentence_pending": "急"}}
    assert places(with_results([result(seal="none")], **urgent)) == ["/x-service/urgent"]


def test_the_guide_says_what_one_gets_and_whose_seal_it_bears(node):
    citizen = Citizen(kiosk_app(node))
    assert f"{PAPER}（预先盖章并编号）" in citizen.get(f"/kiosk/service/{SERVICE}")
    assert "（盖派出所印章）" in citizen.get("/kiosk/service/wufanzui-zhengming")
    assert "告诫书" not in citizen.get("/kiosk/service/anquan-qiuzhu").partition("办好给什么")[2]


# --- at the desk


@pytest.fixture
def desk(node):
    add_officer(node, "wei", "韦建国", rank="民警")
    return Desk(desk_app(node))


def test_nothing_counts_as_done_before_its_sealed_document_was_handed_out(node, desk):
    received(node)
    number = granted(node)
    status = Desk(desk.client.application, None)
    with node.database.read() as tx:
        address = f"/s/{applications.get(tx, number).state.receipt.token}"
    assert "已准予，凭证待出具" in status.text(address)
    assert "另有 1 件文书待出具" in desk.text("/console/")
    assert "已准予，盖章文书待出具" in desk.text(f"/console/applications/{number}")
    issue(node, number)
    assert "凭证待出具" not in status.text(address)
    assert "文书待出具" not in desk.text("/console/")
    assert "待出具" not in desk.text(f"/console/applications/{number}")


def test_the_page_takes_in_issues_voids_and_shows_who_did_it(node, desk):
    assert PAPER in desk.text("/console/stock")
    once = token()
    given = {"stock": PAPER, "first": "cz000101", "last": "cz000103", "token": once}
    desk.done("/console/stock/receive", given)
    desk.done("/console/stock/receive", given)
    number = granted(node)
    assert "盖章文书待出具" in desk.text("/console/applications?state=closed")
    assert "不算办结" in desk.text(f"/console/applications/{number}")
    page = desk.text(f"/console/stock?application={number}")
    assert 'value="CZ000101"' in page
    desk.done("/console/stock/issue", {"stock": PAPER, "number": "CZ000101", "application": number, "token": token()})
    desk.done("/console/stock/void", {"stock": PAPER, "number": "CZ000102", "reason": "受潮", "token": token()})
    desk.done("/console/stock/count", {"stock": PAPER, "unused": "1", "note": "", "token": token()})
    page = desk.text("/console/stock")
    assert "韦建国" in page
    assert "受潮" in page
    assert "CZ000101" in desk.text(f"/console/applications/{number}")
    assert acts(node) == ["stock.received", "stock.issued", "stock.voided", "stock.counted"]


def test_what_is_wrong_comes_back_with_everything_typed(node, desk):
    answer = desk.post("/console/stock/receive", {"stock": PAPER, "first": "AB1", "last": "CD2", "token": token()})
    assert answer.status_code == 422
    assert 'value="AB1"' in answer.text
    assert "号码段不对" in answer.text
    assert desk.post("/console/stock/count", {"stock": PAPER, "unused": "x", "token": token()}).status_code == 422


def test_an_assistant_issues_but_neither_takes_in_nor_voids(node):
    add_officer(node, "luo", "罗辅警")
    desk = Desk(desk_app(node), "luo")
    for act in ("receive", "void", "count"):
        assert desk.post(f"/console/stock/{act}", {"stock": PAPER, "token": token()}).status_code == 403
    received(node)
    number = granted(node)
    desk.get("/console/stock")
    desk.done("/console/stock/issue", {"stock": PAPER, "number": "CZ000101", "application": number, "token": token()})
    assert application(node, number).head.phase == "closed"


def test_a_stranger_reaches_nothing_of_it(node):
    stranger = Desk(desk_app(node), None)
    assert "login" in stranger.get("/console/stock", follow=False).headers["Location"]
    stranger.post("/console/stock/receive", {"stock": PAPER, "first": "A1", "last": "A2", "token": token()})
    assert acts(node) == []


def test_the_command_lists_the_ledger(home):
    node = open_node(home)
    received(node)
    node.close()
    answer = ask("stock", "stock", "--home", home)
    assert answer["stocks"] == [{"stock": PAPER, "unused": 5, "issued": 0, "voided": 0, "next": "CZ000101"}]
    assert len(answer["slips"]) == 5
