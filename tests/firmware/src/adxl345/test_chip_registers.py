"""The model of the chip against the data sheet: registers, bus, FIFO, interrupts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.adxl345_chip import (
    BW_RATE,
    BYPASS,
    DATA_FORMAT,
    DATA_READY,
    DATAX0,
    FIFO,
    FIFO_CTL,
    FIFO_STATUS,
    INT_ENABLE,
    INT_MAP,
    INT_SOURCE,
    LEVEL_33,
    NACK,
    OVERRUN,
    POWER_CTL,
    STREAM,
    TRIGGER,
    UNTIL_EMPTY,
    WATERMARK,
    WHEN_FULL,
    Chip,
    NewChip,
)


def test_reset_values_are_the_data_sheets(chip: Chip) -> None:
    reset = {0x00: 0xE5, BW_RATE: 0x0A, INT_SOURCE: 0x02}
    for register in (0x00, *range(0x1D, 0x3A)):
        assert chip[register] == reset.get(register, 0), hex(register)


READ_ONLY = {0x00, 0x2B, INT_SOURCE, *range(0x32, 0x38), FIFO_STATUS}
UNUSED_BITS = {0x2A: 0xF0, BW_RATE: 0xE0, POWER_CTL: 0xC0, DATA_FORMAT: 0x10}


@given(register=st.integers(0, 255), value=st.integers(0, 255))
def test_a_register_keeps_what_is_written_unless_read_only_or_reserved(
    new_chip: NewChip, register: int, value: int
) -> None:
    chip = new_chip()
    before = chip[register]
    chip[register] = value
    reserved = register in READ_ONLY or not 0x1D <= register <= 0x39
    expected = before if reserved else value & ~UNUSED_BITS.get(register, 0)
    if register == FIFO_CTL:
        assert chip[FIFO_CTL] == value
    elif register not in (INT_SOURCE, FIFO_STATUS):
        assert chip[register] == expected


def test_a_burst_reads_and_writes_consecutive_registers(chip: Chip) -> None:
    assert chip.transfer(bytes([0x1E, 1, 2, 3])) == b""
    assert chip.read(0x1D, 5) == bytes([0, 1, 2, 3, 0])


def test_it_answers_to_its_own_address_alone(chip: Chip) -> None:
    assert chip.transfer(b"\x00", 1, address=0x1D) == NACK
    chip.call("set_address", 0x1D)
    assert chip.transfer(b"\x00", 1, address=0x1D) == b"\xe5"
    assert chip.transfer(b"\x00", 1, address=0x53) == NACK


def test_a_transfer_takes_its_clocks_at_400_khz(chip: Chip) -> None:
    # START, 3 bytes and a repeated START's, 6 data bytes of nine clocks each, STOP: 84 clocks.
    assert chip.c.sim_i2c_us(1, 6) == pytest.approx(84 * 2.5, abs=1)


def test_bypass_shows_the_newest_and_data_ready_until_it_is_read(chip: Chip) -> None:
    chip.at(0, 0, 1).measure().wait(0.015)
    assert chip[INT_SOURCE] & (DATA_READY | OVERRUN) == DATA_READY
    assert chip.sample() == [0, 0, 256]
    assert chip[INT_SOURCE] & DATA_READY == 0
    chip.wait(0.03)  # unread data replaced
    assert chip[INT_SOURCE] & OVERRUN
    chip.sample()
    assert chip[INT_SOURCE] & OVERRUN == 0


def test_each_read_of_six_pops_one_and_the_level_follows(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.055)
    assert chip[FIFO_STATUS] == 5
    assert chip.sample() == [0, 0, 7]
    assert chip[FIFO_STATUS] == 4
    assert chip.samples() == [1, 2, 3, 4]


def test_the_level_behind_the_data_in_one_burst_is_after_the_pop(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.055)
    burst = chip.read(INT_SOURCE, 10)
    assert burst[9] == 4
    assert burst[8] == STREAM | 16


def test_a_single_byte_read_loses_the_rest_of_its_sample(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.055)
    chip.read(DATAX0, 1)
    assert chip.samples() == [1, 2, 3, 4]


def test_an_empty_fifo_repeats_its_last(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.025)
    assert chip.samples() == [0, 1]
    assert chip.sample() == chip.sample() == [1, -1, 8]


def test_stream_mode_drops_the_oldest_and_says_so(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.405)
    assert chip[FIFO_STATUS] == 32
    assert chip[INT_SOURCE] & OVERRUN
    assert chip.samples() == list(range(8, 40))
    assert chip[INT_SOURCE] & OVERRUN == 0


def test_fifo_mode_keeps_the_first_32(chip: Chip) -> None:
    chip.counting().measure(FIFO, 16).wait(0.405)
    assert chip.samples() == list(range(32))


def test_trigger_mode_keeps_what_led_up_to_the_event_and_fills_up(chip: Chip) -> None:
    chip.counting().measure(TRIGGER, 10).wait(0.405)
    chip.call("trigger")
    assert chip[FIFO_STATUS] == 0x80 | 10
    chip.wait(1.0)
    assert chip.samples() == list(range(30, 62))


def test_bypass_empties_the_fifo(chip: Chip) -> None:
    chip.counting().measure(STREAM, 16).wait(0.405)
    chip[FIFO_CTL] = BYPASS
    chip[FIFO_CTL] = STREAM | 16
    assert chip[FIFO_STATUS] == 0
    assert chip[INT_SOURCE] & OVERRUN == 0


def test_overrun_may_be_set_by_a_full_fifo_alone(chip: Chip) -> None:
    chip.call("set_readings", WHEN_FULL)
    chip.counting().measure(STREAM, 16).wait(0.325)
    assert chip[FIFO_STATUS] == 32
    assert chip[INT_SOURCE] & OVERRUN


def test_overrun_may_stay_until_the_fifo_is_empty(chip: Chip) -> None:
    chip.call("set_readings", UNTIL_EMPTY)
    chip.counting().measure(STREAM, 16).wait(0.405)
    chip.sample()
    assert chip[INT_SOURCE] & OVERRUN
    chip.samples()
    assert chip[INT_SOURCE] & OVERRUN == 0


def test_the_output_filter_may_hold_a_33rd(chip: Chip) -> None:
    chip.call("set_readings", LEVEL_33)
    chip.counting().measure(STREAM, 16).wait(0.405)
    assert chip[FIFO_STATUS] == 32
    assert chip.samples() == list(range(7, 40))


def test_the_watermark_holds_int1_high_while_so_many_wait(chip: Chip) -> None:
    chip[INT_ENABLE] = WATERMARK
    chip.counting().measure(STREAM, 3)
    assert not chip.interrupt(1)
    chip.wait(0.035)
    assert chip.interrupt(1)
    assert not chip.interrupt(2)
    chip[INT_SOURCE]  # reading it clears nothing
    assert chip.interrupt(1)
    chip.sample()
    assert not chip.interrupt(1)


def test_an_interrupt_can_be_mapped_to_int2_and_inverted(chip: Chip) -> None:
    chip[INT_ENABLE], chip[INT_MAP], chip[DATA_FORMAT] = WATERMARK, WATERMARK, 0x20
    chip.counting().measure(STREAM, 3).wait(0.1)
    assert chip.interrupt(1)  # nothing on it: high, being inverted
    assert not chip.interrupt(2)


def test_int_source_tells_of_what_is_not_enabled_but_the_pin_does_not(chip: Chip) -> None:
    chip.counting().measure(STREAM, 3).wait(0.1)
    assert chip[INT_SOURCE] & WATERMARK
    assert not chip.interrupt(1)
