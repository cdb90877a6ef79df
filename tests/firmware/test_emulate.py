"""edgekit firmware emulate: what its sensor is given is the recording, at the chip's own rate."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.cli.emulate import emulate
from edgekit.firmware.emulator import on_terminal
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
    xyz_g = np.float32([[0, 0, 1], [0.5, -0.25, 17], [-17, 0, 0]])
    save_recording(Recording(xyz_g, spec.rate_hz, "me", "chest"), tmp_path / "a.npz")
    given: list[np.ndarray] = []

    def run_night(_elf: Path, _core: str, counts: np.ndarray, *_: object) -> SimpleNamespace:
        given.append(counts)
        return SimpleNamespace(now_us=0, resets=[], faults=[])

    monkeypatch.setattr(on_terminal, "run_night", run_night)
    emulate(tmp_path / "a.npz", c_bundle(spec).folder, "cortex-m4")
    expected = [[0, 0, 256], [128, -64, 4095], [-4096, 0, 0]]
    assert given[0].tolist() == np.repeat(expected, times, axis=0).tolist()
