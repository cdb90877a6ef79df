"""Whole nights: what is scored, and which reports would warn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.benchmarks.studies.nights import decide
from edgekit.benchmarks.studies.whole_nights import TORN, NightScore, score, score_nights, table
from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import UsageError
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night
from tests.helpers.bundles import make_bundle

GOOD = NightScore(7, "chest", 0.99, 0.95, 0.9, 0.88, 0.86, warns=False, moves=0)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Its posture is read from gravity, and its placement is nearly always the same."""
    return load_bundle(make_bundle(tmp_path_factory.mktemp("bundles") / "by-gravity"))


def test_every_window_of_a_night_is_decide(bundle: Bundle) -> None:
    night = simulate_night(300, 0.2, "chest").recording
    decisions, _ = decide(bundle, night)
    assert len(decisions) == (len(night) - SLEEP.window) // SLEEP.hop + 1
    assert np.all(np.diff(decisions.start_s) > 0)


def test_a_night_is_scored_where_it_lies_and_where_it_is_worn(bundle: Bundle) -> None:
    night = simulate_night(300, 0.5, "chest").recording
    decisions, _ = decide(bundle, night)
    usual = SLEEP.placements[np.bincount(decisions.placement[decisions.state == "worn"]).argmax()]
    there = score(bundle, 300, usual, replace(night, placement=usual))
    other = next(place for place in SLEEP.placements if place != usual)
    elsewhere = score(bundle, 300, other, replace(night, placement=other))
    assert there.placement > 0.5 > elsewhere.placement
    assert there.posture == elsewhere.posture
    assert there.raw_posture == pytest.approx(there.atan2_posture, abs=0.1)  # a net that is atan2


def test_a_seed_has_a_night_at_each_placement_and_a_torn_one(bundle: Bundle) -> None:
    nights = score_nights(bundle, 300, 0.1)
    assert [night.worn_at for night in nights] == [*SLEEP.placements, TORN]


def test_a_night_without_a_whole_window_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no whole window"):
        decide(bundle, simulate_night(300, 0.0004).recording)


def test_the_table_names_the_worst_night_and_counts_who_warns() -> None:
    poor = replace(GOOD, seed=9, placement=0.7, posture=0.5, warns=True, moves=2)
    torn = replace(GOOD, worn_at=TORN, placement=0.5, warns=True)
    lines = table([GOOD, poor, torn])
    chest, every = lines[2], lines[3]
    assert chest.split()[:3] == every.replace("all", "chest").split()[:3] == ["chest", "2", "84.5"]
    assert "70.0 (9)" in chest and "50.0 (9)" in chest
    assert "is missed; 1 of 2 nights" in lines[4]
    assert lines[5].startswith("reports that warn: 1 of 2 nights at one place, 1 of them with")
    assert lines[5].endswith("1 of 1 torn nights")


def test_nights_that_reach_the_goal_meet_it() -> None:
    assert "is met; 2 of 2" in table([GOOD, replace(GOOD, worn_at="neck")])[-2]
