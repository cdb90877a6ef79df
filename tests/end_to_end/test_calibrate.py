"""edgekit calibrate on a simulated sensor, hold by hold; a bad one is told before the next."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from edgekit.device.mount.calibrate import load_calibration
from edgekit.firmware.emulate.simulated_bus import Fault, make_world
from tests.helpers.command import edgekit, refused

HOLD_S = 60  # from one posture to the next
SETTLED_S = 5  # into it, Enter is pressed
BACK, UPRIGHT, LEFT = (0, 0, 1), (0, 1, 0), (-1, 0, 0)
FACES = [(1, 0, 0), (0, -1, 0), (0, 0, 1), (-1, 0, 0), (0, 1, 0), (0, 0, -1)]
LEANING = (0.6, 0, 0.8)
Gravity = tuple[float, float, float]


@dataclass(frozen=True)
class Ended:
    code: int
    holds_asked: int
    output: str
    took_s: float  # by the sensor's world


def calibrated(
    folder: Path,
    *words: str,
    holds: list[Gravity],
    mount: Rotation | None = None,
    offset_g: Gravity = (0, 0, 0),
    moves_g: float = 0.0,
    faults: tuple[Fault, ...] = (),
) -> Ended:
    """The command on a wearer who takes one posture after another, and presses Enter in each."""
    read_g = (mount or Rotation.identity()).apply(np.array(holds, float)) + offset_g
    random = np.random.default_rng(0)
    noise_g = random.normal(0, 0.01, (len(holds) * HOLD_S * 50, 3))
    wave_g = moves_g * np.sin(np.arange(len(noise_g)) / 10)[:, None]
    counts = np.rint(256 * (np.repeat(read_g, HOLD_S * 50, axis=0) + noise_g + wave_g))
    world = make_world(folder / "world", counts.astype(np.int16), faults)
    running = subprocess.Popen(
        [sys.executable, "-m", "edgekit", "calibrate", *words],
        cwd=folder,
        env=os.environ | world.environment() | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdin and running.stdout
    output, holds_asked = "", 0
    while letter := running.stdout.read(1):
        output += letter
        if output.endswith(" for 10 s "):
            # The chip measures from the first hold on, and that is its first sample.
            if holds_asked:
                world.restart_after(holds_asked * HOLD_S + SETTLED_S - world.age_s)
            holds_asked += 1
            running.stdin.write("\n")
            running.stdin.flush()
    code = running.wait(timeout=30)
    assert "Traceback" not in output
    return Ended(code, holds_asked, output, world.age_s)


def test_back_and_upright_find_how_a_sensor_hangs(tmp_path: Path) -> None:
    mount = Rotation.random(random_state=3)
    ended = calibrated(tmp_path, "--upright", holds=[BACK, UPRIGHT], mount=mount)
    assert (ended.code, ended.holds_asked) == (0, 2), ended.output
    assert "calibration.json: mounted by back and upright" in ended.output
    found = load_calibration(tmp_path / "calibration.json")
    lying_left = mount.apply(np.array([LEFT], float)).astype(np.float32)
    np.testing.assert_allclose(found.apply(lying_left), [LEFT], atol=0.01)


def test_six_faces_find_the_sensor_s_offsets(tmp_path: Path) -> None:
    offset_g = (0.04, -0.03, 0.08)
    ended = calibrated(tmp_path, "--faces", holds=[BACK, *FACES], offset_g=offset_g)
    assert (ended.code, ended.holds_asked) == (0, 7), ended.output
    found = load_calibration(tmp_path / "calibration.json")
    np.testing.assert_allclose(found.offset_g, offset_g, atol=0.003)
    np.testing.assert_allclose(found.gain, (1, 1, 1), atol=0.003)


@pytest.mark.parametrize(
    ("words", "holds", "holds_asked", "message"),
    [
        (("--upright",), [BACK, BACK], 2, "0 degrees apart, and should be about 90"),
        ((), [UPRIGHT], 1, "its wearer was upright, not lying"),
        (("--faces",), [BACK, FACES[0], FACES[1], FACES[0]], 4, "face 3 is face 1 again (+x up)"),
        (("--faces",), [BACK, FACES[0], LEANING], 3, "face 2 did not lie level"),
        (("--upright",), [(0, 0, 0.5), UPRIGHT], 1, "the sensor reads 0.50 g, not 1 g"),
    ],
)
def test_a_wrong_hold_is_refused_before_the_next_is_asked_for(
    tmp_path: Path, words: tuple[str, ...], holds: list[Gravity], holds_asked: int, message: str
) -> None:
    ended = calibrated(tmp_path, *words, holds=[*holds, BACK])
    assert (ended.code, ended.holds_asked) == (1, holds_asked), ended.output
    assert message in one_line(ended)
    assert not (tmp_path / "calibration.json").exists()


def one_line(ended: Ended) -> str:
    (line,) = (line for line in ended.output.splitlines() if "edgekit: " in line)
    return line


def test_moving_while_lying_is_reported_at_once(tmp_path: Path) -> None:
    ended = calibrated(tmp_path, "--upright", holds=[BACK, UPRIGHT], moves_g=0.2)
    assert (ended.code, ended.holds_asked) == (1, 1)
    assert "on the back" in one_line(ended) and "keep still for 10 s" in one_line(ended)


def test_a_short_fault_takes_another_ten_seconds_and_does_no_harm(tmp_path: Path) -> None:
    fault = Fault(4.0, "brown_out", 500)
    ended = calibrated(tmp_path, holds=[BACK], faults=(fault,))
    assert ended.code == 0 and ended.took_s > 14, ended.output
    found = load_calibration(tmp_path / "calibration.json")
    np.testing.assert_allclose(found.rotation, np.eye(3), atol=0.01)


def test_a_sensor_that_is_lost_while_lying_is_reported_with_its_fault(tmp_path: Path) -> None:
    fault = Fault(4.0, "nack", 100_000)
    ended = calibrated(tmp_path, holds=[BACK], faults=(fault,))
    assert (ended.code, ended.holds_asked) == (1, 1)
    line = one_line(ended)
    assert "sensor lost: nack" in line and "edgekit doctor" in line


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (("--bus", "77"), 1, "/dev/i2c-77"),
        (("--address", "0x20"), 2, "0x53 or 0x1d"),
        (("--replay", "nothing.npz"), 2, "no recording at nothing.npz"),
        (("--upright", "--replay", "a.npz"), 2, "--replay is given 2 times here"),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path, words: tuple[str, ...], exit_code: int, message: str
) -> None:
    code, line = refused("calibrate", *words, cwd=tmp_path)
    assert code == exit_code and message in line
    assert not list(tmp_path.iterdir())


def test_its_help_says_what_to_do(tmp_path: Path) -> None:
    ended = edgekit("calibrate", "--help", cwd=tmp_path)
    assert ended.returncode == 0 and "--upright" in ended.stdout and "--faces" in ended.stdout
