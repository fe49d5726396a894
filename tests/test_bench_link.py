"""The bench of the link where namespaces can't be made: it says so, and measures through a proxy of its own."""

import bench_link

COUNT = 40
LINE = ("--rate", "256000", "--delay", ".02", "--loss", "0")


def test_through_the_proxy_and_its_cuts_everything_arrives_once_and_the_line_says_what_it_was(monkeypatch):
    monkeypatch.setattr(bench_link, "NAMESPACES", False)
    said = []

    def measured(*options, **_more):
        said.append(run(*options, "--cut", "3,1", count=COUNT))
        return said[0]

    run = bench_link.drain
    monkeypatch.setattr(bench_link, "drain", measured)
    monkeypatch.setattr(bench_link, "SLOW", LINE)
    monkeypatch.setattr(bench_link, "RUNS", 1)
    monkeypatch.setenv("PROOF_LINK", "drain")
    (figure,) = bench_link.figures()
    assert figure["beside"].startswith("proxy, no loss (no root or /dev/net/tun); 40 applications in ")
    assert (said[0]["lost"], said[0]["count"]) == (0, COUNT)
    assert said[0]["handed"] > 0
