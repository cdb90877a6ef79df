"""How samples are dated, whatever the sensor's rate and the drains do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.clock import HostClock, Now, SensorClock


@settings(max_examples=30, deadline=None)
@given(rate_hz=st.floats(49.0, 51.0), seed=st.integers(0, 1000))
def test_the_times_come_within_a_sample_and_the_rate_to_a_thousandth(
    rate_hz: float, seed: int
) -> None:
    clock, jitter = SensorClock(50), np.random.default_rng(seed)
    clock.begin(0, 0.0)
    time_s = -1.0
    for last in range(19, 20_000, 20):
        assert clock.time_s(last - 19) > time_s
        time_s = clock.time_s(last)
        clock.note(last, last / rate_hz + jitter.uniform(-0.5, 0.5) / rate_hz)
        # 2 % off for 5.5 s, then caught up by 0.3 %.
        assert abs(time_s - last / rate_hz) < (0.13 if time_s < 160 else 0.02)
    assert clock.measured_hz == pytest.approx(rate_hz, rel=1e-3)
    assert clock.rate_hz == pytest.approx(rate_hz, rel=1e-3)


def test_a_rate_is_kept_over_a_gap_and_the_gap_is_as_long_as_the_clock_says() -> None:
    clock = SensorClock(50)
    clock.begin(0, 0.0)
    for last in range(19, 5_000, 20):
        clock.note(last, last / 49.1)
    missing_s = clock.begin(5_000, 5_000 / 49.1 + 3.0)
    assert missing_s == pytest.approx(3.0, abs=0.02)
    assert clock.rate_hz == pytest.approx(49.1, rel=1e-3)


def test_a_gap_is_never_too_short_to_be_seen_as_one() -> None:
    clock = SensorClock(50)
    clock.begin(0, 0.0)
    clock.note(99, 99 / 50)
    assert clock.begin(100, 100 / 50 - 0.1) == pytest.approx(0.04)


@given(st.floats(-4000, 4000).filter(lambda s: abs(s) > 0.11))
def test_a_step_of_the_clock_is_reported_once_by_its_size(step_s: float) -> None:
    host = HostClock(Now(10.0, 10.0, 1000.0))
    assert host.step_s(Now(11.0, 11.0, 1001.05)) == 0
    assert host.step_s(Now(12.0, 12.0, 1002.0 + step_s)) == pytest.approx(step_s)
    assert host.step_s(Now(13.0, 13.0, 1003.0 + step_s)) == 0
    assert host.utc_s(13.0) == pytest.approx(1003.0)  # all times of a run move together, later


def test_a_computer_that_slept_is_found_once() -> None:
    host = HostClock(Now(10.0, 10.0, 1000.0))
    assert host.suspended_s(Now(100.0, 20.0, 1090.0)) == pytest.approx(80.0)
    assert host.suspended_s(Now(101.0, 21.0, 1091.0)) == 0
