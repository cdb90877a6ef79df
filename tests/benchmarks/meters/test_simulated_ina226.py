"""The simulated INA226, as its data sheet has it (SBOS547): what the driver's tests rest on."""

import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("smbus2")
if sys.platform != "linux":
    pytest.skip("a library to preload", allow_module_level=True)

from tests.helpers.beside_meter import Load, Meter, said_beside

SETUP = """
import json, time
from smbus2 import SMBus
bus = SMBus(1)
def read(register):
    high, low = bus.read_i2c_block_data(0x40, register, 2)
    return high << 8 | low
def write(register, word): bus.write_i2c_block_data(0x40, register, [word >> 8, word & 255])
def say(*values): print(json.dumps(values))
"""


def run(folder: Path, code: str, meter: Meter) -> list[Any]:
    return said_beside(folder, SETUP, code, meter)


def test_the_data_sheets_example_gives_its_words(tmp_path: Path) -> None:
    """Page 16, table 1: 10 A through 2 mOhm at 11.98 V, calibrated A00h."""
    code = """
    before = [read(at) for at in (3, 4)]
    time.sleep(1); write(5, 0xA00); time.sleep(1)
    say(before, *[read(at) for at in (1, 2, 4, 3)])
    """
    meter = Meter((Load(0, 11.98, 10.0),), shunt_ohms=0.002)
    assert run(tmp_path, code, meter) == [[0, 0], 0x1F40, 0x2570, 0x2710, 0x12B8]


def test_an_average_is_of_all_its_conversions(tmp_path: Path) -> None:
    """1024 averages of 2.2 ms, a quarter of them after the load came."""
    code = "write(0, 0x4F27); time.sleep(2.3); say(read(1))"
    meter = Meter((Load(0, 5.0, 0.0), Load(0.75 * 2.2528, 5.0, 0.4)), shunt_ohms=0.1)
    assert run(tmp_path, code, meter) == [pytest.approx(0.25 * 0.04 / 2.5e-6, rel=0.01)]


def test_ready_is_set_once_an_average_and_cleared_by_a_new_configuration(tmp_path: Path) -> None:
    code = """
    def ready(): return read(6) >> 3 & 1
    write(0, 0x4527); said = [ready()]          # 35.2 ms
    time.sleep(0.03); said += [ready()]; time.sleep(0.01); said += [ready(), ready()]
    time.sleep(0.04); write(0, 0x4527); said += [ready()]
    say(said)
    """
    assert run(tmp_path, code, Meter((Load(0, 5.0, 0.1),))) == [[0, 0, 1, 0, 0]]


def test_what_does_not_fit_is_bounded_and_flagged(tmp_path: Path) -> None:
    """A shunt's voltage at the end of its range; then a current beyond its register."""
    code = """
    time.sleep(1); shunt, flag = read(1), read(6) >> 2 & 1
    write(5, 0x1000); time.sleep(1); say(shunt, flag, read(4), read(6) >> 2 & 1)
    """
    assert run(tmp_path, code, Meter((Load(0, 5.0, 2.0),))) == [0x7FFF, 0, 0x7FFF, 1]


def test_triggered_it_converts_once_and_powered_down_not_at_all(tmp_path: Path) -> None:
    code = """
    write(0, 0x4123); time.sleep(0.5); once = [read(1), read(6)]
    time.sleep(1); still = [read(1), read(6)]
    write(0, 0x4120); time.sleep(1); down = read(1)
    write(0, 0x4127); time.sleep(1); say(once, still, down, read(1))
    """
    meter = Meter((Load(0, 5.0, 0.1), Load(1, 5.0, 0.2)))
    assert run(tmp_path, code, meter) == [[4000, 8], [4000, 0], 4000, 8000]


def test_a_reset_gives_every_register_its_power_on_value(tmp_path: Path) -> None:
    code = """
    write(5, 2048); write(0, 0x4527); write(7, 5); write(0, 0xC527)
    say(*[read(at) for at in (0, 5, 7, 0xFE, 0xFF)], bus.read_byte_data(0x53, 0))
    """
    said = run(tmp_path, code, Meter((Load(0, 5.0, 0.1),)))
    assert said == [0x4127, 0, 0, 0x5449, 0x2260, 0xE5]
