"""What the C says is what the host writes down."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edgekit.device.monitor.monitor import record_night
from edgekit.device.sources.wearable.decisions import WearableAnswer
from edgekit.device.sources.wearable.greeting import Greeting, WearableModel
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.records import Hello
from edgekit.device.sources.wearable.wearable import Wearable
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.night.reader import open_night
from edgekit.spec import SLEEP

SAMPLES = 4800
HELLO = Hello(
    2, "made", "0.1", "bundle", b"d" * 32, b"i" * 8, "sleep", 50_000, 100, 60, 256,
    0, 0, 0, 0, 12, 3, 1, 0, 0, 0, 0, 0,
)  # fmt: skip


class Line:
    port = "/dev/made"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        if not self._data:
            raise EdgekitError("that was all")
        chunk, self._data = self._data[:333], self._data[333:]
        return chunk


def test_a_night_written_by_the_c_has_every_sample_and_decision(
    c_program: Callable[..., Path], tmp_path: Path
) -> None:
    source = FOLDER / "src"
    program = c_program(
        FOLDER / "tests" / "write_night.c", source / "record.c", source / "protocol.c"
    )
    frames = subprocess.run([program, str(SAMPLES)], capture_output=True, check=True).stdout
    model = WearableModel("bundle", HELLO.bundle_digest.hex(), SLEEP)
    wearable = Wearable(
        Link(Line(frames)),  # type: ignore[arg-type]
        Greeting(HELLO, model, 1e9, ()),
        "me",
    )
    with pytest.raises(EdgekitError, match="that was all"):
        record_night(wearable, WearableAnswer(model), tmp_path / "a.night")

    with open_night(tmp_path / "a.night") as night:
        counts = np.concatenate([samples.xyz_g for samples in night.samples()]) * 256
        decisions = night.decisions()
        assert [event.kind for event in night.events()] == ["start", "failed"]
    place = np.arange(SAMPLES)[:, None]
    np.testing.assert_array_equal(counts, place * np.array([1, 2, 3]) % 512 - 256)
    window = np.arange((SAMPLES - 100) // 60 + 1)
    np.testing.assert_array_equal(decisions.posture, window % 12)
    np.testing.assert_array_equal(decisions.raw_posture, window % 12)
    np.testing.assert_array_equal(decisions.placement, window % 3)
    np.testing.assert_array_equal(decisions.raw_placement, np.full(len(window), 2))
    np.testing.assert_array_equal(decisions.posture_confidence, window * 60 % 256 / 255)
    np.testing.assert_allclose(decisions.start_s, 1e9 + 1.2 * window, atol=1e-6)
