"""A night that is rescored with its own bundle gives the decisions as they were lived."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import Phase, example, given, settings
from hypothesis.strategies import booleans, builds, floats, lists, sampled_from

from edgekit.bundle import Bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.monitor.monitor import record_night
from edgekit.device.rescore import rescore
from edgekit.device.sources.source import About, Chunk
from edgekit.night.reader import open_night
from tests.helpers.lying import Lying

START_S = 1_795_469_400.0


@dataclass(frozen=True)
class Step:
    """A chunk, and what befalls the monitor before it."""

    samples: int = 250
    rate_hz: float = 50.0
    missing: int = 0  # samples; below 0 the source's clock goes back by as many
    jitter: float = 0.0  # of a period
    clock_step_s: float = 0.0
    killed: bool = False  # and started again half a minute later


STEPS = builds(
    Step,
    sampled_from([25, 100, 250, 750]),
    sampled_from([50.0, 50.0, 49.3, 49.31, 25.0]),
    sampled_from([0, 0, 0, 1, 2, 3, 5, 400, -3, -60]),
    floats(-0.04, 0.04),
    sampled_from([0.0, 0.0, 7.25, -0.5]),
    sampled_from([False, False, False, True]),
)


class Scripted:
    """A source of the chunks of one run; `at_end` is called after the last."""

    def __init__(self, chunks: list[Chunk], exact_rate: bool, at_end=lambda: None) -> None:
        self.about = About("a script", "me", "utc", exact_rate=exact_rate)
        self._chunks, self._at_end = chunks, at_end

    def chunks(self) -> Iterator[Chunk]:
        yield from self._chunks
        self._at_end()


def runs_of(steps: list[Step], xyz_g: np.ndarray) -> list[list[Chunk]]:  # type: ignore[type-arg]
    """The chunks of each run of the monitor; the samples go on where the ones before ended."""
    runs: list[list[Chunk]] = [[]]
    at_s, first = START_S, 0
    for step in steps:
        if step.killed and runs[-1]:
            runs.append([])
            at_s += 30.0
        at_s += step.missing / step.rate_hz
        part = np.take(xyz_g, np.arange(first, first + step.samples), axis=0, mode="wrap")
        start_s = at_s + step.jitter / step.rate_hz
        runs[-1].append(Chunk(part, start_s, step.rate_hz, clock_step_s=step.clock_step_s))
        at_s += step.samples / step.rate_hz
        first += step.samples
    return runs


def live(folder: Path, bundle: Bundle, runs: list[list[Chunk]], exact_rate: bool) -> Path:
    """The night of these runs, of which all but the last are killed: what lay on the disk then."""
    night = folder / "0.night"
    for index, chunks in enumerate(runs):
        on_disk, is_last = folder / f"{index + 1}.night", index == len(runs) - 1

        def kill(night: Path = night, on_disk: Path = on_disk) -> None:
            for end in ("", "-wal"):
                shutil.copy(f"{night}{end}", f"{on_disk}{end}")

        source = Scripted(chunks, exact_rate, (lambda: None) if is_last else kill)
        record_night(source, BundleAnswer(bundle, exact_rate), night, resume=index > 0)
        night = night if is_last else on_disk
    return night


def assert_as_lived(lived: Path, again: Path) -> None:
    """Run by run; a killed one may have owed a last window that was still held back."""
    with open_night(lived) as first, open_night(again) as second:
        assert first.runs == second.runs
        for run in first.runs:
            before, after = first.decisions(run), second.decisions(run)
            owed = len(after) - len(before)
            assert 0 <= owed <= (run != first.runs[-1])
            for name in ("raw_posture", "raw_placement", "posture", "placement", "state"):
                values = getattr(after, name)[: len(before)]
                np.testing.assert_array_equal(values, getattr(before, name), name)
            for name in ("start_s", "posture_confidence", "placement_confidence", "movement_g"):
                values = getattr(after, name)[: len(before)]
                np.testing.assert_allclose(
                    values, getattr(before, name), rtol=0, atol=3e-3, err_msg=name
                )


@given(steps=lists(STEPS, min_size=1, max_size=10), exact_rate=booleans())
@settings(max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # quick to fail
@example([Step(750), Step(750), Step(750, missing=2), Step(750)], False)
@example([Step(250), Step(250, missing=-60), Step(250)], False)
@example([Step(750), Step(750, killed=True), Step(750, rate_hz=25.0)], True)
@example([Step(750, clock_step_s=40.0), Step(750, killed=True), Step(750)], False)
def test_a_night_rescored_with_its_own_bundle_is_as_it_was_lived(
    bundle: Bundle, lying: Lying, steps: list[Step], exact_rate: bool
) -> None:
    xyz_g = lying("supine", "left", "prone-left", "right", seconds=9, noise_g=0.2).xyz_g
    with TemporaryDirectory() as name:
        lived = live(Path(name), bundle, runs_of(steps, xyz_g), exact_rate)
        again = rescore(lived, bundle, Path(name) / "again.night").night
        assert_as_lived(lived, again)
        twice = rescore(again, bundle, Path(name) / "twice.night").night
        assert_as_lived(again, twice)
