"""Recordings and a wearable for the tests of the device."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edgekit.recording import Recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP
from tests.helpers.fake_wearable import FakeWearable
from tests.helpers.gravity import gravity_at

Lying = Callable[..., Recording]


@pytest.fixture(scope="session")
def lying() -> Lying:
    """Makes a Recording that lies in each named posture for some seconds, with a sensor's noise."""

    def make(
        *postures: str, seconds: float = 30.0, rate_hz: float = 50.0, start_s: float = 0.0,
        clock: str = "utc", noise_g: float = 0.02, subject: str = "me",
    ) -> Recording:  # fmt: skip
        each = round(seconds * rate_hz)
        index = np.repeat([SLEEP.postures.index(posture) for posture in postures], each)
        gravity = np.array([gravity_at(angle) for angle in POSTURE_ANGLE_DEG.values()])[index]
        noise = np.random.default_rng(0).normal(0, noise_g, gravity.shape)
        return Recording(
            (gravity + noise).astype(np.float32), rate_hz, subject, "chest",
            index.astype(np.int16), SLEEP.postures, start_s, clock, "made",  # type: ignore[arg-type]
        )  # fmt: skip

    return make


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeWearable]:
    made = FakeWearable(tmp_path / "ttyWEARABLE")
    made.plug_in()
    yield made
    if made._master >= 0:
        made.unplug()
