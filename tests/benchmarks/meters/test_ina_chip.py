"""Registers as the data sheets' own examples have them, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.benchmarks.meters.ina_chip import CHIPS, InaChip, signed, swapped

INA226, INA219 = CHIPS["ina226"], CHIPS["ina219"]
chips = st.sampled_from([INA226, INA219])
words = st.integers(0, 0xFFFF)


def test_the_high_byte_is_first() -> None:
    assert swapped(0x2760) == 0x6027


def test_a_negative_shunt_voltage_is_a_twos_complement() -> None:
    """SBOS547, page 20: -80 mV is 8300h."""
    assert INA226.amperes(0x8300, 1.0) == pytest.approx(-0.080)


def test_full_scale_of_an_ina226() -> None:
    """SBOS547, page 20: 7FFFh is 81.92 mV and 40.96 V."""
    assert INA226.amperes(0x7FFF, 0.1) == pytest.approx(0.8192, abs=3e-5)
    assert INA226.volts(0x7FFF) == pytest.approx(40.96, abs=2e-3)


def test_an_ina219s_flags_are_no_part_of_its_voltage() -> None:
    """SBOS448F, page 30: 1F40h is 32 V, three bits up; CNVR and OVF are below."""
    assert INA219.volts(0x1F40 << 3) == INA219.volts(0x1F40 << 3 | 0b011) == 32.0


@pytest.mark.parametrize(
    ("chip", "averages", "bus", "shunt"),
    [(INA226, (9, 0b010), (6, 0b100), (3, 0b100)), (INA219, (13, 1), (7, 0b1100), (3, 0b1100))],
)
def test_both_voltages_are_converted_continuously(
    chip: InaChip, averages: tuple[int, int], bus: tuple[int, int], shunt: tuple[int, int]
) -> None:
    assert chip.configuration & 0b111 == 0b111
    widths = {INA226.name: 0b111, INA219.name: 0b1111}
    for at, value in (bus, shunt):
        assert chip.configuration >> at & widths[chip.name] == value
    assert chip.configuration >> averages[0] & 0b111 == averages[1]


@given(chips, words, st.floats(1e-3, 10))
def test_a_doubled_shunt_halves_the_current(chip: InaChip, word: int, ohms: float) -> None:
    assert chip.amperes(word, 2 * ohms) == pytest.approx(chip.amperes(word, ohms) / 2)


@given(words)
def test_a_word_swapped_twice_is_itself(word: int) -> None:
    assert swapped(swapped(word)) == word
    assert -0x8000 <= signed(word) <= 0x7FFF
