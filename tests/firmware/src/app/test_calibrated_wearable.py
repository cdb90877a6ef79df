"""From a wearable that is worn back to front to a report, by the commands that a user types."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.doubt import DoubtKind
from edgekit.night.reader import open_night
from edgekit.spec import SLEEP
from tests.helpers.command import edgekit, the

SPEED = 400


@pytest.fixture
def port(
    program: Path,
    lying_counts: Callable[..., NDArray[np.int16]],
    tmp_path: Path,
) -> Iterator[str]:
    """The line of a wearable on somebody who lies on the back, for hours."""
    counts = lying_counts("supine", seconds=20000) * np.array([-1, 1, -1])
    (tmp_path / "counts").write_bytes(counts.astype("<i2").tobytes())
    command = [program, "--speed", str(SPEED), "--counts", tmp_path / "counts"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        yield running.stdout.readline().strip()
        running.kill()


def calibrate(port: str, cwd: Path) -> str:
    """Press Enter and lie still."""
    done = subprocess.run(
        [sys.executable, "-m", "edgekit", "calibrate", "--serial", port],
        input="\n", cwd=cwd, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_calibrated_over_its_line_counts_a_baseline_and_its_nights_show_both(
    port: str, tmp_path: Path
) -> None:
    shown = edgekit("calibrate", "--serial", port, "--show", cwd=tmp_path)
    assert "keeps no mounting" in shown.stdout, shown.stderr
    assert "keeps its mounting by the back alone" in calibrate(port, tmp_path)
    shown = edgekit("calibrate", "--serial", port, "--show", cwd=tmp_path)
    assert "turned by 180 degrees" in shown.stdout, shown.stderr
    assert not (tmp_path / "calibration.json").exists(), "that file is of the computer's own sensor"
    streamed = edgekit(
        "monitor", "--serial", port, "--alarm", "baseline", "--duration", "32min", cwd=tmp_path
    )
    assert streamed.returncode == 0, streamed.stderr
    assert "not calibrated" not in streamed.stdout + streamed.stderr
    with open_night(the(tmp_path / "nights", "*.night")) as night:
        alarms, decisions = night.alarms(), night.decisions()
        assert night.meta.calibration is not None
        assert np.allclose(night.meta.calibration.rotation, np.diag([-1, 1, -1]), atol=0.02)
        (samples, *_) = night.samples()
        assert samples.xyz_g[:, 2].mean() == pytest.approx(-1, abs=0.05), "as the sensor read them"
    known = ~np.isnan(decisions.torso_angle_deg)  # a line so fast loses a sample now and then
    assert known.mean() > 0.5 and np.abs(decisions.torso_angle_deg[known] - 90).max() < 5
    assert {SLEEP.postures[posture] for posture in decisions.posture} == {"supine"}
    kept = edgekit("monitor", "--serial", port, "--stored", "--out", "kept.night", cwd=tmp_path)
    assert kept.returncode == 0, kept.stderr
    with open_night(tmp_path / "kept.night") as stored:
        assert stored.meta.calibration == night.meta.calibration
        assert DoubtKind.NOT_CALIBRATED not in {doubt.kind for doubt in stored.meta.doubts}
        kept_alarms = [(alarm.attempt, alarm.level) for alarm in stored.alarms()]
        assert {alarm.strength for alarm in stored.alarms()} == {0.0}
    assert kept_alarms[:3] == [(1, 1), (1, 2), (1, 3)]
    # Under a heavy load of this machine so fast a line may lose a frame.
    assert alarms and {(each.attempt, each.level) for each in alarms} <= {*kept_alarms}
    cleared = edgekit("calibrate", "--serial", port, "--clear", cwd=tmp_path)
    assert "keeps no mounting now" in cleared.stdout, cleared.stderr
