"""What the fleet's pages say of clocks and disks."""

import pytest

from sync.centre.review import words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "准"),
        (-4, "准"),
        (5, "5 秒"),
        (-59, "-59 秒"),
        (60, "快 1 分钟"),
        (-7_199, "慢 119 分钟"),
        (7_200, "快 2 小时"),
        (-172_799, "慢 47 小时"),
        (172_800, "快 2 天"),
        (-864_000, "慢 10 天"),
    ],
)
def test_a_clock_is_said_in_the_unit_that_fits(seconds, said):
    assert words.skew(seconds) == said


@pytest.mark.parametrize(
    ("free", "said"), [(0, "0 MB"), (10_239, "10239 MB"), (10_240, "10 GB"), (1_048_576, "1024 GB")]
)
def test_a_disk_is_said_in_gb_where_that_says_enough(free, said):
    assert words.disk(free) == said
