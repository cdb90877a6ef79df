"""Right nights raise no doubt; wrong units, axes and afternoons are caught, by the right words."""

from dataclasses import replace
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from edgekit.benchmarks.studies.real_posture import HEAD_WAS_X, hapt
from edgekit.device.plausibility.watch import PlausibilityWatch
from edgekit.doubt import Doubt, DoubtKind
from edgekit.recording import Recording
from edgekit.recording_doubts import doubts as recording_doubts
from edgekit.spec import SLEEP, STANDARD_GRAVITY_MS2, WISDM, Spec
from edgekit.train.datasets import load
from edgekit.train.datasets.synthetic import simulate_night

X_TO_THE_FEET = np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]], np.float32)  # MHEALTH's chest


def found(recording: Recording, is_over: bool = True, spec: Spec = SLEEP) -> tuple[Doubt, ...]:
    """Return what the samples raise, without any decision."""
    watch = PlausibilityWatch(spec)
    for begin in range(0, len(recording), 1000):  # chunks that no epoch's length divides
        part = recording.part(begin, begin + 1000)
        watch.add_samples(part.xyz_g, part.start_s, part.rate_hz)
    return watch.doubts(is_over)


def kinds(recording: Recording) -> set[DoubtKind]:
    return {doubt.kind for doubt in found(recording)}


def still(xyz_g: np.ndarray, rate_hz: float = 50.0) -> Recording:
    return Recording(np.asarray(xyz_g, np.float32), rate_hz, "me", "chest")


@pytest.fixture(scope="module")
def night() -> Recording:
    return simulate_night(7, 1.0, "chest").recording


@pytest.mark.parametrize(("seed", "placement"), [(1, "chest"), (2, "neck"), (3, "abdomen")])
def test_a_right_night_raises_none(seed: int, placement: str) -> None:
    recording = simulate_night(seed, 0.5, placement).recording
    assert found(recording) == () and recording_doubts([recording]) == []


@pytest.mark.parametrize("order", [order for order in permutations(range(3)) if order[1] != 1])
@pytest.mark.parametrize("sign", [1, -1])
def test_axes_that_move_the_long_axis_are_caught(
    night: Recording, order: tuple[int, ...], sign: int
) -> None:
    turned = night.xyz_g[:, order] * np.array([1, sign, 1], np.float32)
    (doubt,) = [d for d in found(replace(night, xyz_g=turned)) if d.kind is DoubtKind.AXES]
    assert "the sensor's axes are not the body's" in doubt.text
    assert "edgekit calibrate" in doubt.text


def test_a_sensor_worn_upside_down_is_caught_when_its_wearer_walks(night: Recording) -> None:
    turned = night.xyz_g * np.array([-1, -1, 1], np.float32)
    (doubt,) = found(replace(night, xyz_g=turned))
    assert doubt.kind is DoubtKind.AXES and "walks, y points down" in doubt.text


@pytest.mark.parametrize("order", [(2, 1, 0), (0, 1, 2)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_turn_about_the_long_axis_cannot_be_seen_in_gravity(
    night: Recording, order: tuple[int, ...], sign: int
) -> None:
    turned = night.xyz_g[:, order] * np.array([sign, 1, 1], np.float32)
    assert found(replace(night, xyz_g=turned)) == ()


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (STANDARD_GRAVITY_MS2, "gravity at rest is 9.8"),
        (1000.0, "the unit may be mg"),
        (256.0, "the unit may be counts:256"),
        (0.5, "gravity at rest is 0.5"),
    ],
)
def test_another_unit_taken_for_g_is_caught_and_named(
    night: Recording, factor: float, words: str
) -> None:
    wrong = replace(night, xyz_g=night.xyz_g * np.float32(factor))
    (doubt,) = found(wrong)
    assert doubt.kind is DoubtKind.UNIT and words in doubt.text
    assert recording_doubts([wrong])[0].kind is DoubtKind.UNIT


@pytest.fixture
def mhealth(real: Path) -> list[Recording]:
    return _mhealth(real)


@cache
def _mhealth(folder: Path) -> list[Recording]:
    return load("mhealth", folder, seed=0).recordings


@pytest.mark.parametrize("activity", ["jogging", "running", "cycling", "walking"])
def test_an_afternoon_is_no_night(mhealth: list[Recording], activity: str) -> None:
    recordings = [part for each in mhealth if (part := _labelled(each, activity)) is not None]
    assert len(recordings) == 10
    for recording in recordings:
        moving = [d for d in found(recording) if d.kind is DoubtKind.NOT_A_NIGHT]
        assert moving and "does not look like a night: in motion for" in moving[0].text


def test_real_people_who_lie_raise_none(real: Path, mhealth: list[Recording]) -> None:
    lying = [part for each in mhealth if (part := _labelled(each, "lying down")) is not None]
    assert len(lying) == 10
    for recording in lying:
        assert kinds(replace(recording, xyz_g=recording.xyz_g @ X_TO_THE_FEET.T)) == set()
    with np.load(real / "lying" / "nano33_lying.npz") as data:
        own_g, source, label = data["acc_g"] @ HEAD_WAS_X.T, data["source"], data["label"]
    lies = ~np.isin(label, ["unknown", "sitting", "sitting2", "straight"])
    for who in np.unique(source):
        assert kinds(still(own_g[lies & (source == who)])) == set()
    people = {span.split: [] for span in hapt(real)[0]}
    for span in hapt(real)[0]:
        people[span.split].append(span.xyz_g[:, : SLEEP.hop].reshape(-1, 3))
    assert len(people) > 30
    for spans in people.values():
        assert kinds(still(np.concatenate(spans))) == set()


def test_somebody_who_sits_still_has_right_axes_and_no_night() -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, (3_000, 3))
    (doubt,) = found(still(np.array([0.05, 0.98, 0.1]) + noise))
    assert doubt.kind is DoubtKind.NOT_A_NIGHT and "upright for 100 % of the time" in doubt.text


def test_slopes_under_a_sensor_do_not_outweigh_its_wearers_walk() -> None:
    """The sensor of seed 313 slopes by more than 30 degrees on the chest."""
    assert found(simulate_night(313, 2.0, "chest").recording) == ()


def test_a_slow_recording_is_caught_and_a_fast_one_is_not(night: Recording) -> None:
    (doubt,) = found(replace(night, rate_hz=20.0))
    assert doubt.kind is DoubtKind.RATE and "sampled at 20 Hz" in doubt.text
    assert found(replace(night, rate_hz=100.0)) == ()
    assert found(replace(night, rate_hz=49.8)) == ()


def test_a_night_that_goes_on_is_judged_after_an_hour(mhealth: list[Recording]) -> None:
    run = next(part for each in mhealth if (part := _labelled(each, "running")) is not None)
    assert found(run, is_over=False) == ()
    long = still(np.tile(run.xyz_g, (80, 1)))
    assert DoubtKind.NOT_A_NIGHT in {doubt.kind for doubt in found(long, is_over=False)}


def test_a_model_of_activities_does_not_ask_for_a_night(mhealth: list[Recording]) -> None:
    run = next(part for each in mhealth if (part := _labelled(each, "running")) is not None)
    assert found(run, spec=replace(WISDM, rate_hz=50.0)) == ()


def _labelled(recording: Recording, name: str) -> Recording | None:
    """Return the longest stretch of a label; None without one."""
    assert recording.label is not None
    at = np.flatnonzero(recording.label == recording.label_names.index(name))
    if not len(at):
        return None
    part = max(np.split(at, np.flatnonzero(np.diff(at) > 1) + 1), key=len)
    return recording.part(int(part[0]), int(part[-1]) + 1)
