"""edgekit record: a labelled set of one's own, by a simulated person and by a sensor on the bus."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from edgekit.dataset_folder import read_description
from edgekit.device.record.protocol import read_protocol
from edgekit.firmware.emulate.simulated_bus import Fault, make_world
from edgekit.recording import Recording, load_recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, UNLABELLED, nearest_posture, torso_angle_deg
from tests.helpers.command import begun, edgekit, refused

ON_A_DEVICE = """
import sys
for name in ("torch", "polars", "scipy", "matplotlib", "ziglang", "unicorn", "tensorflow"):
    sys.modules[name] = None
sys.argv[0] = "edgekit"
from edgekit.__main__ import main
main()
"""
FAST = ("--simulate", "--speed", "full")
SHORT = """
settle_s = 4
still = true
[[step]]
say = "Lie on your back."
label = "supine"
seconds = 8
[[step]]
say = "Lie on your left side."
label = "left"
seconds = 8
[[step]]
say = "Lie on your stomach."
label = "prone"
seconds = 8
"""


def recorded(folder: Path) -> list[Recording]:
    return [load_recording(path) for path in sorted(folder.glob("*.npz"))]


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(SHORT)
    return path


def words(protocol: Path, subject: str = "ann") -> tuple[str, ...]:
    return (
        *("record", "--protocol", str(protocol), "--subject", subject),
        *("--placement", "chest", "--out", "our-set"),
    )


def test_a_simulated_person_follows_the_twelve_postures_and_the_labels_fit(
    tmp_path: Path,
) -> None:
    ended = edgekit(
        "record", "--subject", "ann", "--placement", "chest", "--out", "our-set", *FAST,
        cwd=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "doubtful" not in ended.stdout
    (recording,) = recorded(tmp_path / "our-set")
    assert recording.label is not None and recording.subject == "ann"
    known = recording.label != UNLABELLED
    assert known.sum() == pytest.approx(12 * 30 * recording.rate_hz, rel=0.01)
    nearest = nearest_posture(
        torso_angle_deg(recording.xyz_g[known]), list(POSTURE_ANGLE_DEG.values())
    )
    assert (nearest == recording.label[known]).mean() > 0.9
    description = read_description(tmp_path / "our-set")
    assert description.is_sleep and description.postures == SLEEP.postures
    assert set(description.subjects) == {"ann"}
    for step in read_protocol("sleep").steps:
        assert f"{step.label} 30 s" in ended.stdout and step.say in ended.stderr


def test_two_people_are_two_bodies_and_no_recording_is_overwritten(
    tmp_path: Path, short: Path
) -> None:
    for subject in ("ann", "bob", "bob"):
        assert edgekit(*words(short, subject), *FAST, cwd=tmp_path).returncode == 0
    names = sorted(path.name for path in (tmp_path / "our-set").glob("*.npz"))
    assert names == [f"{name}.npz" for name in ("ann-chest-short-1", "bob-chest-short-1",
                                                "bob-chest-short-2")]  # fmt: skip
    description = read_description(tmp_path / "our-set")
    assert description.postures == ("supine", "left", "prone") and not description.is_sleep
    assert set(description.subjects) == {"ann", "bob"}
    ann, bob, _ = recorded(tmp_path / "our-set")
    assert not np.array_equal(ann.xyz_g[:500], bob.xyz_g[:500])


def until_written(folder: Path) -> None:
    until = time.monotonic() + 60
    while not list(folder.glob(".*.session.json")):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_session_that_was_killed_goes_on_where_it_was(
    tmp_path: Path, short: Path, number: signal.Signals
) -> None:
    with begun(*words(short), "--simulate", "--speed", "10", cwd=tmp_path) as running:
        until_written(tmp_path / "our-set")
        running.send_signal(number)
        code = running.wait(timeout=20)
        assert running.stderr is not None
        message = running.stderr.read()
    assert code == (130 if number == signal.SIGINT else -signal.SIGKILL)
    if number == signal.SIGINT:
        assert "The same command goes on with step 2" in message
    (first,) = recorded(tmp_path / "our-set")
    assert first.label is not None and set(first.label.tolist()) == {-1, 0}
    rest = edgekit(*words(short), *FAST, cwd=tmp_path)
    assert rest.returncode == 0 and "steps 1 to 1 were recorded before" in rest.stderr
    assert "Lie on your back" not in rest.stderr
    first, second = recorded(tmp_path / "our-set")
    assert second.label is not None and set(second.label.tolist()) == {-1, 1, 2}
    assert sorted(path.suffix for path in (tmp_path / "our-set").iterdir() if path.stem[0] == ".") \
        == []  # fmt: skip


def test_the_sensor_on_this_computers_bus_is_recorded(tmp_path: Path, short: Path) -> None:
    """The real smbus2 and clocks, on a simulated bus; without what the device extra lacks."""
    noise = np.random.default_rng(0).normal(0, 0.01, (3 * 600 + 500, 3))
    poses = np.array([(0, 0, 1.0), (1, 0, 0), (0, 0, -1.0)])[
        np.minimum(2, np.arange(len(noise)) // 600)
    ]
    counts = np.rint(256 * (poses + noise)).astype(np.int16)
    world = make_world(tmp_path / "world", counts, (Fault(26.0, "brown_out", 1_000),))
    ended = subprocess.run(
        [sys.executable, "-c", ON_A_DEVICE, *words(short), "--no-speak"],
        cwd=tmp_path,
        env=os.environ | world.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    assert "1 gap" in ended.stdout and "doubtful" not in ended.stdout
    assert "on /dev/i2c-1" in ended.stderr
    recordings = recorded(tmp_path / "our-set")
    assert len(recordings) == 2
    for recording in recordings:
        assert recording.label is not None
        for index in set(recording.label.tolist()) - {UNLABELLED}:
            mean = recording.xyz_g[recording.label == index].mean(axis=0)
            np.testing.assert_allclose(mean, poses[600 * index], atol=0.05)


def test_a_sensor_that_is_lost_ends_the_session_and_the_set_is_described(
    tmp_path: Path, short: Path
) -> None:
    noise = np.random.default_rng(0).normal((0, 0, 1.0), 0.01, (3_000, 3))
    counts = np.rint(256 * noise).astype(np.int16)
    world = make_world(tmp_path / "world", counts, (Fault(20.0, "nack", 1_000_000),))
    ended = subprocess.run(
        [sys.executable, "-m", "edgekit", *words(short), "--no-speak"],
        cwd=tmp_path, env=os.environ | world.environment(), capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    line = ended.stderr.splitlines()[-1]
    assert "edgekit doctor" in line and "1 of 3 steps are kept" in line
    assert read_description(tmp_path / "our-set").postures == ("supine",)


def test_a_packaged_protocol_is_printed_to_begin_from(tmp_path: Path) -> None:
    ended = edgekit("record", "--show-protocol", "activities", cwd=tmp_path)
    assert ended.returncode == 0
    (tmp_path / "mine.toml").write_text(ended.stdout)
    assert read_protocol(str(tmp_path / "mine.toml")).labels == read_protocol("activities").labels


SLEEPERS = """
format = "edgekit dataset"
version = 1
name = "sleepers"
rate_hz = 50
domain = "sleep"
postures = ["supine", "left"]
placements = ["chest"]
"""
BASE = ("--subject", "ann", "--placement", "chest", "--out", "s")


@pytest.mark.parametrize(
    ("options", "exit_code", "message"),
    [
        ((), 2, "--subject ann"),
        (("--subject", " "), 2, "--subject ann"),
        (("--subject", "ann"), 2, "--out our-set"),
        (("--subject", "ann", "--out", "s"), 2, "--placement chest"),
        (("--subject", "ann", "--out", "file", "--placement", "chest"), 2, "file is a file"),
        ((*BASE, "--protocol", "slep"), 2, "Did you mean sleep"),
        ((*BASE, "--protocol", "bad.toml"), 1, "bad.toml:1: repeats is 0"),
        ((*BASE, "--placement", "knee"), 2, "no placement of sleep is called 'knee'"),
        (("--subject", "a\nb", "--out", "s"), 2, "--subject is one line"),
        ((*BASE, "--placement", "x" * 61), 2, "--placement is one line"),
        ((*BASE[:-1], "file/s", "--simulate"), 1, "file/s cannot be written to"),
        ((*BASE, "--rate", "60"), 2, "--rate is one of 25, 50, 100 Hz, not 60"),
        ((*BASE, "--rate", "50", "--serial", "p"), 2, "--rate is for a sensor"),
        ((*BASE, "--bus", "1", "--address", "0x1d", "--simulate"), 2, "--bus, --address is for"),
        ((*BASE, "--speed", "20"), 2, "--speed is for --simulate"),
        ((*BASE, "--simulate", "--speed", "0"), 2, "0.01 or more"),
        ((*BASE, "--simulate", "--speed", "fast"), 2, "--speed is a number or 'full'"),
        ((*BASE, "--simulate", "--serial", "/dev/null"), 2, "leave --serial"),
        ((*BASE, "--simulate", "--calibration", "c.json"), 2, "--calibration is for the sensor"),
        ((*BASE, "--simulate", "--rate", "25"), 2, "leave --rate"),
        ((*BASE, "--simulate", "--protocol", "ski.toml"), 2, "knows no 'skiing'"),
        (
            (*BASE[:-1], "sleepers", "--protocol", "ski.toml"),
            2,
            "is of sleep, which has no 'skiing'",
        ),
        ((*BASE[:-1], "broken"), 1, "broken/dataset.toml"),
        ((*BASE, "--bus", "77"), 1, "/dev/i2c-77"),
        ((*BASE, "--serial", "/dev/nothing"), 2, "/dev/nothing"),
        (("--show-protocol", "ski"), 2, "no packaged protocol is called 'ski'"),
    ],
)
def test_a_mistake_is_named_in_one_line_and_nothing_is_written(
    tmp_path: Path, options: tuple[str, ...], exit_code: int, message: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "bad.toml").write_text("repeats = 0\n")
    (tmp_path / "ski.toml").write_text('[[step]]\nsay = "Ski."\nlabel = "skiing"\nseconds = 9\n')
    for name, text in (("sleepers", SLEEPERS), ("broken", "name = 1")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dataset.toml").write_text(text)
    code, line = refused("record", *options, cwd=tmp_path)
    assert (code, message in line) == (exit_code, True), line
    assert not (tmp_path / "s").exists()


def test_its_help_has_examples(tmp_path: Path) -> None:
    ended = edgekit("record", "--help", cwd=tmp_path)
    assert ended.returncode == 0 and "edgekit record --show-protocol sleep" in ended.stdout
