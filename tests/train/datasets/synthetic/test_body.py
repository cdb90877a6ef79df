"""People's surfaces: as different within a place of the body as between places."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pytest import approx, mark

from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic.body import draw_body
from edgekit.train.datasets.synthetic.disturbances import draw_habits

STRAIGHT = dict.fromkeys(SLEEP.placements, 0.0)


def people(angle: str) -> NDArray[np.float64]:
    """One angle of the surface, (1000 people, 3 placements), in degrees."""
    bodies = [
        draw_body(rng, draw_habits(rng), STRAIGHT)
        for rng in (np.random.default_rng(seed) for seed in range(1000))
    ]
    return np.array([[getattr(b, angle)[place] for place in SLEEP.placements] for b in bodies])


@mark.parametrize(("angle", "spread_deg"), [("slope_deg", 12), ("side_tilt_deg", 8)])
def test_slopes_and_tilts_of_the_three_places_overlap(angle: str, spread_deg: float) -> None:
    drawn = people(angle)
    assert drawn.std(axis=0) == approx([spread_deg] * 3, rel=0.1)
    for one, other in combinations(range(3), 2):
        assert abs(drawn[:, one].mean() - drawn[:, other].mean()) < spread_deg


def test_neither_slope_nor_tilt_tells_more_than_half_of_the_placements() -> None:
    both = np.stack([people("slope_deg") / 12, people("side_tilt_deg") / 8], axis=-1)
    away = np.linalg.norm(both[:, :, None] - both.mean(axis=0), axis=-1)
    right = away.argmin(axis=2) == np.arange(3)
    assert right.mean() < 0.55
