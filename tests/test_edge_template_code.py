"""Compiled templates are kept in the node's database: the next start compiles none of them."""

import flask
import pytest
from jinja2 import Environment

from edge import template_code
from edge.app import TEMPLATES, create_app
from edge.node import Node


def compiled(node: Node, monkeypatch: pytest.MonkeyPatch) -> tuple[flask.Flask, list[str]]:
    """A program of the node, and the templates that it compiles from now on."""
    app, names = create_app(node), []
    compile_now = Environment.compile

    def note(self, source, name=None, *given, **more):
        names.append(name)
        return compile_now(self, source, name, *given, **more)

    monkeypatch.setattr(Environment, "compile", note)
    assert app.test_client().get("/kiosk/").status_code == 200
    return app, names


def test_what_one_start_compiled_the_next_one_does_not(node, monkeypatch):
    first, names = compiled(node, monkeypatch)
    assert "kiosk/home.html" in names
    assert first.extensions[TEMPLATES].store() == len(set(names))
    assert first.extensions[TEMPLATES].store() == 0
    _, again = compiled(node, monkeypatch)
    assert again == []


def test_a_template_of_another_source_or_python_is_compiled_anew(node, monkeypatch):
    first, names = compiled(node, monkeypatch)
    first.extensions[TEMPLATES].store()
    with node.database.write() as tx:
        tx.execute("UPDATE template_code SET code = x'00112233'")
    _, again = compiled(node, monkeypatch)
    assert set(again) == set(names)


def test_a_page_inside_of_a_transaction_writes_nothing(node):
    kept = create_app(node).extensions[TEMPLATES]
    environment = Environment(bytecode_cache=kept, autoescape=True)
    with node.database.write() as tx:
        bucket = kept.get_bucket(environment, "one", None, "{{ 1 }}")
        bucket.code = environment.compile("{{ 1 }}")
        kept.set_bucket(bucket)
        assert tx.execute("SELECT count(*) FROM template_code").fetchone()[0] == 0
    assert kept.store() == 1


def test_a_database_that_refuses_costs_a_warning(node, caplog):
    kept = template_code.Kept(node.database)
    environment = Environment(bytecode_cache=kept, autoescape=True)
    bucket = kept.get_bucket(environment, "one", None, "{{ 1 }}")
    bucket.code = environment.compile("x" * 1_000_000)
    kept.set_bucket(bucket)
    with node.database.read() as tx:
        pages = tx.execute("PRAGMA page_count").fetchone()[0]
        tx.execute(f"PRAGMA max_page_count = {pages}")
    assert kept.store() == 0
    assert "not kept" in caplog.text
