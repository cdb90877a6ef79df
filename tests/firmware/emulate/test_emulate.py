"""edgekit firmware emulate: what its sensor is given, and how it is ended."""

import os
import signal
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.cli.emulate import emulate_command
from edgekit.firmware.build import build as building
from edgekit.firmware.build.build import Built, LinkOptions
from edgekit.firmware.emulate import on_terminal
from edgekit.firmware.emulate.emulated import emulated
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.recording import Recording, save_recording
from edgekit.spec import SLEEP, WISDM, Spec


@pytest.mark.parametrize(("spec", "times"), [(SLEEP, 1), (WISDM, 5)])
def test_a_net_that_is_fed_means_of_the_chips_samples_gets_the_recording(
    spec: Spec,
    times: int,
    c_bundle: Callable[[Spec], Bundle],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rest = [[0, 0, 1]] * 8  # a recording is at rest most of the time
    xyz_g = np.float32([*rest, [0.5, -0.25, 17], [-17, 0, 0]])
    save_recording(Recording(xyz_g, spec.rate_hz, "me", "chest"), tmp_path / "a.npz")
    runs: list[tuple[Path, str, np.ndarray]] = []

    def build_nothing(*arguments: object) -> SimpleNamespace:
        assert LinkOptions(core="cortex-m4") in arguments
        return SimpleNamespace(elf=tmp_path / "image.elf")

    def run_night(elf: Path, core: str, counts: np.ndarray, *_: object) -> SimpleNamespace:
        runs.append((elf, core, counts))
        return SimpleNamespace(now_us=0, resets=[], faults=[])

    monkeypatch.setattr(building, "build", build_nothing)
    monkeypatch.setattr(on_terminal, "run_night", run_night)
    emulate_command(tmp_path / "a.npz", c_bundle(spec).folder, "cortex-m4")
    expected = [*[[0, 0, 256]] * 8, [128, -64, 4095], [-4096, 0, 0]]
    ((elf, core, counts),) = runs
    assert (elf, core) == (tmp_path / "image.elf", "cortex-m4")
    assert counts.tolist() == np.repeat(expected, times, axis=0).tolist()


def test_a_nights_counts_take_their_own_bytes_alone() -> None:
    counts, sensor = np.zeros((100_000, 3), np.int16), SimulatedSensor()
    tracemalloc.start()
    sensor.set_counts(counts)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * counts.nbytes


def test_ctrl_c_ends_a_run_at_whatever_moment_it_comes(image_of: Callable[..., Built]) -> None:
    sensor = SimulatedSensor()
    sensor.set_counts([[0, 0, 256]] * 1_000_000)
    board = emulated(image_of("emulated", "cortex-m4").elf, "cortex-m4", sensor)
    for after_s in (0.05, 0.06, 0.07, 0.08, 0.09, 0.1):
        timer = threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            board.run(400_000_000)
        timer.join()
