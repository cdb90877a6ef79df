"""Eight hours through the real smbus2 on a simulated bus, with one of each fault, a kill included.

Not run on hardware: the chip is firmware/sim, reached through the system calls of Linux's I2C.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import load_bundle
from edgekit.device.rescore import rescore
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.firmware.emulate.simulated_bus import Fault, all_faults, make_world
from edgekit.night.reader import open_night
from edgekit.recording import Recording
from edgekit.spec import POSTURE_ANGLE_DEG
from tests.helpers.bundles import make_bundle
from tests.helpers.gravity import gravity_at
from tests.helpers.monitored import monitor

RATE_HZ, HOURS, AWAY_S = 50.0, 8, 30.0
STEP_S = 37.5  # of the clock, half way through the night
SETTLED_S = 20.0  # behind a gap: what was believed before has faded
TURN_S = 4.0  # about a turn: windows behind a gap are cut elsewhere


@dataclass(frozen=True)
class Lived:
    """What was given, what came of it, and what a night without faults would have been."""

    counts: NDArray[np.int16]
    taken_s: NDArray[np.float64]  # UTC of each conversion, as the clock that was set tells it
    night: Path
    faultless: Path
    bundle: Path


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder = tmp_path_factory.mktemp("faults")
    bundle = make_bundle(folder / "bundle")
    counts = _sleeper(HOURS * 3600)
    end_s = len(counts) / RATE_HZ
    faults = [*all_faults(end_s), Fault(end_s + 90, "signal", signal.SIGINT)]
    world = make_world(folder / "world", counts, faults)
    night = folder / "a.night"
    command = [
        *(sys.executable, "-m", "edgekit", "monitor", "--bundle", str(bundle)),
        *("--out", str(night)),
    ]
    for start in range(3):
        done = subprocess.run(
            command + ["--resume"] * bool(start),
            env=os.environ | world.environment(),
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        if done.returncode != -signal.SIGKILL:
            break
        world.restart_after(AWAY_S)
    assert done.returncode == 0, done.stderr
    assert start == 1, "it was to be killed once"
    start_s = world.utc_s - world.age_s
    recording = Recording(
        (counts / 256).astype(np.float32), RATE_HZ, "me", "chest", start_s=start_s, clock="utc"
    )
    faultless = folder / "faultless.night"
    monitor(Replay([recording], FULL_SPEED), load_bundle(bundle), faultless)
    return Lived(counts, start_s + world.conversions(), night, faultless, bundle)


def _sleeper(seconds: int) -> NDArray[np.int16]:
    """A posture every 11 minutes, breath and noise: no two seconds are alike.

    Tilted to the head, by which the model tells the placement.
    """
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    angles = list(POSTURE_ANGLE_DEG.values())
    posture = (time_s // 660 * 5 % len(angles)).astype(int)
    gravity = np.array([gravity_at(angle) for angle in angles])[posture]
    gravity[:, 1] += 0.3 + 0.02 * np.sin(2 * np.pi * 0.25 * time_s)
    noise = np.random.default_rng(0).normal(0, 0.006, gravity.shape)
    return np.rint((gravity + noise) * 256).astype(np.int16)


def _placed(lived: Lived) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Of each kept sample which of those given it is, and when the night says it was taken.

    A frozen chip's repeats, which were never measured, are left out. Fails on any other sample
    that was not given, or that stands out of order.
    """
    read, at_s = [], []
    with open_night(lived.night) as night:
        for part in night.samples():
            read.append(np.rint(part.xyz_g * 256).astype(np.int16))
            at_s.append(part.start_s + np.arange(len(part.xyz_g)) / part.rate_hz)
    kept, times = np.concatenate(read), np.concatenate(at_s)
    index = np.empty(len(kept), np.intp)
    following, place = 0, 0
    while place < len(kept):
        length = _common(kept[place:], lived.counts[following:])
        if length == 0:
            if place and np.array_equal(kept[place], kept[place - 1]):
                index[place] = -1  # a repeat
                place += 1
                continue
            ahead = _find(kept[place : place + 6], lived.counts, following)
            assert ahead is not None, f"sample {place} was never measured"
            following = ahead
            continue
        index[place : place + length] = np.arange(following, following + length)
        place, following = place + length, following + length
    return index[index >= 0], times[index >= 0]


def _common(a: NDArray[np.int16], b: NDArray[np.int16]) -> int:
    """How many samples are the same from the start, looked at a stretch at a time."""
    length = 0
    while length < min(len(a), len(b)):
        x, y = a[length : length + 4096], b[length : length + 4096]
        same = (x[: len(y)] == y[: len(x)]).all(axis=1)
        if not same.all():
            return length + int(same.argmin())
        length += len(same)
    return length


def _find(few: NDArray[np.int16], counts: NDArray[np.int16], begin: int) -> int | None:
    for at in np.flatnonzero((counts[begin : begin + 10_000] == few[0]).all(axis=1)) + begin:
        if _common(few, counts[at:]) >= min(3, len(few)):
            return int(at)
    return None


def test_every_sample_is_in_the_night_unaltered_or_inside_a_recorded_gap(lived: Lived) -> None:
    index, times = _placed(lived)
    assert np.all(np.diff(index) > 0)
    with open_night(lived.night) as night:
        gaps_s = np.array([event.at_s for event in night.events() if event.kind == "gap"])
        kinds = {event.kind for event in night.events()}
    missing = np.flatnonzero(np.diff(index) > 1)
    for at in missing:
        inside = (gaps_s > times[at] - 0.1) & (gaps_s < times[at + 1] + 0.1)
        assert inside.any(), f"{index[at + 1] - index[at] - 1} samples at {times[at]:.1f} s"
    assert index[0] < 5 and index[-1] >= len(lived.counts) - 33
    assert {"clock step", "suspended", "disk full", "resumed"} <= kinds
    assert len(index) > 0.99 * len(lived.counts)


def test_each_sample_is_dated_to_within_a_period(lived: Lived) -> None:
    index, times = _placed(lived)
    late_s = times - lived.taken_s[index]
    assert np.quantile(np.abs(late_s), 0.99) < 1 / RATE_HZ
    assert np.abs(late_s).max() < 0.1


def test_every_fault_is_counted(lived: Lived) -> None:
    with open_night(lived.night) as night:
        counted = {kind for row in night.health() for kind in row.faults}
    assert {"nack", "timeout", "overrun", "register lost", "frozen", "ones"} <= counted


def test_decisions_outside_gaps_are_those_of_a_night_without_faults(lived: Lived) -> None:
    """By which samples they were made on: the chip measured nothing while it was without supply."""
    index, times = _placed(lived)
    with open_night(lived.night) as night:
        found = night.decisions()
        gaps_s = np.array([event.at_s for event in night.events() if event.kind == "gap"])
    with open_night(lived.faultless) as night:
        expected = night.decisions()
        start_s = night.start_s
    first = index[np.clip(np.searchsorted(times, found.start_s - 0.5 / RATE_HZ), 0, len(index) - 1)]
    due_s = start_s + first / RATE_HZ
    nearest = np.clip(np.searchsorted(expected.start_s, due_s - 0.6), 0, len(expected) - 1)
    changed_s = expected.start_s[np.flatnonzero(np.diff(expected.posture)) + 1]
    at_turn = np.abs(due_s[:, None] - changed_s).min(axis=1) < TURN_S
    since_gap_s = found.start_s[:, None] - gaps_s
    since_gap_s[since_gap_s < -3] = np.inf
    settled = since_gap_s.min(axis=1) > SETTLED_S
    told = settled & ~at_turn
    assert told.mean() > 0.95
    np.testing.assert_array_equal(found.posture[told], expected.posture[nearest][told])
    np.testing.assert_array_equal(found.placement[told], expected.placement[nearest][told])


def test_nights_are_for_their_owner_and_small(lived: Lived) -> None:
    assert lived.night.stat().st_mode & 0o777 == 0o600
    assert lived.night.stat().st_size < 10e6


def test_a_rescore_decides_as_the_night_was_lived(lived: Lived) -> None:
    """Through each fault, until the samples that a full disk cost and from the next gap on."""
    again = rescore(lived.night, load_bundle(lived.bundle), lived.night.with_name("again.night"))
    with open_night(lived.night) as first, open_night(again.night) as second:
        events = first.events()
        (full_s,) = (event.at_s for event in events if event.kind == "disk full")
        next_s = min(e.at_s for e in events if e.kind == "gap" and e.at_s > full_s)
        assert first.runs == second.runs == range(1, 3)
        for run in first.runs:
            before, after = (
                {
                    name: values[(found.start_s < full_s - 2) | (found.start_s > next_s)]
                    for name, values in vars(found).items()
                }
                for found in (first.decisions(run), second.decisions(run))
            )
            assert len(before["start_s"]) > 3000
            np.testing.assert_allclose(after["start_s"], before["start_s"], rtol=0, atol=3e-3)
            for name in ("raw_posture", "raw_placement", "posture", "placement", "state"):
                np.testing.assert_array_equal(after[name], before[name], name)
