"""The baseline that is counted is the baseline that stands in the accuracy tables."""

import numpy as np

from edgekit.benchmarks.energy.angle import count
from edgekit.spec import ADXL345_COUNTS_PER_G, SLEEP
from edgekit.train.baselines.angle import atan2_posture


def test_it_answers_as_atan2_does() -> None:
    random = np.random.default_rng(3)
    down = random.normal(size=(60, 1, 3))
    down /= np.linalg.norm(down, axis=2, keepdims=True)
    counts = np.rint(256 * (down + random.normal(0, 0.1, (60, 100, 3)))).astype(np.int16)
    expected = atan2_posture((counts / ADXL345_COUNTS_PER_G).astype(np.float32), SLEEP.postures)
    angle, answers = count(counts)
    assert answers == tuple(int(posture) for posture in expected)
    assert 1_000 < angle.instructions < 100_000
