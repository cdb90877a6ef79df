"""Ways of wearing: what a calibration gives back, by a model that reads gravity as atan2 does."""

import numpy as np
import pytest

from edgekit.benchmarks.studies.wearing import WearingScore, calibrations, measured, table
from edgekit.bundle import Bundle, load_bundle
from edgekit.spec import SLEEP
from tests.helpers.bundles import make_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(make_bundle(tmp_path_factory.mktemp("bundles") / "by-gravity"))


def mean(found: list[WearingScore], calibrated: bool) -> float:
    return float(np.mean([each.posture for each in found if each.calibrated == calibrated]))


def test_upside_down_a_calibration_gives_back_the_postures(bundle: Bundle) -> None:
    found, _ = measured(bundle, seed=1, subjects=3, seconds=2.0, wearing="upside down")
    assert mean(found, calibrated=False) < 0.3
    assert mean(found, calibrated=True) > 0.8


def test_atan2_and_a_model_that_is_atan2_score_alike(bundle: Bundle) -> None:
    found, _ = measured(bundle, seed=1, subjects=2, seconds=2.0, wearing="turned")
    assert [each.posture for each in found] == pytest.approx(
        [each.atan2_posture for each in found], abs=0.1
    )
    assert {each.windows for each in found} == {2 * 12}


def test_each_placement_has_a_calibration_of_its_own() -> None:
    made, _ = calibrations(1, 0, "turned")
    assert list(made) == list(SLEEP.placements)
    assert len({each.rotation for each in made.values()}) == 3


def test_the_table_has_a_line_for_each_way_without_and_with_calibration() -> None:
    found = [
        WearingScore("turned", calibrated, place, 10, 0.9, 0.8, 0.7)
        for calibrated in (False, True)
        for place in SLEEP.placements
    ]
    lines = table(found)
    assert [line.split("  ")[0] for line in lines[2:]] == ["turned", "turned, calibrated"]
    assert lines[2].split()[1:] == ["90.0"] * 4 + ["80.0"] * 4 + ["70.0"] * 4
