"""The wearable's crystal and the host's clock drift apart; a night is dated by the host's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.wearable.utc_clock import UtcClock

DRAIN_S = 0.32
UTC_S = 1.7e9  # of the wearable's start
NIGHT_S = 8 * 3600.0


def errors_s(clock: UtcClock, true_s: np.ndarray, drift: float, late_s: np.ndarray) -> np.ndarray:
    """By how much each drain is dated wrongly, by a wearable whose clock runs fast by `drift`."""
    found = []
    for at_s, delay_s in zip(true_s.tolist(), late_s.tolist(), strict=True):
        device_s = at_s * (1 + drift)
        clock.note(device_s, at_s + delay_s)
        found.append(clock.utc_s(device_s) - UTC_S - at_s)
    return np.array(found)


@settings(max_examples=4, deadline=None)
@given(drift=st.floats(-1e-4, 1e-4), seed=st.integers(0, 99))
def test_a_night_is_dated_to_a_twentieth_of_a_second_whatever_the_crystal(
    drift: float, seed: int
) -> None:
    true_s = np.arange(0, NIGHT_S, DRAIN_S)
    late_s = 0.012 + np.random.default_rng(seed).exponential(0.01, len(true_s))
    found = errors_s(UtcClock(UTC_S), true_s, drift, late_s)
    assert np.abs(found).max() < 0.05
    assert np.abs(np.diff(found)).max() < 1e-3  # no window sees a step


def test_a_host_that_slept_moves_nothing() -> None:
    true_s = np.arange(0, 3600, DRAIN_S)
    slept = np.where(true_s > 1800, -900.0, 0.0)  # its clock stood still
    found = errors_s(UtcClock(UTC_S), true_s, 0.0, 0.01 + slept)
    assert np.abs(found).max() < 1e-6


def test_a_device_that_is_emulated_as_fast_as_it_goes_keeps_its_own_time() -> None:
    true_s = np.arange(0, 3600, DRAIN_S)
    found = errors_s(UtcClock(UTC_S), true_s, 0.0, -0.98 * true_s)
    assert np.abs(found).max() < 1e-6


def test_a_line_that_was_away_for_minutes_is_taken_up_where_the_crystal_is_now() -> None:
    true_s = np.concatenate([np.arange(0, 1800, DRAIN_S), np.arange(2400, 7200, DRAIN_S)])
    found = errors_s(UtcClock(UTC_S), true_s, 5e-5, np.full(len(true_s), 0.01))
    assert np.abs(found[true_s > 2800]).max() < 0.02


def test_until_it_is_set_it_knows_nothing() -> None:
    clock = UtcClock(None)
    assert not clock.is_known
    clock.set(5.0)
    assert clock.is_known and clock.utc_s(2.0) == pytest.approx(7.0)
