"""The routes of the counter: the notice of all defects, handing over, money."""

from edge.ranks import POLICE
from edge.routes import ANY_POST, Route, Who

_POST = ("POST",)
_CASE = "/applications/<number>"
_RECEIVE = ("receive",)
_HAND_OUT = ("deliver", "receive")  # 即办 is taken in and handed out by one person
_CALL = ("deliver", "receive", "guide")
_TILL = ("deliver", "receive")
_WAIVE = ("deliver", "review", "supervise")
ROUTES = (
    Route(f"{_CASE}/defects", "defects.show", Who.OFFICER, posts=_RECEIVE),
    Route(f"{_CASE}/defects", "defects.tick", Who.OFFICER, _POST, posts=_RECEIVE),
    Route(f"{_CASE}/notice", "defects.sheet", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/notice", "defects.sign", Who.OFFICER, _POST, posts=_RECEIVE),
    Route(f"{_CASE}/proofs/<sha256>", "proofs.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/receipt", "receipts.print_slip", Who.OFFICER, _POST, posts=("receive", "deliver", "guide")),
    Route("/handover", "handover.show", Who.OFFICER, posts=ANY_POST),
    Route("/handover/find", "handover.find", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/handover", "handover.one", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/handover", "handover.hand", Who.OFFICER, _POST, posts=_HAND_OUT),
    Route(f"{_CASE}/handover/arrive", "handover.arrive", Who.OFFICER, _POST, posts=_HAND_OUT),
    Route(f"{_CASE}/handover/call", "handover.call", Who.OFFICER, _POST, posts=_CALL),
    Route(f"{_CASE}/handover/message", "handover.write", Who.OFFICER, _POST, posts=_CALL),
    Route(f"{_CASE}/handover/post", "handover.post", Who.OFFICER, _POST, posts=_HAND_OUT),
    Route(f"{_CASE}/handover/receipt", "delivery_sheets.receipt", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/handover/receipt/<event>", "delivery_sheets.handed", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/handover/waybill", "delivery_sheets.waybill", Who.OFFICER, posts=ANY_POST),
    Route("/payments", "payments.show", Who.OFFICER, posts=ANY_POST),
    Route("/payments", "payments.settle", Who.OFFICER, _POST, posts=_TILL),
    Route("/payments/shifts/<int:number>", "payments.shift", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/payments", "payments.one", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/payments", "payments.draw", Who.OFFICER, _POST, posts=_TILL),
    Route(f"{_CASE}/payments/receive", "payments.receive", Who.OFFICER, _POST, posts=_TILL),
    Route(f"{_CASE}/payments/waive", "payments.waive", Who.OFFICER, _POST, posts=_WAIVE, rank=POLICE),
    Route(f"{_CASE}/payments/void", "payments.void", Who.OFFICER, _POST, posts=_WAIVE, rank=POLICE),
    Route(f"{_CASE}/payments/<bill>", "payments.slip", Who.OFFICER, posts=ANY_POST),
)
