"""A centre that has begun with packs, and what its tests do with it: draft, sign, publish, carry."""

import json

import pytest

from edge.errors import YizhanError
from edge.packs import documents
from sync.centre import packs, reviewers, spreading
from sync.centre import publishing as at_centre
from sync.push import Push
from tests.pack_world import KEYS, public

PASSWORD = "xiang-cun-lu-deng-7"
CALENDAR = json.dumps(
    {"years": [2027], "holidays": ["2027-01-01"], "workdays": [], "source": "国办发明电"}, ensure_ascii=False
)


def refused(code, act, *args, **more):
    with pytest.raises(YizhanError) as found:
        act(*args, **more)
    assert found.value.code == code
    return found.value


def signed_root(centre, *signers, **more):
    made = packs.draft_root(
        centre,
        [public("root-1"), public("root-2"), public("root-3")],
        [public("content-1"), public("content-2")],
        (2, 2),
        **more,
    )
    for name in signers or ("root-1", "root-2"):
        made = documents.sign(made, KEYS[name])
    return made.text


def begun(centre):
    """A centre that has begun with packs, with one county's key and a reviewer."""
    packs.install_root(centre, signed_root(centre))
    at_centre.add_key(centre, "522425", "罗明", public("county"))
    reviewers.add(centre, "lishen", "李审", PASSWORD)
    return centre


def folder(tmp_path, name, **files):
    root = tmp_path / name
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def published(bureau, content, *signers, note=""):
    made = packs.draft_content(bureau, content)
    for name in signers or ("content-1", "content-2"):
        made = documents.sign(made, KEYS[name])
    return packs.publish(bureau, made.text, by="centre:lishen", note=note)


def all_rooms(bureau, content):
    made = published(bureau, content)
    spreading.spread(bureau, made.number, by="x", share=100)
    return made


def drained(node, link):
    report = Push(node, link).drain()
    assert report.went_well, report.problem
