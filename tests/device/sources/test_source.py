import time

import numpy as np
import pytest

from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.errors import UsageError


def test_a_replay_gives_every_sample_and_label_in_order(lying) -> None:
    recording = lying("supine", "left", seconds=70)
    chunks = list(Replay([recording], FULL_SPEED).chunks())
    np.testing.assert_array_equal(np.concatenate([c.xyz_g for c in chunks]), recording.xyz_g)
    np.testing.assert_array_equal(np.concatenate([c.label for c in chunks]), recording.label)
    assert [c.end_s for c in chunks[:-1]] == pytest.approx([c.start_s for c in chunks[1:]])


def test_recordings_in_utc_keep_their_times(lying) -> None:
    recordings = [lying("supine", start_s=1e9), lying("supine", start_s=1e9 + 7200)]
    replay = Replay(recordings, FULL_SPEED)
    assert [chunk.start_s for chunk in replay.chunks()] == [1e9, 1e9 + 7200]
    assert replay.about.clock == "utc"


def test_a_device_s_clock_is_dated_from_now_and_keeps_its_own_short_gaps(lying) -> None:
    recordings = [
        lying("supine", start_s=5, clock="device"),
        lying("supine", start_s=95, clock="device"),
    ]
    replay = Replay(recordings, FULL_SPEED)
    first, second = replay.chunks()
    assert first.start_s == pytest.approx(time.time(), abs=5)
    assert second.start_s - first.end_s == pytest.approx(60)
    assert (second.events, replay.about.clock) == ((), "assumed")


@pytest.mark.parametrize(("next_start_s", "said"), [(-7165, "-7200.0 s"), (1e5, "+99965.0 s")])
def test_a_clock_that_was_reset_becomes_ten_seconds_and_says_the_true_figure(
    lying, next_start_s: float, said: str
) -> None:
    recordings = [
        lying("supine", start_s=5, clock="device"),
        lying("supine", start_s=next_start_s, clock="device"),
    ]
    first, second = Replay(recordings, FULL_SPEED).chunks()
    assert second.start_s - first.end_s == pytest.approx(10)
    ((kind, detail),) = second.events
    assert kind == "clock jump" and said in detail


def test_a_replay_at_a_speed_takes_that_much_less_time(lying) -> None:
    began = time.monotonic()
    for chunk in Replay([lying("supine", seconds=12)], speed=30).chunks():
        assert time.monotonic() - began >= (chunk.end_s - 0.0) / 30 - 1e-3
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda lying: Replay([]), "nothing to replay"),
        (lambda lying: Replay([lying("supine", seconds=0)]), "nothing to replay"),
        (lambda lying: Replay([lying("supine")], speed=0), "0.01 or more"),
        (
            lambda lying: Replay([lying("supine"), lying("supine", subject="you")]),
            "2 subjects.*one subject",
        ),
    ],
)
def test_what_cannot_be_replayed_is_refused(lying, make, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make(lying)
