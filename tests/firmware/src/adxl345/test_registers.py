"""What the ADXL345's registers mean, byte by byte from its data sheet; no bus, no chip."""

import ctypes
import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.firmware.build.toolchain import SENSOR
from edgekit.spec import ADXL345_COUNTS_PER_G, ADXL345_RATES_HZ

COUNTS = st.integers(-32768, 32767)


def test_addresses_and_bits_are_the_data_sheets() -> None:
    text = (SENSOR / "adxl345_registers.h").read_text()
    named = dict(re.findall(r"#define ADXL345_(\w+) +(0x[0-9A-F]+|\d+)u", text))
    assert {name: int(value, 0) for name, value in named.items()} == {
        "ADDRESS": 0x53,
        "ADDRESS_ALT": 0x1D,
        "DEVID": 0x00,
        "THRESH_TAP": 0x1D,
        "OFSX": 0x1E,
        "OFSY": 0x1F,
        "OFSZ": 0x20,
        "BW_RATE": 0x2C,
        "POWER_CTL": 0x2D,
        "INT_ENABLE": 0x2E,
        "INT_MAP": 0x2F,
        "INT_SOURCE": 0x30,
        "DATA_FORMAT": 0x31,
        "DATAX0": 0x32,
        "DATAZ1": 0x37,
        "FIFO_CTL": 0x38,
        "FIFO_STATUS": 0x39,
        "DEVID_VALUE": 0b1110_0101,
        "LOW_POWER": 1 << 4,
        "RATE_MASK": 0b1111,
        "RATE_25HZ": 0b1000,
        "RATE_100HZ": 0b1010,
        "RATE_400HZ": 0b1100,
        "STANDBY": 0,
        "MEASURE": 1 << 3,
        "SLEEP": 1 << 2,
        "DATA_READY": 1 << 7,
        "WATERMARK": 1 << 1,
        "OVERRUN": 1 << 0,
        "SELF_TEST": 1 << 7,
        "INT_INVERT": 1 << 5,
        "FULL_RES": 1 << 3,
        "JUSTIFY": 1 << 2,
        "RANGE_16G": 0b11,
        "FIFO_MODE_MASK": 0b11 << 6,
        "FIFO_BYPASS": 0b00 << 6,
        "FIFO_FIFO": 0b01 << 6,
        "FIFO_STREAM": 0b10 << 6,
        "FIFO_TRIGGER": 0b11 << 6,
        "FIFO_SAMPLES_MASK": 0b11111,
        "FIFO_TRIG": 1 << 7,
        "FIFO_STATUS_ZERO": 1 << 6,
        "FIFO_ENTRIES_MASK": 0b111111,
        "FIFO_LEVELS": 32,
    }


def test_the_application_has_the_scale_and_rates_of_the_spec() -> None:
    registers = (SENSOR / "adxl345_registers.h").read_text()
    (scale,) = re.findall(r"#define ADXL345_COUNTS_PER_G (\d+)", registers)
    (rates,) = re.findall(
        r"#define SENSOR_RATES_HZ\(X\) (.+)", (SENSOR / "sensor_chip.h").read_text()
    )
    assert int(scale) == ADXL345_COUNTS_PER_G
    assert tuple(map(int, re.findall(r"\d+", rates))) == ADXL345_RATES_HZ


@given(x=COUNTS, y=COUNTS, z=COUNTS)
def test_six_data_bytes_are_three_words_low_byte_first(
    adxl345: ctypes.CDLL, x: int, y: int, z: int
) -> None:
    xyz = (ctypes.c_int16 * 3)()
    adxl345.rig_decode(struct.pack("<3h", x, y, z), xyz)
    assert list(xyz) == [x, y, z]


def settings(library: ctypes.CDLL, watermark: int, low_power: bool, rate_hz: int) -> dict[int, int]:
    pairs = (ctypes.c_uint8 * 18)()
    library.rig_settings(watermark, low_power, rate_hz, pairs)
    return dict(zip(pairs[0::2], pairs[1::2], strict=True))


def test_a_night_at_50_hz_is_these_nine_registers_and_measuring_comes_last(
    adxl345: ctypes.CDLL,
) -> None:
    written = settings(adxl345, watermark=16, low_power=False, rate_hz=50)
    assert written == {
        0x1E: 0,  # OFSX, OFSY, OFSZ: none
        0x1F: 0,
        0x20: 0,
        0x2C: 0x09,  # BW_RATE: 50 Hz, normal power
        0x31: 0x0B,  # DATA_FORMAT: full resolution, right justified, +-16 g
        0x2F: 0x00,  # INT_MAP: all on INT1
        0x38: 0x90,  # FIFO_CTL: stream, 16 samples
        0x2E: 0x02,  # INT_ENABLE: watermark
        0x2D: 0x08,  # POWER_CTL: measure
    }
    assert list(written)[-1] == 0x2D


@pytest.mark.parametrize(
    ("rate_hz", "code"), [(25, 0x08), (50, 0x09), (100, 0x0A), (200, 0x0B), (400, 0x0C)]
)
def test_each_rate_has_its_code_and_low_power_sets_bit_4(
    adxl345: ctypes.CDLL, rate_hz: int, code: int
) -> None:
    assert settings(adxl345, 16, False, rate_hz)[0x2C] == code
    assert settings(adxl345, 16, True, rate_hz)[0x2C] == code | 0x10


@given(watermark=st.integers(0, 255))
def test_the_watermark_stays_within_its_five_bits_and_above_zero(
    adxl345: ctypes.CDLL, watermark: int
) -> None:
    fifo_ctl = settings(adxl345, watermark, False, 50)[0x38]
    assert fifo_ctl >> 5 == 0b100
    assert fifo_ctl & 0x1F == min(max(watermark, 1), 31)


@given(int_source=st.integers(0, 255), entries=st.integers(0, 33), trigger=st.booleans())
def test_samples_were_lost_when_overrun_is_set_and_the_fifo_was_full(
    adxl345: ctypes.CDLL, int_source: int, entries: int, trigger: bool
) -> None:
    adxl345.rig_lost_before.restype = ctypes.c_bool
    lost = bool(adxl345.rig_lost_before(int_source, entries | trigger << 7))
    assert lost == (int_source & 1 == 1 and entries >= 31)


@pytest.mark.parametrize(
    ("moved", "passes"),
    [
        ((50, -50, 75), True),  # the least at 2.5 V
        ((540, -540, 875), True),  # the most at 2.5 V
        ((955, -955, 1286), True),  # the most at 3.3 V: times 1.77, 1.77, 1.47
        ((49, -200, 300), False),
        ((957, -200, 300), False),
        ((200, -49, 300), False),
        ((200, 200, 300), False),  # y must go down
        ((200, -957, 300), False),
        ((200, -200, 74), False),
        ((200, -200, 1288), False),
        ((0, 0, 0), False),
    ],
)
def test_the_self_test_has_the_data_sheets_limits(
    adxl345: ctypes.CDLL, moved: tuple[int, int, int], passes: bool
) -> None:
    samples = 16
    still = [samples * count for count in (12, -30, 256)]
    on = [before + samples * shift for before, shift in zip(still, moved, strict=True)]
    words = ctypes.c_int32 * 3
    adxl345.rig_self_test_passes.restype = ctypes.c_bool
    assert bool(adxl345.rig_self_test_passes(words(*still), words(*on), samples)) == passes
