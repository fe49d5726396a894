"""Real processes, half of all connections spoiled, each program killed twice: a small piece of `make proof ONLY=chaos`."""

from pathlib import Path

from chaos import EVENTS_EACH, chaos, fill, lines


def test_two_nodes_and_the_centre_end_with_the_same_logs(tmp_path: Path) -> None:
    found = chaos(tmp_path, events=200, nodes=2, live=50, kill_every_s=(3.0, 5.0))
    assert (found["lost"], found["doubled"], found["identical"]) == (0, 0, True)
    # besides, a node writes of itself: its slots and its room once it is in touch, a ticket after it was cut off
    assert found["of_applications"] == 300
    assert min(found["kills_centre"], found["kills_nodes"]) >= 2
    assert found["bad_connections"] > 0
    # the control: what the centre has not got is seen as lost
    fill(tmp_path / "node0", EVENTS_EACH, 95_000)
    lost, doubled, _, _, identical = lines(tmp_path / "node0", tmp_path / "centre")
    assert (lost, doubled, identical) == (EVENTS_EACH, 0, False)
