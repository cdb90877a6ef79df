"""A short replayed night in another Python, to be compared with the same night here."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from edgekit.bundle import load_bundle
from edgekit.device.sources.source import Replay
from edgekit.night.night import Decisions
from edgekit.night.reader import open_night
from edgekit.recording import Recording, load_recording, save_recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP
from tests.helpers.gravity import gravity_at

from .bundles import add_c, make_bundle
from .monitored import monitor


def short_night(folder: Path) -> tuple[Path, Path]:
    """A bundle with its C, and a recording of 144 s: twelve seconds in each posture, with noise.

    Its head-ward axis is tilted, which the placement head reads: without near ties, of which each
    runtime's rounding makes its own choice (docs/bundle.md).
    """
    index = np.repeat(np.arange(len(SLEEP.postures)), 600)
    gravity = np.array([gravity_at(angle) for angle in POSTURE_ANGLE_DEG.values()])[index]
    gravity += [0, 0.4, 0]
    noise = np.random.default_rng(50).normal(0, 0.02, gravity.shape)
    recording = Recording(
        (gravity + noise).astype(np.float32), 50.0, "me", "chest",
        index.astype(np.int16), SLEEP.postures, 0.0, "utc", "made",
    )  # fmt: skip
    save_recording(recording, folder / "short.npz")
    return add_c(make_bundle(folder / "bundle")), folder / "short.npz"


def replayed_here(bundle: Path, recording: Path, night: Path) -> Decisions:
    monitor(Replay([load_recording(recording)], np.inf), load_bundle(bundle), night)
    return decisions(night)


def replayed_by(
    python: Sequence[str | Path], environment: Mapping[str, str], bundle: Path, recording: Path,
    night: Path,
) -> Decisions:  # fmt: skip
    """By `edgekit monitor` under `python`, in a folder and an environment of its own."""
    words = ["-m", "edgekit", "monitor", "--replay", recording, "--speed", "full"]
    ended = subprocess.run(
        [*map(str, [*python, *words, "--bundle", bundle, "--out", night])],
        cwd=night.parent, env=dict(environment), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return decisions(night)


def decisions(path: Path) -> Decisions:
    with open_night(path) as night:
        return night.decisions()


def assert_same_decisions(found: Decisions, expected: Decisions) -> None:
    """Class by class; real numbers as near as another machine's arithmetic lets them be."""
    np.testing.assert_array_equal(found.start_s, expected.start_s)
    assert_same_classes(found, expected)
    for name in ("posture_confidence", "placement_confidence", "torso_angle_deg", "movement_g"):
        one, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6, err_msg=name)


def assert_same_classes(found: Decisions, expected: Decisions) -> None:
    assert len(found) == len(expected) > 100
    for name in ("raw_posture", "raw_placement", "posture", "placement", "state"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)
