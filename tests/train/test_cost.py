"""A cost counts every epoch, adds up over trainings, and says what of it is modelled."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.strategies import builds, floats, just, lists, sampled_from

from edgekit.train.cost import Cost, cost_of, forget_peak_memory
from edgekit.train.energy import MEASURED_BOARD, MEASURED_PACKAGE, MODELLED, Power
from edgekit.train.loop import Epoch

CPU = torch.device("cpu")
amounts = floats(0, 1e6)
costs = lists(
    builds(
        Cost,
        wall_s=amounts,
        cpu_s=amounts,
        peak_memory_mb=amounts,
        energy_kwh=amounts,
        energy_kind=sampled_from([MODELLED, MEASURED_PACKAGE, MEASURED_BOARD]),
        device=just("cpu"),
        threads=just(1),
    ),
    min_size=1,
    max_size=5,
)


def epoch(number: int, wall_s: float, cpu_s: float) -> Epoch:
    return Epoch(number, 1.0, 0.5, 0.5, 0.5, 0.5, None, None, wall_s, cpu_s)


def test_every_epoch_counts_those_before_an_interruption_too() -> None:
    history = [epoch(0, 10.0, 8.0), epoch(1, 20.0, 16.0)]
    cost = cost_of(history, CPU, Power(120.0, MEASURED_PACKAGE))
    assert (cost.wall_s, cost.cpu_s) == (30.0, 24.0)
    assert cost.energy_kwh == pytest.approx(0.001)
    assert cost.energy_kind == MEASURED_PACKAGE


def test_without_a_counter_the_energy_is_modelled() -> None:
    assert cost_of([epoch(0, 10.0, 8.0)], CPU, None).energy_kind == MODELLED


@given(costs)
def test_the_total_is_a_sum_but_memory_is_the_most_of_any(parts: list[Cost]) -> None:
    total = Cost.total(parts)
    assert total.wall_s == pytest.approx(sum(part.wall_s for part in parts))
    assert total.energy_kwh == pytest.approx(sum(part.energy_kwh for part in parts))
    assert total.peak_memory_mb == max(part.peak_memory_mb for part in parts)
    modelled = any(part.energy_kind == MODELLED for part in parts)
    assert (total.energy_kind == MODELLED) == modelled


def test_a_run_says_seconds_as_measured_and_names_its_energys_kind() -> None:
    cost = Cost(1.234, 5.678, 300.4, 1.23456e-6, MODELLED, "cpu", 2)
    assert json.loads(json.dumps(cost.to_json())) == {
        "kind": "measured",
        "wall_s": 1.23,
        "cpu_s": 5.68,
        "peak_memory_mb": 300,
        "energy_kwh": 1.235e-06,
        "energy_kind": MODELLED,
        "device": "cpu",
        "threads": 2,
    }


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux can forget a peak"
)
def test_a_training_does_not_inherit_the_peak_of_the_one_before() -> None:
    forget_peak_memory(CPU)
    before = cost_of([], CPU, None).peak_memory_mb
    np.ones(32 * 2**20)  # 256 MB, let go at once
    during = cost_of([], CPU, None).peak_memory_mb
    forget_peak_memory(CPU)
    after = cost_of([], CPU, None).peak_memory_mb
    assert during > before + 200
    assert after < during - 200
