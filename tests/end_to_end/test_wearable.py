"""A night over the wire: firmware on an emulated Cortex-M4, beside the same night on the Pi path.

The core runs the image instruction by instruction, its ADXL345 is the chip in C, the serial line
is a pseudo-terminal, and `edgekit monitor --serial` listens. Not run on hardware.
"""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.report.summary import Summary, summarise
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.device.tune.tune import tuned_copy
from edgekit.firmware.emulate.on_terminal import Terminal, run_night
from edgekit.night.night import Decisions
from edgekit.night.reader import open_night
from edgekit.recording import Recording, load_recording
from edgekit.smoothing import Smoothing
from tests.helpers.command import edgekit, the
from tests.helpers.monitored import monitor
from tests.helpers.runtimes import decide_by_tflm

MINUTES = 20
COUNTS_PER_G = 256
# LiteRT rounds once where TFLM, and so the firmware, rounds twice: near ties may fall otherwise.
LEAST_AGREEMENT = 0.995


@pytest.fixture(scope="module")
def recording(road: Path) -> Recording:
    whole = load_recording(road / "night.npz")
    return whole.part(0, int(MINUTES * 60 * whole.rate_hz))


@pytest.fixture(scope="module")
def bundle(road: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Tuned, so that both paths must decide by what the bundle says, not by what is usual."""
    untuned = load_bundle(the(road, "bundles/*"))
    slow = Smoothing(posture_dwell_s=80.0, posture_least=0.2)
    return tuned_copy(untuned, slow, tmp_path_factory.mktemp("tuned") / "slow")


@pytest.fixture(scope="module")
def over_serial(
    bundle: Bundle, recording: Recording, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The night that the emulated wearable sent."""
    folder = tmp_path_factory.mktemp("wearable")
    words = ("firmware", "build", bundle.folder.resolve(), "--board", "emulated", "--out", "image")
    built = edgekit(*words, "--core", "cortex-m4", cwd=folder)
    assert built.returncode == 0, built.stderr
    counts = np.rint(recording.xyz_g * COUNTS_PER_G).astype(np.int16)
    assert np.array_equal(counts / np.float32(COUNTS_PER_G), recording.xyz_g)
    terminal = Terminal()
    command = [sys.executable, "-m", "edgekit", "monitor", "--serial", terminal.port]
    listening = subprocess.Popen(
        [*command, "--out", "a.night"],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    board = run_night(folder / "image" / "image.elf", "cortex-m4", counts, terminal)
    listening.send_signal(signal.SIGINT)
    _, errors = listening.communicate(timeout=60)
    terminal.close()
    assert listening.returncode == 0, errors
    assert (board.resets, board.faults) == ([], [])
    return folder / "a.night"


def test_every_sample_of_the_sensor_is_in_the_night(
    over_serial: Path, recording: Recording
) -> None:
    with open_night(over_serial) as night:
        samples = np.concatenate([block.xyz_g for block in night.samples()])
        kinds = {event.kind for event in night.events()}
    assert np.array_equal(samples, recording.xyz_g)
    assert not kinds & {"gap", "frames lost", "line dropped"}


def test_its_report_is_that_of_the_pi_path_decision_for_decision(
    over_serial: Path,
    bundle: Bundle,
    recording: Recording,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The Pi path on tflite-micro's kernels, whose bytes are the firmware's."""
    decide_by_tflm(monkeypatch)
    on_pi = _decisions(monitor_to(tmp_path / "pi.night", recording, bundle))
    by_serial = _decisions(over_serial)
    assert len(by_serial) == len(on_pi) == (len(recording) - 100) // 60 + 1
    for name in ("posture", "placement", "raw_posture", "raw_placement", "state"):
        assert np.array_equal(getattr(by_serial, name), getattr(on_pi, name)), name
    assert np.array_equal(by_serial.torso_angle_deg, on_pi.torso_angle_deg)
    for name in ("posture_confidence", "placement_confidence"):
        assert np.abs(getattr(by_serial, name) - getattr(on_pi, name)).max() < 0.01, name
    assert _summary(by_serial, bundle) == _summary(on_pi, bundle)


def test_litert_decides_alike_but_for_near_ties(
    over_serial: Path, bundle: Bundle, recording: Recording, tmp_path: Path
) -> None:
    on_pi = _decisions(monitor_to(tmp_path / "pi.night", recording, bundle))
    by_serial = _decisions(over_serial)
    assert (by_serial.posture == on_pi.posture).mean() >= LEAST_AGREEMENT
    assert (by_serial.placement == on_pi.placement).mean() >= LEAST_AGREEMENT


def monitor_to(path: Path, recording: Recording, bundle: Bundle) -> Path:
    monitor(Replay([recording], FULL_SPEED), bundle, path)
    return path


def _decisions(path: Path) -> Decisions:
    with open_night(path) as night:
        return night.decisions()


def _summary(decisions: Decisions, bundle: Bundle) -> Summary:
    """Summarise decisions on one clock, without confidences, of which a wearable sends 8 bits."""
    count = len(decisions)
    laid = replace(
        decisions,
        start_s=np.arange(count) * bundle.spec.hop_s,
        posture_confidence=np.ones(count),
        placement_confidence=np.ones(count),
    )
    return summarise(laid, bundle.spec)
