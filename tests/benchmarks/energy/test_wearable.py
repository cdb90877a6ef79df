"""The wearable's current, part by part, and a cell's days."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.benchmarks.energy import constants
from edgekit.benchmarks.energy.comparison import HOPS_S, choices, pareto_front
from edgekit.benchmarks.energy.wearable import (
    Decider,
    Setting,
    busy_ms,
    current,
    days,
    inference_uj,
    parts,
)
from edgekit.benchmarks.figure import Figure, Kind, Spread
from edgekit.benchmarks.meters.record import Metered
from edgekit.spec import adxl345_rates

hops = st.floats(0.1, 60)
counts = st.integers(1, 10**8)


def decider(instructions: int) -> Decider:
    return Decider("net", Figure(instructions, "", Kind.COUNTED, "counted in emulation"))


def test_a_case_by_hand_from_the_data_sheets() -> None:
    """200,000 instructions of 1.42 cycles at 64 MHz are 4.4375 ms; 3.3 mA of it in 1.2 s."""
    assert busy_ms(decider(200_000).instructions).value == pytest.approx(4.4375)
    assert inference_uj(decider(200_000).instructions).value == pytest.approx(4.4375 * 3.3 * 3.3)
    rows = {row.name: row.current.value for row in parts(decider(200_000), Setting(50, False, 1.2))}
    assert rows["sensor, 50 Hz, normal"] == 90
    assert rows["microcontroller asleep"] == 3.16
    assert rows["inference, net"] == pytest.approx(4.4375 * 3.3 / 1.2)
    assert rows["bus transfers"] == pytest.approx(50 * 126 / 390e3 * 1000)  # of 1 mA, in uA
    assert rows["core beside the net"] == pytest.approx(
        (50 * 400 + 20_000 / 1.2) * 1.42 / 64e3 * 3.3
    )
    flash_s = 11_272 / 4 * 41e-6 + 11_272 / 4096 * 85e-3
    assert rows["flash"] == pytest.approx(flash_s * 4000 / 28_800)


def test_a_cell_by_hand() -> None:
    """100 mAh, 90 % of it, at 145.89 uA and 4.11 uA of its own: 600 hours."""
    mean = Figure(150 - 100e3 * 0.03 / 730, "uA", Kind.MODELLED, "chosen")
    assert days(constants.CELLS[0], mean).value == pytest.approx(90 / 0.150 / 24)


@given(counts, hops, st.booleans())
def test_the_rows_add_up_to_the_total_and_none_is_negative(
    instructions: int, hop_s: float, low_power: bool
) -> None:
    rows = parts(decider(instructions), Setting(50, low_power, hop_s))
    mean = current(rows)
    assert all(row.current.value >= 0 and row.current.unit == "uA" for row in rows)
    assert mean.value == pytest.approx(sum(row.current.value for row in rows))
    assert mean.low is not None and mean.high is not None
    assert mean.low <= mean.value <= mean.high


@given(counts, hops, hops)
def test_to_decide_less_often_costs_less(instructions: int, one: float, other: float) -> None:
    often, seldom = sorted((one, other))
    means = [
        current(parts(decider(instructions), Setting(50, False, hop))) for hop in (often, seldom)
    ]
    assert means[1].value <= means[0].value * (1 + 1e-12)
    assert days(constants.CELLS[0], means[1]).value >= days(constants.CELLS[0], means[0]).value * (
        1 - 1e-12
    )


@given(counts, counts)
def test_fewer_instructions_cost_less(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert (
        inference_uj(decider(few).instructions).value
        <= inference_uj(decider(many).instructions).value
    )


def test_the_sensor_runs_at_multiples_of_the_nets_rate() -> None:
    assert adxl345_rates(50) == (50, 100, 200, 400)
    assert adxl345_rates(20) == (100, 200, 400)
    assert 25 not in adxl345_rates(50)


def test_a_metered_wearable_stands_in_the_models_place() -> None:
    metered = Metered("INA226", "wearable", 600.0, Spread(0.000495, 0.00048, 0.00051), None)
    mean = current(parts(decider(200_000), Setting(50, False, 1.2)), metered)
    assert mean.kind is Kind.MEASURED and "INA226" in mean.source
    assert mean.value == pytest.approx(150)


@settings(max_examples=25)
@given(st.lists(st.tuples(counts, st.floats(0, 1)), min_size=1, max_size=4))
def test_nothing_beats_what_is_on_the_front_and_something_beats_the_rest(
    nets: list[tuple[int, float]],
) -> None:
    found = tuple(
        choice for count, right in nets for choice in choices(decider(count), right, 50.0)
    )
    best = pareto_front(found)
    assert best
    most = max(choice.accuracy or 0 for choice in found)
    least = min(choice.current.value for choice in found)
    assert any(choice.accuracy == most for choice in best)
    assert any(choice.current.value == least for choice in best)
    for one in best:
        assert not any(
            (other.accuracy or 0) > (one.accuracy or 0) and other.current.value < one.current.value
            for other in found
        )


def test_the_sweep_holds_each_hop_in_each_mode_once() -> None:
    found = choices(decider(1), 0.9, 50.0)
    assert len({choice.setting for choice in found}) == len(found)
    assert {choice.setting.hop_s for choice in found} == set(HOPS_S)
    assert {choice.setting.low_power for choice in found} == {False, True}
