"""The driver, through the real smbus2, on an INA226 that is simulated at its registers."""

import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("smbus2")
if sys.platform != "linux":
    pytest.skip("a library to preload", allow_module_level=True)

from tests.helpers.beside_meter import Load, Meter, Silence, said_beside

SETUP = """
import json
from edgekit.benchmarks.meters.ina import Ina
from edgekit.benchmarks.meters.ina_chip import CHIPS
from edgekit.benchmarks.meters.meter import measure_power
from edgekit.errors import EdgekitError
def ina(chip='ina226', address=0x40, ohms=0.1):
    return Ina(CHIPS[chip], '/dev/i2c-1', address, ohms)
def tried(call, *arguments):
    try: return call(*arguments)
    except EdgekitError as error: return str(error)
def say(*values): print(json.dumps(values))
"""
ALWAYS_HALF_A_WATT = (Load(0, 5.0, 0.1),)


def run(folder: Path, code: str, meter: Meter) -> list[Any]:
    """What say() said in a process beside the meter; its time is the world's."""
    return said_beside(folder, SETUP, code, meter)


def test_a_constant_load_is_its_power(tmp_path: Path) -> None:
    code = "m = ina(); say(m.mean_w(1), m.mean_w(10), m.name)"
    short_w, long_w, name = run(tmp_path, code, Meter(ALWAYS_HALF_A_WATT))
    assert (short_w, long_w) == pytest.approx((0.5, 0.5), rel=1e-3)
    assert name == "INA226 at 0x40 on /dev/i2c-1, 0.1 ohm shunt"


def test_energy_of_a_load_in_steps_is_the_sum_of_its_steps(tmp_path: Path) -> None:
    loads = (Load(0, 5.0, 0.1), Load(4, 5.0, 0.4), Load(7, 3.3, 0.2))
    code = """
    t = ina().sample(10)
    say(t.energy_j(t.start_s, t.end_s), t.end_s - t.start_s, t.power_w.min(), t.power_w.max())
    """
    joules, seconds, least_w, most_w = run(tmp_path, code, Meter(loads))
    unseen_j = (10 - seconds) * 0.66
    assert joules + unseen_j == pytest.approx(4 * 0.5 + 3 * 2.0 + 3 * 0.66, rel=0.01)
    assert (least_w, most_w) == pytest.approx((0.5, 2.0), rel=1e-2)


def test_a_doubled_shunt_halves_the_power_and_an_address_is_another_chip(tmp_path: Path) -> None:
    code = """
    say(ina(address=0x45, ohms=0.01).mean_w(1), ina(address=0x45, ohms=0.02).mean_w(1),
        tried(ina, 'ina226', 0x40))
    """
    meter = Meter((Load(0, 5.0, 3.0),), shunt_ohms=0.01, address=0x45)
    one_w, half_w, nobody = run(tmp_path, code, meter)
    assert one_w == pytest.approx(15.0, rel=1e-3)
    assert half_w == pytest.approx(7.5, rel=1e-3)
    assert nobody.startswith("nobody answers at 0x40 on /dev/i2c-1")
    assert "address jumpers" in nobody


def test_a_load_beyond_the_shunts_range_is_refused_not_cut_off(tmp_path: Path) -> None:
    meter = Meter((Load(0, 5.0, 0.1), Load(2, 5.0, 0.9)))
    (said,) = run(tmp_path, "say(tried(ina().mean_w, 10))", meter)
    assert said.startswith("the load draws more than 0.819 A")


def test_current_that_flows_backwards_is_a_wiring_fault(tmp_path: Path) -> None:
    (said,) = run(tmp_path, "say(tried(ina().mean_w, 1))", Meter((Load(0, 5.0, -0.1),)))
    assert "the supply belongs on IN+" in said


def test_a_reset_midway_is_mended_and_reported(tmp_path: Path) -> None:
    code = "m = ina(); say(m.mean_w(10), m.name)"
    watts, name = run(tmp_path, code, Meter(ALWAYS_HALF_A_WATT, resets_s=(5,)))
    assert watts == pytest.approx(0.5, rel=1e-3)
    assert name.endswith(", reset 1 x")


def test_a_chip_that_is_reset_again_and_again_is_given_up(tmp_path: Path) -> None:
    meter = Meter(ALWAYS_HALF_A_WATT, resets_s=tuple(1 + at for at in range(6)))
    (said,) = run(tmp_path, "say(tried(ina().mean_w, 10))", meter)
    assert "lost its registers 6 times" in said


def test_readings_that_fail_are_a_hole_and_reported(tmp_path: Path) -> None:
    code = "m = ina(); t = m.sample(10); say(t.holes, t.mean_w(t.start_s, t.end_s), m.name)"
    meter = Meter(ALWAYS_HALF_A_WATT, silences=(Silence(5, 30),))
    holes, watts, name = run(tmp_path, code, meter)
    assert (holes, name.endswith(", 30 readings failed")) == (1, True)
    assert watts == pytest.approx(0.5, rel=1e-3)


def test_a_meter_that_fell_silent_ends_the_metering(tmp_path: Path) -> None:
    meter = Meter(ALWAYS_HALF_A_WATT, silences=(Silence(5, 100_000),))
    (said,) = run(tmp_path, "say(tried(ina().mean_w, 60))", meter)
    assert said.startswith("nobody answers at 0x40")


def test_an_ina226_is_told_from_other_chips(tmp_path: Path) -> None:
    code = "say(tried(ina, 'ina219'))"
    assert "is an INA226, not an INA219" in run(tmp_path / "a", code, Meter(ALWAYS_HALF_A_WATT))[0]
    other = Meter(ALWAYS_HALF_A_WATT, die=0)
    said_226, said_219 = run(tmp_path / "b", "say(tried(ina), tried(ina, 'ina219'))", other)
    assert "says 0x5449 0x0000 of itself, an INA226 0x5449 0x2260" in said_226
    assert "does not keep an INA219's registers" in said_219


def test_a_bus_that_is_not_there_is_named(tmp_path: Path) -> None:
    code = "say(tried(Ina, CHIPS['ina226'], '/dev/i2c-9', 0x40, 0.1))"
    (said,) = run(tmp_path, code, Meter(ALWAYS_HALF_A_WATT))
    assert said.startswith("/dev/i2c-9 does not exist")


def test_rounds_at_rest_and_at_work_are_told_apart(tmp_path: Path) -> None:
    """A quick round: a second at rest, half of settling, a second at work, half of settling."""
    loads = [Load(3 * at + s, 5.0, w / 5) for at in range(5) for s, w in ((0, 1), (1.2, 3))]
    code = """
    from contextlib import nullcontext
    m = measure_power('ina226:/dev/i2c-1:0x40:0.1', 'monitoring', nullcontext, quick=True)
    say(m.idle_w.low, m.idle_w.high, m.mean_w.low, m.mean_w.high, m.seconds)
    """
    *watts, seconds = run(tmp_path, code, Meter(tuple(loads)))
    assert watts == pytest.approx([1, 1, 3, 3], rel=1e-3)
    assert seconds == 5


def test_without_work_there_is_no_rest(tmp_path: Path) -> None:
    code = """
    m = measure_power('ina226:/dev/i2c-1:0x40:0.1', 'wearable', None)
    say(m.what, m.idle_w, m.mean_w.median, m.seconds)
    """
    said = run(tmp_path, code, Meter(ALWAYS_HALF_A_WATT))
    assert said == ["wearable", None, pytest.approx(0.5, rel=1e-3), 50]
