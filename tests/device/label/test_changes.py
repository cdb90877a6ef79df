"""Changes are found where somebody turns or begins to move, and nowhere else."""

import numpy as np
import pytest

from edgekit.device.label.changes import change_points
from edgekit.device.label.signal import Signal, stretch_of
from tests.helpers.lying import make_lying


@pytest.mark.parametrize("rate_hz", [5.0, 20.0, 50.0, 100.0])
def test_each_turn_is_found_to_half_a_second(rate_hz: float) -> None:
    recording = make_lying("supine", "right", "prone", rate_hz=rate_hz)
    signal = Signal([stretch_of(recording.xyz_g, 0.0, rate_hz)])
    assert change_points(signal) == pytest.approx([30, 60], abs=0.5)


def test_a_walk_begins_and_ends_at_a_change() -> None:
    rng = np.random.default_rng(0)
    xyz_g = np.tile([0.0, 0.0, 1.0], (4500, 1)) + rng.normal(0, 0.01, (4500, 3))
    xyz_g[1500:3000] += 0.5 * np.sin(2 * np.pi * 2 * np.arange(1500) / 50)[:, None]
    signal = Signal([stretch_of(xyz_g, 0.0, 50.0)])
    assert change_points(signal) == pytest.approx([30, 60], abs=1.5)


def test_stillness_and_a_stretch_too_short_have_none() -> None:
    still, short = make_lying("supine", seconds=300), make_lying("supine", "prone", seconds=1)
    for recording in (still, short):
        assert change_points(Signal([stretch_of(recording.xyz_g, 0.0, 50.0)])) == []
