"""Is this receipt one of ours? `yizhan verify-receipt`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from edge.commands.common import Commands, reporting, say
from edge.commands.node import opened

if TYPE_CHECKING:
    from edge.inbox.proven import SealedReceipt
    from edge.writs import Checked


def add_commands(commands: Commands) -> None:
    """Put `verify-receipt` into `commands`, the top level of the command line."""
    parser = reporting(commands, "verify-receipt", verify_receipt, "核对一张收件凭证是不是本室开出的；练习用的不算")
    parser.add_argument("text", metavar="TEXT", help="二维码里的文字，或者办件号")


def verify_receipt(args: argparse.Namespace) -> int:
    """Whose receipt it is; a fault for one that is not ours, or that is practice."""
    from edge import receipt_check, writs
    from edge.inbox import proven

    with opened(args) as node, node.database.read() as tx:
        writ = writs.check(tx, args.text)
        if writ is not None:
            return _writ(args, writ)
        sealed = proven.check(tx, args.text)
        if sealed is not None and not sealed.registered:
            return _sealed(args, sealed)
        found = receipt_check.check(tx, sealed.number if sealed else args.text)
    answer = {
        "genuine": True,
        "number": found.number,
        "service": found.head.title,
        "filed_at": found.state.filed_at,
        "state_title": found.head.phase_title,
    }
    words = (found.number, found.head.title, f"{answer['filed_at']} 收件", found.head.phase_title)
    say(args, answer, "是本室开出的凭证：" + "  ".join(words))
    return 0


def _writ(args: argparse.Namespace, writ: Checked) -> int:
    """A notice or a decision of the centre, by the centre's signature alone."""
    from edge.writ_proof import ACTS

    proof = writ.proof
    answer = {
        "genuine": True,
        "number": proof.application,
        "service": "",
        "filed_at": proof.day,
        "state_title": ACTS[proof.act],
    }
    same = "，和本室收到的一致" if writ.known else "，本室没有这一件，请和文书上的内容对照"
    say(args, answer, f"是省级中心作出的文书：{proof.application}  {proof.day} {ACTS[proof.act]}{same}")
    return 0


def _sealed(args: argparse.Namespace, sealed: SealedReceipt) -> int:
    """Genuine by its own signature, though what it was given for has not come in yet."""
    state = "密封在收件箱里，还没有登记"
    answer = {
        "genuine": True,
        "number": sealed.number,
        "service": "",
        "filed_at": sealed.at,
        "state_title": state,
    }
    say(args, answer, f"是本室开出的凭证：{sealed.number}  {sealed.at} 收件  {sealed.whose}  {state}")
    return 0
