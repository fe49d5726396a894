"""Planting faults, as `make proof ONLY=mutation` does it by the hundred: the tests notice one, and what changes nothing is no fault."""

import ast

import bench_mutation
import mutants
import pytest

pytestmark = pytest.mark.slow


def the(module: str, function: str, what: str) -> mutants.Place:
    return next(place for place in mutants.places_of(module) if place.name == (module, function, what))


def test_a_fault_is_noticed_by_the_tests_that_come_through_its_line_and_by_no_others() -> None:
    """The vectors of the protocol open envelopes; of the witness they know nothing."""
    faults = [
        the("sync.header", "_read_kind", "version != _VERSION with Eq"),
        the("sync.header", "EnvelopeError.__init__", "left out: super().__init__(f'{code}: {reason}')"),
        the("edge.witness", "_parse", "None returned for head if _line(head) == line + '\\n' else None"),
    ]
    found = bench_mutation.run(
        faults, ["test_sync_vectors"], {"sync.header": ["test_sync_vectors"], "edge.witness": []}
    )
    assert found["failing"] == []
    assert [one["noticed"] for one in found["controls"]] == [True, False]
    assert [one["noticed"] for one in found["faults"]] == [True, False, False]


def test_the_same_seed_chooses_the_same_places_and_none_of_those_that_change_nothing() -> None:
    once = bench_mutation.chosen(100, "7")
    assert once == bench_mutation.chosen(100, "7") != bench_mutation.chosen(100, "8")
    assert len(set(once)) == 100
    assert not {place.name for place in bench_mutation.places()} & set(bench_mutation.EQUIVALENT)
    assert len(bench_mutation.chosen(0)) == len(bench_mutation.places()) > 500


@pytest.mark.parametrize("module", sorted(bench_mutation.MODULES))
def test_every_place_makes_another_module_than_the_one_that_is_there(module: str) -> None:
    whole = ast.unparse(mutants.planted(module, mutants.UNCHANGED)[0])
    for place in mutants.places_of(module)[::9]:
        assert ast.unparse(mutants.planted(module, place.at)[0]) != whole
