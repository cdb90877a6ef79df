"""How right answers are beside how sure they are: what is counted, and what is drawn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.benchmarks.studies.plausibility import RIGHT, UPSIDE_DOWN, judged
from edgekit.benchmarks.studies.plausibility import table as table_of_doubts
from edgekit.benchmarks.studies.reliability import NightAnswers, answers_of, curve, draw, table
from edgekit.spec import SLEEP
from tests.helpers.nights import decisions


def night(share: float, placement_is_right: bool) -> NightAnswers:
    confidence = np.array([0.55, 0.55, 0.993, 0.993])
    return NightAnswers(confidence, np.array([True, False, True, True]), share, placement_is_right)


def test_answers_are_held_against_labels_and_place() -> None:
    lying = decisions([("left", 50)])
    labelled = replace(lying, truth=np.where(np.arange(len(lying)) % 2, lying.posture, -1))
    found = answers_of(labelled, SLEEP.placements[int(lying.raw_placement[0])])
    assert len(found.is_right) == (labelled.truth >= 0).sum() and found.is_right.all()
    assert found.placement_share == 1.0 and found.placement_is_right


def test_each_bin_of_confidence_has_its_share_right() -> None:
    assert curve([night(0.9, True)]) == [
        pytest.approx((0.55, 0.5, 0.5)),
        pytest.approx((0.993, 1.0, 0.5)),
    ]


def test_nights_are_counted_by_the_share_of_their_placement() -> None:
    lines = table([night(0.95, True), night(0.85, False), night(0.5, False)])
    assert lines[-1] == "sure: 2 of 3 nights, right in 1"


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    draw([night(0.9, True)], tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_simulated_night_raises_no_doubt_and_its_faults_do() -> None:
    found = judged(300, 0.5)
    assert found[RIGHT] == set() and found[UPSIDE_DOWN] == {"axes"}
    assert any(line.startswith("right") and "0 of 1" in line for line in table_of_doubts([found]))
