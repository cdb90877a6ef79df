"""A night on a Raspberry Pi: eight hours of idling, and a core's seconds beyond it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.benchmarks.energy.hosts import PIS, POWER_BANK_WH
from edgekit.benchmarks.energy.pi import metered_wh, night_energy, nights
from edgekit.benchmarks.figure import Figure, Kind, Spread
from edgekit.benchmarks.meters.record import Metered


def cpu(seconds: float) -> Figure:
    return Figure(seconds, "s", Kind.MEASURED, "a minute of the monitor")


def test_a_night_by_hand() -> None:
    """0.6 W for 8 h; 1 s a minute here is 8 there, at 0.5 W: 480 x 8 x 0.5 / 3600 Wh."""
    found = night_energy(PIS[0], cpu(1.0))
    assert found.idle_wh.value == pytest.approx(4.8)
    assert found.work_wh.value == pytest.approx(480 * 8 * 0.5 / 3600)
    assert found.wh.value == pytest.approx(found.idle_wh.value + found.work_wh.value)
    assert nights(found.wh).value == pytest.approx(POWER_BANK_WH.value / found.wh.value)


@given(st.sampled_from(PIS), st.floats(0, 60), st.floats(0.01, 1), st.floats(0.01, 1))
def test_to_be_on_for_less_of_the_night_takes_less(
    pi: object, cpu_s: float, one: float, other: float
) -> None:
    board = next(found for found in PIS if found is pi)
    less, more = sorted((one, other))
    assert (
        night_energy(board, cpu(cpu_s), less).wh.value
        <= night_energy(board, cpu(cpu_s), more).wh.value + 1e-12
    )


@given(st.floats(0, 60), st.floats(0, 60))
def test_more_work_takes_more(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert night_energy(PIS[1], cpu(less)).wh.value <= night_energy(PIS[1], cpu(more)).wh.value


def test_a_metered_night_is_measured_and_names_its_meter() -> None:
    wh = metered_wh(Metered("USB meter", "monitoring", 60.0, Spread(0.7, 0.65, 0.8), None))
    assert (wh.value, wh.kind) == (pytest.approx(5.6), Kind.MEASURED)
    assert "USB meter" in wh.source
