"""Whatever goes wrong and when: no sample is altered, repeated or moved, and where some are missing
a gap is told."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.firmware.build.toolchain import FOLDER
from tests.helpers.adxl345_chip import SIM_FLAGS
from tests.helpers.adxl345_driver import (
    BROWN_OUT,
    FREEZE,
    HOLD_SDA,
    NACK,
    ONES,
    PAUSE,
    SLOW,
    SLOW_DONE,
    Drain,
    Make,
    flows,
)

AMOUNTS = {
    NACK: st.integers(1, 40),
    HOLD_SDA: st.integers(1, 40),
    BROWN_OUT: st.sampled_from([0, 0, 500, 20_000, 300_000]),
    FREEZE: st.integers(1, 150),
    ONES: st.integers(0, 10),
    SLOW: st.integers(1, 12),
    SLOW_DONE: st.integers(1, 12),
    PAUSE: st.integers(1, 3_000_000),
}
FAULTS = st.sampled_from(sorted(AMOUNTS)).flatmap(
    lambda fault: st.tuples(st.integers(0, 400), st.just(fault), AMOUNTS[fault])
)


def told(drains: list[Drain]) -> Iterator[tuple[bool, int]]:
    """Each sample, and whether a gap was told between it and the one before."""
    gap = False
    for drain in drains:
        gap = gap or drain.error != "OK"
        for index in drain.indices:
            yield gap, index
            gap = False


@settings(max_examples=300)
@given(
    faults=st.lists(FAULTS, max_size=12),
    watermark=st.integers(1, 31),
    readings=st.integers(0, 7),
    rate_hz=st.sampled_from([25, 50, 100]),
)
def test_after_any_faults_every_sample_came_once_in_order_or_lies_in_a_gap(
    sensor: Make, faults: list[tuple[int, int, int]], watermark: int, readings: int, rate_hz: int
) -> None:
    running = sensor(watermark=watermark, readings=readings, rate_hz=rate_hz)
    for fault in faults:
        running.plan(*fault)
    running.start()
    drains = [Drain(running.started, [])]
    for _ in range(40):
        begun_us = running.now_us
        drains += running.run(0.1)
        assert running.now_us - begun_us < 8e6 + 12 * 3e6  # the watchdog's time, and the pauses
    running.c.rig_clear_faults()
    # What a frozen chip repeats is what it measured; without such a fault nothing comes twice.
    again = 1 if any(fault == FREEZE for _, fault, _ in faults) else 0
    due = 0
    for gap, index in told(drains):
        assert index >= due - again, "a sample came twice, or out of order"
        assert index <= due or gap, f"{due} to {index} are missing and no gap was told"
        due = index + 1
    running.run(2.0)
    assert flows(running), "samples do not flow after the faults"


def test_a_thousand_random_nights_are_clean_under_the_sanitizers(
    c_program: Callable[..., Path], sources: list[Path]
) -> None:
    """The same law in C, where each drain's buffer is exactly as long as was said."""
    program = c_program(FOLDER / "tests" / "test_adxl345.c", *sources, flags=SIM_FLAGS)
    done = subprocess.run([program, "1", "1000"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
