"""The driver on the simulated chip: whatever goes wrong, no sample is altered, repeated or moved,
and where some are missing a gap is told.

Each sample says which it is: the recording's n-th has n in x and y, and a check in z.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.firmware.toolchain import FOLDER

ERRORS = re.findall(r"X\((\w+), \"", (FOLDER / "include" / "edgekit_error.h").read_text())
COUNTERS = (
    *("nacks", "timeouts", "recoveries", "overruns", "register_losses"),
    *("frozen", "reinitialised", "samples"),
)
NACK, HOLD_SDA, BROWN_OUT, FREEZE, ONES, SLOW, SLOW_DONE, PAUSE = range(8)
SAMPLES = 20_000

# The bus transfers of one drain: FIFO_CTL and FIFO_STATUS, then one for each sample.
FIRST_POP = 1


def numbered(samples: int) -> NDArray[np.int16]:
    index = np.arange(samples)
    return np.stack([index % 30_000, index // 30_000, index * 40_503 % 8_191], 1).astype(np.int16)


RECORDING = numbered(SAMPLES)


@dataclass
class Drain:
    error: str
    indices: list[int]  # of the samples delivered


@dataclass
class Sensor:
    """A started driver on a chip that reads RECORDING; made anew by each call of `sensor`."""

    c: ctypes.CDLL
    watermark: int = 16
    rate_hz: int = 50
    low_power: bool = False
    readings: int = 0
    seed: int = 1
    started: str = field(init=False)

    def __post_init__(self) -> None:
        self.c.rig_chip.restype = ctypes.c_void_p
        self.c.rig_now_us.restype = ctypes.c_uint64
        self.c.rig_init(ctypes.c_uint64(self.seed), self.readings)
        self.give(RECORDING)

    @property
    def chip(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.c.rig_chip())

    def give(self, counts: NDArray[np.int16]) -> None:
        self.given = np.ascontiguousarray(counts)
        self.c.sim_adxl345_give_counts(
            self.chip, ctypes.c_void_p(self.given.ctypes.data), ctypes.c_uint64(len(counts))
        )

    def start(self) -> "Sensor":
        code = self.c.rig_start(0x53, self.watermark, self.low_power, self.rate_hz)
        self.started = ERRORS[code]
        return self

    def drain(self, capacity: int = 40) -> Drain:
        xyz = np.zeros((capacity, 3), np.int16)
        count = ctypes.c_uint32()
        code = self.c.rig_drain(ctypes.c_void_p(xyz.ctypes.data), capacity, ctypes.byref(count))
        found = xyz[: count.value]
        indices = [int(x) + 30_000 * int(y) for x, y, _ in found]
        assert np.array_equal(found, self.given[indices]), "a sample was altered"
        return Drain(ERRORS[code], indices)

    def sleep(self, seconds: float) -> bool:
        """Until the interrupt or for so long; true when the line is high."""
        return bool(self.c.rig_sleep_us(ctypes.c_uint64(int(seconds * 1e6))))

    def wait(self, seconds: float) -> "Sensor":
        self.c.rig_pass_us(ctypes.c_uint64(int(seconds * 1e6)))
        return self

    def run(self, seconds: float) -> list[Drain]:
        """As the application does: sleep until the watermark, drain."""
        until_us = self.now_us + seconds * 1e6
        drains = []
        while self.now_us < until_us:
            self.sleep(0.5)
            drains.append(self.drain())
        return drains

    def plan(self, transfers_from_now: int, fault: int, amount: int) -> "Sensor":
        self.c.rig_plan(self.c.rig_transfers() + transfers_from_now, fault, amount)
        return self

    def fault(self, name: str, *amounts: int) -> "Sensor":
        getattr(self.c, f"sim_adxl345_fault_{name}")(self.chip, *amounts)
        return self

    def poke(self, register: int, value: int) -> "Sensor":
        self.c.sim_adxl345_poke(self.chip, register, value)
        return self

    def peek(self, register: int) -> int:
        return int(self.c.sim_adxl345_peek(self.chip, register)) & 0xFF

    def check(self) -> str:
        return ERRORS[self.c.rig_check()]

    def self_test(self) -> str:
        return ERRORS[self.c.rig_self_test()]

    def moves(self, x_g: float, y_g: float, z_g: float) -> "Sensor":
        """How far the self-test moves the mass."""
        for axis, shift in enumerate((x_g, y_g, z_g)):
            numbers = map(ctypes.c_double, (0.0, 1.0, 1.0, shift))
            self.c.sim_adxl345_set_axis(self.chip, axis, *numbers)
        return self

    @property
    def now_us(self) -> int:
        return int(self.c.rig_now_us())

    @property
    def transfers(self) -> int:
        return int(self.c.rig_transfers())

    @property
    def counted(self) -> dict[str, int]:
        """The counters that are not zero, without `samples`."""
        values = (ctypes.c_uint32 * 8)()
        self.c.rig_counters(values)
        return {k: v for k, v in zip(COUNTERS, values, strict=True) if v and k != "samples"}


Make = Callable[..., Sensor]


@pytest.fixture(scope="session")
def sensor(adxl345: ctypes.CDLL) -> Make:
    return lambda **options: Sensor(adxl345, **options)


def indices(drains: list[Drain]) -> list[int]:
    return [index for drain in drains for index in drain.indices]


def flows(sensor: Sensor) -> bool:
    """Samples come again without a gap."""
    sensor.run(1.5)
    after = sensor.run(2.0)
    seen = indices(after)
    return all(d.error == "OK" for d in after) and seen == list(range(seen[0], seen[0] + len(seen)))


# --- without faults -------------------------------------------------------------------------------


def test_start_leaves_the_chip_measuring_with_its_fifo_in_stream_mode(sensor: Make) -> None:
    started = sensor(watermark=20, rate_hz=100, low_power=True).start()
    assert started.started == "OK"
    assert [started.peek(r) for r in (0x2C, 0x2D, 0x2E, 0x2F, 0x31, 0x38)] == [
        0x1A,
        0x08,
        0x02,
        0x00,
        0x0B,
        0x80 | 20,
    ]


@pytest.mark.parametrize("rate_hz", [25, 50, 100])
@pytest.mark.parametrize("readings", range(8))
def test_every_sample_comes_once_and_in_order(sensor: Make, rate_hz: int, readings: int) -> None:
    running = sensor(rate_hz=rate_hz, readings=readings).start()
    drains = running.run(20)
    assert {drain.error for drain in drains} == {"OK"}
    seen = indices(drains)
    assert seen == list(range(len(seen)))
    assert len(seen) == pytest.approx(20 * rate_hz, abs=20)
    assert running.counted == {}


def test_the_interrupt_line_wakes_at_the_watermark(sensor: Make) -> None:
    running = sensor(watermark=16).start()
    assert running.sleep(10.0)
    assert running.now_us < 0.4e6
    assert len(running.drain().indices) == 16


def test_a_drain_takes_no_more_than_asked_for_and_the_next_goes_on(sensor: Make) -> None:
    running = sensor().start().wait(0.5)
    assert running.drain(capacity=10).indices == list(range(10))
    assert running.drain(capacity=10).indices == list(range(10, 20))


def test_a_missed_edge_stalls_nothing(sensor: Make) -> None:
    running = sensor(watermark=16).start().wait(0.6)  # the edge was at 0.32 s
    assert len(running.drain().indices) > 25
    assert flows(running)


def test_nobody_asked_for_nothing_is_no_error(sensor: Make) -> None:
    assert sensor().start().wait(0.2).drain(capacity=0) == Drain("OK", [])


# --- read too late --------------------------------------------------------------------------------


@pytest.mark.parametrize("readings", range(8))
def test_a_late_drain_tells_of_the_gap_and_gives_the_newest(sensor: Make, readings: int) -> None:
    running = sensor(readings=readings).start()
    first = running.run(1.0)
    late = running.wait(2.0).drain()
    assert late.error == "OVERRUN"
    assert late.indices[0] > indices(first)[-1] + 1
    # A chip of 33 levels that keeps OVERRUN until it is empty may be believed twice.
    newest = indices([late, running.drain()])
    assert newest == list(range(newest[0], newest[0] + len(newest)))
    assert 32 <= len(newest) <= 34
    assert running.counted["overruns"] == (2 if readings >= 6 else 1)
    assert flows(running)


@pytest.mark.parametrize("readings", range(8))
def test_a_gap_within_a_drain_lies_exactly_where_samples_are_missing(
    sensor: Make, readings: int
) -> None:
    running = sensor(readings=readings).start().wait(0.5)
    running.plan(FIRST_POP + 5, PAUSE, 1_500_000)
    before = running.drain()
    assert before == Drain("OK", [0, 1, 2, 3, 4])
    after = running.drain()
    assert after.error == "OVERRUN"
    assert after.indices[0] > 40
    assert flows(running)


def test_a_full_fifo_that_lost_nothing_may_be_called_a_gap_only_when_the_chip_says_so(
    sensor: Make,
) -> None:
    assert sensor(readings=0).start().wait(0.65).drain().error == "OK"
    assert sensor(readings=1).start().wait(0.65).drain().error == "OVERRUN"


# --- the bus --------------------------------------------------------------------------------------


@pytest.mark.parametrize("nacks", [1, 2, 3])
@pytest.mark.parametrize("at", range(4))
def test_a_few_nacks_are_tried_again_and_lose_nothing(sensor: Make, nacks: int, at: int) -> None:
    running = sensor().start().wait(0.3)
    drain = running.plan(at, NACK, nacks).drain()
    assert drain == Drain("OK", list(range(len(drain.indices))))
    assert running.counted == {"nacks": nacks}


def test_tries_back_off(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    begun_us = running.now_us
    running.plan(0, NACK, 3).drain(capacity=1)
    assert running.now_us - begun_us > 250 + 500 + 1000


def test_a_long_burst_of_nacks_is_an_error_and_then_samples_flow(sensor: Make) -> None:
    running = sensor().start().wait(0.3).fault("nack", 100)
    errors = [drain.error for drain in running.run(6)]
    assert errors[0] == "NACK"
    assert errors[-1] == "OK"
    assert flows(running)


def test_an_absent_sensor_may_come_later(sensor: Make) -> None:
    coming = sensor().fault("nack", 1000).start()
    assert coming.started == "NACK"
    assert coming.wait(1.0).drain() == Drain("NACK", [])
    assert flows(coming.fault("nack", 0))


@pytest.mark.parametrize("clocks", [1, 9, 30])
def test_a_bus_held_low_is_clocked_free(sensor: Make, clocks: int) -> None:
    running = sensor().start()
    first = running.run(1.0)
    running.plan(3, HOLD_SDA, clocks)
    drains = first + running.run(2.0)
    assert running.counted["recoveries"] == -(-clocks // 9)
    assert "BUS_STUCK" in {drain.error for drain in drains}
    assert indices(drains) == sorted(set(indices(drains)))
    assert flows(running)


def test_a_bus_that_stays_low_is_an_error_in_bounded_time(sensor: Make) -> None:
    stuck = sensor().start().wait(0.3).fault("hold_sda", 1_000_000)
    for _ in range(5):
        begun = stuck.now_us, stuck.transfers
        assert stuck.drain() == Drain("BUS_STUCK", [])
        assert stuck.now_us - begun[0] < 500_000
        assert stuck.transfers - begun[1] <= 16


@pytest.mark.parametrize("fault", [SLOW, SLOW_DONE])
def test_a_transfer_that_takes_too_long_is_a_gap_if_it_may_have_popped(
    sensor: Make, fault: int
) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, fault, 1)
    first, second = running.drain(), running.drain()
    assert first == Drain("OK", [0, 1, 2, 3])
    assert second.error == "TIMEOUT"
    assert second.indices[0] == (5 if fault == SLOW_DONE else 4)
    assert running.counted == {"timeouts": 1, "recoveries": 1}
    assert flows(running)


def test_a_reading_of_all_ones_is_nobody_on_the_line(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, ONES, 0)
    assert running.drain() == Drain("OK", [0, 1, 2, 3])
    after = running.drain()
    assert after.error == "NACK"
    assert after.indices[0] == 5


@pytest.mark.parametrize("from_byte", range(1, 10))
def test_a_sample_whose_reading_breaks_off_is_not_delivered(sensor: Make, from_byte: int) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, ONES, from_byte)
    assert running.drain() == Drain("OK", [0, 1, 2, 3])
    assert running.drain().error == "NACK"
    assert flows(running)


def test_a_level_whose_reading_breaks_off_is_not_believed(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    assert running.plan(0, ONES, 1).drain() == Drain("NACK", [])
    assert flows(running)


def test_a_chip_that_answers_with_ones_for_ever_is_an_error(sensor: Make) -> None:
    running = sensor().start().wait(0.3).fault("ones", 1_000_000, 0)
    assert running.drain() == Drain("NACK", [])
    assert running.drain() == Drain("NACK", [])
    assert flows(running.fault("ones", 0, 0))


# --- the chip -------------------------------------------------------------------------------------


def test_another_chip_is_refused(sensor: Make) -> None:
    assert sensor().poke(0x00, 0xE6).start().started == "WRONG_DEVICE"


def test_a_brown_out_is_seen_by_the_next_drain_though_the_fifo_is_empty(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    running.drain()
    running.fault("brown_out", 0)
    assert running.drain() == Drain("REGISTER_LOST", [])
    assert running.counted == {"register_losses": 1, "reinitialised": 1}
    assert flows(running)


@pytest.mark.parametrize("register", [0x1E, 0x1F, 0x20, 0x2C, 0x2D, 0x2E, 0x2F, 0x31, 0x38])
def test_a_check_finds_each_register_that_changed(sensor: Make, register: int) -> None:
    running = sensor().start().wait(0.3)
    running.drain()
    held = running.peek(register)
    assert running.check() == "OK"
    running.poke(register, held ^ 0x01)
    assert running.check() == "REGISTER_LOST"
    assert running.peek(register) == held
    assert running.drain().error == "OVERRUN"
    assert flows(running)


@pytest.mark.parametrize("register", [0x31, 0x38])
def test_a_sample_is_delivered_only_while_the_chip_holds_its_format(
    sensor: Make, register: int
) -> None:
    running = sensor().start().wait(0.3)
    running.poke(register, running.peek(register) ^ 0x01)
    assert running.drain() == Drain("REGISTER_LOST", [])
    assert flows(running)


def test_a_brown_out_at_any_moment_of_setting_up_leaves_no_wrong_register(sensor: Make) -> None:
    transfers = sensor().start().transfers
    for at in range(transfers):
        started = sensor().plan(at, BROWN_OUT, 0).start()
        while started.started != "OK" and not flows(started):
            pass
        assert started.check() == "OK", at
        assert flows(started), at


def test_a_chip_that_stops_measuring_is_set_up_anew(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    running.drain()
    running.poke(0x2D, 0x00)
    drains = running.run(3.0)
    assert [drain.error for drain in drains if drain.error != "OK"] == ["TIMEOUT"]
    assert flows(running)


def test_a_second_of_one_sample_is_a_frozen_sensor(sensor: Make) -> None:
    running = sensor().start()
    running.run(1.0)
    running.fault("freeze", 75)
    drains = running.run(3.0)
    assert [drain.error for drain in drains if drain.error != "OK"] == ["FROZEN"]
    assert running.counted == {"frozen": 1, "reinitialised": 1}
    assert flows(running)


def test_a_sensor_frozen_for_good_is_told_of_each_second(sensor: Make) -> None:
    running = sensor().start().fault("freeze", 1_000_000)
    drains = running.run(10.0)
    assert 8 <= sum(drain.error == "FROZEN" for drain in drains) <= 10


# --- the self-test --------------------------------------------------------------------------------


def test_a_part_within_the_limits_passes_and_the_night_goes_on(sensor: Make) -> None:
    running = sensor().start()
    before = running.run(1.0)
    assert running.self_test() == "OK"
    after = running.wait(0.1).drain()
    assert after.error == "OVERRUN"
    assert after.indices[0] > indices(before)[-1]
    assert flows(running)


def test_a_self_test_before_the_first_sample_makes_no_gap(sensor: Make) -> None:
    running = sensor(low_power=True).start()
    assert running.self_test() == "OK"
    first = running.wait(0.3).drain()
    assert first.error == "OK"
    assert first.indices[0] == 0
    assert running.peek(0x2C) == 0x19


@pytest.mark.parametrize("moved", [(0.1, -1.0, 1.5), (1.0, 1.0, 1.5), (1.0, -1.0, 5.5), (0, 0, 0)])
def test_a_mass_that_does_not_move_as_it_should_fails(
    sensor: Make, moved: tuple[float, float, float]
) -> None:
    running = sensor().moves(*moved).start()
    assert running.self_test() == "SELF_TEST"
    assert flows(running)


def test_a_brown_out_during_the_self_test_is_no_pass(sensor: Make) -> None:
    running = sensor().start()
    assert running.plan(30, BROWN_OUT, 0).self_test() == "REGISTER_LOST"
    assert flows(running)


# --- anything, in any order -----------------------------------------------------------------------

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


@settings(max_examples=150)
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
