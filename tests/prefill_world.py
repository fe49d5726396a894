"""What the tests of prefill share: filing a sample, an officer's look, and counting what a hand typed."""

import json
import secrets

import pytest

from edge import applications, drafts, prefill
from edge.errors import YizhanError
from forms import page, pointer
from forms.answers import Context
from forms.definition import packaged

FIRST, SECOND = "juzhu-dengji", "juzhuzheng-shenling"
WANG, OTHER = "522425196603129840", "52242519850615981X"
OFFICER = "officer:wei"


def sample(service: str, index: int = 0) -> dict:
    return json.loads(json.dumps(packaged()[service].samples["valid"][index]["answers"]))


def file(node, service=FIRST, identity="officer", index=0, **changes):
    """A sample filed by a program, whose photographs may follow; `changes`: pointer -> value."""
    given = sample(service, index)
    for place, value in changes.items():
        pointer.put(given, place, value)
    return applications.file(
        node, service, given, token=secrets.token_urlsafe(), channel="import", actor="import", identity=identity
    )


def wang(node, number: str = WANG) -> prefill.Proof:
    return prefill.by_officer(number, OFFICER, seen=True)


def begin(node, service=SECOND, data=None) -> drafts.Draft:
    draft = drafts.create(node, service, OFFICER)
    return drafts.save(node, draft, data) if data else draft


def rows(node, query: str, *values) -> list[tuple]:
    with node.database.read() as tx:
        return [tuple(row) for row in tx.execute(query, values)]


def refusal(call, *arguments, **more) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        call(*arguments, **more)
    return caught.value


def typed(definition, answers: dict, prefilled: dict) -> int:
    """Answers that a hand gave: no photographs, no signature, no tick under a declaration, nothing prefilled."""
    shown = page.leaves(page.controls(definition, answers, context=Context("2026-11-21")))
    return sum(
        leaf.visible
        and not leaf.read_only
        and leaf.value is not None
        and leaf.kind not in ("file", "signature")
        and leaf.schema.get("const") is not True
        and prefilled.get(leaf.path) != leaf.value
        for leaf in shown
    )
