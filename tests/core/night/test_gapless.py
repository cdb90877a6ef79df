"""The blocks of a night between two gaps are one stretch, at the rate that they really had."""

import numpy as np
import pytest

from edgekit.night.gapless import gapless
from edgekit.night.night import Samples
from tests.helpers.short_night import steady


def test_blocks_that_follow_are_joined_and_a_gap_parts_them() -> None:
    first, second = steady(60), steady(30, start_s=60.01)  # half a sample's step late
    after = steady(10, start_s=95)
    nothing = Samples(90.0, 50.0, np.zeros((0, 3), np.float32))
    joined, alone = gapless([first, second, nothing, after])
    assert (joined.start_s, len(joined.xyz_g), joined.rate_hz) == (0.0, 4500, 50.0)
    assert (joined.xyz_g[3000:] == second.xyz_g).all()
    assert alone.start_s == 95 and list(gapless([nothing])) == []


def test_a_rate_that_drifts_is_its_mean() -> None:
    first = steady(60, rate_hz=49.0)
    (joined,) = gapless([first, steady(60, start_s=60, rate_hz=51.0)])
    assert joined.rate_hz == pytest.approx(50.0)
    assert joined.end_s == pytest.approx(120)
