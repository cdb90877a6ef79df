"""The labelled minutes: complete, repeatable, and told apart by physics alone."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.recording import Recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, torso_angle_deg
from edgekit.train.datasets.synthetic import load
from edgekit.windows import labelled_windows

Floats = NDArray[np.float64]


@cache
def minutes() -> tuple[Recording, ...]:
    return tuple(load(seed=0))


def off_angle_deg(recording: Recording) -> float:
    """How far the read torso angle is from the posture's, -180..180."""
    assert recording.label is not None
    angle = POSTURE_ANGLE_DEG[SLEEP.postures[recording.label[0]]]
    read = torso_angle_deg(np.median(recording.xyz_g, axis=0))
    return float((read - angle + 180) % 360 - 180)


def test_every_subject_lies_in_every_posture_with_every_placement() -> None:
    met = {(r.subject, r.placement, int(r.label[0])) for r in minutes() if r.label is not None}
    assert len(met) == len(minutes()) == 12 * 3 * 12


def test_nothing_but_the_samples_differs_between_placements() -> None:
    shapes = {(len(r), r.rate_hz, r.start_s, r.label_names, r.source) for r in minutes()}
    assert shapes == {(3000, 50.0, 0.0, SLEEP.postures, "synthetic sleeper v2, seed 0")}


def test_a_seed_gives_the_same_samples_again() -> None:
    once, again = load(seed=3, subjects=1, seconds=4.0), load(seed=3, subjects=1, seconds=4.0)
    other = load(seed=4, subjects=1, seconds=4.0)
    for a, b, c in zip(once, again, other, strict=True):
        assert np.array_equal(a.xyz_g, b.xyz_g)
        assert not np.array_equal(a.xyz_g, c.xyz_g)


def test_a_subject_is_the_same_however_many_there_are() -> None:
    few, many = load(seed=5, subjects=1, seconds=4.0), load(seed=5, subjects=3, seconds=4.0)
    for a, b in zip(few, many[: len(few)], strict=True):
        assert a.subject == b.subject
        assert np.array_equal(a.xyz_g, b.xyz_g)


def test_samples_lie_on_the_grid_of_3_9_mg() -> None:
    counts = minutes()[0].xyz_g * 256
    assert np.array_equal(counts, np.rint(counts))


@pytest.mark.parametrize("placement", ["chest", "abdomen"])
def test_a_trunk_lies_about_its_posture_angle(placement: str) -> None:
    off = np.array([off_angle_deg(r) for r in minutes() if r.placement == placement])
    assert abs(off.mean()) < 2
    assert 4 < off.std() < 9
    assert np.abs(off).max() < 30


def test_a_neck_follows_the_trunk_less_closely() -> None:
    off = np.array([off_angle_deg(r) for r in minutes() if r.placement == "neck"])
    assert 7 < off.std() < 15
    assert np.abs(off).max() < 60


def test_posture_can_be_read_from_the_angle_though_not_always() -> None:
    windows = labelled_windows(minutes(), SLEEP)
    read = torso_angle_deg(np.median(windows.xyz_g, axis=1))
    centres = np.array(list(POSTURE_ANGLE_DEG.values()))
    away = np.abs((read[:, None] - centres + 180) % 360 - 180)
    assert 0.85 < (away.argmin(axis=1) == windows.posture).mean() < 0.97


def test_noise_is_the_same_at_every_placement() -> None:
    quiet_mg: dict[str, list[float]] = {place: [] for place in SLEEP.placements}
    for recording in minutes():
        quiet_mg[recording.placement].append(noise_mg(recording.xyz_g))
    medians = [np.median(each) for each in quiet_mg.values()]
    spread = np.std(quiet_mg["neck"])
    assert np.ptp(medians) < 2 * spread


def test_offsets_and_scales_are_the_same_at_every_placement() -> None:
    """The length of gravity, which no turn changes, shows offset and scale: it tells no place."""
    length = np.array([np.linalg.norm(r.xyz_g.mean(axis=0)) for r in minutes()])
    place = np.array([SLEEP.placements.index(r.placement) for r in minutes()])
    means = [length[place == at].mean() for at in range(3)]
    assert np.ptp(means) < length.std()


def test_breath_and_heart_tell_the_placement_where_the_mean_does_not() -> None:
    place = np.array([SLEEP.placements.index(r.placement) for r in minutes()])
    mean = np.stack([r.xyz_g.mean(axis=0) for r in minutes()]).astype(np.float64)
    moving = np.stack([rhythm_features(r.xyz_g) for r in minutes()])
    by_mean = held_out_accuracy(mean, place)
    by_all = held_out_accuracy(np.hstack([mean, moving]), place)
    assert by_mean < 0.6
    assert by_all > by_mean + 0.3


@pytest.mark.parametrize(("seed", "subjects", "seconds"), [(-1, 1, 1.0), (0, 0, 1.0), (0, 1, 0.0)])
def test_an_impossible_request_is_refused(seed: int, subjects: int, seconds: float) -> None:
    with pytest.raises(UsageError):
        load(seed, subjects, seconds)


def noise_mg(xyz_g: NDArray[np.float32]) -> float:
    """Rms of white noise as strong as what lies above 20 Hz, out of breath and heart."""
    power = np.abs(np.fft.rfft(xyz_g - xyz_g.mean(axis=0), axis=0)) ** 2
    above = np.fft.rfftfreq(len(xyz_g), 1 / 50) > 20
    return float(1000 * np.sqrt(power[above].mean() / len(xyz_g)))


def rhythm_features(xyz_g: NDArray[np.float32]) -> Floats:
    """Log power of each axis in the bands of breath (0.1-1 Hz), pulse (2-6 Hz), heart (6-14 Hz)."""
    power = np.abs(np.fft.rfft(xyz_g - xyz_g.mean(axis=0), axis=0)) ** 2
    hz = np.fft.rfftfreq(len(xyz_g), 1 / 50)
    bands = [
        power[(hz >= low) & (hz < high)].mean(axis=0) for low, high in ((0.1, 1), (2, 6), (6, 14))
    ]
    return np.asarray(np.log(np.concatenate(bands)))


def held_out_accuracy(features: Floats, place: NDArray[np.intp]) -> float:
    """Placement by the nearest mean of its posture, the last third of the subjects held out."""
    recordings = minutes()
    subject = np.array([int(r.subject.rsplit("-", 1)[1]) for r in recordings])
    posture = np.array([int(r.label[0]) for r in recordings if r.label is not None])
    test = subject >= 8
    right = 0
    for at in range(len(SLEEP.postures)):
        train_at, test_at = ~test & (posture == at), test & (posture == at)
        means = np.stack([features[train_at & (place == k)].mean(axis=0) for k in range(3)])
        within = features[train_at] - means[place[train_at]]
        away = (features[test_at, None] - means) / within.std(axis=0)
        right += int(((away**2).sum(axis=2).argmin(axis=1) == place[test_at]).sum())
    return right / int(test.sum())
