"""出件: nothing is handed out unseen, undecided or unproven; who is told, who takes it, and by which parcel."""

import subprocess
import sys
import textwrap

import pytest
from conftest import FixedClock
from counter_data import AT_ONCE, CARD, SLIP, drawn, file, picture, police, publish, token
from desk_app import application, centre_says, kinds

from edge import applications, handover, handover_list, originals, pickup, projections, stock, stock_slips
from edge.errors import YizhanError
from edge.handover import Handing, Proxy
from edge.node import open_node

WEI = "officer:wei"


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def number(node):
    police(node)
    found = file(node)
    centre_says(node, "application.decided", found, {"result": "granted"})
    return found


def code_of(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as refused:
        call(*args, **more)
    return refused.value.code


def arrive(node, number, name=CARD, **more):
    given = {"place": "A3", **more}
    handover.arrive(node, number, name, "centre", actor=WEI, token=given.pop("token", token()), **given)


def here(node, number) -> list[str]:
    return [one.id for one in application(node, number).state.delivery.here]


def giving(node, number, **changes) -> Handing:
    given = {
        "documents": here(node, number),
        "how": "room",
        "proof": "signature",
        "compared": True,
        "material": drawn(node, handover.SIGNATURE),
    }
    return Handing(**{**given, **changes})


def hand(node, number, given=None, **changes):
    once = changes.pop("token", token())
    given = given or giving(node, number, **changes)
    return handover.hand(node, number, given, actor=WEI, name="韦建国", token=once)


def stage(node, number) -> str:
    with node.database.read() as tx:
        return handover_list.stage_of(tx, number)


def test_the_whole_way_of_a_document(node, number):
    assert stage(node, number) == "expected"
    arrive(node, number)
    assert stage(node, number) == "here"
    handover.call(node, number, "phone", "not_reached", "", actor=WEI, token=token())
    assert stage(node, number) == "here"
    handover.call(node, number, "phone", "told", "本人接的", actor=WEI, token=token())
    assert stage(node, number) == "told"
    hand(node, number)
    state = application(node, number).state
    assert stage(node, number) == "served"
    assert state.delivery.here == ()
    assert (state.delivery.handed[0].names, state.delivery.handed[0].proof) == ((CARD,), "signature")
    assert kinds(node, number)[1:] == ["document.received", "document.called", "document.called", "document.handed"]


def test_what_was_promised_is_not_served_before_somebody_signed(node, number):
    """承诺件不能跳过送达 (M63)."""
    arrive(node, number)
    for proof in ("", "word", "carrier", "record"):
        assert code_of(hand, node, number, proof=proof, remark="收到") == "handover_unproven"
    assert code_of(hand, node, number, material=None) == "handover_unproven"
    assert code_of(hand, node, number, proof="fingerprint", material=None) == "handover_unproven"
    assert code_of(hand, node, number, proof="photo") == "handover_witness"
    assert code_of(hand, node, number, proof="photo", witness="韦建国") == "handover_witness"
    assert code_of(hand, node, number, compared=False) == "handover_unchecked"
    assert kinds(node, number) == ["application.filed", "document.received"]
    assert stage(node, number) == "here"


@pytest.mark.parametrize(
    "changes",
    [
        {"proof": "fingerprint", "material": None, "remark": "不会写字，右手食指按在领取单上"},
        {"proof": "photo", "witness": "杨成武"},
        {"how": "visit"},
        {"how": "window", "proof": "record", "material": None, "remark": "县局窗口11月20日签收", "compared": False},
    ],
)
def test_other_ways_to_prove_it(node, number, changes):
    arrive(node, number)
    hand(node, number, **changes)
    assert stage(node, number) == "served"


def test_nothing_is_handed_out_before_it_was_decided(node):
    police(node)
    number = file(node)
    arrive(node, number)
    assert code_of(hand, node, number) == "handover_open"
    assert kinds(node, number) == ["application.filed", "document.received"]


def test_nothing_is_handed_out_before_its_originals_were_seen(node):
    """先传后审: the original comes last, and what is handed out waits for it (M81)."""
    police(node)
    number = file(node, AT_ONCE)
    stock.receive(node, SLIP, "DC000001", "DC000005", actor=WEI, token=token())
    given = {"documents": [SLIP]}
    stock.issue(node, SLIP, "DC000001", number, actor=WEI, token=token())
    assert code_of(hand, node, number, **given) == "originals_unseen"
    originals.record(node, number, ["card"], actor=WEI, token=token())
    hand(node, number, **given)
    assert application(node, number).state.delivery.handed[0].names == (SLIP,)


def test_what_is_done_on_the_spot_is_taken_in_and_handed_out_in_one_sitting(node):
    """即办: the sealed blank is issued and handed over with one form (M63)."""
    police(node)
    number, once = file(node, AT_ONCE), token()
    stock.receive(node, SLIP, "DC000001", "DC000005", actor=WEI, token=token())
    originals.record(node, number, ["card"], actor=WEI, token=token())
    assert code_of(hand, node, number, documents=[SLIP]) == "handover_sealed"
    given = giving(node, number, documents=[SLIP])
    for _ in range(2):
        handover.at_once(node, number, {SLIP: "DC000001"}, given, actor=WEI, name="韦建国", token=once)
    with node.database.read() as tx:
        slips = stock_slips.of_application(tx, number)
    assert [slip.number for slip in slips] == ["DC000001"]
    assert kinds(node, number) == ["application.filed", "originals.seen", "document.handed"]


def test_a_proxy_needs_a_name_a_number_and_his_authorisation(node, number):
    arrive(node, number)
    letter = picture(node, handover.LETTER)
    for proxy in (Proxy("", "1", "女儿", letter), Proxy("王芳", "", "女儿", letter), Proxy("王芳", "1", "女儿", None)):
        assert code_of(hand, node, number, proxy=proxy) == "proxy_incomplete"
    hand(node, number, proxy=Proxy("王芳", "522425199003070985", "女儿", letter))
    handed = application(node, number).state.delivery.handed[0]
    assert handed.proxy == {"name": "王芳", "id_number": "522425199003070985", "relation": "女儿"}
    assert letter.sha256 in handed.proofs


def test_the_pick_up_code_is_that_of_the_receipt_or_the_documents_own(node, number):
    arrive(node, number, own_code=True)
    state = application(node, number).state
    own = state.delivery.here[0].code
    assert len(own) == 6
    pickup.check(node, application(node, number), f" {own[:3]} {own[3:]} ")
    hand(node, number, code=state.receipt.code, compared=False)
    assert stage(node, number) == "served"


def test_a_part_is_handed_out_against_the_code_of_the_one_receipt_that_people_hold(node):
    """一件事: whoever files it goes home with one receipt; the numbers of the parts stand on it, their codes do not."""
    answers = node.newest("xinshenger-chusheng").samples["valid"][0]["answers"]
    filed = applications.file(
        node, "xinshenger-chusheng", answers, token="token-whole", channel="import", actor="import"
    )
    parts = [number for _, number in application(node, filed.number).state.parts]
    code = application(node, filed.number).state.receipt.code
    for number in parts:
        pickup.check(node, application(node, number), code)
    stranger = file(node)
    others = application(node, stranger).state.receipt.code
    assert code_of(pickup.check, node, application(node, parts[0]), others) == "pickup_wrong"
    assert code_of(pickup.check, node, application(node, filed.number), others) == "pickup_wrong"


def test_five_wrong_codes_lock_and_a_restart_forgives_nothing(node, home, number):
    arrive(node, number)
    right = application(node, number).state.receipt.code
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert code_of(hand, node, number, code=wrong, compared=False) == "pickup_wrong"
    assert code_of(hand, node, number, code=right, compared=False) == "pickup_locked"
    assert pickup.locked_minutes(node, number) == 15
    node.close()
    fresh = FixedClock(ticks=0)
    again = open_node(home, fresh)
    try:
        assert code_of(hand, again, number, code=right, compared=False) == "pickup_locked"
        fresh.raise_floor(fresh.ticks() + pickup.LOCK_MS + 1)
        hand(again, number, code=right, compared=False)
        assert stage(again, number) == "served"
    finally:
        again.close()


def test_a_locked_code_does_not_lock_out_who_shows_his_card(node, number):
    arrive(node, number)
    for _ in range(5):
        code_of(hand, node, number, code="1", compared=False)
    hand(node, number)
    assert stage(node, number) == "served"


def test_parcels_are_found_both_ways_and_served_only_when_somebody_signed(node, number):
    arrive(node, number, parcel=("邮政速递", "ea 1234567"))
    handover.post(node, number, here(node, number), ("邮政速递", "EB7654321CN"), free=True, actor=WEI, token=token())
    assert stage(node, number) == "posted"
    with node.database.read() as tx:
        assert handover_list.search(tx, "EA1234567") == [number]
        assert handover_list.search(tx, "eb7654321cn") == [number]
        assert handover_list.search(tx, "EX0000000") == []
    assert (
        code_of(hand, node, number, documents=["别的"], how="post", proof="carrier", remark="x") == "handover_unposted"
    )
    hand(
        node,
        number,
        documents=[CARD],
        how="post",
        proof="carrier",
        remark="11月25日本人签收",
        material=None,
        compared=False,
    )
    assert stage(node, number) == "served"
    assert application(node, number).state.delivery.posted[0].free


@pytest.mark.parametrize("parcel", [("", "EA1234567"), ("邮政", "单号"), ("邮政", "1")])
def test_a_parcel_without_carrier_or_number_is_refused(node, number, parcel):
    assert code_of(arrive, node, number, parcel=parcel) == "parcel_wrong"


def test_a_document_is_handed_over_once(node, number):
    arrive(node, number)
    given = giving(node, number)
    once = token()
    hand(node, number, given, token=once)
    hand(node, number, given, token=once)
    assert kinds(node, number).count("document.handed") == 1
    assert code_of(hand, node, number, given) == "document_not_here"
    assert code_of(hand, node, number, documents=[]) == "document_none"


def test_a_code_that_was_right_is_not_asked_again_for_a_repeat(node, number):
    arrive(node, number)
    given, once = giving(node, number, code=application(node, number).state.receipt.code, compared=False), token()
    hand(node, number, given, token=once)
    hand(node, number, given, token=once)
    assert kinds(node, number).count("document.handed") == 1


def test_two_desks_hand_one_document_over_once(node, number):
    import threading

    arrive(node, number)
    given = [giving(node, number) for _ in range(4)]
    codes = []

    def give(one):
        try:
            hand(node, number, one)
        except YizhanError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=give, args=(one,)) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["document_not_here"] * 3
    assert kinds(node, number).count("document.handed") == 1


def test_a_kill_in_the_middle_serves_nothing(home):
    node = open_node(home)
    police(node)
    number = file(node)
    centre_says(node, "application.decided", number, {"result": "granted"})
    arrive(node, number)
    arrived = here(node, number)
    node.close()
    program = textwrap.dedent(f"""
        import os
        from pathlib import Path
        from edge import handover, heads
        from edge.handover import Handing
        from edge.node import open_node
        node = open_node(Path({str(home)!r}))
        heads.project = lambda tx, number: os._exit(9)  # the event is written, the transaction is not committed
        given = Handing({arrived!r}, "room", "fingerprint", compared=True, remark="不会写字")
        handover.hand(node, {number!r}, given, actor="officer:wei", name="韦建国", token="abcdefgh")
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    again = open_node(home)
    try:
        assert kinds(again, number) == ["application.filed", "document.received"]
        assert stage(again, number) == "here"
    finally:
        again.close()


def test_the_lists_are_the_same_after_a_rebuild(node, number):
    arrive(node, number, parcel=("邮政速递", "EA1234567"))
    handover.call(node, number, "phone", "told", "", actor=WEI, token=token())
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx)
        assert projections.dump(tx) == before
    assert stage(node, number) == "told"


def test_every_list_of_the_counter_is_read_by_an_index(node):
    queries = (
        "SELECT application FROM handover WHERE stage = 'here' ORDER BY since LIMIT 100",
        "SELECT DISTINCT application FROM parcel WHERE number = 'x'",
        "SELECT number FROM bill WHERE state = 'due' ORDER BY at LIMIT 100",
        "SELECT amount FROM till WHERE shift = 3",
        "SELECT 1 FROM till WHERE receipt = 'x'",
    )
    with node.database.read() as tx:
        for query in queries:
            plan = " ".join(str(row[3]) for row in tx.execute(f"EXPLAIN QUERY PLAN {query}"))
            assert "SCAN" not in plan, (query, plan)
