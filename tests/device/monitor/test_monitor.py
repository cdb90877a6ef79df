import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.monitor.monitor import record_night
from edgekit.device.monitor.views.terminal import PlainView, output, terminal_view
from edgekit.device.sources.source import FULL_SPEED, About, Chunk, Replay
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.reader import open_night
from edgekit.spec import SLEEP
from tests.helpers.lying import Lying
from tests.helpers.monitored import monitor


class Script:
    """A source that gives these chunks, and on the way does what a test's world does to it."""

    about = About("a script", "me", "utc")

    def __init__(self, *steps) -> None:
        self._steps = steps

    def chunks(self) -> Iterator[Chunk]:
        for step in self._steps:
            if isinstance(step, Chunk):
                yield step
            else:
                step()


def chunk(recording, begin_s: float, end_s: float, late_s: float = 0.0) -> Chunk:
    part = recording.part(int(begin_s * recording.rate_hz), int(end_s * recording.rate_hz))
    start_s = part.start_s + late_s
    return Chunk(part.xyz_g, start_s, part.rate_hz, part.label, part.label_names)


def kinds(path: Path) -> list[str]:
    with open_night(path) as night:
        return [event.kind for event in night.events()]


def test_a_replay_becomes_a_night_with_every_sample_and_decision(
    tmp_path: Path, bundle, lying
) -> None:
    path, recording = tmp_path / "a.night", lying("supine", "left", "right-prone", start_s=1e9)
    summary = monitor(Replay([recording], FULL_SPEED), bundle, path)

    with open_night(path) as night:
        decisions = night.decisions()
        raw = np.concatenate([samples.xyz_g for samples in night.samples()])
        assert night.ended_well and night.meta.bundle_digest == bundle.digest
    assert raw.tobytes() == recording.xyz_g.tobytes()
    assert len(decisions) == summary.windows == (4500 - 100) // 60 + 1
    np.testing.assert_allclose(decisions.start_s, 1e9 + 1.2 * np.arange(len(decisions)))
    assert np.mean(decisions.posture == decisions.truth) > 0.9
    assert summary.agreed / summary.labelled == np.mean(decisions.posture == decisions.truth)
    assert kinds(path) == ["start", "stop"]


def test_a_gap_is_an_event_and_no_decision_spans_it(tmp_path: Path, bundle, lying) -> None:
    path, recording = tmp_path / "a.night", lying("supine", seconds=60)
    source = Script(chunk(recording, 0, 25), chunk(recording, 25, 60, late_s=7))
    assert monitor(source, bundle, path).gaps == 1
    with open_night(path) as night:
        start_s = night.decisions().start_s
        gap = night.events()[1]
        assert sum(row.gaps for row in night.health()) == 1
    assert (gap.kind, gap.at_s, gap.detail) == ("gap", 25.0, "7.000 s without samples")
    assert not np.any((start_s + 2 > 25 + 0.03) & (start_s < 32))


def test_another_rate_is_resampled_and_reported_and_the_raw_samples_are_kept(
    tmp_path: Path, bundle, lying
) -> None:
    path, recording = tmp_path / "a.night", lying("supine", "left", rate_hz=20)
    monitor(Replay([recording], FULL_SPEED), bundle, path)
    with open_night(path) as night:
        decisions, (raw,) = night.decisions(), night.samples()
        assert night.events()[1].detail == "from 20 Hz to the model's 50 Hz"
    np.testing.assert_array_equal(raw.xyz_g, recording.xyz_g)
    assert kinds(path) == ["start", "resampled", "stop"]
    assert len(decisions) == (60 * 50 - 3 + 1 - 100) // 60 + 1
    assert np.mean(decisions.posture == decisions.truth) > 0.9


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_night_well(tmp_path: Path, bundle, lying, number: int) -> None:
    path, recording = tmp_path / "a.night", lying("supine", seconds=60)
    before = signal.getsignal(number)
    source = Script(
        chunk(recording, 0, 20),
        chunk(recording, 20, 30),
        lambda: os.kill(os.getpid(), number),
        chunk(recording, 30, 40),
        chunk(recording, 40, 60),
    )
    summary = monitor(source, bundle, path)
    assert summary.interrupted and kinds(path) == ["start", "interrupted"]
    with open_night(path) as night:
        assert night.ended_well
        assert len(night.decisions()) == (30 * 50 - 100) // 60 + 1
    assert signal.getsignal(number) is before


def test_a_night_under_nohup_outlives_its_terminal(tmp_path: Path, bundle, lying) -> None:
    recording = lying("supine", seconds=60)
    source = Script(
        chunk(recording, 0, 30),
        lambda: os.kill(os.getpid(), signal.SIGHUP),
        chunk(recording, 30, 60),
    )
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert not monitor(source, bundle, tmp_path / "a.night").interrupted
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("code", [errno.EPIPE, errno.EIO])
def test_a_terminal_that_went_away_does_not_end_the_night(
    tmp_path: Path, bundle, lying, code: int
) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(code, os.strerror(code))

    recording = lying("supine", seconds=60)
    source = Script(chunk(recording, 0, 30), chunk(recording, 30, 60))
    with terminal_view(output(Gone())) as view:
        summary = monitor(source, bundle, tmp_path / "a.night", view)
    assert summary.samples == 3000
    assert kinds(tmp_path / "a.night") == ["start", "stop"]


def test_a_second_signal_ends_a_source_that_hangs(tmp_path: Path, bundle, lying) -> None:
    path, recording = tmp_path / "a.night", lying("supine", seconds=60)

    def hang() -> None:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the second signal was ignored")

    assert monitor(Script(chunk(recording, 0, 30), hang), bundle, path).interrupted
    assert kinds(path) == ["start", "interrupted"]


def test_a_source_that_fails_leaves_a_readable_night_that_did_not_end_well(
    tmp_path: Path, bundle, lying
) -> None:
    path, recording = tmp_path / "a.night", lying("supine", seconds=60)

    def fail() -> None:
        raise EdgekitError("the sensor fell silent")

    with pytest.raises(EdgekitError, match="fell silent"):
        monitor(Script(chunk(recording, 0, 5), fail), bundle, path)
    with open_night(path) as night:
        assert not night.ended_well
        assert len(night.decisions()) == 3
        assert night.events()[-1].kind == "failed"


def test_whatever_ends_a_night_what_was_received_is_written(tmp_path: Path, bundle, lying) -> None:
    path, recording = tmp_path / "a.night", lying("supine", seconds=60)

    def fail() -> None:
        raise RuntimeError("of a kind that nobody thought of")

    with pytest.raises(RuntimeError):
        monitor(Script(chunk(recording, 0, 5), fail), bundle, path)
    with open_night(path) as night:
        assert not night.ended_well
        assert len(night.decisions()) == 3


def test_what_the_source_reports_is_in_the_night(tmp_path: Path, bundle, lying) -> None:
    path = tmp_path / "a.night"
    recordings = [lying("supine", start_s=500, clock="device"), lying("supine", clock="device")]
    monitor(Replay(recordings, FULL_SPEED), bundle, path)
    assert kinds(path) == ["start", "clock jump", "gap", "stop"]
    with open_night(path) as night:
        assert night.meta.clock == "assumed"


def test_recordings_that_overlap_in_utc_still_make_a_night_in_order(
    tmp_path: Path, bundle, lying
) -> None:
    path = tmp_path / "a.night"
    monitor(
        Replay([lying("supine", start_s=1e9), lying("left", start_s=1e9)], FULL_SPEED), bundle, path
    )
    assert kinds(path) == ["start", "clock jump", "stop"]
    with open_night(path) as night:
        assert len(night.decisions()) == 2 * ((1500 - 100) // 60 + 1)


def test_a_night_that_exists_is_refused_before_the_first_sample(tmp_path: Path, bundle) -> None:
    path = tmp_path / "a.night"
    path.write_text("precious")
    with pytest.raises(UsageError, match="--out"):
        monitor(Script(lambda: pytest.fail("the source was asked")), bundle, path)
    assert path.read_text() == "precious"


def test_a_source_without_a_sample_leaves_no_night(tmp_path: Path, bundle) -> None:
    with pytest.raises(EdgekitError, match="gave no sample"):
        monitor(Script(), bundle, tmp_path / "a.night")
    assert not list(tmp_path.iterdir())


# 8 hours, 24,000 windows, on a device that has none of the trainer's libraries.
WHOLE_NIGHT = r"""
import importlib.abc, json, re, sys
from pathlib import Path

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "tensorflow", "polars", "matplotlib", "onnx", "scipy",
                                  "sklearn", "pandas", "edgekit.train", "edgekit.convert"}:
            raise ImportError(f"{name} is not on the device")

sys.meta_path.insert(0, Blocked())

from dataclasses import asdict
from pathlib import Path
import numpy as np
from edgekit.bundle import load_bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.monitor.views.terminal import terminal_view
from edgekit.device.monitor.monitor import record_night
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.recording import Recording

noise = np.random.default_rng(0).standard_normal((8 * 3600 * 50, 3), dtype=np.float32)
noise *= np.float32(0.01)
noise[:, 2] += 1
with terminal_view() as view:
    summary = record_night(
        Replay([Recording(noise, 50.0, "me", "chest")], FULL_SPEED),
        BundleAnswer(load_bundle(Path(sys.argv[1]))), Path(sys.argv[2]), view,
    )
# Not ru_maxrss: that is inherited from the process that started this one.
peak_mb = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({**asdict(summary), "peak_mb": peak_mb}, default=str))
"""


def test_a_night_of_eight_hours_replays_on_a_bare_device_quickly_in_little_memory(
    tmp_path: Path, bundle
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_NIGHT, str(bundle.folder), str(tmp_path / "a.night")],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    with open_night(tmp_path / "a.night") as night:
        assert len(night.decisions()) == summary["windows"] == 23_999
        assert sum(len(samples.xyz_g) for samples in night.samples()) == 1_440_000
    assert summary["peak_mb"] < 120
    assert summary["wall_s"] < 30


def test_a_bundle_for_another_rate_only_changes_what_is_resampled(
    tmp_path: Path, bundle, lying
) -> None:
    slow = replace(bundle, spec=replace(SLEEP, rate_hz=25.0))
    summary = monitor(Replay([lying("supine")], FULL_SPEED), slow, tmp_path / "a.night")
    assert summary.windows == (749 - 100) // 60 + 1


def test_a_night_is_resumed_with_the_gap_recorded(
    lying: Lying, bundle: Bundle, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    evening = lying("supine", seconds=60, start_s=1e9)
    morning = lying("left", seconds=60, start_s=1e9 + 300)
    monitor(Replay([evening], FULL_SPEED), bundle, path)
    record_night(Replay([morning], FULL_SPEED), BundleAnswer(bundle), path, resume=True)
    with open_night(path) as night:
        assert sum(len(part.xyz_g) for part in night.samples()) == len(evening) + len(morning)
        (gap,) = (event for event in night.events() if event.kind == "gap")
        start_s = night.decisions().start_s
    assert (gap.at_s, gap.detail[:9]) == (1e9 + 60, "240.000 s")
    assert np.diff(start_s).max() > 240  # no window crosses it


def test_a_clock_that_is_set_is_no_gap(lying: Lying, bundle: Bundle, tmp_path: Path) -> None:
    """NTP an hour later: no window is lost, and the whole night is read at the right time."""
    path = tmp_path / "a.night"
    recording = lying("supine", seconds=60, start_s=1e9)
    parts = [chunk(recording, 0, 30), chunk(recording, 30, 60)]
    parts[1] = replace(parts[1], clock_step_s=3600.0, faults=(("nack", 2),))
    summary = monitor(Script(*parts), bundle, path)
    assert summary.gaps == 0
    with open_night(path) as night:
        assert night.start_s == next(night.samples()).start_s == 1e9 + 3600
        assert np.diff(night.decisions().start_s).max() < 1.3
        assert "clock step" in [event.kind for event in night.events()]
        assert sum(row.faults.get("nack", 0) for row in night.health()) == 2


def test_a_sensor_that_slips_is_an_event_of_the_night(
    lying: Lying, bundle: Bundle, tmp_path: Path
) -> None:
    path, turns = tmp_path / "a.night", ("supine", "left", "right", "supine", "left", "right")
    worn = lying(*turns, *turns, seconds=240, start_s=1e9)
    tilted = worn.xyz_g.copy()
    tilted[len(worn) // 2 :, 1] += 0.7  # 35 degrees to the head from here on
    monitor(Replay([replace(worn, xyz_g=tilted)], FULL_SPEED), bundle, path)
    assert "slipped" in kinds(path)
    steady = tmp_path / "steady.night"
    monitor(Replay([worn], FULL_SPEED), bundle, steady)
    assert "slipped" not in kinds(steady)


def test_what_a_sensor_reports_before_its_first_sample_is_printed_and_kept(
    lying: Lying, bundle: Bundle, tmp_path: Path
) -> None:
    """Wrongly wired, it says so for as long as it takes, not only once it answers."""
    path, lines = tmp_path / "a.night", []
    silent = Chunk(
        np.empty((0, 3), np.float32), 1e9 - 5, 50.0,
        events=(("sensor lost", "nack: tried again every second"),), faults=(("nack", 4),),
    )  # fmt: skip
    seen_first: list[bool] = []
    source = Script(
        silent, lambda: seen_first.append(bool(lines)), chunk(lying("supine", start_s=1e9), 0, 30)
    )
    monitor(source, bundle, path, PlainView(lines.append))
    assert seen_first == [True] and "sensor lost" in lines[0]
    assert kinds(path)[0] == "sensor lost"
    with open_night(path) as night:
        assert night.health()[0].faults == {"nack": 4}
