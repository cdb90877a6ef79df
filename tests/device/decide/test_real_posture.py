"""On people who really lay: the path of the benchmark, with a model that reads gravity."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.benchmarks.studies.real_posture import hapt, nano33, score, upright_share
from edgekit.stretches import equal_stretches


def test_runs_of_one_label_are_told_apart() -> None:
    assert equal_stretches(np.array([1, 1, 2, 1])) == [(0, 2), (2, 3), (3, 4)]


def test_the_four_postures_are_named_in_95_of_100_real_windows(bundle, real: Path) -> None:
    found = score(bundle, nano33(real))
    assert found.n == 103
    assert found.bundle >= 0.95 * found.n and found.atan2 >= 0.95 * found.n


@pytest.mark.parametrize("kind", ["supine", "prone", "left", "right", "side"])
def test_every_posture_that_is_labelled_is_scored(bundle, real: Path, kind: str) -> None:
    found = score(bundle, [span for span in nano33(real) if span.kind == kind])
    assert found.n >= 10 and found.bundle >= 0.95 * found.n


def test_a_posture_that_is_named_wrongly_counts_against(bundle, real: Path) -> None:
    prone = [span for span in nano33(real) if span.kind == "prone"]
    wrong = [type(span)(span.split, "left", span.xyz_g, 0) for span in prone]
    assert score(bundle, wrong).bundle == 0


def test_thirty_people_at_the_waist_are_upright_when_they_stand_and_never_when_they_lie(
    real: Path,
) -> None:
    lying, standing = hapt(real)
    upright, n = upright_share(standing)
    assert n > 1000 and upright == n
    upright, n = upright_share(lying)
    assert n > 1000 and upright == 0
