"""The model of the chip against the data sheet: its clock, from g to counts, its faults."""

import ctypes
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.helpers.adxl345_chip import (
    BUS_STUCK,
    BW_RATE,
    BYPASS,
    DATA_FORMAT,
    DATA_READY,
    DATAX0,
    FIFO_CTL,
    FIFO_STATUS,
    INT_SOURCE,
    MEASURE,
    NACK,
    POWER_CTL,
    SLEEP,
    STREAM,
    TIMEOUT,
    Chip,
    NewChip,
    Source,
)


@pytest.mark.parametrize("code", range(16))
def test_each_rate_code_halves_3200_hz(chip: Chip, code: int) -> None:
    seconds = 100 if code < 8 else 2
    rate_hz = 3200 / 2 ** (15 - code)
    chip.measure(rate=code).wait(seconds)
    assert chip.call("conversions") == pytest.approx(rate_hz * (seconds - 0.0011), abs=1)


def test_the_first_sample_at_50_hz_comes_21_1_ms_after_measuring_starts(chip: Chip) -> None:
    chip.wait(1.0).measure(STREAM, 16, rate=0x09)
    assert chip.c.sim_adxl345_next_us(chip.memory) == 1_021_100


@pytest.mark.parametrize("ppm", [-20_000, 0, 15_000])
def test_its_clock_drifts_against_the_callers(chip: Chip, ppm: int) -> None:
    chip.call("set_clock", ctypes.c_double(ppm))
    chip.measure(rate=0x09).wait(3600)
    assert chip.call("conversions") == pytest.approx(180_000 * (1 + ppm * 1e-6), abs=2)


def test_standby_converts_nothing_and_keeps_the_fifo(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.055)
    chip[POWER_CTL] = 0
    chip.wait(10)
    assert chip.samples() == [0, 1, 2, 3, 4]


def test_asleep_it_looks_8_times_a_second_and_fills_no_fifo(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16)
    chip[POWER_CTL] = MEASURE | SLEEP
    chip.wait(2.0)
    assert chip.call("conversions") == pytest.approx(16, abs=1)
    assert chip[FIFO_STATUS] == 0
    assert chip[INT_SOURCE] & DATA_READY == 0


def read_at(chip: Chip, data_format: int) -> list[int]:
    chip[DATA_FORMAT] = data_format
    return chip.measure().wait(0.2).sample()


@pytest.mark.parametrize("data_range", range(4))
def test_full_resolution_keeps_256_counts_per_g_in_every_range(chip: Chip, data_range: int) -> None:
    assert read_at(chip.at(0.5, -1.0, 1.5), 0x08 | data_range) == [128, -256, 384]


@pytest.mark.parametrize("data_range", range(4))
def test_ten_bits_halve_the_counts_with_each_range(chip: Chip, data_range: int) -> None:
    counts = [round(g * 256) >> data_range for g in (0.5, -1.0, 1.5)]
    assert read_at(chip.at(0.5, -1.0, 1.5), data_range) == counts


@pytest.mark.parametrize(
    ("data_format", "most"), [(0x08, 511), (0x09, 1023), (0x0B, 4095), (0x00, 511), (0x03, 511)]
)
def test_beyond_its_range_it_stops(chip: Chip, data_format: int, most: int) -> None:
    assert read_at(chip.at(20, -20, 0), data_format) == [most, -most - 1, 0]


@pytest.mark.parametrize(("data_format", "shift"), [(0x0C, 6), (0x0F, 3), (0x04, 6)])
def test_left_justified_words_stand_at_the_top(chip: Chip, data_format: int, shift: int) -> None:
    assert read_at(chip.at(1, -1, 0), data_format) == [256 << shift, -256 << shift, 0]


def test_at_3200_hz_the_lowest_bit_is_0(chip: Chip) -> None:
    chip.at(1 / 256, 3 / 256, 1)
    chip[DATA_FORMAT] = 0x08
    assert chip.measure(rate=0x0F).wait(0.1).sample() == [0, 2, 256]


@given(offset=st.integers(-128, 127))
def test_an_offset_register_counts_four_each(new_chip: NewChip, offset: int) -> None:
    chip = new_chip().at(0, 0, 1)
    chip[0x1E] = offset & 0xFF
    assert read_at(chip, 0x0B) == [4 * offset, 0, 256]


def test_a_part_has_its_own_zero_and_gain(chip: Chip) -> None:
    chip.at(1, 0, 1).axis(0, zero_g=0.05, gain=1.1)
    assert read_at(chip, 0x0B) == [round(1.15 * 256), 0, 256]


def test_the_self_test_moves_the_mass_within_four_samples(chip: Chip) -> None:
    chip.at(0, 0, 1).axis(0, self_test=1).axis(1, self_test=-1).axis(2, self_test=1.5)
    assert read_at(chip, 0x8B) == [256, -256, 256 + 384]
    chip[DATA_FORMAT] = 0x0B
    assert chip.wait(0.045).sample() == [0, 0, 256]


def test_the_self_test_does_nothing_in_low_power(chip: Chip) -> None:
    chip.at(0, 0, 1).axis(0, self_test=1)
    chip[DATA_FORMAT] = 0x8B
    assert chip.measure(rate=0x1A).wait(0.2).sample() == [0, 0, 256]


def measured(chip: Chip, samples: int, rate: int) -> NDArray[np.int16]:
    chip[DATA_FORMAT] = 0x0B
    chip.measure(rate=rate).wait(0.05)
    period_s = 2 ** (15 - (rate & 0x0F)) / 3200
    return np.array([chip.wait(period_s).sample() for _ in range(samples)], np.int16)


def test_noise_is_the_data_sheets_at_100_hz_and_more_in_low_power(
    new_chip: NewChip,
) -> None:
    normal = measured(new_chip(), 4000, 0x0A)
    assert normal.std(axis=0) == pytest.approx([0.80, 0.80, 1.14], rel=0.05)  # with rounding's 0.29
    assert normal.mean(axis=0) == pytest.approx([0, 0, 256], abs=0.1)
    low_power = measured(new_chip(), 4000, 0x1A)
    assert (low_power.std(axis=0) > 1.3 * normal.std(axis=0)).all()


def test_noise_grows_with_the_root_of_the_rate(new_chip: NewChip) -> None:
    rms = [
        measured(new_chip().axis(0, noise=8), 2000, rate)[:, 0].std() for rate in (0x08, 0x0A, 0x0C)
    ]
    assert rms == pytest.approx([4, 8, 16], rel=0.06)


def test_the_same_seed_gives_the_same_samples(new_chip: NewChip) -> None:
    first, again, other = (measured(new_chip(seed=seed), 100, 0x0A) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_source_is_asked_at_the_time_of_each_conversion(chip: Chip) -> None:
    times = []

    def note(context: int, time_us: int, g: Any) -> None:
        times.append(time_us)
        g[0], g[1], g[2] = 0.25, 0.0, 1.0

    source = Source(note)
    chip.axis(0).call("set_source", source, None)
    chip.measure(STREAM, 16, rate=0x09).wait(0.1)
    assert times == [21_100, 41_100, 61_100, 81_100]
    assert chip.sample()[0] == 64


def test_given_counts_pass_unchanged_and_bypass_takes_none(chip: Chip) -> None:
    rng = np.random.default_rng(3)
    counts = rng.integers(-32768, 32767, (50, 3), dtype=np.int16)
    chip.call("set_counts", ctypes.c_void_p(counts.ctypes.data), ctypes.c_uint64(50))
    chip[0x1E] = 5
    chip.measure(BYPASS).wait(1.0)
    chip[FIFO_CTL] = STREAM | 16
    seen = []
    for _ in range(100):
        chip.wait(0.01)
        if chip[FIFO_STATUS]:
            seen.append(chip.sample())
    assert np.array_equal(seen, counts)
    assert chip[FIFO_STATUS] == 0  # after the last it converts no more


def test_faults_of_the_bus_end_as_they_should(chip: Chip) -> None:
    chip.call("fault_nack", 2)
    assert [chip.transfer(b"\x00", 1) for _ in range(3)] == [NACK, NACK, b"\xe5"]
    chip.call("fault_hold_sda", 12)
    assert chip.transfer(b"\x00", 1) == BUS_STUCK
    assert chip.c.sim_i2c_clock_out(chip.memory, 9) == BUS_STUCK
    assert chip.c.sim_i2c_clock_out(chip.memory, 9) == 0
    chip.call("fault_slow", 1, False)
    assert [chip.transfer(b"\x00", 1) for _ in range(2)] == [TIMEOUT, b"\xe5"]
    chip.call("fault_ones", 1, 0)
    assert [chip.transfer(b"\x00", 1) for _ in range(2)] == [b"\xff", b"\xe5"]


def test_a_slow_transfer_that_the_chip_saw_has_popped(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.055)
    chip.call("fault_slow", 1, True)
    assert chip.transfer(bytes([DATAX0]), 6) == TIMEOUT
    assert chip.samples() == [1, 2, 3, 4]


def test_a_brown_out_resets_registers_and_fifo_and_answers_again_later(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16, rate=0x09).wait(0.2)
    chip.call("fault_brown_out", 50_000)
    assert chip.transfer(b"\x00", 1) == NACK
    chip.wait(0.051)
    assert [chip[r] for r in (BW_RATE, POWER_CTL, FIFO_CTL, FIFO_STATUS)] == [0x0A, 0, 0, 0]
    assert chip.sample() == [0, 0, 0]


def test_a_frozen_chip_repeats_and_then_goes_on(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.025)
    chip.call("fault_freeze", 3)
    chip.wait(0.05)
    assert chip.samples() == [0, 1, 1, 1, 1, 2, 3]
