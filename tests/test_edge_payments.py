"""收费: the published fee and no other, paid only with a 票据号, shifts that add up, the platform's charge 0 always."""

import subprocess
import sys
import textwrap

import pytest
from counter_data import PERMIT, file, police, publish, token
from desk_app import application, centre_says, kinds

from edge import applications, bills, money, payments, projections, shifts
from edge.errors import YizhanError
from edge.node import open_node
from sync.centre import cases
from sync.centre.review import counter
from sync.https import HttpsLink
from sync.push import Push
from tests.sync_pair import give_enrolment

WEI = "officer:wei"


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def number(node):
    police(node)
    return file(node)


def code_of(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as refused:
        call(*args, **more)
    return refused.value.code


def draw(node, number, amount=2000, **more):
    given = {"what": "测试证工本费", "where": "here", "token": token(), **more}
    payments.draw(node, number, amount, actor=WEI, **given)
    return application(node, number).state.bills[-1].number


def pay(node, number, bill, receipt="00012345", by="cash", **more):
    payments.receive(node, number, bill, by, receipt, actor=WEI, token=more.get("token", token()))


def settle(node, counted, note="", payments_seen=None, **more):
    with node.database.read() as tx:
        shift, seen = shifts.current(tx), len(shifts.lines(tx, shifts.current(tx)))
    count = seen if payments_seen is None else payments_seen
    once = more.get("token", token())
    return shifts.settle(node, shift, count, counted, note, actor=WEI, token=once)


def running(node):
    with node.database.read() as tx:
        return shifts.lines(tx, shifts.current(tx))


def test_only_what_the_guide_publishes_may_be_charged(node, number):
    offered = payments.fees(application(node, number).definition, {})
    assert [(one.amount, one.local) for one in offered] == [(2000, True), (4000, True)]
    for amount in (1, 1999, 2001, 0, -2000, 100_000_01):
        assert code_of(draw, node, number, amount) == "fee_other"
    assert code_of(draw, node, file(node, PERMIT), 2000) == "fee_none"
    assert kinds(node, number) == ["application.filed"]


def test_the_sum_of_the_province_takes_the_place_of_the_default(node, number):
    offered = payments.fees(application(node, number).definition, {"test_fee": 15, "test_damaged": 30})
    assert (1500, False) in [(one.amount, one.local) for one in offered if not one.local]


def test_where_the_county_sets_the_fee_its_sum_is_typed(node):
    assert payments.is_open(node.newest("yangquan-dengji"))
    assert not payments.is_open(node.newest("shenfenzheng-huanling"))
    fees = payments.fees(node.newest("shenfenzheng-huanling"), {})
    assert {one.amount for one in fees} == {2000, 4000}


def test_a_bill_is_not_paid_before_its_receipt_number_is_there(node, number):
    bill = draw(node, number)
    assert application(node, number).state.bills[0].state == "due"
    for receipt in ("", "  ", "12", "票据12345", "1" * 41):
        assert code_of(pay, node, number, bill, receipt) == "receipt_number_wrong"
    assert code_of(pay, node, number, bill, by="shells") == "payment_way"
    assert code_of(pay, node, number, f"{number}-9") == "bill_unknown"
    with node.database.read() as tx:
        assert bills.count_due(tx) == 1
    pay(node, number, bill)
    it = application(node, number).state.bills[0]
    assert (it.state, it.by, it.receipt) == ("paid", "cash", "00012345")
    with node.database.read() as tx:
        assert bills.count_due(tx) == 0


def test_a_receipt_number_stands_for_one_payment(node, number):
    bill, other = draw(node, number), file(node, name="李彩霞")
    second = draw(node, other)
    pay(node, number, bill)
    assert code_of(pay, node, other, second) == "receipt_number_used"
    assert code_of(pay, node, number, bill, "00012346") == "bill_settled"


def test_the_same_form_sent_twice_is_one_payment(node, number):
    once = token()
    bill = draw(node, number, token=once)
    assert draw(node, number, token=once) == bill
    again = token()
    pay(node, number, bill, token=again)
    pay(node, number, bill, token=again)
    assert kinds(node, number) == ["application.filed", "payment.due", "payment.received"]
    assert len(running(node)) == 1


def test_one_bill_at_a_time(node, number):
    draw(node, number)
    assert code_of(draw, node, number) == "fee_again"


def test_a_waiver_needs_its_reason_and_is_no_payment(node, number):
    bill = draw(node, number)
    assert code_of(payments.waive, node, number, bill, " ", actor=WEI, token=token()) == "payment_reason"
    payments.waive(node, number, bill, "低保户，凭证明", actor=WEI, token=token())
    assert application(node, number).state.bills[0].state == "waived"
    assert running(node) == []
    assert code_of(pay, node, number, bill) == "bill_settled"


def test_a_record_by_mistake_is_taken_back_and_the_bill_is_due_again(node, number):
    bill = draw(node, number)
    assert code_of(payments.take_back, node, number, bill, "错", actor=WEI, token=token()) == "bill_not_paid"
    pay(node, number, bill)
    payments.take_back(node, number, bill, "票据号抄错", actor=WEI, token=token())
    assert application(node, number).state.bills[0].state == "due"
    assert [line.amount for line in running(node)] == [2000, -2000]
    assert shifts.sums(running(node)) == {"cash": 0}
    pay(node, number, bill, "00012346")
    assert shifts.sums(running(node)) == {"cash": 2000}


def test_a_shift_adds_up_or_says_why_not(node, number):
    assert code_of(settle, node, 0) == "shift_empty"
    pay(node, number, draw(node, number))
    other = file(node, name="李彩霞")
    pay(node, other, draw(node, other, 4000), "A-2026-0007", by="card")
    assert shifts.sums(running(node)) == {"cash": 2000, "card": 4000}
    assert code_of(settle, node, None) == "shift_counted"
    assert code_of(settle, node, 1900) == "shift_differs"
    assert code_of(settle, node, 2000, payments_seen=1) == "shift_changed"
    assert settle(node, 2000)
    with node.database.read() as tx:
        done = shifts.settled(tx)[0]
    assert (done.number, done.payments, done.expected, done.counted, done.difference, done.charge) == (
        1,
        2,
        2000,
        2000,
        0,
        0,
    )
    assert running(node) == []
    third = file(node, name="吴小梅")
    pay(node, third, draw(node, third), "00012399")
    settle(node, 1950, "少五角，找零时给多了")
    with node.database.read() as tx:
        assert [one.difference for one in shifts.settled(tx)] == [-50, 0]
        assert shifts.settled(tx)[0].note.startswith("少五角")


def test_what_is_taken_back_later_comes_out_of_the_later_shift(node, number):
    bill = draw(node, number)
    pay(node, number, bill)
    settle(node, 2000)
    payments.take_back(node, number, bill, "退款", actor=WEI, token=token())
    assert shifts.sums(running(node)) == {"cash": -2000}
    settle(node, 0, "退给申请人 20 元")
    with node.database.read() as tx:
        assert shifts.settled(tx)[0].expected == -2000


def test_a_shift_is_settled_once(node, number):
    pay(node, number, draw(node, number))
    once = token()
    with node.database.read() as tx:
        shift = shifts.current(tx)
    for settled in (True, False):
        assert shifts.settle(node, shift, 1, 2000, "", actor=WEI, token=once) is settled
    with node.database.read() as tx:
        assert len(shifts.settled(tx)) == 1


def test_the_till_is_the_same_after_a_rebuild(node, number):
    bill = draw(node, number)
    pay(node, number, bill)
    settle(node, 2000)
    payments.take_back(node, number, bill, "记错", actor=WEI, token=token())
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx)
        assert projections.dump(tx) == before
        assert shifts.current(tx) == 2


def test_nothing_is_charged_for_what_was_withdrawn(node, number):
    applications.withdraw(node, number, actor=WEI, reason="不办了")
    assert code_of(draw, node, number) == "not_allowed_now"


def test_a_kill_in_the_middle_takes_no_money(home):
    node = open_node(home)
    police(node)
    number = file(node)
    bill = draw(node, number)
    node.close()
    program = textwrap.dedent(f"""
        import os
        from pathlib import Path
        from edge import heads, payments
        from edge.node import open_node
        node = open_node(Path({str(home)!r}))
        heads.project = lambda tx, number: os._exit(9)  # the event is written, the transaction is not committed
        payments.receive(node, {number!r}, {bill!r}, "cash", "00012345", actor="officer:wei", token="abcdefgh")
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    again = open_node(home)
    try:
        assert application(again, number).state.bills[0].state == "due"
        assert running(again) == []
    finally:
        again.close()


def test_the_centre_sees_what_was_paid_and_what_was_not(node, centre, server):
    give_enrolment(node, centre, server.url)
    police(node)
    number = card(node)
    bill = draw(node, number, what="居民身份证工本费", where="online")
    link = HttpsLink(server.url)
    assert Push(node, link).drain().problem is None
    lines = counter.counter(cases.get(centre, number).state).lines
    assert lines == ["居民身份证工本费 20.00 元，待缴（联网后缴），手续费 0.00 元"]
    pay(node, number, bill, "JY2026112100017", by="online")
    assert Push(node, link).drain().problem is None
    link.close()
    lines = counter.counter(cases.get(centre, number).state).lines
    assert lines == ["居民身份证工本费 20.00 元，已缴（网上缴款，票据号 JY2026112100017），手续费 0.00 元"]


def card(node) -> str:
    """An application of a packaged service with a fee, which the centre knows too."""
    sample = node.newest("shenfenzheng-huanling").samples["valid"][0]
    return applications.file(
        node,
        "shenfenzheng-huanling",
        sample["answers"],
        token=token(),
        channel="import",
        actor="import",
        on=sample["context"]["filing_day"],
    ).number


def test_a_decided_application_may_still_be_paid(node, number):
    centre_says(node, "application.decided", number, {"result": "granted"})
    pay(node, number, draw(node, number))
    assert application(node, number).state.bills[0].state == "paid"


@pytest.mark.parametrize(("text", "fen"), [
    ("20", 2000), ("20.5", 2050), ("￥20.05", 2005), (" 0 ", 0), ("", None), ("-1", None), ("1.234", None), ("1e3", None), ("廿", None),
])  # fmt: skip  # a table
def test_sums_are_read_as_people_write_them(text, fen):
    assert money.fen(text) == fen


@pytest.mark.parametrize(("fen", "words"), [
    (2000, "贰拾元整"), (2050, "贰拾元伍角整"), (105, "壹元零伍分"), (1, "壹分"), (10203050, "壹拾万贰仟零叁拾元伍角整"), (1000000, "壹万元整"),
])  # fmt: skip  # a table
def test_a_bill_says_its_sum_in_capital_figures(fen, words):
    assert money.capital(fen) == words


def test_sums_are_shown_with_two_places():
    assert [money.yuan(one) for one in (0, 5, 2000, -50)] == ["0.00", "0.05", "20.00", "-0.50"]
