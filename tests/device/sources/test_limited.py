"""A source with a duration ends there, to the sample."""

import numpy as np
import pytest

from edgekit.device.sources.limited import Limited
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.recording import Recording

RECORDING = Recording(
    np.tile(np.float32([0, 0, 1]), (10_000, 1)), 50.0, "me", "chest",
    label=np.zeros(10_000, np.int16), label_names=("supine",), start_s=1_700_000_000.0, clock="utc",
)  # fmt: skip


@pytest.mark.parametrize(("seconds", "samples"), [(30.0, 1_500), (60.0, 3_000), (1e6, 10_000)])
def test_it_gives_as_many_samples_as_fit_and_no_more(seconds: float, samples: int) -> None:
    limited = Limited(Replay([RECORDING], FULL_SPEED), seconds)
    chunks = list(limited.chunks())
    assert sum(len(chunk) for chunk in chunks) == samples
    assert all(chunk.label is not None and len(chunk.label) == len(chunk) for chunk in chunks)
    assert limited.about.duration_s == min(seconds, 200.0)


def test_a_night_that_is_resumed_ends_by_its_own_beginning() -> None:
    limited = Limited(Replay([RECORDING], FULL_SPEED), 100.0, RECORDING.start_s - 70.0)
    assert sum(len(chunk) for chunk in limited.chunks()) == 1_500
